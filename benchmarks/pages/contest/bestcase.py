"""What detectors come to that learned from other slices of the very series that they judge."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.areas import area_of
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Method,
    Passive,
    our_seal,
    ranked_passive,
)
from benchmarks.pages.contest.rates import FEW, Rate, compare, folded, rate_of
from benchmarks.pages.contest.records import (
    Contest,
    counted,
    is_taught,
    level_of,
    made_of,
    named_attack,
    patients_of,
)
from benchmarks.pages.contest.thresholds import SAME, source_of, told_thresholds
from benchmarks.pages.tables import page, table

SHOWN = 3
"""Detectors in the table of attacks, and attacks that are named as found best and worst."""


def render_best_case(contest: Contest) -> str:
    """Return docs/results/best-case.md."""
    best = contest.best_case
    if best is None:
        return page("# The detectors' best case", _WHAT, contest.made, _LEAKS, "None was run.")
    return page(
        "# The detectors' best case",
        _WHAT,
        _measured(best),
        made_of(contest),
        _LEAKS,
        told_thresholds(best, SAME),
        "## Detectors, in their best case and split by patient",
        _BESIDE,
        _detectors(contest, best),
        _few_detectors(best, best, "Best case"),
        _few_detectors(contest.likewise or contest, best, "Split by patient"),
        "## Seal and detectors, attack by attack",
        _LINES,
        _attacks(best),
        _few_attacks(best),
        "## Which attacks are found",
        _ranking(best),
        _held_out(best),
        "## What it says",
        _conclusion(best),
    )


_WHAT = (
    "The detectors of the [contest](detection.md) learn from some patients and are tested on "
    "others. Here they learn from slices of the very series that they are tested on. Of every "
    "series of 16 slices or more, every second slice is learned from; the others go in turn to "
    "setting thresholds and to the test, where some are forged. Forgers are the "
    "same. Forgeries are of groups A and B, of pictures never sealed, which detectors judge, and "
    "of the same pictures sealed (profile `standard`), which seals judge. Command: `python -m "
    "benchmarks.contest --out benchmarks/results`; rows in `benchmarks/results/best-case.jsonl`, "
    "this page by `python -m benchmarks.render`."
)
_LEAKS = (
    "**What leaks, and in whose favour.** Every patient is on all sides. A detector has seen the "
    "scanner, the patient and the slice above and below; its threshold is set on slices beside "
    "those that are tested. All of that favours detectors; a seal learns nothing and gains "
    "nothing. Forgers learned from the series of training patients, of which some are here: that "
    "favours forgers there. That more steps of training pay, and which families are left out in "
    "[unseen](unseen.md), was seen on tested slices of some of these series, in a trial before: "
    "that favours detectors. It is leakage on purpose, meant to be kind to these detectors, and "
    "not a rate that a hospital would see. It is no bound: here they learn from fewer patients "
    "than in the contest, and some do better there. Published figures are often of such a split "
    "([opponents](opponents.md), [splits](splits.md))."
)
_BESIDE = (
    "Best first: by detections less false alarms on these very pictures, with hindsight. The last "
    "four columns are the same detector in the [contest](detection.md), at its threshold there: "
    "other patients than it learned from, the same groups and the same kinds of picture. Pictures "
    "never sealed; found at the threshold for 1 % false alarms. Level: T0."
)
_LINES = (
    "*Tags* and *stripped* are forgeries of sealed pictures, judged with the seal's tags or after "
    f"all tags were taken off; the detectors, the best {SHOWN}, judge never sealed ones. "
    "Percent found with the interval of 95 % and the number of pictures. No detector learned from "
    "the forgers that are marked as not taught."
)


def _measured(best: Contest) -> str:
    """Return of how many patients and slices the figures are."""
    rows, tested = best.shared, best.pictures("test")
    never = sum(not row.marked for row in rows)
    pictures = len({row.image for row in rows})
    return (
        f"{len(best.pictures('validation'))} originals set thresholds, {len(tested)} others are "
        f"tested, of {patients_of(tested)} patients ({counted(tested)}). {pictures} of these were "
        f"forged: {never} forgeries of them never sealed, {len(rows) - never} of them sealed."
    )


def _detectors(contest: Contest, best: Contest) -> str:
    """Return one line for each detector: its best case, and the split by patient."""
    other = contest.likewise
    assert other is not None
    lines = []
    for method in ranked_passive(best):
        own = (area_of(best, method.name).size, source_of(method.threshold))
        lines.append((method.name, *own, *_cells(best, method.name), *_there(other, method.name)))
    head: tuple[str, ...] = ("detector", "forged + originals / patients", "threshold")
    head += ("AUC, best case", "found, %", "false alarms, %")
    head += ("split by patient: forged + originals / patients", "AUC", "found, %")
    head += ("false alarms, %",)
    return table(head, lines) if lines else "No detector was run."


def _there(contest: Contest, detector: str) -> tuple[str, ...]:
    """Return size and cells of a detector in the contest, "-" where it was not in it."""
    if detector not in contest.thresholds:
        return ("-",) * 4
    return (area_of(contest, detector).size, *_cells(contest, detector))


def _cells(contest: Contest, detector: str) -> tuple[str, str, str]:
    """Return area, rate of detection and false alarms of a detector."""
    method = Passive(detector, contest.thresholds[detector])
    found, false = method.rate(contest.shared), method.rate(contest.originals("test"))
    return area_of(contest, detector).cell, found.cell, false.cell


def _few_detectors(contest: Contest, best: Contest, title: str) -> str:
    """Return what each patient of a contest came to where they are few, detectors as the best's."""
    known = [one.name for one in ranked_passive(best) if one.name in contest.thresholds]
    methods = [Passive(name, contest.thresholds[name]) for name in known]
    lines = [
        (one.name, area_of(contest, one.name).by_patient, found.by_patient, false.by_patient)
        for one in methods
        for found in [one.rate(contest.shared)]
        for false in [one.rate(contest.originals("test"))]
        if false.patients < FEW
    ]
    if not lines:
        return f"{title}: {FEW} patients or more."
    head = ("detector", "AUC of each patient", "found", "false alarms")
    return folded(f"{title}: fewer than {FEW} patients, each one's values", table(head, lines))


