"""P5: what a payload costs in picture quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from benchmarks.plots.drawing import add_legend, new_figure, say_nothing, styles

OURS, OTHERS, CARRIED = "ours", "published", "carried"
"""How the names of series begin: payloads that were measured, those that others published, and all
that the samples of ours carry for them; what begins otherwise is a bound and drawn as a line."""


class Point(Protocol):
    """One point: the payload of a series in bits a sample, and its PSNR in dB."""

    @property
    def series(self) -> str:
        """Name of the series."""

    @property
    def bits(self) -> float:
        """Bits a sample."""

    @property
    def psnr(self) -> float:
        """Decibels."""


def draw_payload(points: Sequence[Point], peak: int) -> Any:
    """Return the figure of PSNR at a peak against payload.

    What was measured has filled marks, what was published empty ones: they are of other pictures.
    What ours carries in all has crosses, in the colour of its payload.
    """
    figure, axes = new_figure(6.4)
    names = list(dict.fromkeys(point.series for point in points))
    looks, colours = styles(), dict[str, str]()
    for name in names:
        mine = sorted((p for p in points if p.series == name), key=lambda point: point.bits)
        places = [point.bits for point in mine], [point.psnr for point in mine]
        if name.startswith((OURS, OTHERS)):
            style = next(looks) | {"linestyle": "none", "markersize": 7}
            style |= {"fillstyle": "none"} if name.startswith(OTHERS) else {}
            axes.plot(*places, label=name, **style)
            colours[name] = style["color"]
        elif name.startswith(CARRIED):
            colour = colours.get(name.replace(CARRIED, OURS, 1), "#777777")
            axes.plot(*places, label=name, color=colour, linestyle="none", marker="x", markersize=4)
        else:
            axes.plot(*places, label=name, color="#777777", linewidth=1)
    if not names:
        say_nothing(axes)
    axes.set_xscale("log")
    axes.set_xlabel("payload (crosses: carried in all), bits a sample (log scale)")
    axes.set_ylabel(f"PSNR, dB, peak {peak}")
    axes.set_title("What a payload costs (empty marks: published, not run)")
    add_legend(axes, len(names))
    return figure
