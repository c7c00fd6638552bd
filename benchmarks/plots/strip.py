"""P7: a picture, what was changed, and what everybody makes of it; of lungs or phantoms alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.plots.drawing import encode_figure, new_panels, settings

PER_ROW = 4
SHOWN = "CT lung"
"""Kind of the pictures that may be shown: nobody's face is in them; phantoms are drawn as such."""


class NotShown(ValueError):
    """A picture of a kind in which somebody might be recognised."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        """Say why."""
        return f"pictures of the kind {self.kind!r} are not shown, {SHOWN!r} alone are"


def render_strip(
    picture: Picture, changed: Flags, heats: Sequence[tuple[str, Plane]], title: str
) -> bytes:
    """Return `draw_strip` of a forged picture as a PNG, the same bytes each time.

    Raises NotShown for any kind but CT of the lung.
    """
    if picture.kind != SHOWN:
        raise NotShown(picture.kind)
    with settings():
        return encode_figure(draw_strip(picture.shown(), changed, heats, title), "png")


def draw_strip(shown: Plane, changed: Flags, heats: Sequence[tuple[str, Plane]], title: str) -> Any:
    """Return the figure: forged picture, what was changed, then one heat map each.

    shown: (rows, columns) 0 to 1, as `Picture.shown`, of no head: faces are not shown. changed:
    of that shape. heats: names and maps of that shape, each drawn from its least value to its
    greatest, in a scale whose lightness rises throughout; the changed area is outlined.
    """
    count = 2 + len(heats)
    columns = min(PER_ROW, count)
    rows = -(-count // columns)
    figure, panels = new_panels(rows, columns, 2.35 * rows + 0.4)
    every = list(panels.ravel())
    greys = {"cmap": "gray", "vmin": 0, "vmax": 1, "interpolation": "nearest"}
    every[0].imshow(shown, **greys)
    every[0].set_title("forged picture", fontsize=10)
    every[1].imshow(changed, **greys)
    every[1].set_title("what was changed", fontsize=10)
    for axes, (name, heat) in zip(every[2:], heats, strict=False):
        low, high = float(np.min(heat)), float(np.max(heat))
        axes.imshow(heat, cmap="cividis", vmin=low, vmax=max(high, low + 1e-9))
        axes.contour(changed, levels=[0.5], colors="white", linewidths=0.8)
        axes.set_title(name, fontsize=9)
    for axes in every:
        axes.set_axis_off()
    figure.suptitle(title, fontsize=11)
    return figure
