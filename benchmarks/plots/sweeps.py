"""P2 to P4: detection against size, strength, and what was done to the forgery afterwards."""

from __future__ import annotations

from typing import Any

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.records import PROCESSED, PROCESSING, SIZES, STRENGTHS, Contest
from benchmarks.plots.drawing import add_legend, new_figure, new_panels, say_nothing
from benchmarks.plots.lines import BARS, chosen_methods, draw_methods, rate_axis, tell_judged

UNITS = {
    "jpeg": "quality of JPEG (8 bits)",
    "jpeg 2000": "compression ratio of JPEG 2000",
    "j2k": "compression ratio of JPEG 2000",
    "added noise": "sigma of added noise, share of the shown range",
    "noise": "sigma of added noise, share of the shown range",
    "resized and back": "factor of resizing, and back",
    "resize": "factor of resizing, and back",
}
"""Axes of the processes, by their names in small letters."""
BETTER_HIGH = {"jpeg", "resize", "resized and back"}
"""Processes whose numbers fall as more is lost: drawn the other way round."""
SPREAD = {"jpeg 2000", "j2k", "added noise", "noise"}
"""Processes whose numbers are spread over decades."""
UNFORGED = "C"
"""Group of pictures that were processed and not forged otherwise."""


def draw_sizes(contest: Contest) -> Any:
    """Return the figure of detection against the edge of the forged square."""
    rows = [row for row in contest.swept(SIZES) or contest.shared if row.size]
    figure, axes = _over(contest, rows, "size")
    axes.set_xscale("log", base=2)
    axes.set_xlabel("edge of the forged square, samples (log scale)")
    axes.set_title(f"Detection against size, local attacks\n{_many(contest, rows)}", fontsize=11)
    sizes = sorted({row.size for row in rows})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    return figure


def draw_strengths(contest: Contest) -> Any:
    """Return the figure of detection against the strength of changes of value, CT alone."""
    rows = _strong(contest)
    figure, axes = _over(contest, rows, "strength")
    axes.set_xscale("log")
    axes.set_xlabel("change of the forged samples, HU up or down (log scale)")
    names = ", ".join(sorted({row.attack for row in rows}))
    axes.set_title(
        f"Detection against strength, CT: {names or 'none'}\n{_many(contest, rows)}", fontsize=11
    )
    places = sorted({abs(row.strength) for row in rows})
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.minorticks_off()
    return figure


def draw_processing(contest: Contest) -> Any:
    """Return the figure of detection against what forgeries went through afterwards."""
    groups: dict[str, dict[float, list[Row]]] = {}
    rows = list(contest.swept(PROCESSING))
    forged = [row for row in rows if row.group[:1] != UNFORGED]
    for row in rows:
        process, value = _process(row)
        groups.setdefault(process, {}).setdefault(value, []).append(row)
    high = max(1, (len(groups) + 1) // 2)
    figure, panels = new_panels(high, 2 if len(groups) > 1 else 1, 3.2 * high + 1.4)
    every = panels.ravel()
    drawn: dict[str, Any] = {}
    for axes, (process, steps) in zip(every, sorted(groups.items()), strict=False):
        drawn |= _panel(axes, contest, process, steps)
    for axes in every[max(1, len(groups)) :]:
        axes.set_axis_off()
    if not groups:
        say_nothing(every[0])
        every[0].set_xlabel("what was done")
        rate_axis(every[0])
    figure.suptitle(f"Detection after processing\n{_many(contest, forged)}", fontsize=11)
    if drawn:
        below = {"loc": "outside lower center", "ncols": 2, "title": BARS, "title_fontsize": 8.5}
        figure.legend(drawn.values(), drawn.keys(), **below)
    return figure


def _process(row: Row) -> tuple[str, float]:
    """Return what was done afterwards and how much, of the attack's name or of the strength."""
    match = PROCESSED.search(row.attack)
    if match:
        return match["process"], float(match["value"])
    return row.attack.rsplit(", then ", 1)[-1], abs(row.strength)


def _panel(
    axes: Any, contest: Contest, process: str, steps: dict[float, list[Row]]
) -> dict[str, Any]:
    """Draw one process; return the lines by their labels."""
    ordered = sorted(steps.items())
    forged = [(at, [row for row in rows if row.group[:1] != UNFORGED]) for at, rows in ordered]
    other = [(at, [row for row in rows if row.group[:1] == UNFORGED]) for at, rows in ordered]
    draw_methods(axes, contest, forged, other)
    axes.set_xlabel(UNITS.get(process.casefold(), process))
    rate_axis(axes, "found, %")
    if process.casefold() in SPREAD:
        axes.set_xscale("log")
    axes.set_xticks(list(steps), [f"{place:g}" for place in steps])
    axes.minorticks_off()
    if process.casefold() in BETTER_HIGH:
        axes.invert_xaxis()
    lines, labels = axes.get_legend_handles_labels()
    return dict(zip(labels, lines, strict=True))


def _strong(contest: Contest) -> list[Row]:
    """Return forgeries of CT whose attack was run at several strengths, in HU."""
    rows = [row for row in contest.swept(STRENGTHS) or contest.shared if row.kind[:2] == "CT"]
    several: dict[tuple[str, str], set[float]] = {}
    for row in rows:
        several.setdefault((row.group, row.attack), set()).add(abs(row.strength))
    return [row for row in rows if row.strength and len(several[row.group, row.attack]) > 1]


def _many(contest: Contest, rows: list[Row]) -> str:
    """Return of how much a plot is."""
    return tell_judged((method for _, method in chosen_methods(contest)), rows)


def _over(contest: Contest, rows: list[Row], name: str) -> tuple[Any, Any]:
    """Return figure and axes with a line of rates over a number of the rows for each method, and
    with the alarms on the same pictures before they were forged."""
    figure, axes = new_figure(5.6)
    places = sorted({abs(float(getattr(row, name))) for row in rows})
    groups = [
        (place, [row for row in rows if abs(float(getattr(row, name))) == place])
        for place in places
    ]
    images = {row.image for row in rows}
    untouched = [
        row
        for marked in (False, True)
        for row in contest.originals("test", marked)
        if row.image in images
    ]
    drawn = draw_methods(axes, contest, groups, [(place, untouched) for place in places])
    if not drawn:
        say_nothing(axes)
    rate_axis(axes)
    add_legend(axes, drawn, BARS)
    return figure, axes
