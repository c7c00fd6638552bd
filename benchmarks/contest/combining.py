"""The ensemble: what all detectors together make of each picture that all of them judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.contest.rows import LEFT_OUT, Row
from benchmarks.pages.contest.standardising import standardise
from benchmarks.passive.ensemble import Ensemble, Scores

Told = tuple[Row, Scores]
"""A row and its standard scores."""


def combine(rows: Sequence[Row]) -> None:
    """Write what the ensemble says into the rows, from scores that are standardised within kinds.

    It learns from validation pictures. What it says of these, by which its threshold is chosen, it
    says as learned from the other validation patients (Wolpert's stacking), where there are any.
    Nothing is written without validation originals.
    """
    names = _names(rows)
    whole = [row for row in rows if all(name in row.scores for name in names)]
    standard = standardise(whole)
    told = [
        (row, {name: one.scores[name] for name in names})
        for row, one in zip(whole, standard, strict=True)
    ]
    lessons = [one for one in told if one[0].part == "validation"]
    final = _learned(lessons)
    if final is None:
        return
    patients = {row.patient for row, _ in lessons}
    without = {
        patient: _learned([one for one in lessons if one[0].patient != patient]) or final
        for patient in patients
    }
    for row, scores in told:
        model = without[row.patient] if row.part == "validation" else final
        row.scores[Ensemble.name] = model.combine_scores(scores)


def _names(rows: Sequence[Row]) -> list[str]:
    """Return the detectors that saw pictures of all sorts."""
    counts = Counter(name for row in rows for name in row.scores if LEFT_OUT not in name)
    most = max(counts.values(), default=0)
    return sorted(name for name, count in counts.items() if 2 * count > most)


def _learned(lessons: Sequence[Told]) -> Ensemble | None:
    """Return an ensemble that learned from rows; None where no original is among them."""
    if all(row.group for row, _ in lessons):
        return None
    ensemble = Ensemble()
    ensemble.fit([scores for _, scores in lessons], [bool(row.group) for row, _ in lessons])
    return ensemble
