"""Intervals of 95 %: Wilson, Clopper and Pearson for rates, bootstrap over patients."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from math import lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

_Z = 1.959964
"""Of the normal distribution, two-sided 95 %."""
RESAMPLES = 2000
"""Of a bootstrap."""
_TAIL = 0.025
"""Of each side of an interval of 95 %."""
_SEED = 2026


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
    draws = np.random.default_rng(_SEED).integers(0, len(totals), (RESAMPLES, len(totals)))
    means = totals[draws].sum(axis=1) / weights[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


@lru_cache(maxsize=4096)
def clopper_pearson(hits: int, tries: int) -> tuple[float, float]:
    """Return the exact interval of a rate, 0 to 1: never too narrow; `tries` >= 1.

    Its ends are the rates at which what was seen, or less (or more), has a chance of 2.5 %, found
    by bisection. Source: Clopper, Pearson, Biometrika 26(4), 1934.
    """
    low = 0.0 if hits == 0 else _solve(lambda rate: 1 - _at_most(hits - 1, tries, rate) < _TAIL)
    high = 1.0 if hits == tries else _solve(lambda rate: _at_most(hits, tries, rate) > _TAIL)
    return low, high


def _at_most(hits: int, tries: int, rate: float) -> float:
    """Return the chance of at most `hits` of `tries` at a rate between 0 and 1."""
    counts = np.arange(hits + 1)
    logs = _log_factorials(tries)
    ways = logs[tries] - logs[counts] - logs[tries - counts]
    return float(np.exp(ways + counts * log(rate) + (tries - counts) * log(1 - rate)).sum())


@lru_cache(maxsize=64)
def _log_factorials(last: int) -> NDArray[np.float64]:
    """Return the logarithms of 0! to last!."""
    return np.array([lgamma(count + 1) for count in range(last + 1)])


def _solve(below: Callable[[float], bool]) -> float:
    """Return where `below`, true at rates near 0 and false near 1, turns."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def draw_clusters(clusters: int, resamples: int) -> NDArray[np.float64]:
    """Return (resamples, clusters) how often each cluster was drawn, with a fixed seed."""
    draws = np.random.default_rng(_SEED).integers(0, clusters, (resamples, clusters))
    weights = np.zeros((resamples, clusters))
    np.add.at(weights, (np.arange(resamples)[:, np.newaxis], draws), 1.0)
    return weights


def cluster_bootstrap(
    patients: Sequence[Hashable], statistic: Callable[[NDArray[np.intp]], float]
) -> tuple[float, float]:
    """Return the interval of any statistic whose values come in clusters.

    patients: (n,) of whom each value is; statistic: takes the places of the drawn values, those of
    a patient that was drawn twice twice, and may return NaN where it has no value (left out).
    2000 resamples with a fixed seed. Source: as `bootstrap`.
    """
    places: dict[Hashable, list[int]] = {}
    for place, patient in enumerate(patients):
        places.setdefault(patient, []).append(place)
    members = [np.asarray(mine, dtype=np.intp) for mine in places.values()]
    draws = np.random.default_rng(_SEED).integers(0, len(members), (RESAMPLES, len(members)))
    values = np.array([statistic(np.concatenate([members[one] for one in draw])) for draw in draws])
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)
