"""T3: what must not alarm, and does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.methods import Active, Passive, best_passive
from benchmarks.pages.contest.rates import FEW, folded
from benchmarks.pages.contest.records import Contest, level_of, patients_of
from benchmarks.pages.contest.thresholds import threshold_table, told_thresholds
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
        "## Copies that any archive makes",
        _BENIGN,
        contest.made_seals,
        _benign(contest),
    )


_BENIGN = (
    "Verdicts of seals are counted as they came; `partial` and `unsealed` are the answers that "
    "[reports](../guide/reports.md) promise where tags were taken off or values redacted, and no "
    "alarm. Named: the verdict says that something is wrong. An overlay or a window that somebody "
    "put into the file is named by design: it changes what is seen "
    "([attributes](../spec/attributes.md)). Command: `python -m benchmarks.seals --out "
    "benchmarks/results/seals.jsonl`."
)


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
    originals = contest.originals("test")
    if patients_of(originals) >= FEW:
        return f"Of {patients_of(originals)} patients."
    lines = [
        (name, Passive(name, threshold).rate(originals).by_patient)
        for name, threshold in contest.thresholds.items()
        if name in contest.detectors
    ]
    content = table(("detector", "false alarms of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)


def _benign(contest: Contest) -> str:
    """Return one line for each copy and contestant."""
    lines: list[tuple[object, ...]] = []
    best = best_passive(contest)
    for copy, rows in groups_of(contest.benign).items():
        for name in contest.contestants:
            rate = Active(name).rate(rows)
            if rate.tried:
                words = _verdicts(rows, name)
                lines.append((copy, name, "none", level_of(rows), rate.size, words, rate.counted))
        if best:
            rate = Passive(best.name, best.threshold, None).rate(rows)
            if rate.tried:
                lines.append(
                    (copy, best.name, "validation", level_of(rows), rate.size, "-", rate.counted)
                )
    head = ("copy", "method", "threshold", "level", "n / patients", "verdicts", "named")
    return table(head, lines) if lines else "None was run."
