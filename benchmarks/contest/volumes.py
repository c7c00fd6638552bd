"""Forged cubes in volumes (group B3), before detectors of slices and before those of volumes.

The forger of cubes and the detector of volumes learn from one MR volume of a training patient. They
are asked about volumes of other patients, and about the only lung volume there is: as its slices
trained the other detectors, only those that learn nothing, or from the MR volume, see it. Other
corpora give the first training patient of whom there is a volume to learn from.

Detectors of pictures get a window about what was changed, of the size of all their pictures of that
kind; seals judge the same slice whole, of a volume that was sealed and then forged alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from time import process_time

import numpy as np

from benchmarks.attacks.forgery import Flags, Forgery
from benchmarks.contest.collection import EDGE, WINDOW, Collection, Image
from benchmarks.contest.exposing import Exposure, ask_seals, protect_in
from benchmarks.contest.jury import Findings
from benchmarks.contest.learned import GROUPS, forge_slices, volume_of
from benchmarks.contest.pictures import Example, Picture
from benchmarks.contest.rows import WITHIN, Row, digest_flags
from benchmarks.contest.scratch import Key
from benchmarks.generators.generator import CubeGenerator
from benchmarks.generators.volumes import Volume
from benchmarks.measures.location import judge_heat
from benchmarks.passive.training import Budget
from benchmarks.passive.volumes import VolumeDetector

TRAINED_ON = "brain 1"
"""The patient whose volume is learned from."""
ONLY_VOLUME = "lung 1"
"""A training patient of the other detectors."""
PROFILE = "standard"
"""In which volumes are sealed."""
_AROUND = 10
"""Slices on either side of a forged one that a detector of volumes is given."""
_ORIGINALS = 8
"""Untouched slices of a volume that are asked about."""


@dataclass(frozen=True, eq=False)
class Case:
    """A slice of a volume, untouched or forged, and the volume about it."""

    exposure: Exposure
    """What detectors of pictures get."""
    slices: list[Picture]
    place: int
    """Which of them it is."""
    changed: Flags
    """(rows, columns) what was changed in the whole slice."""


def _learned_from(collection: Collection) -> tuple[Volume, list[Image]] | None:
    """Return the volume that is learned from, and its slices; None where there is none."""
    trained = [label for label, role in collection.patients().items() if role.part == "train"]
    ordered = sorted(trained, key=lambda label: label != TRAINED_ON)
    found = (volume_of(collection, label) for label in ordered)
    return next((one for one in found if one is not None), None)


def volumes_for_training(collection: Collection) -> list[Volume]:
    """Return the volumes of the training patient, if the corpus has them."""
    found = _learned_from(collection)
    return [] if found is None else [found[0]]


def slices_for_training(collection: Collection) -> list[Example]:
    """Return the slices of the same, as untouched examples in their order."""
    found = _learned_from(collection)
    return [
        Example(
            one.picture, np.zeros(one.picture.values.shape[:2], dtype=bool), "", one.role.patient
        )
        for one in (found[1] if found else [])
    ]


def asked_patients(collection: Collection) -> list[str]:
    """Return the labels of those whose volumes are put before detectors and seals."""
    roles = collection.patients()
    asked = [label for label, role in roles.items() if role.part != "train"]
    return asked + [ONLY_VOLUME] * (ONLY_VOLUME in roles)


def cases_of(
    collection: Collection, patient: str, generator: CubeGenerator | None, count: int
) -> Iterator[Case]:
    """Yield untouched slices of a patient's volume, then the middle slices of forged cubes."""
    found = volume_of(collection, patient)
    if found is None:
        return
    volume, images = found
    part = _part_of(images)
    step = max(1, len(images) // _ORIGINALS)
    pictures = [one.picture for one in images]
    for place in range(step // 2, len(images), step):
        nothing = np.zeros(pictures[place].values.shape[:2], dtype=bool)
        row = Row(f"{images[place].name}{WITHIN}", patient, images[0].role.kind, part, "", "")
        yield _case(row, pictures, place, nothing)
    if generator is None or part != "test":
        return
    seed = int.from_bytes(sha256(patient.encode()).digest()[:4], "big")
    for number, forgeries in enumerate(forge_slices(generator, volume, seed, count)):
        if forgeries:
            yield _forged(images, forgeries, number)


def _part_of(images: list[Image]) -> str:
    """Return what a volume is for."""
    role = images[0].role
    return "test" if role.patient == ONLY_VOLUME else role.part


def sealed_cases(
    collection: Collection, patient: str, generator: CubeGenerator, count: int
) -> Iterator[Exposure]:
    """Yield the same forged slices of a test patient's volume sealed, as its seals judge them.

    Nothing of a volume that cannot hold a mark.
    """
    found = volume_of(collection, patient)
    if found is None:
        return
    volume, images = found
    if _part_of(images) != "test":
        return
    seals = [protect_in(image, PROFILE) for image in images]
    held = [pair for pair in seals if pair is not None]
    if len(held) < len(seals):
        return
    values = np.stack([pair[0].picture.values for pair in held])
    seen = replace(volume, values=values)
    seed = int.from_bytes(sha256(patient.encode()).digest()[:4], "big")
    plain = forge_slices(generator, volume, seed, count)
    sealed = forge_slices(generator, volume, seed, count, seen)
    for number, (one, forgeries) in enumerate(zip(plain, sealed, strict=True)):
        if not one:
            continue
        row, place = _described(images, one, number)
        if place not in forgeries:
            continue
        forgery = forgeries[place]
        row.marked, row.changed = True, int(forgery.changed.sum())
        row.mask = digest_flags(forgery.changed)
        picture = images[place].picture.like(forgery.values)
        ask_seals(row, held[place], PROFILE, picture, forgery.changed)
        yield Exposure(row, picture, forgery.changed, forgery.changed, passive=False)


def _forged(images: list[Image], forgeries: dict[int, Forgery], number: int) -> Case:
    """Return the slice of a forged volume in which most was changed."""
    pictures = [one.picture for one in images]
    for at, forgery in forgeries.items():
        pictures[at] = pictures[at].like(forgery.values)
    row, place = _described(images, forgeries, number)
    return _case(row, pictures, place, forgeries[place].changed)


def _described(images: list[Image], forgeries: dict[int, Forgery], number: int) -> tuple[Row, int]:
    """Return the row of a forged volume, and its slice in which most was changed."""
    changes = {at: int(forgery.changed.sum()) for at, forgery in forgeries.items()}
    middle = max(changes, key=changes.__getitem__)
    image, changed = images[middle], forgeries[middle].changed
    name = f"{image.name}{WITHIN}, cube {number}"
    row = Row(name, image.role.patient, image.role.kind, "test", GROUPS["pix2pix 3-D"], "")
    row.attack, row.changed = "pix2pix 3-D", changes[middle]
    row.size = int(np.ptp(np.flatnonzero(changed.any(axis=1)))) + 1
    row.mask = digest_flags(changed)
    return row, middle


def _case(row: Row, pictures: list[Picture], place: int, changed: Flags) -> Case:
    """Return a slice with its neighbours, and the window of it that detectors of pictures get."""
    start, end = max(0, place - _AROUND), min(len(pictures), place + _AROUND + 1)
    whole, part = pictures[place], _window(changed, row.kind)
    window, aimed = (np.ascontiguousarray(one[part]) for one in (whole.values, changed))
    exposure = Exposure(row, whole.like(window), aimed, aimed)
    return Case(exposure, pictures[start:end], place - start, changed)


def _window(changed: Flags, kind: str) -> tuple[slice, slice]:
    """Return the window of a frame about what was changed, or about its middle."""
    edge = WINDOW.get(kind, EDGE)
    parts = []
    for axis, size in enumerate(changed.shape):
        touched = np.flatnonzero(changed.any(axis=1 - axis))
        middle = int(touched[0] + touched[-1]) // 2 if len(touched) else size // 2
        first = max(0, min(middle - edge // 2, size - edge))
        parts.append(slice(first, first + edge))
    return parts[0], parts[1]


@dataclass(frozen=True, eq=False)
class VolumeTask:
    """The detector of volumes, what it learns from, and what it is asked about."""

    examples: list[Example]
    cases: list[tuple[Key, Case]]
    budget: Budget
    seed: int

    def work(self) -> Findings:
        """Return what the detector makes of all cases, after it has learned."""
        detector = VolumeDetector(self.budget)
        found = Findings(detector.name)
        start = process_time()
        detector.fit(self.examples, self.seed)
        found.fit_s = process_time() - start
        for key, case in self.cases:
            start = process_time()
            said = detector.examine_volume(case.slices)[case.place]
            found.milliseconds.append(1000 * (process_time() - start) / len(case.slices))
            found.scores[key] = said.score
            if said.heat is not None and case.changed.any():
                found.maps[key] = judge_heat(said.heat, said.threshold, case.changed)
        return found
