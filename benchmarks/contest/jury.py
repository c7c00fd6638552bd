"""Passive detectors at work: each learns, then judges every exposure, in a process of its own."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.contest.example import Strip
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.lineup import Detectors
from benchmarks.contest.pictures import Plane
from benchmarks.contest.rows import Row
from benchmarks.contest.scratch import Key, read_batch, read_lesson
from benchmarks.measures.location import judge_heat
from benchmarks.passive.detector import Detector


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
    peak_mb: float = 0.0
    """Most memory of the process, Python and torch included."""
    own_mb: float = 0.0
    """What learning and judging took beyond what the process had before."""

    def timing(self) -> dict[str, float]:
        """Return the line of timings.json."""
        spent = self.milliseconds or [0.0]
        return {
            "fit_s": round(self.fit_s, 2),
            "p50_ms": round(float(np.percentile(spent, 50)), 2),
            "p95_ms": round(float(np.percentile(spent, 95)), 2),
            "peak_mb": round(self.peak_mb),
            "own_mb": round(self.own_mb),
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
        """Tell whether the detector is asked about a picture."""
        only = self.detector.only
        return row.patient not in self.skipped and (not only or not row.group or row.attack in only)


def work(task: Task) -> Findings:
    """Return the findings of one detector."""
    import torch

    torch.set_num_threads(1)
    found = Findings(task.detector.name)
    detector = task.detector.make()
    before = _peak()
    examples = read_lesson(task.lesson, task.detector.without)
    start = process_time()
    detector.fit(examples, task.seed)
    found.fit_s = process_time() - start
    for path in task.batches:
        for key, one in read_batch(path, task.rows):
            if task.asks(one.row):
                _examine(detector, key, one, found)
    found.heat = detector.examine(task.strip.picture).heat
    found.peak_mb = _peak()
    found.own_mb = found.peak_mb - before
    return found


def _peak() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _examine(detector: Detector, key: Key, one: Exposure, found: Findings) -> None:
    """Ask a detector about one picture."""
    start = process_time()
    said = detector.examine(one.picture)
    found.milliseconds.append(1000 * (process_time() - start))
    found.scores[key] = said.score
    if said.heat is not None and one.local:
        found.maps[key] = judge_heat(said.heat, said.threshold, one.aimed)
