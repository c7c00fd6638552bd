"""Intervals of 95 %: Wilson for rates, bootstrap over patients for means."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

_Z = 1.959964
"""Of the normal distribution, two-sided 95 %."""
_RESAMPLES = 2000


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the interval of a rate, 0 to 1. Source: Wilson, JASA 22, 1927; `tries` >= 1."""
    rate, square = hits / tries, _Z * _Z / tries
    middle = (rate + square / 2) / (1 + square)
    half = _Z * sqrt(rate * (1 - rate) / tries + square / (4 * tries)) / (1 + square)
    low = 0.0 if hits == 0 else middle - half
    return low, 1.0 if hits == tries else middle + half


def bootstrap(sums: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    """Return the interval of a mean whose values come in clusters: one sum and count a patient.

    Patients are drawn with replacement, 2000 times, with a fixed seed; a single one has no interval
    but the mean itself. Source: Field, Welsh, Bootstrapping clustered data, JRSS B 69(3), 2007.
    """
    totals = np.asarray(sums, dtype=np.float64)
    weights = np.asarray(counts, dtype=np.float64)
    draws = np.random.default_rng(2026).integers(0, len(totals), (_RESAMPLES, len(totals)))
    means = totals[draws].sum(axis=1) / weights[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
