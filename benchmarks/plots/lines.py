"""Lines of rates that several plots have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.transforms import ScaledTranslation

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Method,
    Passive,
    our_seal,
    ranked_passive,
)
from benchmarks.pages.contest.rates import Rate
from benchmarks.pages.contest.records import Contest
from benchmarks.plots.drawing import styles

MOST = 6
"""Passive detectors in one plot."""
APART, STRONG_APART = 2.0, 5.5
"""Points that a mark takes beside others at one place, and one with bars."""
BARS = "bars: 95 %, of seals and of the first detector; marks of one place stand side by side"
"""What a legend says of `draw_methods`."""
BEST_CASE = {"color": "#555555", "linestyle": ":", "marker": "P"}
"""How the detectors' best case is drawn, the same in every plot."""
_STRONG = {"linewidth": 1.8, "markersize": 6, "elinewidth": 0.9, "capsize": 2, "zorder": 3}
_WEAK = {"linewidth": 0.9, "markersize": 4, "zorder": 2}
_HOLLOW = {"markerfacecolor": "white", "markeredgewidth": 1.5}
Groups = Sequence[tuple[float, Sequence[Row]]]
"""Places on an axis and the rows that lie there."""


def chosen_methods(contest: Contest) -> list[tuple[str, Method]]:
    """Return our seal, with and without tags, and the best passive detectors, best first."""
    methods: list[tuple[str, Method]] = []
    for ending in (TAGS, STRIPPED):
        name = our_seal(contest, ending)
        if name:
            methods.append((f"seal ({name})", Active(name)))
    return [*methods, *((method.name, method) for method in best_detectors(contest))]


def best_detectors(contest: Contest) -> list[Passive]:
    """Return the first passive detectors of those ranked."""
    return ranked_passive(contest)[:MOST]


def tell_best(best: Contest, detector: str) -> str:
    """Return how a plot names a detector in its best case, with the groups that were asked."""
    groups = sorted({row.group[:1] for row in best.shared})
    return f"detectors' best case ({detector}), {' and '.join(groups)}"


def tell_judged(methods: Iterable[Method], rows: Sequence[Row]) -> str:
    """Return how many forgeries seals and detectors judged, and of how many patients those are.

    Where detectors did not all judge as many, the least and the most.
    """
    counts: dict[bool, list[int]] = {True: [], False: []}
    patients: set[str] = set()
    for method in methods:
        rate = method.rate(rows)
        counts[isinstance(method, Active)].append(rate.tried)
        patients |= set(rate.tries)
    sealed, never = tell_span(counts[True]), tell_span(counts[False])
    return f"{sealed} sealed, {never} never sealed forgeries, {len(patients)} patients"


def tell_span(counts: Iterable[int]) -> str:
    """Return a count, the least and the greatest where they differ, 0 of none."""
    every = sorted({*counts}) or [0]
    return f"{every[0]}" if len(every) == 1 else f"{every[0]} to {every[-1]}"


def draw_methods(axes: Any, contest: Contest, groups: Groups, unforged: Groups) -> int:
    """Draw what the chosen methods find, and the alarms of the first seal and the first detector
    where nothing was forged; return how many lines.

    Seals lie above, and they and the first detector have bars of their intervals. Marks stand side
    by side around their place.
    """
    every = chosen_methods(contest)
    seals = [pair for pair in every if isinstance(pair[1], Active)]
    others = [pair for pair in every if isinstance(pair[1], Passive)]
    lines = [
        (label, method, groups, style | (_STRONG if at <= len(seals) else _WEAK))
        for at, ((label, method), style) in enumerate(zip(every, styles(), strict=False))
    ]
    for at, (label, method) in enumerate(seals):
        bare = label.endswith(f"{STRIPPED})")
        look = lines[at][3] | {"zorder": 5 if bare else 4}
        lines[at] = (label, method, groups, look | (_HOLLOW if bare else {}))
    for (label, method), marker in zip((*seals[:1], *others[:1]), "+x", strict=False):
        grey = {"color": "#777777", "linestyle": ":", "marker": marker}
        lines.append((f"{label}, nothing forged", method, unforged, grey | _WEAK))
    axes.margins(x=0.1)
    drawn = 0
    widths = [STRONG_APART if "capsize" in look else APART for *_, look in lines]
    for at, (label, method, rows, style) in enumerate(lines):
        shift = sum(widths[:at]) + widths[at] / 2 - sum(widths) / 2
        drawn += draw_rates(axes, method, rows, style | {"label": label}, shift)
    return drawn


def draw_rates(
    axes: Any, method: Method, groups: Groups, style: dict[str, Any], shift: float = 0
) -> bool:
    """Draw rates over places; tell whether there was any.

    style: as of errorbar; with a `capsize` there are bars of the intervals. shift: points to the
    right of the places.
    """
    rates = [(place, method.rate(rows)) for place, rows in groups]
    rates = [(place, rate) for place, rate in rates if rate.tried]
    if not rates:
        return False
    bars = _bars([rate for _, rate in rates]) if "capsize" in style else None
    places, shares = [place for place, _ in rates], [100 * rate.share for _, rate in rates]
    drawn = axes.errorbar(places, shares, yerr=bars, **style)
    beside = ScaledTranslation(shift / 72, 0, axes.figure.dpi_scale_trans)
    # Only now, for the limits of the axes are those of the places.
    for artist in drawn.get_children():
        artist.set_transform(axes.transData + beside)
    return True


def _bars(rates: Sequence[Rate]) -> list[list[float]]:
    """Return how far intervals reach below and above their rates, percent, never less than 0."""
    ends = [(rate.share, *rate.interval) for rate in rates]
    below = [max(0.0, 100 * (share - low)) for share, low, _ in ends]
    return [below, [max(0.0, 100 * (high - share)) for share, _, high in ends]]


def rate_axis(axes: Any, word: str = "found, % of forgeries") -> None:
    """Make the upright axis one of rates."""
    axes.set_ylim(-3, 103)
    axes.set_ylabel(word)
