"""What all plots share: colours that everybody can tell apart, axes, and files that do not vary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A7A00")
"""Okabe and Ito, 2008; the last, their yellow made dark enough for lines on white."""
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
WIDTH, HEIGHT = 8.0, 5.0
"""Inches; 800 samples wide at 100 to an inch."""
_SETTINGS = {
    "svg.hashsalt": "scanseal",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 1.8,
    "figure.dpi": 100,
    "savefig.dpi": 100,
}


@contextmanager
def settings() -> Iterator[None]:
    """Draw with our settings and no one's of this machine."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def new_figure(height: float = HEIGHT) -> tuple[Any, Any]:
    """Return a figure of our width with one pair of axes."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def new_panels(rows: int, columns: int, height: float) -> tuple[Any, Any]:
    """Return a figure of our width with (rows, columns) axes."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def styles() -> Iterator[dict[str, Any]]:
    """Yield colour, dashes and marker of one line after the other: any one of them tells two apart.

    Their periods are 8, 6 and 8, so that 24 lines have styles of their own.
    """
    pairs = zip(cycle(COLOURS), cycle(DASHES), cycle(MARKERS), strict=False)
    for colour, dash, marker in pairs:
        yield {"color": colour, "linestyle": dash, "marker": marker}


def add_legend(axes: Any, entries: int, note: str = "") -> None:
    """Put the legend below the axes, smaller where it is long, a note above it."""
    small = {"title": note, "title_fontsize": 8.5}
    if entries > 6:
        small["fontsize"] = 8.5
    if entries:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, **small)


def say_nothing(axes: Any) -> None:
    """Say in the middle of the axes that there are no rows for them."""
    middle = {"ha": "center", "va": "center", "transform": axes.transAxes}
    axes.text(0.5, 0.5, "no rows of this kind", **middle)


def encode_figure(figure: Any, kind: str = "svg") -> bytes:
    """Return the bytes of a figure, the same each time: without a date and a program's name."""
    stream = BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(stream, format=kind, metadata=metadata)
    if kind != "svg":
        return stream.getvalue()
    lines = stream.getvalue().decode("utf-8").splitlines()
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8")
