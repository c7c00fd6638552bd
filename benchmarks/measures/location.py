"""How well a heat map names the samples that were changed."""

from __future__ import annotations

from math import sqrt

import numpy as np

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane


def compare_flags(named: Flags, changed: Flags) -> tuple[float, float, float]:
    """Return F1, IoU and the correlation of Matthews of named samples, against the changed ones.

    named, changed: of one shape. F1 and IoU are 0 where nothing is named rightly, the correlation
    (-1 to 1) is 0 where one of the two is all or nothing. Source: Matthews, BBA 405(2), 1975.
    """
    both = int((named & changed).sum())
    only, missed = int(named.sum()) - both, int(changed.sum()) - both
    return _measures(both, only, missed, named.size)


def _measures(both: int, only: int, missed: int, size: int) -> tuple[float, float, float]:
    """Return F1, IoU, correlation of four counts."""
    rest = size - both - only - missed
    union = both + only + missed
    product = (both + only) * (both + missed) * (rest + only) * (rest + missed)
    correlation = (both * rest - only * missed) / sqrt(product) if product else 0.0
    f1 = 2 * both / (2 * both + only + missed) if union else 0.0
    return f1, both / union if union else 0.0, correlation


def best_iou(heat: Plane, changed: Flags) -> float:
    """Return the greatest IoU that any threshold of the heat gives: a bound, no operating point.

    Only the heat of changed samples needs to be tried: a threshold between two of them names more
    samples than the one above it, and none of these rightly.
    """
    tried = np.sort(heat[changed])[::-1]
    if not tried.size:
        return 0.0
    named = heat.size - np.searchsorted(np.sort(heat, axis=None), tried, side="left")
    hits = np.arange(1, tried.size + 1)
    return float(np.max(hits / (named + tried.size - hits)))


def is_hit(heat: Plane, changed: Flags) -> bool:
    """Tell whether the hottest sample is a changed one; of equally hot ones, the first."""
    return bool(changed.ravel()[int(np.argmax(heat))])


def judge_heat(heat: Plane, threshold: float, changed: Flags) -> list[float]:
    """Return what `Row.maps` holds: F1, IoU, MCC from `threshold` on, best IoU, and the hit."""
    named = np.asarray(heat >= threshold)
    return [*compare_flags(named, changed), best_iou(heat, changed), float(is_hit(heat, changed))]


def block_ceiling(changed: Flags, edge: int) -> float:
    """Return the greatest IoU that a map of whole blocks can have.

    Blocks of `edge` x `edge` samples from the upper left corner, cut at the frame. Taking a block
    pays while its share of changed samples is high enough, so the best set is one of those that
    begin with the highest shares: all of these are tried.
    """
    starts = [np.arange(0, length, edge) for length in changed.shape]
    hits = np.add.reduceat(np.add.reduceat(changed.astype(np.int64), starts[0], 0), starts[1], 1)
    sides = [
        np.diff(np.append(cut, length)) for cut, length in zip(starts, changed.shape, strict=True)
    ]
    sizes = np.outer(*sides).ravel()
    order = np.argsort(-hits.ravel() / sizes, kind="stable")
    both = np.cumsum(hits.ravel()[order])
    union = np.cumsum(sizes[order]) + int(changed.sum()) - both
    return float(np.max(both / union))
