"""P2 to P4: detection against size, strength, and what was done to the forgery afterwards."""

from __future__ import annotations

from typing import Any

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.records import SHARED, SWEEP, Contest
from benchmarks.plots.drawing import add_legend, new_figure, new_panels, say_nothing, styles
from benchmarks.plots.lines import chosen_methods, draw_rates, rate_axis

UNITS = {
    "jpeg": "quality of JPEG (8 bits)",
    "j2k": "compression ratio of JPEG 2000",
    "jpeg 2000": "compression ratio of JPEG 2000",
    "noise": "sigma of the noise that was added",
    "resize": "resized by, and back",
}
"""Axes of the processes, by their names in small letters."""
BETTER_HIGH = {"jpeg", "resize"}
"""Processes whose numbers fall as more is lost: drawn the other way round."""


def draw_sizes(contest: Contest) -> Any:
    """Return the figure of detection against the edge of the forged square."""
    rows = [row for row in contest.shared if row.size]
    figure, axes = _over(contest, rows, "size")
    axes.set_xscale("log", base=2)
    axes.set_xlabel("edge of the forged square, samples (log scale)")
    axes.set_title("Detection against size, local attacks together")
    sizes = sorted({row.size for row in rows})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    return figure


def draw_strengths(contest: Contest) -> Any:
    """Return the figure of detection against the strength of changes of value, CT alone."""
    rows = _strong(contest)
    figure, axes = _over(contest, rows, "strength")
    axes.set_xscale("log")
    axes.set_xlabel("change of the forged samples, HU (log scale)")
    names = ", ".join(sorted({row.attack for row in rows}))
    axes.set_title(f"Detection against strength, CT: {names or 'none'}", fontsize=11)
    places = sorted({row.strength for row in rows})
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()
    return figure


def draw_processing(contest: Contest) -> Any:
    """Return the figure of detection against what forgeries went through afterwards."""
    groups: dict[str, dict[float, list[Row]]] = {}
    for row in contest.swept:
        match = SWEEP.search(row.attack)
        if match and row.group[:1] in SHARED:
            steps = groups.setdefault(match["process"], {})
            steps.setdefault(float(match["value"]), []).append(row)
    count = max(1, len(groups))
    figure, panels = new_panels(
        (count + 1) // 2, 2 if count > 1 else 1, 3.2 * ((count + 1) // 2) + 1.4
    )
    every = panels.ravel()
    drawn: dict[str, Any] = {}
    for axes, (process, steps) in zip(every, sorted(groups.items()), strict=False):
        drawn |= _panel(axes, contest, process, steps)
    for axes in every[len(groups) :]:
        axes.set_axis_off()
    if not groups:
        say_nothing(every[0])
    figure.suptitle("Detection after processing, local forgeries", fontsize=12)
    if drawn:
        figure.legend(drawn.values(), drawn.keys(), loc="outside lower center", ncols=3)
    return figure


def _panel(
    axes: Any, contest: Contest, process: str, steps: dict[float, list[Row]]
) -> dict[str, Any]:
    """Draw one process; return the lines by their labels."""
    groups = sorted(steps.items())
    for (label, method), style in zip(chosen_methods(contest), styles(), strict=False):
        draw_rates(axes, method, groups, style | {"label": label})
    axes.set_xlabel(UNITS.get(process.casefold(), process))
    rate_axis(axes, "found, %")
    places = [place for place, _ in groups]
    axes.set_xticks(places, [f"{place:g}" for place in places])
    if process.casefold() in BETTER_HIGH:
        axes.invert_xaxis()
    lines, labels = axes.get_legend_handles_labels()
    return dict(zip(labels, lines, strict=True))


def _strong(contest: Contest) -> list[Row]:
    """Return forgeries of CT whose attack was run at several strengths, in HU."""
    rows = [row for row in contest.shared if row.strength > 0 and row.kind.startswith("CT")]
    several: dict[tuple[str, str], set[float]] = {}
    for row in rows:
        several.setdefault((row.group, row.attack), set()).add(row.strength)
    return [row for row in rows if len(several[row.group, row.attack]) > 1]


def _over(contest: Contest, rows: list[Row], name: str) -> tuple[Any, Any]:
    """Return figure and axes with a line of rates over a number of the rows for each method."""
    figure, axes = new_figure(5.6)
    groups = [
        (float(place), [row for row in rows if getattr(row, name) == place])
        for place in sorted({getattr(row, name) for row in rows})
    ]
    drawn = 0
    for (label, method), style in zip(chosen_methods(contest), styles(), strict=False):
        drawn += draw_rates(axes, method, groups, style | {"label": label})
    if not drawn:
        say_nothing(axes)
    rate_axis(axes)
    add_legend(axes, drawn)
    return figure, axes
