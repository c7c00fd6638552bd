"""P1: detection against false alarms."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.measures.detection import trace_roc
from benchmarks.pages.contest.methods import STRIPPED, TAGS, Active, our_seal
from benchmarks.pages.contest.records import RATE, Contest, patients_of
from benchmarks.plots.drawing import add_legend, new_figure, styles
from benchmarks.plots.lines import best_detectors, rate_axis

LEAST = 1e-3


def draw_roc(contest: Contest) -> Any:
    """Return the figure: passive detectors as curves, seals as points of one rate each."""
    figure, axes = new_figure(5.6)
    style = styles()
    drawn = sum(_seal(axes, contest, ending, next(style)) for ending in (TAGS, STRIPPED))
    originals = contest.originals("test")
    for method in best_detectors(contest):
        drawn += _curve(axes, contest, method.name, method.name, next(style))
    best = contest.best_case
    if best:
        for method in best_detectors(best)[:1]:
            label = f"best case of a detector ({method.name}), A and B"
            drawn += _curve(axes, best, method.name, label, next(style) | {"linestyle": ":"})
    span = np.geomspace(LEAST, 1, 100)
    axes.plot(span, 100 * span, color="#999999", linewidth=0.8, label="chance")
    axes.axvline(RATE, color="#999999", linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlim(LEAST, 1)
    axes.set_xlabel(f"false alarms, share of originals (n = {len(originals)}; log scale)")
    rate_axis(axes)
    count = f"{patients_of(contest.shared)} patients, {len(contest.shared)} forgeries"
    axes.set_title(f"Detection against false alarms, groups A to D ({count})")
    add_legend(axes, drawn + 1)
    return figure


def _curve(axes: Any, contest: Contest, detector: str, label: str, style: dict[str, Any]) -> int:
    """Draw the curve of a detector on never sealed pictures; return 1 where there is one."""
    rows = [*contest.originals("test"), *(row for row in contest.shared if not row.marked)]
    rows = [row for row in rows if detector in row.scores]
    forged = [row.group != "" for row in rows]
    if len(set(forged)) < len((True, False)):
        return 0
    curve = trace_roc([row.scores[detector] for row in rows], forged)
    shape = style | {"marker": "", "drawstyle": "steps-post"}
    false = np.maximum(curve.false_alarms, LEAST)
    axes.plot(false, 100 * curve.detections, label=label, **shape)
    return 1


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
    label = f"seal ({name}), {false.hit}/{false.tried} false alarms: up to their 95 % bound"
    line = {"color": style["color"], "linestyle": style["linestyle"]}
    axes.plot([LEAST, bound], [100 * found.share] * 2, label=label, **line)
    axes.plot([bound], [100 * found.share], marker=style["marker"], color=style["color"])
    return 1
