"""Installed watermarks and ours, run on the same pictures: `python -m benchmarks.peers`.

Each contestant has a process of its own, one after the other, each on one thread; times are of the
processor, the least of three. Pictures are cut to a square of at most 512 samples. Each is shown
twice: scaled to 8 bits (4 to 251, so that histogram shifting finds values that are free), and as
it is stored where that is more. Needs what `make bench-tests` sets up. Writes JSON lines.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.active.contestant import Contestant
from benchmarks.active.hiding import Hiding
from benchmarks.active.phases import PeerRow, take
from benchmarks.active.seals import PROFILES, Detaching, Sealing, name_of
from benchmarks.active.watermarks import Blind, Invisible, MissingPackage
from benchmarks.contest.pictures import Picture
from benchmarks.contest.sources import picture_of, sources
from benchmarks.runs import options_of, write

SIDE = 512
"""Largest edge of a picture."""
LOW, HIGH = 4, 251
"""Least and greatest value of a picture that was scaled to 8 bits."""

OURS = [(profile, stripped) for profile in PROFILES for stripped in (False, True)]

CONTESTANTS: dict[str, Callable[[], Contestant]] = {
    **{name_of(*way): partial(Sealing, *way) for way in OURS},
    Detaching.name: Detaching,
    "invisible-watermark dwtDct": partial(Invisible, "dwtDct"),
    "invisible-watermark dwtDctSvd": partial(Invisible, "dwtDctSvd"),
    "blind-watermark": Blind,
    "stegano rdh": Hiding,
}
"""By name, as rows have it."""

ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
ONE_THREAD["OPENCV_FOR_THREADS_NUM"] = "1"
"""For the process of a contestant, before it loads any library."""


def pictures(corpus: Path, only: str) -> Iterator[tuple[str, str, Picture]]:
    """Yield path, patient and picture: scaled to 8 bits, then as stored where that is more."""
    for source in sources(corpus):
        if only in source.path:
            whole = cut(picture_of(source.dataset, source.kind))
            yield source.path, source.patient, scale(whole)
            if whole.bits > 8:
                yield source.path, source.patient, whole


def cut(picture: Picture) -> Picture:
    """Return the square in the middle, of at most `SIDE` samples and a multiple of 32."""
    rows, columns = picture.values.shape[:2]
    side = min(rows, columns, SIDE) // 32 * 32
    top, left = (rows - side) // 2, (columns - side) // 2
    part = picture.values[top : top + side, left : left + side]
    return picture.like(np.ascontiguousarray(part))


def scale(picture: Picture) -> Picture:
    """Return a picture in 8 bits, its shown range from `LOW` to `HIGH`."""
    low, high = (picture.low, picture.high) if picture.bits > 8 else (0, 255)
    part = np.clip((picture.values.astype(np.float64) - low) / (high - low), 0, 1)
    values = np.round(LOW + part * (HIGH - LOW)).astype(np.uint8)
    return replace(picture, values=values, bits=8, low=LOW, high=HIGH, scale=1.0)


def run_one(name: str, corpus: Path, only: str) -> Iterator[PeerRow]:
    """Yield the rows of one contestant. Raises MissingPackage."""
    contestant = CONTESTANTS[name]()
    for path, patient, picture in pictures(corpus, only):
        rows, columns, channels = (*picture.values.shape, 1)[:3]
        row = PeerRow(name, path, patient, picture.kind, rows, columns, channels, picture.bits)
        yield take(contestant, picture, row)


def run(corpus: Path, only: str) -> list[str]:
    """Return the rows of every contestant as JSON, each from a process of its own."""
    lines: list[str] = []
    for name in CONTESTANTS:
        words = [sys.executable, "-W", "ignore", "-m", "benchmarks.peers", "--contestant", name]
        words += ["--corpus", str(corpus), "--only", only]
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, env=os.environ | ONE_THREAD
        )
        if done.returncode:
            raise SystemExit(done.stderr.strip().splitlines()[-1])
        lines += [line for line in done.stdout.splitlines() if line.startswith("{")]
        print(name, flush=True)
    return lines


def options() -> argparse.ArgumentParser:
    """Return a parser of the options."""
    parser = options_of(__doc__)
    parser.add_argument("--contestant", choices=CONTESTANTS, help="run one, in this process")
    return parser


def main() -> int:
    """Run all contestants, or one."""
    wanted = options().parse_args()
    if wanted.contestant is None:
        write(wanted.out, run(wanted.corpus, wanted.only))
        return 0
    try:
        for row in run_one(wanted.contestant, wanted.corpus, wanted.only):
            print(json.dumps(asdict(row)), flush=True)
    except MissingPackage as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
