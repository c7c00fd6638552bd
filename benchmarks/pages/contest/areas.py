"""The area under a detector's curve, on pictures that were never sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.contest.rows import Row
from benchmarks.measures.detection import area_interval, area_under
from benchmarks.pages.contest.rates import interval_cell
from benchmarks.pages.contest.records import Contest, patients_of


@dataclass(frozen=True)
class Area:
    """An area, of how many pictures, and each patient's own."""

    size: str
    """Forged and original pictures, and patients."""
    cell: str
    """AUC with its interval of 95 %, "-" without a forgery or without an original."""
    by_patient: str
    """AUC of each patient who has both."""


@lru_cache(maxsize=256)
def area_of(contest: Contest, detector: str) -> Area:
    """Return that of a detector: forgeries of A to D and originals of test patients."""
    rows = [*contest.originals("test"), *(row for row in contest.shared if not row.marked)]
    seen = [row for row in rows if detector in row.scores]
    forged = sum(row.group != "" for row in seen)
    size = f"{forged} + {len(seen) - forged} / {patients_of(seen)}"
    value = _area(seen, detector)
    if value is None:
        return Area(size, "-", "-")
    scores, truth = _pairs(seen, detector)
    cell = interval_cell(value, area_interval(scores, truth, [row.patient for row in seen]))
    patients = sorted({row.patient for row in seen})
    each = ((one, _area([row for row in seen if row.patient == one], detector)) for one in patients)
    return Area(size, cell, ", ".join(f"{one} {own:.3f}" for one, own in each if own is not None))


def _area(rows: Sequence[Row], detector: str) -> float | None:
    """Return the area of some rows, None without a forgery or without an original."""
    scores, truth = _pairs(rows, detector)
    return area_under(scores, truth) if any(truth) and not all(truth) else None


def _pairs(rows: Sequence[Row], detector: str) -> tuple[list[float], list[bool]]:
    """Return scores, and whether each is of a forgery."""
    return [row.scores[detector] for row in rows], [row.group != "" for row in rows]
