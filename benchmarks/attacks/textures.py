"""Quiet changes of an area: noise by 1, a blur, other noise instead of the picture."""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery, area, compare, span
from watermark.tiles import Box


def jitter(values: Array, box: Box, random: np.random.Generator) -> Forgery:
    """Move every sample of `box` up or down by 1, the other way at the ends of the range."""
    low, high = span(values)
    after = values.astype(np.int64)
    part = after[area(box)]
    moved = part + random.choice((-1, 1), part.shape)
    outside = (moved < low) | (moved > high)
    after[area(box)] = np.where(outside, 2 * part - moved, moved)
    if low == high:
        return compare(values, values)
    return compare(values, after)


def blur(values: Array, box: Box) -> Forgery:
    """Replace every sample of `box` by the rounded mean of its 3x3 neighbourhood."""
    wide = values.astype(np.int64)
    edges = ((1, 1), (1, 1), (0, 0))[: values.ndim]
    padded = np.pad(wide, edges, mode="edge")
    rows, columns = values.shape[:2]
    shifts = [(y, x) for y in range(3) for x in range(3)]
    total = np.sum([padded[y : y + rows, x : x + columns] for y, x in shifts], axis=0)
    after = wide.copy()
    after[area(box)] = ((2 * total + 9) // 18)[area(box)]
    return compare(values, after)


def scramble(values: Array, box: Box, random: np.random.Generator) -> Forgery:
    """Replace `box` by uniform noise of the frame's own range."""
    low, high = span(values)
    after = values.astype(np.int64)
    after[area(box)] = random.integers(low, high, after[area(box)].shape, endpoint=True)
    return compare(values, after)
