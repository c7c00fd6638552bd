"""Standard scores: each score against those of sound pictures of its own kind.

What a detector says of a sound picture differs from kind to kind, for reasons that have nothing to
do with forgeries: a fundus is not as noisy as a CT. One threshold for all of them would then be
that of the loudest kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.contest.rows import Row

ENOUGH = 10
"""Validation originals from which a kind of picture has mean and deviation of its own."""
Standards = dict[tuple[str, str], "Standard"]
"""By detector and kind; the kind "" is of all kinds together."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What a detector says of sound pictures."""

    mean: float
    deviation: float
    """Root of the mean square of the differences from the mean; 0 of scores that are all alike."""

    @classmethod
    def of(cls, scores: Sequence[float]) -> Standard:
        """Return that of some scores, at least one."""
        if min(scores) == max(scores):
            return cls(scores[0], 0.0)
        return cls(float(np.mean(scores)), float(np.std(scores)))

    def place(self, score: float) -> float:
        """Return a score less the mean, over the deviation where there is one."""
        return (score - self.mean) / (self.deviation or 1.0)


def standardise(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows with standard scores, all else as it was; the rows given stay as they are.

    A score is compared with what its detector said of the validation originals of the same kind
    that were never sealed, where there are at least `ENOUGH`, else of all kinds together. The
    scores of a detector that saw no such original stay as they are: it has no threshold either.
    """
    standards = _standards(row for row in rows if is_reference(row))
    return tuple(replace(row, scores=_placed(row, standards)) for row in rows)


def is_reference(row: Row) -> bool:
    """Tell whether scores are compared with those of a row."""
    return row.part == "validation" and not row.group and not row.marked and not row.sweep


def _standards(originals: Iterable[Row]) -> Standards:
    """Return the standards of every detector."""
    scores: dict[tuple[str, str], list[float]] = {}
    for row in originals:
        for name, score in row.scores.items():
            for kind in (row.kind, ""):
                scores.setdefault((name, kind), []).append(score)
    return {
        (name, kind): Standard.of(mine)
        for (name, kind), mine in scores.items()
        if not kind or len(mine) >= ENOUGH
    }


def _placed(row: Row, standards: Standards) -> dict[str, float]:
    """Return the standard scores of a row."""
    placed = {}
    for name, score in row.scores.items():
        standard = standards.get((name, row.kind)) or standards.get((name, ""))
        placed[name] = standard.place(score) if standard else score
    return placed
