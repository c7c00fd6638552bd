"""P6 and P8: an archive that is sealed in part, and what an alarm is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.measures.prevalence import Archive, predictive_value
from benchmarks.pages.contest.archive import PREVALENCES, Mixture, mix, value_of
from benchmarks.pages.contest.methods import STRIPPED, TAGS, Active, our_seal
from benchmarks.pages.contest.rates import Rate, percent
from benchmarks.pages.contest.records import Contest
from benchmarks.plots.drawing import add_legend, new_figure, say_nothing, styles
from benchmarks.plots.lines import BEST_CASE, best_detectors, rate_axis, tell_best, tell_judged

SHARE = np.linspace(0, 1, 101)
RARE = np.geomspace(PREVALENCES[0], PREVALENCES[-1], 65)
LEAST = "no false alarm (at least) and lower edges of bands: at the ends of the intervals of 95 %"


def draw_archive(contest: Contest) -> Any:
    """Return the figure of detection against the share of images that were sealed."""
    figure, axes = new_figure(5.8)
    mixtures = (mix(contest, ending) for ending in (TAGS, STRIPPED))
    there = [mixture for mixture in mixtures if mixture]
    style = styles()
    for mixture in there:
        _line(axes, mixture.archive.active_alone, f"seals alone ({mixture.seal})", next(style))
    for mixture in there[:1]:
        _passive(axes, mixture, next(style))
    for mixture in there:
        label = f"seal first, then detector ({mixture.seal})"
        _line(axes, mixture.archive.hybrid, label, next(style))
    for mixture in there[:1]:
        _crossover(axes, mixture)
        _best_case(axes, contest)
    if not there:
        say_nothing(axes)
    axes.set_xlabel("images sealed before they were forged, % of the archive")
    axes.set_xlim(0, 100)
    rate_axis(axes)
    judges = [*(Active(mixture.seal) for mixture in there), *best_detectors(contest)[:1]]
    count = tell_judged(judges, contest.shared)
    axes.set_title(f"An archive that is sealed in part\n{count}", fontsize=11)
    add_legend(axes, len(axes.get_legend_handles_labels()[1]))
    return figure


def _line(axes: Any, rate: Any, label: str, style: dict[str, Any]) -> None:
    """Draw a rate over the coverage."""
    values = [100 * rate(share) for share in SHARE]
    axes.plot(100 * SHARE, values, label=label, markevery=20, markersize=5, **style)


def _passive(axes: Any, mixture: Mixture, style: dict[str, Any]) -> None:
    """Draw the detector with a band of its interval."""
    archive = mixture.archive
    _line(axes, archive.passive_alone, f"detector alone ({mixture.detector}), band: 95 %", style)
    never = mixture.passive.interval
    sealed = mixture.passive_sealed.interval if mixture.passive_sealed.tried else never
    ends = [
        [100 * Archive(0, low, after, 0).passive_alone(share) for share in SHARE]
        for low, after in zip(never, sealed, strict=True)
    ]
    axes.fill_between(100 * SHARE, *ends, color=style["color"], alpha=0.15, linewidth=0)


def _best_case(axes: Any, contest: Contest) -> None:
    """Draw the detector's best case, where there is one."""
    best = contest.best_case
    mixture = mix(best) if best else None
    if best and mixture:
        label = tell_best(best, mixture.detector)
        _line(axes, mixture.archive.passive_alone, label, BEST_CASE)


def _crossover(axes: Any, mixture: Mixture) -> None:
    """Mark where seals alone begin to find more."""
    share = mixture.archive.crossover()
    if share is None:
        return
    height = 100 * mixture.archive.active_alone(share)
    axes.plot([100 * share], [height], marker="o", markersize=11, color="black", fillstyle="none")
    axes.axvline(100 * share, color="black", linewidth=0.8, linestyle=":")
    right = share < 0.6
    place = {"xytext": (5 if right else -5, 0), "textcoords": "offset points"}
    start = f"from {percent(share)} % sealed on seals alone"
    text = f"{start}\n({mixture.seal}) find more than the detector"
    axes.annotate(text, (100 * share, 1), ha="left" if right else "right", va="bottom", **place)


@dataclass(frozen=True)
class Point:
    """What a method finds and how often it is wrong."""

    label: str
    found: Rate
    false: Rate
    banded: bool = False
    """Whether the least is drawn beside what was measured."""
    style: dict[str, Any] | None = None
    """How it is drawn, where not as the next one."""


def draw_value(contest: Contest) -> Any:
    """Return the figure of the share of true alarms against the share of forged images.

    Of a method without a false alarm the least is drawn that the intervals of its rates allow.
    """
    figure, axes = new_figure(5.8)
    points = _operating_points(contest)
    for point, look in zip(points, styles(), strict=False):
        _value(axes, point, point.style or look)
    if not points:
        say_nothing(axes)
    ideal = [100 * predictive_value(1.0, 0.01, one) for one in RARE]
    axes.plot(RARE, ideal, color="#999999", linewidth=1, label="finds all, 1 % false alarms")
    axes.set_xscale("log")
    axes.set_xticks(PREVALENCES, [f"{100 * one:g} %" for one in PREVALENCES])
    axes.minorticks_off()
    axes.set_xlabel("share of images that are forged (log scale)")
    rate_axis(axes, "alarms that are forgeries (PPV), %")
    axes.set_title(f"What an alarm is worth\n{LEAST}", fontsize=10.5)
    add_legend(axes, len(points) + 1)
    return figure


def _value(axes: Any, point: Point, style: dict[str, Any]) -> None:
    """Draw what the alarms of one method are worth."""
    false = point.false
    pairs = [value_of(point.found, false, one) for one in RARE]
    measured, least = ([100 * one for one in side] for side in zip(*pairs, strict=True))
    label = f"{point.label}: {false.hit}/{false.tried} false alarms"
    shape = {"markevery": 16, "markersize": 5, **style}
    if false.hit == 0:
        axes.plot(RARE, least, label=f"{label}, at least", **shape)
        return
    axes.plot(RARE, measured, label=label, **shape)
    if point.banded:
        axes.fill_between(RARE, least, measured, color=style["color"], alpha=0.15, linewidth=0)


def _operating_points(contest: Contest) -> list[Point]:
    """Return seals, the three best detectors, and the best one of the detectors' best case."""
    originals, sealed = contest.originals("test"), contest.originals("test", True)
    points = []
    for ending in (TAGS, STRIPPED):
        if name := our_seal(contest, ending):
            seal = Active(name)
            points.append(Point(f"seal ({name})", seal.rate(contest.shared), seal.rate(sealed)))
    for at, method in enumerate(best_detectors(contest)[:3]):
        found, false = method.rate(contest.shared), method.rate(originals)
        points.append(Point(method.name, found, false, at == 0))
    best = contest.best_case
    if best:
        for method in best_detectors(best)[:1]:
            found, false = method.rate(best.shared), method.rate(best.originals("test"))
            points.append(Point(tell_best(best, method.name), found, false, True, BEST_CASE))
    return [point for point in points if point.found.tried and point.false.tried]
