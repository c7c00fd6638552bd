"""Rates with their intervals, as cells of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.intervals import bootstrap, clopper_pearson, wilson

FEW = 10
"""Patients below which their own values stand beside a rate."""


@dataclass(frozen=True)
class Rate:
    """How often something happened, by patient."""

    hits: dict[str, int]
    tries: dict[str, int]
    different: int | None = None
    """Pictures that differ from each other, where not all do."""

    @property
    def hit(self) -> int:
        """How often, of all patients."""
        return sum(self.hits.values())

    @property
    def tried(self) -> int:
        """Of how many pictures."""
        return sum(self.tries.values())

    @property
    def patients(self) -> int:
        """Of how many patients."""
        return len(self.tries)

    @property
    def share(self) -> float:
        """The rate, 0 to 1; 0 of nothing."""
        return self.hit / self.tried if self.tried else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 %: bootstrap over patients; exact where none, all, or a single patient was seen.

        The exact interval (Clopper, Pearson) counts different pictures, as if no two were of one
        patient.
        Few patients may agree by chance, and no draw of them differs then: below `FEW`, and where
        all have one rate, the interval holds that of Wilson over pictures too.
        """
        if self.patients < 2 or self.hit in (0, self.tried):
            counted = self.different or self.tried
            return clopper_pearson(round(self.share * counted), counted) if counted else (0.0, 1.0)
        names = list(self.tries)
        sums = [float(self.hits[name]) for name in names]
        low, high = bootstrap(sums, [self.tries[name] for name in names])
        if self.patients < FEW or low == high:
            least, most = wilson(self.hit, self.tried)
            return min(low, least), max(high, most)
        return low, high

    @property
    def cell(self) -> str:
        """Percent with interval, "-" of nothing."""
        if not self.tried:
            return "-"
        low, high = self.interval
        return f"{percent(self.share)} ({percent(low)} to {percent(high)})"

    @property
    def sized(self) -> str:
        """Percent with interval and the number of pictures, "-" of nothing."""
        return f"{self.cell}; n = {self.tried}" if self.tried else "-"

    @property
    def counted(self) -> str:
        """Hits and tries with the rate and its interval."""
        return f"{self.hit}/{self.tried}: {self.cell} %" if self.tried else "-"

    @property
    def size(self) -> str:
        """Pictures and patients."""
        return f"{self.tried} / {self.patients}"

    @property
    def by_patient(self) -> str:
        """Hits and tries of each patient, in the order of their labels."""
        cells = (f"{name} {self.hits[name]}/{self.tries[name]}" for name in sorted(self.tries))
        return ", ".join(cells)


def rate_of(alarms: Iterable[tuple[str, bool]]) -> Rate:
    """Return the rate of pairs of a patient and whether it happened."""
    hits: dict[str, int] = {}
    tries: dict[str, int] = {}
    for patient, alarm in alarms:
        tries[patient] = tries.get(patient, 0) + 1
        hits[patient] = hits.get(patient, 0) + bool(alarm)
    return Rate(hits, tries)


def compare(first: Rate, second: Rate) -> str:
    """Return in words what the first found beside the second; overlapping intervals tell nothing.

    One of "more than", "less than", "as much, within the intervals, as".
    """
    (low, high), (least, most) = first.interval, second.interval
    if low > most:
        return "more than"
    return "less than" if high < least else "as much, within the intervals, as"


def percent(share: float) -> str:
    """Return a share in percent, never rounded to 0 or 100 where it is neither."""
    for digits in (1, 2, 3):
        text = f"{100 * share:.{digits}f}"
        if (float(text) in (0, 100)) == (share in (0, 1)):
            return "100" if share == 1 else "0" if share == 0 else text
    return text


def interval_cell(value: float, interval: tuple[float, float], digits: int = 3) -> str:
    """Return a number with its interval."""
    low, high = interval
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def folded(title: str, content: str) -> str:
    """Return a part of a page that is shown when it is asked for."""
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>"
