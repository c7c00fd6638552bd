"""How parts are laid into a frame: round shapes, hard or soft, kept inside the frame's range."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array, Flags, Forgery, area, compare, span
from watermark.tiles import Box

Weights = NDArray[np.float64]
Part = NDArray[np.float64]


def disc(height: int, width: int, soft: float = 0.0) -> Weights:
    """Return (height, width) float64, 1 inside the ellipse of a box and 0 outside.

    soft: 0 to 1, the share of the radius over which 1 falls to 0 as a raised cosine.
    """
    y = (2 * np.arange(height).reshape(-1, 1) + 1 - height) / height
    x = (2 * np.arange(width).reshape(1, -1) + 1 - width) / width
    radius = np.hypot(y, x)
    if soft <= 0:
        return np.asarray(radius <= 1, dtype=np.float64)
    fall = np.clip((radius - (1 - soft)) / soft, 0, 1)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * fall))


def stamp(shape: tuple[int, ...], box: Box) -> Flags:
    """Return (rows, columns) flags of the hard disc of a box."""
    flags = np.zeros(shape[:2], dtype=bool)
    flags[area(box)] = disc(*box[2:]) > 0
    return flags


def lay(values: Array, box: Box, part: Part, weights: Weights | None = None) -> Forgery:
    """Lay `part` over `box`, rounded, cut to the frame's range.

    part: of the box's shape; weights: (height, width) 0 to 1, how much of it is seen; samples
    of weight 0 stay as they are.
    """
    place = area(box)
    old = values[place].astype(np.float64)
    if weights is not None:
        part = old + spread(weights, values) * (part - old)
    after = values.copy()
    after[place] = np.clip(np.round(part), *span(values)).astype(values.dtype)
    return compare(values, after)


def spread(weights: Weights, values: Array) -> Weights:
    """Return weights that multiply the channels of a frame, if it has some."""
    return weights if values.ndim == 2 else weights[:, :, np.newaxis]


def grow(box: Box, by: int, shape: tuple[int, ...]) -> Box:
    """Return a box with `by` more samples on every side, cut to the frame."""
    top, left, height, width = box
    first, start = max(0, top - by), max(0, left - by)
    last, stop = min(shape[0], top + height + by), min(shape[1], left + width + by)
    return first, start, last - first, stop - start


def rim(values: Array, box: Box) -> Part:
    """Return (samples,) or (samples, 3) float64: the surroundings of a box, a quarter as wide."""
    around = grow(box, max(2, box[2] // 4), values.shape)
    outside = np.ones(around[2:], dtype=bool)
    top, left = box[0] - around[0], box[1] - around[1]
    outside[top : top + box[2], left : left + box[3]] = False
    return values[area(around)][outside].astype(np.float64)
