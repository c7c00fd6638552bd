"""P1: detection against false alarms."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from benchmarks.measures.detection import trace_roc
from benchmarks.pages.contest.methods import STRIPPED, TAGS, Active, our_seal
from benchmarks.pages.contest.records import RATE, Contest
from benchmarks.plots.drawing import add_legend, new_figure, styles
from benchmarks.plots.lines import (
    BEST_CASE,
    best_detectors,
    chosen_methods,
    rate_axis,
    tell_best,
    tell_judged,
    tell_span,
)

LEAST = 1e-3
_TICKS = (0.001, 0.01, 0.1, 1.0)


def draw_roc(contest: Contest) -> Any:
    """Return the figure: passive detectors as curves, seals as points of one rate each.

    Left of the first false alarm curves are faint: how far they go there, no original tells.
    """
    figure, axes = new_figure(5.8)
    style = styles()
    drawn = sum(_seal(axes, contest, ending, next(style)) for ending in (TAGS, STRIPPED))
    counts = []
    for method in best_detectors(contest):
        counts += _curve(axes, contest, method.name, method.name, next(style))
    drawn += _best_case(axes, contest.best_case) if contest.best_case else 0
    _shade(axes, max(counts, default=0))
    span = np.geomspace(LEAST, 1, 100)
    axes.plot(span, 100 * span, color="#999999", linewidth=0.8, label="chance")
    aim = f"{100 * RATE:g} %: what thresholds were chosen for"
    axes.axvline(RATE, color="#777777", linewidth=0.9, linestyle=":", label=aim)
    axes.set_xscale("log")
    axes.set_xlim(LEAST, 1)
    axes.set_xticks(_TICKS, [f"{100 * tick:g}" for tick in _TICKS])
    axes.set_xlabel(f"false alarms, % of originals (detectors: n = {tell_span(counts)}; log scale)")
    rate_axis(axes)
    count = tell_judged((method for _, method in chosen_methods(contest)), contest.shared)
    axes.set_title(f"Detection against false alarms, groups A to D\n{count}", fontsize=11)
    add_legend(axes, drawn + len(counts) + 2)
    return figure


def _best_case(axes: Any, best: Contest) -> int:
    """Draw the best detector in the detectors' best case; return 1 where there is one."""
    for method in best_detectors(best)[:1]:
        originals = method.rate(best.originals("test")).tried
        label = f"{tell_best(best, method.name)}, n = {originals}"
        return len(_curve(axes, best, method.name, label, BEST_CASE))
    return 0


def _shade(axes: Any, originals: int) -> None:
    """Shade the rates of false alarms that are less than one of so many originals."""
    if not 0 < originals * LEAST < 1:
        return
    axes.axvspan(LEAST, 1 / originals, color="#000000", alpha=0.06, linewidth=0)
    middle = sqrt(LEAST / originals)
    axes.text(middle, 52, "less than one original", ha="center", va="center", fontsize=9.5)


def _curve(
    axes: Any, contest: Contest, detector: str, label: str, style: dict[str, Any]
) -> list[int]:
    """Draw the curve of a detector on never sealed pictures; return its number of originals, of
    no curve nothing."""
    rows = [*contest.originals("test"), *(row for row in contest.shared if not row.marked)]
    rows = [row for row in rows if detector in row.scores]
    forged = [row.group != "" for row in rows]
    if len(set(forged)) < len((True, False)):
        return []
    curve = trace_roc([row.scores[detector] for row in rows], forged)
    shape = style | {"marker": "", "drawstyle": "steps-post"}
    none = curve.false_alarms == 0
    first, height = curve.false_alarms[~none][0], 100 * curve.detections[none][-1]
    axes.plot([LEAST, first], [height, height], **(shape | {"alpha": 0.4, "linewidth": 1.2}))
    places = np.concatenate(([first], curve.false_alarms[~none]))
    heights = np.concatenate(([height], 100 * curve.detections[~none]))
    axes.plot(places, heights, label=label, **shape)
    return [forged.count(False)]


def _seal(axes: Any, contest: Contest, ending: str, style: dict[str, Any]) -> int:
    """Draw the one rate of a seal, at its upper bound of false alarms; return 1 where there is."""
    name = our_seal(contest, ending)
    if not name:
        return 0
    found = Active(name).rate(contest.shared)
    false = Active(name, strict=True).rate(contest.originals("test", True))
    if not found.tried or not false.tried:
        return 0
    bound = max(LEAST, false.interval[1])
    label = f"seal ({name}): {false.hit}/{false.tried} false alarms, to their 95 % bound"
    line = {"color": style["color"], "linestyle": style["linestyle"]}
    axes.plot([LEAST, bound], [100 * found.share] * 2, label=label, **line)
    axes.plot([bound], [100 * found.share], marker=style["marker"], color=style["color"])
    return 1
