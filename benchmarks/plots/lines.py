"""Lines of rates that several plots have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Method,
    Passive,
    our_seal,
    ranked_passive,
)
from benchmarks.pages.contest.records import Contest

MOST = 6
"""Passive detectors in one plot."""


def chosen_methods(contest: Contest) -> list[tuple[str, Method]]:
    """Return our seal, with and without tags, and the best passive detectors, best first."""
    methods: list[tuple[str, Method]] = []
    for ending in (TAGS, STRIPPED):
        name = our_seal(contest, ending)
        if name:
            methods.append((f"seal ({name})", Active(name)))
    return [*methods, *((method.name, method) for method in best_detectors(contest))]


def best_detectors(contest: Contest) -> list[Passive]:
    """Return the first passive detectors of those ranked."""
    return ranked_passive(contest)[:MOST]


def draw_rates(
    axes: Any, method: Method, groups: Sequence[tuple[float, Iterable[Row]]], style: dict[str, Any]
) -> bool:
    """Draw rates over places, with bars of their intervals; tell whether there was any.

    groups: places on the axis and the rows that lie there.
    """
    places, shares, bars = [], [], []
    for place, rows in groups:
        rate = method.rate(rows)
        if rate.tried:
            low, high = rate.interval
            places.append(place)
            shares.append(100 * rate.share)
            bars.append((100 * (rate.share - low), 100 * (high - rate.share)))
    if places:
        spread = [[max(0.0, one) for one in side] for side in zip(*bars, strict=True)]
        kinds = {"elinewidth": 0.8, "capsize": 2, "markersize": 5}
        axes.errorbar(places, shares, yerr=spread, **kinds, **style)
    return bool(places)


def rate_axis(axes: Any, word: str = "found, % of forgeries") -> None:
    """Make the upright axis one of rates."""
    axes.set_ylim(-3, 103)
    axes.set_ylabel(word)
