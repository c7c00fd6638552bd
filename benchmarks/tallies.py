"""Rows of benchmarks/location added up, with their intervals, as cells of a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable

from benchmarks.intervals import bootstrap, wilson
from benchmarks.pages.tables import Row


class Tally:
    """Rows that belong together."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)
        self.outcomes: Counter[str] = Counter()
        self.beyond: Counter[str] = Counter()
        for row in self.rows:
            self.outcomes.update(row["outcomes"])
            self.beyond.update(row["beyond"])

    def sum(self, name: str, evidence: str = "") -> int:
        """Return the sum of a count, of the rows or of one evidence's sums."""
        return int(sum((row[evidence] if evidence else row)[name] for row in self.rows))

    def patients(self) -> int:
        """Return of how many patients the rows are."""
        return len({row["patient"] for row in self.rows})

    def least(self, evidence: str, prefix: str = "") -> float:
        """Return the least IoU of all cases."""
        return min(float(row[evidence][f"{prefix}least"]) for row in self.rows)

    def worst(self, evidence: str) -> tuple[float, str]:
        """Return the least IoU and the frame that it is of."""
        row = min(self.rows, key=lambda one: float(one[evidence]["least"]))
        return float(row[evidence]["least"]), str(row[evidence]["worst"])

    def iou(self, evidence: str, prefix: str = "") -> str:
        """Return the mean IoU with its interval."""
        sums: dict[int, float] = defaultdict(float)
        counts: Counter[int] = Counter()
        for row in self.rows:
            if row[evidence][f"{prefix}cases"]:
                sums[row["patient"]] += row[evidence][f"{prefix}iou"]
                counts[row["patient"]] += row[evidence][f"{prefix}cases"]
        if not counts:
            return "-"
        mean = sum(sums.values()) / counts.total()
        low, high = bootstrap(list(sums.values()), [counts[patient] for patient in sums])
        return f"{mean:.4f} ({low:.4f} to {high:.4f})"

    def good(self, evidence: str, prefix: str = "") -> str:
        """Return how many cases have an IoU of 0.99 or more."""
        cases = self.sum(f"{prefix}cases", evidence)
        return share(self.sum(f"{prefix}good", evidence), cases) if cases else "-"

    def from_tags(self) -> str:
        """Return the rate of detection from the tags."""
        return rate(self.sum("tags_detected"), self.sum("cases"))

    def alone(self) -> str:
        """Return the rate of detection from the samples alone, within the tolerance."""
        tried = self.outcomes.total()
        return rate(tried - self.outcomes["proved"] - self.outcomes["unsealed"], tried)


def rate(hits: int, tries: int) -> str:
    """Return a rate with its interval in percent."""
    if not tries:
        return "-"
    low, high = wilson(hits, tries)
    return f"{hits}/{tries} ({100 * low:.2f} to {100 * high:.2f})"


def share(hits: int, tries: int) -> str:
    """Return a rate in percent."""
    return f"{hits / tries:.2%}"


def grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> list[tuple[Hashable, Tally]]:
    """Return tallies by a key, in the order in which the keys come."""
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [(name, Tally(mine)) for name, mine in groups.items()]
