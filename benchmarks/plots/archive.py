"""P6 and P8: an archive that is sealed in part, and what an alarm is worth."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.intervals import clopper_pearson
from benchmarks.measures.prevalence import Archive, predictive_value
from benchmarks.pages.contest.archive import Mixture, mix
from benchmarks.pages.contest.methods import STRIPPED, TAGS, Active, our_seal
from benchmarks.pages.contest.rates import Rate, percent
from benchmarks.pages.contest.records import Contest, patients_of
from benchmarks.plots.drawing import add_legend, new_figure, say_nothing, styles
from benchmarks.plots.lines import best_detectors, rate_axis

SHARE = np.linspace(0, 1, 101)


def draw_archive(contest: Contest) -> Any:
    """Return the figure of detection against the share of images that were sealed."""
    figure, axes = new_figure(5.6)
    mixtures = [(ending, mix(contest, ending)) for ending in (TAGS, STRIPPED)]
    there = [(ending, mixture) for ending, mixture in mixtures if mixture]
    style = styles()
    drawn = 0
    for _, mixture in there:
        _line(axes, mixture.archive.active_alone, f"seals alone ({mixture.seal})", next(style))
        drawn += 1
    if there:
        drawn += _passive(axes, there[0][1], next(style))
        _line(axes, there[-1][1].archive.hybrid, f"hybrid ({there[-1][1].seal})", next(style))
        _crossover(axes, there[0][1])
        drawn += _best_case(axes, contest, next(style))
    else:
        say_nothing(axes)
    axes.set_xlabel("images sealed before they were forged, % of the archive")
    axes.set_xlim(0, 100)
    rate_axis(axes)
    count = f"{patients_of(contest.shared)} patients, {len(contest.shared)} forgeries"
    axes.set_title(f"An archive that is sealed in part ({count})")
    add_legend(axes, drawn + 1 if drawn else 0)
    return figure


def _line(axes: Any, rate: Any, label: str, style: dict[str, Any]) -> None:
    """Draw a rate over the coverage."""
    values = [100 * rate(share) for share in SHARE]
    axes.plot(100 * SHARE, values, label=label, markevery=20, markersize=5, **style)


def _passive(axes: Any, mixture: Mixture, style: dict[str, Any]) -> int:
    """Draw the detector with a band of its interval; return 1."""
    archive = mixture.archive
    _line(axes, archive.passive_alone, f"passive alone ({mixture.detector})", style)
    never = mixture.passive.interval
    sealed = mixture.passive_sealed.interval if mixture.passive_sealed.tried else never
    ends = [
        [100 * Archive(0, low, after, 0).passive_alone(share) for share in SHARE]
        for low, after in zip(never, sealed, strict=True)
    ]
    axes.fill_between(100 * SHARE, *ends, color=style["color"], alpha=0.15, linewidth=0)
    return 1


def _best_case(axes: Any, contest: Contest, style: dict[str, Any]) -> int:
    """Draw the detector's best case, where there is one; return 1 then."""
    mixture = mix(contest.best_case) if contest.best_case else None
    if mixture is None:
        return 0
    label = f"best case of a detector ({mixture.detector}), A and B"
    _line(axes, mixture.archive.passive_alone, label, style | {"linestyle": ":"})
    return 1


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
    text = f"from {percent(share)} % sealed on\nseals alone find more"
    axes.annotate(text, (100 * share, 1), ha="left" if right else "right", va="bottom", **place)


def draw_value(contest: Contest) -> Any:
    """Return the figure of the share of true alarms against the share of forged images."""
    figure, axes = new_figure(5.6)
    prevalences = np.geomspace(1e-5, 0.5, 80)
    style = styles()
    drawn = 0
    for label, found, false in _operating_points(contest):
        none = false.hit == 0
        rate = clopper_pearson(0, false.tried)[1] if none else false.share
        values = [100 * predictive_value(found.share, rate, one) for one in prevalences]
        text = f"{label}: {false.hit}/{false.tried} false alarms{', at least' if none else ''}"
        axes.plot(prevalences, values, label=text, markevery=16, markersize=5, **next(style))
        drawn += 1
    if not drawn:
        say_nothing(axes)
    ideal = [100 * predictive_value(1.0, 0.01, one) for one in prevalences]
    axes.plot(prevalences, ideal, color="#999999", linewidth=1, label="finds all, 1 % false alarms")
    axes.set_xscale("log")
    axes.set_xlabel("share of images that are forged (log scale)")
    rate_axis(axes, "alarms that are forgeries (PPV), %")
    axes.set_title("What an alarm is worth (without a false alarm: at its 95 % bound)")
    add_legend(axes, drawn + 1)
    return figure


def _operating_points(contest: Contest) -> list[tuple[str, Rate, Rate]]:
    """Return labels, detection and false alarms of seals and of the three best detectors."""
    points = []
    for ending in (TAGS, STRIPPED):
        name = our_seal(contest, ending)
        if name:
            judge = Active(name)
            found = judge.rate(contest.shared)
            false = Active(name, strict=True).rate(contest.originals("test", True))
            points.append((f"seal ({name})", found, false))
    for method in best_detectors(contest)[:3]:
        false = method.rate(contest.originals("test"))
        points.append((method.name, method.rate(contest.shared), false))
    return [point for point in points if point[1].tried and point[2].tried]
