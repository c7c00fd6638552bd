"""One detector under two splits: by shuffled slices, as much of the field does, and by patients.

A slice has its neighbours, and a forged one its untouched twin, on the other side of a split by
slices: what is learned by heart counts as found. Source of the practice: Zhang et al., PLOS ONE
19(1) e0290303, 2024; of its effect: Yagis et al., Scientific Reports 11, 2021.

After Zhang et al.: of each tampered cube the slice in its middle and two on either side, and as
many that were not tampered with, every other time the same, every other time ones at another place
of the series, as theirs. Ours are parts of slices, which is easier than whole ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.attacks.forgery import Array, Flags
from benchmarks.attacks.nodules import grow_nodule
from benchmarks.contest.collection import Collection, Image
from benchmarks.contest.learned import load_generators, volume_of
from benchmarks.contest.pictures import Example
from benchmarks.contest.staging import run_jobs
from benchmarks.generators.forging import forge_volume
from benchmarks.generators.generator import CubeGenerator
from benchmarks.generators.volumes import INNER, Place, Volume
from benchmarks.passive.cascade import STEPS, Cascade
from benchmarks.passive.splits import NAMES, PARTS, Split, try_split

KINDS = ("CT lung", "CT head", "CT body", "MR", "PET")
"""Kinds of which there are series."""
TAMPERS = 24
"""Tampered cubes of each series."""
AROUND = 2
"""Slices on either side of the middle of a cube."""
EDGE = 224
"""Rows and columns of a part, but at most 7/8 of those of a slice, so that hardly two agree."""
_COARSEST = (5.0, 1.0, 1.0)
"""Distances in mm at which the made-up 20 mm are five slices and 20 samples, the least there may
be; samples that are further apart are taken as if they were not."""
_MARGIN = 24
"""Samples between the middle of a cube and the edge of a slice."""
_CONTRAST = 0.3
"""Of nodules, as a share of the shown range."""

Series = tuple[Volume, list[Image]]
"""A patient's slices as a volume, and each by itself."""


def compare_slices(
    collection: Collection, weights: Path, rounds: int, seed: int, steps: int = STEPS
) -> dict[str, Any]:
    """Return, by split and detector, scores, truth and patients of the tests, and the threshold.

    collection: its series of 16 slices or more, of all parts; weights: folder of those of the
    forger of cubes, in whose stead nodules are added where it was not trained; steps: of training.
    Nothing of fewer patients than the splits have parts.
    """
    roles = {label: role for label, role in collection.patients().items() if role.kind in KINDS}
    found = [volume_of(collection, patient) for patient in roles]
    series = [one for one in found if one is not None]
    if len(series) < PARTS:
        return {}
    forgers = load_generators(weights).values()
    cube = next((one for one in forgers if isinstance(one, CubeGenerator)), None)
    examples = tamper_with(series, cube, TAMPERS, seed)
    attempt = partial(_try_split, examples=examples, plan=(seed, rounds, steps))
    splits = {split.name: split for split in run_jobs(attempt, NAMES, "splits")}
    return {f"{name} split": {Cascade.name: _tell(splits[name])} for name in NAMES}


def _try_split(name: str, examples: Sequence[Example], plan: tuple[int, int, int]) -> Split:
    """Return what comes of one split; plan: seed, rounds, steps."""
    seed, rounds, steps = plan
    return try_split(name, examples, seed, rounds, partial(Cascade, steps))


def tamper_with(
    series: Sequence[Series], cube: CubeGenerator | None, count: int, seed: int
) -> list[Example]:
    """Return parts of slices, of each of `count` cubes in every series ten: forged, untouched, ...

    Only cubes that change all their five slices are taken.
    """
    examples: list[Example] = []
    for number, (volume, images) in enumerate(series):
        random = np.random.default_rng([seed, number])
        finest = tuple(map(min, volume.spacing, _COARSEST))
        near = replace(volume, spacing=(finest[0], finest[1], finest[2]))
        lively = _lively(near)
        for turn in range(count if len(lively) else 0):
            place = _draw(lively, random)
            after = _forge(near, place, cube, random)
            part = _part(place, near, random)
            twins = (place, part)
            if turn % 2:
                other = _draw(lively, random)
                twins = other, _part(other, near, random)
            examples += _pairs(images, after, (place, part), twins)
    return examples


def _lively(volume: Volume) -> Array:
    """Return the places (n, 3) at which something is shown, away from the ends of the volume."""
    shown = (volume.values.astype(np.float32) - volume.low) / (volume.high - volume.low)
    inner = (slice(AROUND, -AROUND), slice(_MARGIN, -_MARGIN), slice(_MARGIN, -_MARGIN))
    part = shown[inner]
    lively: Array = np.argwhere((part > 0.05) & (part < 0.9))
    lively += np.array((AROUND, _MARGIN, _MARGIN))
    return lively


def _draw(places: Array, random: np.random.Generator) -> Place:
    """Return one of the places."""
    slice_, row, column = places[int(random.integers(len(places)))].tolist()
    return slice_, row, column


def _forge(
    volume: Volume, place: Place, cube: CubeGenerator | None, random: np.random.Generator
) -> Array:
    """Return the volume with something else about a place."""
    if cube is not None:
        return forge_volume(cube, volume, place, random)
    after = volume.values.copy()
    edge = INNER.stop - INNER.start
    box = (place[1] - edge // 2, place[2] - edge // 2, edge, edge)
    for index in range(place[0] - AROUND, place[0] + AROUND + 1):
        steps = _CONTRAST * (volume.high - volume.low)
        after[index] = grow_nodule(volume.values[index], box, steps, random).values
    return after


def _part(place: Place, volume: Volume, random: np.random.Generator) -> tuple[slice, slice]:
    """Return a part of the slices in which a place is anywhere but in the outermost quarters,
    unless it is so in the slice."""
    cuts = []
    for middle, size in zip(place[1:], volume.values.shape[1:], strict=True):
        edge = min(EDGE, size * 7 // 8)
        least, most = (
            max(0, min(middle - edge * quarters // 4, size - edge)) for quarters in (3, 1)
        )
        first = int(random.integers(least, most + 1))
        cuts.append(slice(first, first + edge))
    return cuts[0], cuts[1]


def _pairs(
    images: list[Image],
    after: Array,
    forged: tuple[Place, tuple[slice, slice]],
    untouched: tuple[Place, tuple[slice, slice]],
) -> list[Example]:
    """Return a forged and an untouched example of each slice; nothing if one was not changed."""
    examples: list[Example] = []
    for step in range(-AROUND, AROUND + 1):
        (place, part), (other, its_part) = forged, untouched
        image, beside = images[place[0] + step], images[other[0] + step]
        new = np.ascontiguousarray(after[place[0] + step][part])
        changed: Flags = new != image.samples.values[part]
        old = np.ascontiguousarray(beside.samples.values[its_part])
        if not changed.any():
            return []
        patient, family = image.role.patient, "cube"
        nothing = np.zeros(old.shape, dtype=bool)
        examples.append(Example(image.picture.like(new), changed, family, patient))
        examples.append(Example(beside.picture.like(old), nothing, "", patient))
    return examples


def _tell(split: Split) -> dict[str, Any]:
    """Return what learning.json holds; the border of the machine is at 0."""
    return {
        "scores": [round(score, 5) for score in split.scores],
        "forged": [bool(one) for one in split.forged],
        "patients": list(split.patients),
        "rounds": list(split.rounds),
        "threshold": 0.0,
    }