def columns_of(best: Contest) -> list[tuple[str, Method]]:
    """Return our seal, with and without tags, and the best detectors."""
    seals = [name for name in (our_seal(best, TAGS), our_seal(best, STRIPPED)) if name]
    methods: list[Method] = [Active(name) for name in seals]
    methods += ranked_passive(best)[:SHOWN]
    return [(method.name, method) for method in methods]


def _groups(best: Contest) -> list[tuple[str, list[Row]]]:
    """Return the rows of each attack, and of all, by the names that tables print."""
    groups = [(_marked(rows[0]), rows) for rows in groups_of(best.shared).values()]
    return [*groups, ("all", list(best.shared))]


def _marked(row: Row) -> str:
    """Return the name of an attack, with a note at that of the forger that was held out."""
    return named_attack(row) if is_taught(row) else f"{named_attack(row)} (not taught)"


def _attacks(best: Contest) -> str:
    """Return one line for each attack."""
    columns = columns_of(best)
    lines = []
    for name, rows in _groups(best):
        cells = (method.rate(rows).sized for _, method in columns)
        lines.append((name, level_of(rows), patients_of(rows), *cells))
    head = ("attack", "level", "patients")
    return table((*head, *(title for title, _ in columns)), lines)


def _few_attacks(best: Contest) -> str:
    """Return what was found of each patient where they are few."""
    if patients_of(best.shared) >= FEW:
        return f"There are {patients_of(best.shared)} patients."
    lines = [
        (name, title, method.rate(rows).by_patient)
        for name, rows in _groups(best)
        for title, method in columns_of(best)
        if method.rate(rows).tried
    ]
    content = table(("attack", "method", "found of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)


def _ranking(best: Contest) -> str:
    """Return the attacks that the best detectors find most and least of."""
    lines = []
    for method in ranked_passive(best)[:SHOWN]:
        rates = [(name, method.rate(rows)) for name, rows in _groups(best)[:-1]]
        ranked = sorted(
            ((name, rate) for name, rate in rates if rate.tried), key=lambda pair: -pair[1].share
        )
        if ranked:
            least = ranked[SHOWN:][-SHOWN:]
            cells = (_named(ranked[:SHOWN]), _named(least) or "-")
            lines.append((method.name, len(ranked), *cells))
    head = ("detector", "attacks", "finds most of", "finds least of")
    return table(head, lines) if lines else "No detector was run."


def _named(rates: Sequence[tuple[str, Rate]]) -> str:
    """Return attacks with their rates."""
    return "; ".join(f"{name}, {rate.counted}" for name, rate in rates)


def _held_out(best: Contest) -> str:
    """Return what detectors find of forgers that none learned from, beside those they knew."""
    never = [row for row in best.shared if not row.marked and row.group[:1] == "B"]
    parts = [[row for row in never if is_taught(row) is taught] for taught in (False, True)]
    lines = []
    for method in ranked_passive(best)[:SHOWN]:
        unknown, known = (method.rate(part) for part in parts)
        if unknown.tried and known.tried:
            lines.append((method.name, unknown.counted, known.counted))
    asked = ", ".join(sorted({row.attack for row in parts[0]}))
    head = ("detector", f"{asked}: no detector learned from them", "other learned forgers (B)")
    return table(head, lines) if lines else "No forgery by a forger not taught was put to them."


def _conclusion(best: Contest) -> str:
    """Return in words which of seal and detector finds more."""
    detector = next(iter(ranked_passive(best)), None)
    if detector is None:
        return "No detector was run."
    found, false = detector.rate(best.shared), detector.rate(best.originals("test"))
    words = [
        f"The best detector (`{detector.name}`) finds {found.counted} and alarms "
        f"{false.counted} of the sound slices."
    ]
    for ending, where in ((TAGS, "with its tags"), (STRIPPED, "after all tags were taken off")):
        name = our_seal(best, ending)
        rate = Active(name).rate(best.shared) if name else rate_of(())
        if rate.tried:
            words.append(
                f"The seal finds, {where}, {rate.counted}: {compare(rate, found)} the detector."
            )
    return f"{' '.join(words)} Of a picture that was never sealed the seal says nothing."
