"""Payload against PSNR: ours, the ceiling of changes by 1, and what others published.

Every PSNR here is at a peak of 255, whatever the depth of the frame: a change by 1 is a change by
1, and a larger peak would only move the whole curve up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np

from benchmarks.measures.ceiling import MOST, least_change
from benchmarks.measures.reversible import PUBLISHED

PEAK = 255
CEILING = "ceiling of changes by 1"
LEAST_RATE = 0.001
"""Bits a sample at the left end of the ceiling."""
_POINTS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the plot."""

    series: str
    """"ours, light" and "carried, light" and so on, CEILING, or "published: " and the scheme."""
    bits: float
    """Bits a sample."""
    psnr: float
    """dB at a peak of 255."""
    label: str
    """Kind of the frame, or name of the picture."""


def decibels(mean_square: float, peak: float = PEAK) -> float:
    """Return the PSNR of a mean square error above 0."""
    return 10 * log10(peak**2 / mean_square)


def curve_points(rows: Iterable[Mapping[str, Any]]) -> list[Point]:
    """Return the points of the plot of payload against PSNR.

    rows: those of benchmarks/results/fidelity.jsonl, of which the ones with "curve" count. Ours is
    the net payload, as the published figures are: what is left once the tolerated damage is paid
    for. All that the samples carry ("carried") is a series of its own, for the ceiling alone.
    """
    ours = [
        Point(f"{what}, {row['profile']}", row[field], decibels(row["mean_square"]), row["kind"])
        for row in rows
        if row["what"] == "curve"
        for what, field in (("ours", "payload"), ("carried", "carried"))
    ]
    rates = np.geomspace(LEAST_RATE, 0.999 * MOST, _POINTS)
    ceiling = [Point(CEILING, float(r), decibels(least_change(float(r))), "") for r in rates]
    others = [Point(f"published: {p.scheme}", p.bits, p.psnr, p.picture) for p in PUBLISHED]
    return [*ours, *ceiling, *others]
