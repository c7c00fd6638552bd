"""T5: what detectors find of a family of forgeries that they were not trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.differences import PAIRED, Difference
from benchmarks.pages.contest.methods import Passive
from benchmarks.pages.contest.rates import FEW, Rate, folded, rate_of
from benchmarks.pages.contest.records import BEST_CASE, FILES, Contest, level_of, made_of
from benchmarks.pages.contest.thresholds import SAME, source_of, told_thresholds
from benchmarks.pages.tables import page, table


def render_unseen(contest: Contest) -> str:
    """Return docs/results/unseen.md."""
    source, pairs = pairs_of(contest)
    leaks = source is contest.best_case
    only = _ONLY if not contest.left_out else ""
    return page(
        "# Forgeries of a kind that was not trained on",
        _WHAT.format(detectors=_named(pairs), file=BEST_CASE if leaks else FILES[0]),
        _LEAKS.format(only=only) if leaks else _BY_PATIENT,
        made_of(contest),
        told_thresholds(source, SAME if leaks else "validation patients"),
        _lines(source, pairs),
        "## All families together",
        f"{_TOGETHER} {PAIRED}",
        _together(source, pairs),
        _few(source, pairs),
    )


def pairs_of(contest: Contest) -> tuple[Contest, list[tuple[str, str]]]:
    """Return where detectors were trained again, in the best case or the contest; by family then.

    The pairs are of a detector and a family that it did without.
    """
    best = contest.best_case
    source = best if best and best.left_out else contest
    pairs = [pair for pair in source.left_out if _both(source, pair)]
    return source, sorted(pairs, key=lambda pair: (pair[1], pair[0]))


_WHAT = (
    "A forger does not say which program he uses. Trained detectors{detectors} were trained again "
    "without one family of forgeries and then asked about that family alone. Command: `python -m "
    "benchmarks.contest --out benchmarks/results`; rows in `benchmarks/results/{file}`, this page "
    "by `python -m benchmarks.render`."
)
_LEAKS = (
    "They learned in their [best case](best-case.md): from slices of the very series that they are "
    "tested on. Patients and scanners are the same; what differs is the family, and what a new "
    "training changes anyhow: none was repeated with another seed. {only}What detectors find split "
    "by patient is in [detection](detection.md)."
)
_ONLY = "This was run in the best case only, not split by patient. "
_BY_PATIENT = (
    "Originals are of the same test patients, split by patient. What differs is the family, and "
    "what a new training changes anyhow: none was repeated with another seed."
)
_TOGETHER = (
    "Every family that was left out, each asked of the detector that did without it; a difference "
    "is in points. A seal learns nothing: its rates are in [detection](detection.md)."
)


def _named(pairs: Sequence[tuple[str, str]]) -> str:
    """Return the detectors of pairs in brackets, "" without any."""
    names = ", ".join(f"`{name}`" for name in sorted({detector for detector, _ in pairs}))
    return f" ({names})" if names else ""


def _lines(contest: Contest, pairs: Sequence[tuple[str, str]]) -> str:
    """Return one line for each detector and family."""
    lines = []
    for detector, family in pairs:
        with_it, without = _rates(contest, (detector, family))
        rows, originals = _rows(contest, (detector, family)), contest.originals("test")
        rates = [one.rate(some) for some in (rows, originals) for one in (with_it, without)]
        source = source_of(without.threshold)
        cells = (source, level_of(rows), rates[1].size, *(rate.cell for rate in rates))
        lines.append((family, detector, *cells))
    head: tuple[str, ...] = ("family left out", "detector", "threshold without it", "level")
    head += ("forgeries / patients", "found, trained on it, %", "found, not trained on it, %")
    head += ("false alarms, trained on it, %", "false alarms, not trained on it, %")
    return table(head, lines) if lines else "None was run."


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
    asked = [row for row in contest.shared if not row.marked and name in row.scores]
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


def _together(contest: Contest, pairs: Sequence[tuple[str, str]]) -> str:
    """Return one line for each detector: all families that it did without, together."""
    lines = []
    for detector in sorted({one for one, _ in pairs}):
        mine = [pair for pair in pairs if pair[0] == detector]
        rates = [pool(contest, mine, place) for place in (0, 1)]
        rows = [row for pair in mine for row in _rows(contest, pair)]
        gap = Difference(rates[1], rates[0]).cell
        cells = (level_of(rows), rates[0].size, *(rate.cell for rate in rates), gap)
        lines.append((detector, len(mine), *cells))
    head: tuple[str, ...] = ("detector", "families", "level", "forgeries / patients")
    head += ("found, trained on it, %", "not trained on it, %", "points")
    return table(head, lines) if lines else "None was run."


def pool(contest: Contest, pairs: Sequence[tuple[str, str]], place: int) -> Rate:
    """Return the rate over the families of pairs. place: 0 as trained on them, 1 without."""
    alarms = [
        (row.patient, bool(method.alarm(row)))
        for pair in pairs
        for method in [_rates(contest, pair)[place]]
        for row in _rows(contest, pair)
        if method.alarm(row) is not None
    ]
    return rate_of(alarms)


def _few(contest: Contest, pairs: Sequence[tuple[str, str]]) -> str:
    """Return what was found of each patient where there are few."""
    lines = [
        (family, detector, *(rate.by_patient for rate in rates))
        for family, detector, rates in _each(contest, pairs)
        if rates[1].patients < FEW
    ]
    if not lines:
        return f"Every line is of {FEW} patients or more."
    head = ("family left out", "detector", "found of each patient, trained on it")
    content = table((*head, "not trained on it"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)


def _each(
    contest: Contest, pairs: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str, list[Rate]]]:
    """Yield family, detector, and what it found with and without; last all families together."""
    for detector, family in pairs:
        yield family, detector, [pool(contest, [(detector, family)], place) for place in (0, 1)]
    for detector in sorted({one for one, _ in pairs}):
        mine = [pair for pair in pairs if pair[0] == detector]
        yield "all together", detector, [pool(contest, mine, place) for place in (0, 1)]
