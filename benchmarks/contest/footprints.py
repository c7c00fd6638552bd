"""Memory of detectors: `python -m benchmarks.contest.footprints --out FOLDER`.

Each detector learns from as many pictures as in the contest, and judges some, in a process of its
own. Memory does not hang on how long a network is trained, so that few steps are taken. Linux
tells the peak (VmHWM in /proc/self/status, proc(5)); what a parent process had is not in it, as it
is in getrusage's figure.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.contest.collection import open_collection
from benchmarks.contest.lineup import Detectors, all_detectors
from benchmarks.contest.pictures import Picture
from benchmarks.contest.schooling import draw_examples
from benchmarks.contest.scratch import read_lesson, write_lesson
from benchmarks.contest.size import FULL, QUICK, Size
from benchmarks.contest.staging import run_jobs
from benchmarks.pages.contest.records import FOOTPRINTS
from benchmarks.provenance import BOOK, note

STEPS = 20
JUDGED = 4
"""Pictures that are judged: the largest there are."""
Footprint = dict[str, float]
"""`own_mb` and `peak_mb`."""


@dataclass(frozen=True, eq=False)
class Load:
    """One detector, what it learns from, and what it judges."""

    detector: Detectors
    lesson: Path
    pictures: Sequence[Picture]
    seed: int


def weigh_detector(load: Load) -> tuple[str, Footprint]:
    """Return what learning and judging took beyond what the process had before, and its peak, in
    MB (1e6 bytes)."""
    detector = load.detector.make()
    before = _told("VmRSS")
    detector.fit(read_lesson(load.lesson), load.seed)
    for picture in load.pictures:
        detector.examine(picture)
    peak = _told("VmHWM")
    return detector.name, {"own_mb": round(peak - before), "peak_mb": round(peak)}


def weigh_detectors(
    size: Size, seed: int, corpus: Path | None, split: Path | None
) -> dict[str, Footprint]:
    """Return the footprints of all detectors by name."""
    collection = open_collection(corpus, split)
    examples = draw_examples(collection.images("train", *size.train), size.examples, seed)
    tested = [image.picture for image in collection.images("test", *size.test)]
    largest = sorted(tested, key=lambda picture: -picture.values.nbytes)[:JUDGED]
    budget = replace(size.budget, steps=STEPS)
    with tempfile.TemporaryDirectory() as folder:
        lesson = Path(folder) / "lesson.npz"
        write_lesson(lesson, examples)
        loads = [Load(one, lesson, largest, seed) for one in all_detectors(budget)]
        return dict(run_jobs(weigh_detector, loads, "detectors", apart=True))


def main() -> int:
    """Weigh all detectors and write what they took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contest.footprints")
    parser.add_argument("--corpus", type=Path, help="folder of images; where --split is needed")
    parser.add_argument("--split", type=Path, help="whose each image is, and what it is used for")
    parser.add_argument(
        "--quick", action="store_true", help="few pictures; its figures say nothing"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for footprints.json")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    found = weigh_detectors(size, options.seed, options.corpus, options.split)
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    (options.out / FOOTPRINTS).write_text(text, encoding="utf-8")
    note(FOOTPRINTS, options.out / BOOK.name, options.seed)
    return 0


def _told(field: str) -> float:
    """Return a field of /proc/self/status in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
