"""T3: what must not alarm, and does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.methods import (
    STRIPPED,
    Active,
    Passive,
    our_seal,
    passive_methods,
    ranked_passive,
)
from benchmarks.pages.contest.rates import FEW, folded
from benchmarks.pages.contest.records import LOSSY, Contest, level_of, patients_of
from benchmarks.pages.contest.thresholds import source_of, threshold_table, told_thresholds
from benchmarks.pages.tables import page, table


def render_false_alarms(contest: Contest) -> str:
    """Return docs/results/false-alarms.md."""
    return page(
        "# False alarms",
        "Originals, sealed originals, and copies that any archive makes: none is a forgery. "
        "Command: `python -m benchmarks.contest --out benchmarks/results`; rows in "
        "`benchmarks/results/contest.jsonl` and `benchmarks/results/seals.jsonl`, this page by "
        "`python -m benchmarks.render`.",
        contest.made,
        told_thresholds(contest),
        "## Seals on sealed originals",
        "An alarm is any verdict but those on which an image is used. Threshold: none; level: T0.",
        _seals(contest),
        "## Passive detectors on originals",
        "Does the seal itself alarm them? The last two columns are the same originals, sealed. "
        "Level: T0.",
        threshold_table(contest),
        _few(contest),
        "## Copies that lost something, with nothing forged",
        _LOSSY,
        _lossy(contest),
        "## Copies that any archive makes",
        _BENIGN,
        contest.made_seals,
        _benign(contest),
        "## Passive detectors on copies that any archive makes",
        _ASKED,
        _asked(contest),
        _by_copy(contest),
        _few_copies(contest),
    )


_LOSSY = (
    "JPEG, JPEG 2000, 8 bits, resizing and back: copies as an archive may make them, over pictures "
    "that were sealed (seals) or not (detectors). A seal is strict: every change is one, and "
    "without its tags what is left is `unsealed`. Elsewhere they count as forgeries of the whole "
    "frame (C7 to C10): for whom they are none, these are its false alarms. Level: T0; thresholds "
    "as above; the detectors are the best of [detection](detection.md)."
)
_BENIGN = (
    "Verdicts of seals are counted as they came; `partial` and `unsealed` are the answers that "
    "[reports](../guide/reports.md) promise where tags were taken off or values redacted, and no "
    "alarm. Named: the verdict says that something is wrong. An overlay or a window that somebody "
    "put into the file is named by design: it changes what is seen "
    "([attributes](../spec/attributes.md)). Command: `python -m benchmarks.seals --out "
    "benchmarks/results/seals.jsonl`."
)

_ASKED = (
    "The pictures of such copies of sealed files; thresholds as before, chosen on originals that "
    "were never sealed. A copy that leaves every sample as it was is the sealed original to a "
    "detector: exact intervals count the copies of a picture once. Level: T0. Rows in "
    "`benchmarks/results/contest.jsonl`."
)
SHOWN = 6
"""Detectors beside each other in one table."""
BESIDE = 3
"""Detectors beside seals."""


def _seals(contest: Contest) -> str:
    """Return one line for each contestant."""
    originals = contest.originals("test", True)
    lines = []
    for name in contest.contestants:
        rate = Active(name, strict=True).rate(originals)
        if rate.tried:
            words = _verdicts(originals, name)
            lines.append((name, rate.size, words, rate.counted))
    head = ("contestant", "originals / patients", "verdicts", "false alarms")
    return table(head, lines)


def _verdicts(rows: Sequence[Row], name: str) -> str:
    """Return the verdicts of a contestant, counted."""
    counts = Counter(row.verdicts[name] for row in rows if name in row.verdicts)
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))


def _few(contest: Contest) -> str:
    """Return the false alarms of each patient where there are few."""
    originals = contest.pictures("test")
    if patients_of(originals) >= FEW:
        return f"Of {patients_of(originals)} patients."
    lines = [
        (name, Passive(name, threshold).rate(originals).by_patient)
        for name, threshold in contest.thresholds.items()
        if name in contest.detectors
    ]
    content = table(("detector", "false alarms of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)


def _lossy(contest: Contest) -> str:
    """Return one line for each lossy copy: alarms of our seals and of the best detectors."""
    rows = [row for row in contest.shared if row.group in LOSSY]
    seals = [name for name in (our_seal(contest), our_seal(contest, STRIPPED)) if name]
    methods = [*(Active(name) for name in seals), *ranked_passive(contest)[:BESIDE]]
    lines = [
        (name, patients_of(mine), *(method.rate(mine).sized for method in methods))
        for name, mine in (*groups_of(rows).items(), ("all of them", rows))
        if mine
    ]
    head = ("copy", "patients", *(f"{method.name}, alarms, %" for method in methods))
    return table(head, lines) if lines else "None was run."


def _benign(contest: Contest) -> str:
    """Return one line for each copy and contestant."""
    lines: list[tuple[object, ...]] = []
    for copy, rows in groups_of(contest.benign).items():
        for name in contest.contestants:
            rate = Active(name).rate(rows)
            if rate.tried:
                words = _verdicts(rows, name)
                lines.append((copy, name, "none", level_of(rows), rate.size, words, rate.counted))
    head = ("copy", "method", "threshold", "level", "n / patients", "verdicts", "named")
    return table(head, lines) if lines else "None was run."


def _asked(contest: Contest) -> str:
    """Return one line for each detector that was asked about copies: all copies together."""
    lines = []
    sealed = contest.originals("test", True)
    for method in _on_copies(passive_methods(contest)):
        rate = method.rate(contest.benign)
        if rate.tried:
            copies = {name: method.rate(rows) for name, rows in groups_of(contest.benign).items()}
            worst = max(copies, key=lambda name: copies[name].share)
            most = f"{worst}, {copies[worst].counted}" if rate.hit else "none alarms it"
            cells = (source_of(method.threshold), rate.size, rate.counted)
            lines.append((method.name, *cells, method.rate(sealed).counted, most))
    head = ("detector", "threshold", "copies / patients", "alarms", "on sealed originals")
    return table((*head, "most often at"), lines) if lines else "None was run."


def _by_copy(contest: Contest) -> str:
    """Return one line for each copy, one column for each of the best detectors."""
    best = _on_copies(ranked_passive(contest))[:SHOWN]
    lines = []
    for name, rows in groups_of(contest.benign).items():
        rates = [method.rate(rows) for method in best]
        if any(rate.tried for rate in rates):
            lines.append((name, level_of(rows), rates[0].size, *(rate.cell for rate in rates)))
    head = ("copy", "level", "n / patients", *(f"{method.name}, %" for method in best))
    return f"Copy by copy, the best {len(best)}:\n\n{table(head, lines)}" if lines else ""


def _few_copies(contest: Contest) -> str:
    """Return the alarms at copies of each patient where there are few."""
    rates = [(one.name, one.rate(contest.benign)) for one in _on_copies(passive_methods(contest))]
    lines = [(name, rate.by_patient) for name, rate in rates if 0 < rate.patients < FEW]
    content = table(("detector", "alarms of each patient's copies"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content) if lines else ""


def _on_copies(methods: Sequence[Passive]) -> list[Passive]:
    """Return detectors as they judge all that they saw, sealed before or not."""
    return [Passive(method.name, method.threshold, None) for method in methods]
