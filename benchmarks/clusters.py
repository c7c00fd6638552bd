"""Means over rows that come in clusters, a patient each, and their intervals, as cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf, log10
from typing import Any

from benchmarks.intervals import bootstrap

Row = dict[str, Any]
Value = Callable[[Row], float]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over rows and its interval of 95 %."""

    value: float
    low: float
    high: float
    patients: int

    def text(self, form: Callable[[float], str]) -> str:
        """Return the mean, with its interval where there is more than one patient."""
        if self.patients < 2:
            return form(self.value)
        return f"{form(self.value)} ({form(self.low)} to {form(self.high)})"

    def decibels(self) -> str:
        """Return a mean of squares, relative to a peak's, as PSNR: less error is more."""
        return Mean(
            _decibels(self.value), _decibels(self.high), _decibels(self.low), self.patients
        ).text("{:.1f}".format)


def _decibels(square: float) -> float:
    """Return the PSNR of a mean square error relative to the square of the peak."""
    return -10 * log10(square) if square else inf


def mean_of(rows: Iterable[Row], value: Value) -> Mean:
    """Return the mean of a value over rows; patients are drawn for the interval."""
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row["patient"]] += value(row)
        counts[row["patient"]] += 1
    low, high = bootstrap(list(sums.values()), list(counts.values()))
    return Mean(sum(sums.values()) / sum(counts.values()), low, high, len(sums))


def relative_error(name: str) -> Value:
    """Return what gives the mean square error of a row over the square of the peak `name`."""

    def of(row: Row) -> float:
        decibels = row["peaks"][name]["psnr"]
        return 0.0 if decibels is None else float(10 ** (-decibels / 10))

    return of
