"""What a seal costs on the pictures that detectors are timed on: putting it in, and judging it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import process_time

import numpy as np

from benchmarks.active.seals import PROFILES, name_of
from benchmarks.contest.collection import Image
from benchmarks.contest.exposing import protect_in

Timings = dict[str, dict[str, float]]


def time_seals(images: Sequence[Image]) -> Timings:
    """Return lines of timings.json: for each profile sealing a picture, and judging a sealed one
    from its tags and from the samples alone. Processor time in milliseconds, warm; `own_mb` as
    `weigh_seals` has it."""
    spent: dict[str, list[float]] = {}
    for warm in (False, True):
        for image in images if warm else images[:1]:
            for name, milliseconds in _measure(image):
                if warm:
                    spent.setdefault(name, []).append(milliseconds)
    held = weigh_seals(images)
    return {name: _summarise(values) | {"own_mb": held[name]} for name, values in spent.items()}


def weigh_seals(images: Sequence[Image]) -> dict[str, float]:
    """Return, by the same names, the most memory that a step held at once beyond what was there
    before it, its result included: in MB (1e6 bytes) with one digit, warm, of the largest picture
    that takes the profile. Python's allocator tells, to which NumPy reports its arrays; kernels
    allocate nothing."""
    largest = sorted(images, key=lambda image: -image.samples.values.nbytes)
    found: dict[str, float] = {}
    for profile in PROFILES:
        for image in largest:
            pair = protect_in(image, profile)
            if pair is None:
                continue
            found[f"sealing: {profile}"] = weigh(partial(protect_in, image, profile))
            for stripped, judge in enumerate(pair):
                act = partial(judge.judge, pair[0].picture)
                act()
                found[name_of(profile, bool(stripped))] = weigh(act)
            break
    return found


def weigh(act: Callable[[], object]) -> float:
    """Return the most memory, in MB with one digit, that a call held at once."""
    tracemalloc.start()
    try:
        act()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return round(peak / 1e6, 1)


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
