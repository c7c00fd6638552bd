"""A finding taken out by tissue, patch by patch from the border inwards.

Source: Criminisi, Perez, Toyama, Region filling and object removal by exemplar-based image
inpainting, IEEE TIP 13(9), 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, gaussian_filter, uniform_filter

from benchmarks.attacks.brushes import disc, grow, lay, stamp
from benchmarks.attacks.forgery import Array, Flags, Forgery, area
from watermark.tiles import Box

PATCH = 9
_HALF = PATCH // 2
_REACH = 24
"""Patches are taken from so many samples around the place."""

Real = NDArray[np.float32]


@dataclass(eq=False)
class Canvas:
    """A window in which a hole is being filled."""

    part: Real
    """(rows, columns, channels), float32."""
    hole: Flags
    confidence: Real


@dataclass(frozen=True, eq=False)
class Book:
    """All patches of a window that are wholly known."""

    patches: Real
    """(patches, PATCH * PATCH * channels)."""
    squares: Real
    """The same, squared."""


def fill_exemplars(values: Array, box: Box) -> Forgery:
    """Fill the disc of `box` with patches of 9x9 of its surroundings, strongest edges first.

    The frame around the box must have more than 9x9 known samples in a square.
    """
    around = grow(box, _REACH, values.shape)
    crop = values[area(around)].astype(np.float32)
    part = crop.reshape(*crop.shape[:2], -1).copy()
    hole = stamp(values.shape, box)[area(around)]
    part[hole] = part[~hole].mean(axis=0)
    canvas = Canvas(part, hole, np.asarray(~hole, dtype=np.float32))
    book = _collect(canvas)
    while canvas.hole.any():
        _fill_one(canvas, book)
    top, left = box[0] - around[0], box[1] - around[1]
    filled = canvas.part[top : top + box[2], left : left + box[3]].astype(np.float64)
    return lay(values, box, filled.reshape(*box[2:], *values.shape[2:]), disc(*box[2:]))


def _collect(canvas: Canvas) -> Book:
    """Return the patches that touch no hole."""
    known = ~sliding_window_view(canvas.hole, (PATCH, PATCH)).any(axis=(2, 3))
    views = sliding_window_view(canvas.part, (PATCH, PATCH), axis=(0, 1))[known]
    patches = np.ascontiguousarray(views.transpose(0, 2, 3, 1)).reshape(len(views), -1)
    return Book(patches, patches * patches)


def _fill_one(canvas: Canvas, book: Book) -> None:
    """Fill what is missing of the patch that comes first."""
    y, x, certain = _choose(canvas)
    top = min(max(y - _HALF, 0), canvas.hole.shape[0] - PATCH)
    left = min(max(x - _HALF, 0), canvas.hole.shape[1] - PATCH)
    place = (slice(top, top + PATCH), slice(left, left + PATCH))
    missing = canvas.hole[place].copy()
    known = np.repeat(~missing.reshape(-1, 1), canvas.part.shape[2], axis=1).reshape(-1)
    weights = known.astype(np.float32)
    wanted = canvas.part[place].reshape(-1) * weights
    errors = book.squares @ weights - 2 * (book.patches @ wanted)
    best = book.patches[int(errors.argmin())].reshape(PATCH, PATCH, -1)
    canvas.part[place][missing] = best[missing]
    canvas.confidence[place][missing] = certain
    canvas.hole[place] = False


def _choose(canvas: Canvas) -> tuple[int, int, float]:
    """Return row and column of the front that come first, and their confidence."""
    front = canvas.hole & binary_dilation(~canvas.hole)
    y, x = np.nonzero(front)
    certain = uniform_filter(canvas.confidence, PATCH, mode="constant")[y, x]
    data = _edges(canvas, y, x)
    first = int((certain * (data + 1e-3 * (1 + data.max()))).argmax())
    return int(y[first]), int(x[first]), float(certain[first])


def _edges(canvas: Canvas, y: NDArray[np.intp], x: NDArray[np.intp]) -> Real:
    """Return (front,) how strongly an edge that is known runs into the hole.

    The gradient is the strongest one in the patch of samples whose neighbours are all known.
    """
    plane = canvas.part.mean(axis=2)
    down, across = np.gradient(plane)
    down[binary_dilation(canvas.hole)] = across[binary_dilation(canvas.hole)] = 0
    normal = np.gradient(gaussian_filter(canvas.hole.astype(np.float32), 1.0))
    size = np.maximum(np.hypot(normal[0][y, x], normal[1][y, x]), 1e-6)
    padded = np.pad(np.hypot(down, across), _HALF)
    windows = sliding_window_view(padded, (PATCH, PATCH))[y, x].reshape(len(y), -1)
    row, column = np.divmod(windows.argmax(axis=1), PATCH)
    at = (
        np.clip(y + row - _HALF, 0, plane.shape[0] - 1),
        np.clip(x + column - _HALF, 0, plane.shape[1] - 1),
    )
    edge = across[at] * normal[0][y, x] - down[at] * normal[1][y, x]
    return np.asarray(np.abs(edge) / size, dtype=np.float32)
