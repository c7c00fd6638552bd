"""T5: what detectors find of a family of forgeries that they were not trained on."""

from __future__ import annotations

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.methods import Passive
from benchmarks.pages.contest.rates import FEW, folded, percent
from benchmarks.pages.contest.records import Contest, level_of
from benchmarks.pages.contest.thresholds import source_of, told_thresholds
from benchmarks.pages.tables import page, table


def render_unseen(contest: Contest) -> str:
    """Return docs/results/unseen.md."""
    pairs = [pair for pair in contest.left_out if _both(contest, pair)]
    cells = [_rates(contest, pair) for pair in pairs]
    lines = [
        (
            family,
            detector,
            source_of(without.threshold),
            level_of(_rows(contest, (detector, family))),
            without.rate(_rows(contest, (detector, family))).size,
            with_it.rate(_rows(contest, (detector, family))).cell,
            without.rate(_rows(contest, (detector, family))).cell,
            with_it.rate(contest.originals("test")).cell,
            without.rate(contest.originals("test")).cell,
        )
        for (detector, family), (with_it, without) in zip(pairs, cells, strict=True)
    ]
    lines.sort(key=lambda line: (str(line[0]), str(line[1])))
    head: tuple[str, ...] = ("family left out", "detector", "threshold without it", "level")
    head += ("forgeries / patients", "found, trained on it, %", "found, not trained on it, %")
    head += ("false alarms, trained on it, %", "false alarms, not trained on it, %")
    return page(
        "# Forgeries of a kind that was not trained on",
        _WHAT,
        contest.made,
        told_thresholds(contest),
        table(head, lines) if lines else "None was run.",
        _mean(contest, pairs),
        _few(contest, pairs),
    )


_WHAT = (
    "A forger does not say which program he uses. Each trained detector was trained again without "
    "one family of forgeries and then asked about that family alone; originals of the same test "
    "patients. Command: `python -m benchmarks.contest --out benchmarks/results`; rows in "
    "`benchmarks/results/contest.jsonl`, this page by `python -m benchmarks.render`."
)


def _both(contest: Contest, pair: tuple[str, str]) -> bool:
    """Tell whether a detector has thresholds with and without the family, and was asked."""
    detector, family = pair
    names = {detector, f"{detector} -{family}"}
    return names <= set(contest.thresholds) and bool(_rows(contest, pair))


def _rows(contest: Contest, pair: tuple[str, str]) -> list[Row]:
    """Return the never sealed forgeries that a detector was asked about without their family.

    Of them those whose attack or group bears the family's name, where any does; else all: then the
    detector was asked about nothing but the family.
    """
    detector, family = pair
    name = f"{detector} -{family}"
    asked = [row for row in contest.forgeries if not row.marked and name in row.scores]
    of_it = [row for row in asked if _is_of(row, family)]
    return of_it or asked


def _is_of(row: Row, family: str) -> bool:
    """Tell whether the attack or the group of a row bears a family's name."""
    attack = row.attack == family or row.attack.startswith(f"{family},")
    return attack or family in (row.group, row.group[:1])


def _rates(contest: Contest, pair: tuple[str, str]) -> tuple[Passive, Passive]:
    """Return a detector as trained on everything and without the family."""
    detector, family = pair
    other = f"{detector} -{family}"
    thresholds = contest.thresholds
    return Passive(detector, thresholds[detector]), Passive(other, thresholds[other])


def _mean(contest: Contest, pairs: list[tuple[str, str]]) -> str:
    """Return the means over all pairs in a sentence."""
    if not pairs:
        return ""
    shares = [
        [method.rate(_rows(contest, pair)).share for method in _rates(contest, pair)]
        for pair in pairs
    ]
    first, second = (sum(one[index] for one in shares) / len(shares) for index in (0, 1))
    return (
        f"Mean over the {len(pairs)} lines: {percent(first)} % found where the family was trained "
        f"on, {percent(second)} % where it was not. A seal learns nothing: its rates are in "
        "[detection](detection.md)."
    )


def _few(contest: Contest, pairs: list[tuple[str, str]]) -> str:
    """Return what was found of each patient where there are few."""
    lines = [
        (family, detector, without.rate(_rows(contest, (detector, family))).by_patient)
        for detector, family in pairs
        for _, without in [_rates(contest, (detector, family))]
        if without.rate(_rows(contest, (detector, family))).patients < FEW
    ]
    if not lines:
        return f"Every line is of {FEW} patients or more."
    content = table(("family left out", "detector", "found of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)
