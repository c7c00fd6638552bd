"""T1: passive detectors as they were published, beside what was run here."""

from __future__ import annotations

from benchmarks.pages.contest.areas import area_of
from benchmarks.pages.contest.methods import Passive
from benchmarks.pages.contest.published import PUBLISHED, Published
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.contest.thresholds import told_thresholds
from benchmarks.pages.tables import page, table


def render_opponents(contest: Contest) -> str:
    """Return docs/results/opponents.md."""
    head = ("work", "setting", "split", "published, not run", "read in", "ours that was run")
    lines = [
        (
            one.work,
            one.setting,
            one.split,
            one.figures,
            one.source,
            ", ".join(f"`{name}`" for name in matching(contest, one)) or "-",
        )
        for one in PUBLISHED
    ]
    return page(
        "# Opponents: published and run",
        _WHAT,
        contest.made,
        table(head, lines),
        _READING,
        "## What ours came to",
        told_thresholds(contest),
        _ours(contest),
    )


_WHAT = (
    "Figures in the column *published, not run* are their authors', on other images, other "
    "forgeries and other hardware than ours: they stand here so that nobody takes a compact "
    "network for the large original. *Primary*: read in the paper, its abstract or its repository; "
    "*second-hand*: read in a table of another paper. Ours are compact: the "
    "constructions that the papers describe, with fewer channels, trained on few patients. "
    "Command: `python -m benchmarks.contest --out benchmarks/results`; rows in "
    "`benchmarks/results/contest.jsonl`, this page by `python -m benchmarks.render`."
)
_READING = (
    "In short: within one generator or set 80 to 100 %, by task and split; on a generator that was "
    "not trained on, AUC 62.1 to 92.0 % in one study (HexMIL), and in another (M3Dsynth) accuracy "
    "of 91.6 to 97.7 % and detection of 89.1 to 99.9 % at 1 % false alarms; AUC 0.90 and 0.96 of a "
    "detector that learned originals alone (BTD); detectors of natural images without new training "
    "are at chance, 48.9 to 50.5 % (M3Dsynth). The two studies across generators disagree about "
    "the same detector (TruFor): both are quoted. Gite et al. segment lungs and detect nothing; "
    "their architectures are run here as segmenters of forgeries."
)


def matching(contest: Contest, one: Published) -> list[str]:
    """Return our detectors that stand for a work: those whose names hold one of its words."""
    return [name for name in contest.detectors if one.stands_for(name)]


def _ours(contest: Contest) -> str:
    """Return detection and area of each detector that stands for a work."""
    never = [row for row in contest.shared if not row.marked]
    best = contest.best_case
    lines = []
    for name, threshold in contest.thresholds.items():
        if name not in contest.detectors:
            continue
        works = [one.work for one in PUBLISHED if one.stands_for(name)]
        area = area_of(contest, name)
        found = Passive(name, threshold).rate(never)
        cells = [area.size, area.cell, found.cell]
        cells += [area_of(best, name).cell] if best else []
        lines.append((name, "; ".join(works) or "-", "by patient", *cells))
    head: tuple[str, ...] = ("ours", "after", "split", "forged + originals / patients", "AUC")
    head += ("found at 1 %, %", *(["AUC, [best case](best-case.md)"] if best else []))
    return table(head, lines) if lines else "None was run."
