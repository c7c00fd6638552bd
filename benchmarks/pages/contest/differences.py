"""By how much two rates of the same patients differ, in points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.intervals import RESAMPLES, draw_clusters
from benchmarks.pages.contest.rates import Rate

PAIRED = (
    "Intervals of differences are of 95 %, by bootstrap over patients (2000 resamples), of whom "
    "both rates are taken each time; of few patients they are too narrow rather than too wide."
)
"""How the intervals here come about, for the pages that have them."""


@dataclass(frozen=True)
class Difference:
    """The first rate less the second."""

    first: Rate
    second: Rate

    @property
    def value(self) -> float:
        """The difference, -1 to 1."""
        return self.first.share - self.second.share

    @property
    def patients(self) -> list[str]:
        """Of whom both are."""
        return sorted(self.first.tries.keys() & self.second.tries.keys())

    @property
    def alike(self) -> bool:
        """Whether the difference is the same in every patient, so that no draw can tell."""
        return len({round(self.of(name), 12) for name in self.patients}) < len(("one", "another"))

    def of(self, patient: str) -> float:
        """Return the difference in one patient of whom both are."""
        first, second = (one.hits[patient] / one.tries[patient] for one in self._rates)
        return first - second

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 %, of the patients of whom both rates are; None where these are all alike."""
        if self.alike:
            return None
        weights = draw_clusters(len(self.patients), RESAMPLES)
        first, second = (self._drawn(one, weights) for one in self._rates)
        low, high = np.percentile(first - second, [2.5, 97.5])
        return float(low), float(high)

    @property
    def is_certain(self) -> bool:
        """Whether the interval is on one side of 0."""
        return self.interval is not None and self.interval[0] * self.interval[1] > 0

    @property
    def cell(self) -> str:
        """Points with their interval, or why there is none; "-" without a patient."""
        if not self.patients:
            return "-"
        points = f"{100 * self.value:+.1f}"
        if self.interval is None:
            count = len(self.patients)
            return f"{points} ({f'alike in all {count} patients' if count > 1 else '1 patient'})"
        low, high = self.interval
        return f"{points} ({100 * low:+.1f} to {100 * high:+.1f})"

    @property
    def _rates(self) -> tuple[Rate, Rate]:
        """Both."""
        return self.first, self.second

    def _drawn(self, rate: Rate, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a rate of each draw of patients."""
        hits, tries = (
            np.array([some[name] for name in self.patients], dtype=np.float64)
            for some in (rate.hits, rate.tries)
        )
        shares: NDArray[np.float64] = (weights @ hits) / (weights @ tries)
        return shares
