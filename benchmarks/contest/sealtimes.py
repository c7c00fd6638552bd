"""What a seal costs on the pictures that detectors are timed on: putting it in, and judging it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import process_time

import numpy as np

from benchmarks.active.seals import PROFILES, name_of
from benchmarks.contest.collection import Image
from benchmarks.contest.exposing import protect_in

Timings = dict[str, dict[str, float]]


def time_seals(images: Sequence[Image]) -> Timings:
    """Return lines of timings.json: for each profile sealing a picture, and judging a sealed one
    from its tags and from the samples alone; processor time in milliseconds, warm."""
    spent: dict[str, list[float]] = {}
    for warm in (False, True):
        for image in images if warm else images[:1]:
            for name, milliseconds in _measure(image):
                if warm:
                    spent.setdefault(name, []).append(milliseconds)
    return {name: _summarise(values) for name, values in spent.items()}


def _measure(image: Image) -> Iterable[tuple[str, float]]:
    """Yield what each step took on one picture."""
    for profile in PROFILES:
        start = process_time()
        pair = protect_in(image, profile)
        if pair is None:
            continue
        yield f"sealing: {profile}", 1000 * (process_time() - start)
        for stripped, judge in enumerate(pair):
            start = process_time()
            judge.judge(pair[0].picture)
            yield name_of(profile, bool(stripped)), 1000 * (process_time() - start)


def _summarise(values: list[float]) -> dict[str, float]:
    """Return the percentiles that tables print."""
    return {
        "p50_ms": round(float(np.percentile(values, 50)), 2),
        "p95_ms": round(float(np.percentile(values, 95)), 2),
        "n": len(values),
    }
