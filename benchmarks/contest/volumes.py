"""Forged cubes in volumes (group B3), before detectors of slices and before those of volumes.

The forger of cubes and the detector of volumes learn from one MR volume of a training patient. They
are asked about volumes of test patients, and about the only lung volume there is: as its slices
trained the other detectors, only those that learn nothing, or from the MR volume, see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from time import process_time

import numpy as np

from benchmarks.attacks.forgery import Forgery
from benchmarks.contest.collection import Collection, Image
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.jury import Findings
from benchmarks.contest.learned import GROUPS, forge_slices, volume_of
from benchmarks.contest.pictures import Example, Picture
from benchmarks.contest.rows import Row, digest_flags
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
_AROUND = 10
"""Slices on either side of a forged one that a detector of volumes is given."""
_ORIGINALS = 8
"""Untouched slices of a volume that are asked about."""


@dataclass(frozen=True, eq=False)
class Case:
    """A slice of a volume, untouched or forged, and the volume about it."""

    exposure: Exposure
    slices: list[Picture]
    place: int
    """Which of them it is."""


def volumes_for_training(collection: Collection) -> list[Volume]:
    """Return the volumes of the training patient, if the corpus has them."""
    found = volume_of(collection, TRAINED_ON)
    return [] if found is None else [found[0]]


def slices_for_training(collection: Collection) -> list[Example]:
    """Return the slices of the same, as untouched examples in their order."""
    found = volume_of(collection, TRAINED_ON)
    return [
        Example(one.picture, np.zeros(one.picture.values.shape[:2], dtype=bool), "", TRAINED_ON)
        for one in (found[1] if found else [])
    ]


def cases_of(
    collection: Collection, patient: str, generator: CubeGenerator | None, count: int
) -> Iterator[Case]:
    """Yield untouched slices of a patient's volume, then the middle slices of forged cubes."""
    found = volume_of(collection, patient)
    if found is None:
        return
    volume, images = found
    part = "test" if patient == ONLY_VOLUME else images[0].role.part
    step = max(1, len(images) // _ORIGINALS)
    pictures = [one.picture for one in images]
    for place in range(step // 2, len(images), step):
        nothing = np.zeros(pictures[place].values.shape[:2], dtype=bool)
        row = Row(f"{images[place].name} in its volume", patient, images[0].role.kind, part, "", "")
        yield _case(row, pictures, place, nothing)
    if generator is None or part != "test":
        return
    seed = int.from_bytes(sha256(patient.encode()).digest()[:4], "big")
    for number, (first, forgeries) in enumerate(forge_slices(generator, volume, seed, count)):
        yield _forged(images, first, forgeries, number)


def _forged(images: list[Image], first: int, forgeries: list[Forgery], number: int) -> Case:
    """Return the slice of a forged volume in which most was changed."""
    pictures = [one.picture for one in images]
    for offset, forgery in enumerate(forgeries):
        pictures[first + offset] = pictures[first + offset].like(forgery.values)
    changes = [int(forgery.changed.sum()) for forgery in forgeries]
    middle = int(np.argmax(changes))
    image, changed = images[first + middle], forgeries[middle].changed
    name = f"{image.name} in its volume, cube {number}"
    row = Row(name, image.role.patient, image.role.kind, "test", GROUPS["pix2pix 3-D"], "")
    row.attack, row.changed = "pix2pix 3-D", changes[middle]
    row.size = int(np.ptp(np.flatnonzero(changed.any(axis=1)))) + 1
    row.mask = digest_flags(changed)
    return _case(row, pictures, first + middle, changed)


def _case(row: Row, pictures: list[Picture], place: int, changed: np.ndarray) -> Case:
    """Return a slice with its neighbours."""
    start, end = max(0, place - _AROUND), min(len(pictures), place + _AROUND + 1)
    return Case(
        Exposure(row, pictures[place], changed, changed), pictures[start:end], place - start
    )


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
            if said.heat is not None and case.exposure.local:
                found.maps[key] = judge_heat(said.heat, said.threshold, case.exposure.aimed)
        return found
