"""Passive detectors at work: each learns, then judges every exposure, in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.contest.example import Strip
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.lineup import Detectors
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.contest.rows import WITHIN, Row
from benchmarks.contest.scratch import Key, read_batch, read_lesson
from benchmarks.measures.location import judge_heat
from benchmarks.passive.detector import Detector, Opinion


@dataclass
class Findings:
    """What one detector made of everything."""

    name: str
    scores: dict[Key, float] = field(default_factory=dict)
    maps: dict[Key, list[float]] = field(default_factory=dict)
    fit_s: float = 0.0
    """Processor time of learning."""
    milliseconds: list[float] = field(default_factory=list)
    """Processor time of each picture of 256x256 or its like."""
    heat: Plane | None = None
    """Of the picture that is shown to readers."""
    last: tuple[Picture, Opinion] | None = None
    """The picture that was asked about last, and what was said of it."""

    def timing(self) -> dict[str, float]:
        """Return the line of timings.json."""
        spent = self.milliseconds or [0.0]
        return {
            "fit_s": round(self.fit_s, 2),
            "p50_ms": round(float(np.percentile(spent, 50)), 2),
            "p95_ms": round(float(np.percentile(spent, 95)), 2),
            "n": len(spent),
        }


@dataclass(frozen=True)
class Task:
    """One detector, what it learns from, and what it is asked about."""

    detector: Detectors
    lesson: Path
    """File of what is learned from."""
    seed: int
    batches: Sequence[Path]
    rows: dict[Key, Row]
    strip: Strip
    """Is shown to readers with what the detector makes of it."""
    skipped: frozenset[str] = frozenset()
    """Patients that are not asked about, for they were learned from."""

    def asks(self, row: Row) -> bool:
        """Tell whether the detector is asked about a picture.

        Untouched slices of volumes are for detectors of volumes: to those of pictures they are
        there already, in windows.
        """
        if row.patient in self.skipped or (row.image.endswith(WITHIN) and not row.group):
            return False
        return not self.detector.only or not row.group or row.attack in self.detector.only

    def work(self) -> Findings:
        """Return the findings of the detector."""
        found = Findings(self.detector.name)
        detector = self.detector.make()
        examples = read_lesson(self.lesson, self.detector.without)
        start = process_time()
        detector.fit(examples, self.seed)
        found.fit_s = process_time() - start
        for path in self.batches:
            for key, one in read_batch(path, self.rows):
                if self.asks(one.row):
                    _examine(detector, key, one, found)
        found.heat = detector.examine(self.strip.picture).heat
        return found


def _examine(detector: Detector, key: Key, one: Exposure, found: Findings) -> None:
    """Ask a detector about one picture; of copies in a row that are the same, once."""
    if found.last is None or not _is_same(found.last[0], one.picture):
        start = process_time()
        found.last = one.picture, detector.examine(one.picture)
        found.milliseconds.append(1000 * (process_time() - start))
    said = found.last[1]
    found.scores[key] = said.score
    if said.heat is not None and one.local:
        found.maps[key] = judge_heat(said.heat, said.threshold, one.aimed)


def _is_same(picture: Picture, other: Picture) -> bool:
    """Tell whether two pictures are shown alike, sample by sample."""
    one, another = ((p.kind, p.bits, p.low, p.high, p.scale) for p in (picture, other))
    return one == another and np.array_equal(picture.values, other.values)
