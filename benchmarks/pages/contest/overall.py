"""Passive detectors over all attacks: areas, rates, and what other thresholds would give."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.contest.rows import Row
from benchmarks.measures.detection import (
    area_interval,
    area_under,
    average_precision,
    choose_threshold,
    count_alarms,
)
from benchmarks.pages.contest.methods import Passive, best_passive, passive_methods
from benchmarks.pages.contest.rates import interval_cell
from benchmarks.pages.contest.records import RATE, RATES, Contest, patients_of
from benchmarks.pages.contest.thresholds import source_of
from benchmarks.pages.tables import table

OVERALL = (
    "Accuracy, precision and F1 depend on how many forgeries there are for each original, here "
    "many; recall is the rate of detection at the threshold for 1 % false alarms. *Of the test "
    "originals* is at the score that 1 % of the test originals pass: what a detector could have "
    "had if its threshold had been known, and no operating point."
)


def overall_table(contest: Contest) -> str:
    """Return areas, precision and rates of each detector on never sealed pictures."""
    never = [row for row in contest.shared if not row.marked]
    rows = [*contest.originals("test"), *never]
    lines = []
    for method in passive_methods(contest):
        seen = [row for row in rows if method.name in row.scores]
        scores = [row.scores[method.name] for row in seen]
        forged = [row.group != "" for row in seen]
        if len(set(forged)) < len((True, False)):
            continue
        counts = count_alarms(scores, forged, method.threshold.value)
        area = area_interval(scores, forged, [row.patient for row in seen])
        measures = (counts.accuracy, counts.precision, counts.f1)
        lines.append(
            (
                method.name,
                f"{sum(forged)} + {len(forged) - sum(forged)} / {patients_of(seen)}",
                interval_cell(area_under(scores, forged), area),
                f"{average_precision(scores, forged):.3f}",
                *(_found(contest, method.name, never, rate) for rate in RATES),
                _with_hindsight(contest, method.name, never),
                *(f"{measure:.3f}" for measure in measures),
            )
        )
    head: tuple[str, ...] = (
        "detector",
        "forged + originals / patients",
        "AUC",
        "AP",
        "found at 1 %",
    )
    head += ("at 5 %", "at 0.1 %", "at 1 % of the test originals")
    return table((*head, "accuracy", "precision", "F1"), lines)


def _with_hindsight(contest: Contest, detector: str, rows: Sequence[Row]) -> str:
    """Return the rate of detection at a threshold that the test originals themselves gave."""
    seen = [row for row in contest.originals("test") if detector in row.scores]
    threshold = choose_threshold([row.scores[detector] for row in seen], RATE)
    return Passive(detector, threshold).rate(rows).cell


def _found(contest: Contest, detector: str, rows: Sequence[Row], rate: float) -> str:
    """Return the rate of detection at a rate of false alarms, "-" where it cannot be set."""
    threshold = contest.threshold(detector, rate)
    if threshold is None or (rate < RATE and not threshold.resolved):
        return "-"
    return Passive(detector, threshold).rate(rows).cell


def kinds_table(contest: Contest) -> str:
    """Return rates where each kind of picture has its own threshold, which a detector may need."""
    kinds = sorted({row.kind for row in contest.shared})
    best = best_passive(contest)
    if best is None:
        return "No passive detector was run."
    lines = []
    for kind in kinds:
        threshold = contest.threshold(best.name, best.threshold.asked, kind)
        if threshold is None:
            continue
        own = Passive(best.name, threshold)
        mine = [row for row in contest.shared if row.kind == kind]
        quiet = own.rate(row for row in contest.originals("test") if row.kind == kind)
        found, pooled = own.rate(mine), best.rate(mine)
        cells = (source_of(threshold), found.size, found.cell, quiet.counted, pooled.cell)
        lines.append((kind, *cells))
    head = ("kind", "threshold of the kind", "forged / patients", "found, %", "false alarms")
    title = f"Of `{best.name}`; the last column has the threshold of all kinds together."
    return f"{title}\n\n{table((*head, 'found with one threshold, %'), lines)}"
