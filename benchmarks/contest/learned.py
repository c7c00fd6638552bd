"""Learned forgers as attacks of the suite, and the pictures and volumes that they learn from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.attacks.forgery import Forgery, compare
from benchmarks.contest.collection import SHOWN, Collection, Image
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.generators.cyclegan import CycleGAN
from benchmarks.generators.forging import forge, forge_volume, forge_whole
from benchmarks.generators.generator import (
    CubeGenerator,
    Generator,
    PatchGenerator,
    PictureGenerator,
)
from benchmarks.generators.training import CLASSES, weights_file
from benchmarks.generators.volumes import Volume
from watermark.tiles import Box

GROUPS = {
    "VAE": "B1",
    "pix2pix": "B2",
    "pix2pix 3-D": "B3",
    "DCGAN": "B4",
    "diffusion": "B5",
    "whole VAE": "B6",
    "CycleGAN": "B7",
}
"""Group of each generator, by its name."""
HELD_OUT = "diffusion"
"""The generator that no detector may learn from."""
PLANTING = "CycleGAN, planting"
"""The other half of the CycleGAN, which puts findings where there are none."""
MEMBERS: dict[str, tuple[str, ...]] = {"CycleGAN": ("CycleGAN", PLANTING)}
"""Attacks of a generator that has several, by its name."""
_LEAST, _GREATEST = 12, 48
"""Edges of holes."""
_TISSUE = {"CT lung": -700.0, "CT body": -700.0, "CT head": -700.0}
"""HU above which the forger of volumes puts noise."""


def learned_attacks(generators: dict[str, Generator]) -> tuple[Attack, ...]:
    """Return the attacks of generators of frames; each generator is a family of its own."""
    attacks = [
        _attack(name, generator)
        for name, generator in generators.items()
        if not isinstance(generator, CubeGenerator)
    ]
    attacks += [_plant(name, one) for name, one in generators.items() if isinstance(one, CycleGAN)]
    return tuple(attacks)


def load_generators(folder: Path) -> dict[str, Generator]:
    """Return the generators whose weights are in a folder, by name; raises WrongWeights."""
    made: dict[str, Generator] = {}
    for kind in CLASSES:
        path = weights_file(folder, kind)
        if path.exists():
            made[kind.name] = kind()
            made[kind.name].load(path)
    return made


def load_attacks(folder: Path) -> tuple[Attack, ...]:
    """Return the attacks of the generators whose weights are in a folder."""
    return learned_attacks(load_generators(folder))


def _attack(name: str, generator: Generator) -> Attack:
    """Return one generator as an attack."""
    if isinstance(generator, PictureGenerator):

        def whole(stage: Stage, _: Box, __: float) -> Forgery:
            return forge_whole(generator, stage.picture, stage.random)

        return Attack(GROUPS[name], name, name, whole, 0, 0)
    assert isinstance(generator, PatchGenerator)

    def patch(stage: Stage, box: Box, _: float) -> Forgery:
        return forge(generator, stage.picture, box, stage.random)

    return Attack(GROUPS[name], name, name, patch, _LEAST, _GREATEST, True)


def _plant(name: str, generator: CycleGAN) -> Attack:
    """Return the translation the other way, of places without a finding."""
    return replace(_attack(name, generator.reverse()), name=PLANTING, finding=False)


def volume_of(collection: Collection, patient: str) -> tuple[Volume, list[Image]] | None:
    """Return a patient's slices as a volume, and each by itself; None where there are too few, or
    they are not of one size."""
    slices = collection.volume(patient)
    shapes = {one.samples.values.shape for one in slices}
    if len(slices) < 16 or len(shapes) != 1:
        return None
    first = slices[0].picture
    tissue = _TISSUE.get(first.kind)
    stored = None
    if tissue is not None:
        stored = first.low + (tissue - SHOWN[first.kind][0]) / first.scale
    values = np.stack([one.samples.values for one in slices])
    spacing = collection.spacing([one.name for one in slices[:2]])
    volume = Volume(values, spacing, first.low, first.high, stored, 70 / first.scale)
    return volume, slices


def forge_slices(
    generator: CubeGenerator, volume: Volume, seed: int, count: int, seen: Volume | None = None
) -> list[dict[int, Forgery]]:
    """Return forged cubes: of each the slices that it changes, by number; none where nothing is.

    seed: of all draws; count: of cubes, whose middles lie where something is shown; seen: the same
    volume with other values, such as sealed ones, which is attacked in its stead at the same places
    with the same draws.
    """
    under = volume if seen is None else seen
    random = np.random.default_rng(seed)
    made = []
    shown = (volume.values.astype(np.float32) - volume.low) / (volume.high - volume.low)
    lively = np.argwhere((shown[:, ::4, ::4] > 0.05) & (shown[:, ::4, ::4] < 0.9)) * (1, 4, 4)
    for _ in range(count):
        place = lively[int(random.integers(len(lively)))]
        centre = (int(place[0]), int(place[1]), int(place[2]))
        after = forge_volume(generator, under, centre, random)
        touched = np.flatnonzero((after != under.values).any(axis=(1, 2)))
        made.append({int(i): compare(under.values[i], after[i]) for i in touched})
    return made
