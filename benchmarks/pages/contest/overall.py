"""Passive detectors over all attacks: areas, rates, and what other thresholds would give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.contest.rows import Row
from benchmarks.measures.detection import (
    area_interval,
    area_under,
    average_precision,
    choose_threshold,
    count_alarms,
    counts_intervals,
    precision_interval,
)
from benchmarks.pages.contest.areas import area_of
from benchmarks.pages.contest.methods import Passive, best_passive, passive_methods
from benchmarks.pages.contest.rates import FEW, Rate, folded, interval_cell, rate_of
from benchmarks.pages.contest.records import RATE, RATES, Contest, level_of, patients_of
from benchmarks.pages.contest.thresholds import source_of
from benchmarks.pages.tables import table

OVERALL = (
    "Accuracy, precision, F1 and AP depend on how many forgeries there are for each original: "
    "*forged* is their share of what was judged, and what AP comes to by guessing. Recall is the "
    "rate of detection at the threshold for 1 % false alarms. *At 1 % of the test originals*: the "
    "threshold that at most 1 % of the test originals pass (of fewer than 100, none), known only "
    "afterwards and no operating point. Where false alarms came out above 1 %, this is the rate at "
    "the false alarms that were asked for. Rates of detection are in percent; level: T0."
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
        patients, value = [row.patient for row in seen], method.threshold.value
        counts = count_alarms(scores, forged, value)
        area = area_interval(scores, forged, patients)
        precision = precision_interval(scores, forged, patients)
        measures = (counts.accuracy, counts.precision, counts.f1)
        spans = counts_intervals(scores, forged, patients, value)
        lines.append(
            (
                method.name,
                f"{sum(forged)} + {len(forged) - sum(forged)} / {patients_of(seen)}",
                interval_cell(area_under(scores, forged), area),
                f"{sum(forged) / len(forged):.3f}",
                interval_cell(average_precision(scores, forged), precision),
                *(_found(contest, method.name, never, rate) for rate in RATES),
                with_hindsight(contest, method.name, never),
                *(interval_cell(one, span) for one, span in zip(measures, spans, strict=True)),
            )
        )
    head: tuple[str, ...] = (
        "detector",
        "forged + originals / patients",
        "AUC",
        "forged",
        "AP",
        "found at 1 %",
    )
    head += ("at 5 %", "at 0.1 %", "at 1 % of the test originals", "accuracy", "precision", "F1")
    return _behind(table(head, lines), _few_overall(contest))


def _few_overall(contest: Contest) -> str:
    """Return area and detections of each patient for detectors that judged few, "" without."""
    lines = [
        (method.name, area_of(contest, method.name).by_patient, rate.by_patient)
        for method in passive_methods(contest)
        for rate in [method.rate(contest.shared)]
        if 0 < rate.patients < FEW
    ]
    return _fold_few(("detector", "AUC of each patient", "found at 1 %"), lines)


def with_hindsight(contest: Contest, detector: str, rows: Sequence[Row]) -> str:
    """Return the rate of detection at a threshold that the test originals themselves gave."""
    seen = [row for row in contest.originals("test") if detector in row.scores]
    if not seen:
        return "-"
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
    best = best_passive(contest)
    if best is None:
        return "No passive detector was run."
    kinds = [_rates_of(contest, best, kind) for kind in _kinds(contest)]
    lines = [
        (
            kind.name,
            kind.source,
            kind.level,
            kind.found.size,
            *(kind.own_found.cell, kind.own_false.counted),
            *(kind.found.cell, kind.false.counted),
        )
        for kind in kinds
    ]
    head: tuple[str, ...] = ("kind", "threshold of the kind", "level", "forged / patients")
    head += ("found, %", "false alarms", "found with one threshold, %")
    head += ("false alarms with one threshold",)
    title = f"Of `{best.name}`; the last two columns have the threshold of all kinds together."
    return _behind(f"{title}\n\n{table(head, lines)}", _few_kinds(kinds))


@dataclass(frozen=True)
class _Kind:
    """What a detector made of one kind of picture."""

    name: str
    source: str
    """What the threshold of the kind was chosen on."""
    level: str
    own_found: Rate
    """Of its forgeries, never sealed, with the threshold of the kind; of nothing without one."""
    own_false: Rate
    """Of its originals."""
    found: Rate
    """With the threshold of all kinds together, as the next."""
    false: Rate


def _kinds(contest: Contest) -> list[str]:
    """Return the kinds of the test pictures."""
    return sorted({row.kind for row in (*contest.shared, *contest.originals("test"))})


def _rates_of(contest: Contest, best: Passive, kind: str) -> _Kind:
    """Return what the detector made of a kind."""
    threshold = contest.threshold(best.name, best.threshold.asked, kind)
    mine = [row for row in contest.shared if row.kind == kind and not row.marked]
    quiet = [row for row in contest.originals("test") if row.kind == kind]
    own = Passive(best.name, threshold) if threshold else None
    return _Kind(
        kind,
        source_of(threshold) if threshold else "no validation original of it",
        level_of(mine) or "-",
        *(own.rate(rows) if own else rate_of(()) for rows in (mine, quiet)),
        *(best.rate(rows) for rows in (mine, quiet)),
    )


def _few_kinds(kinds: Iterable[_Kind]) -> str:
    """Return the values of each patient of the kinds with few, "" without."""
    few = [kind for kind in kinds if min(kind.found.patients, kind.false.patients) < FEW]
    lines = [
        (kind.name, *(rate.by_patient or "-" for rate in rates))
        for kind in few
        for rates in [(kind.own_found, kind.own_false, kind.found, kind.false)]
    ]
    head = ("kind", "found", "false alarms", "found with one threshold")
    return _fold_few((*head, "false alarms with one threshold"), lines)


def _fold_few(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """Return a folded table of the values of few patients, "" without a line."""
    title = f"Fewer than {FEW} patients: each one's values"
    return folded(title, table(head, lines)) if lines else ""


def _behind(first: str, second: str) -> str:
    """Return two parts of a page, of which the second may be empty."""
    return f"{first}\n\n{second}" if second else first
