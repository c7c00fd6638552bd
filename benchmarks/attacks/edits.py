"""Changes of what is seen that keep what carries: least significant bits, or all parities.

Source: Fedoseev, Denisova, content-only and remainder-preserving attacks on quantising schemes,
2022 (scitepress 110672).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery, area, compare, span
from watermark.parameters import ANCHOR
from watermark.tiles import Box


def replace_high_bits(values: Array, picture: Array, box: Box, kept: int = 1) -> Forgery:
    """Put another picture's samples into `box`, their `kept` lowest bits those of the frame."""
    low = (1 << kept) - 1
    after = values.astype(np.int64)
    place = area(box)
    after[place] = (picture[place].astype(np.int64) & ~low) | (after[place] & low)
    return compare(values, after)


def keep_parities(values: Array, box: Box, step: int = 2) -> Forgery:
    """Move every carrier in `box` by an even step: each coefficient keeps its parity.

    Anchors, from which the others are predicted, stay as they are. Up, or down where up would leave
    the frame's own range.
    """
    assert step % 2 == 0
    rows, columns = np.indices(values.shape[:2])
    inside = np.zeros(values.shape[:2], dtype=bool)
    inside[area(box)] = True
    inside &= (rows % ANCHOR != 0) | (columns % ANCHOR != 0)
    before = values.astype(np.int64)
    low, high = span(values)
    moved = np.where(before + step <= high, before + step, np.maximum(before - step, low))
    keep = (moved - before) % 2 == 0
    mask = inside if values.ndim == 2 else inside[:, :, np.newaxis]
    return compare(values, np.where(mask & keep, moved, before))


def fill(values: Array, box: Box, value: int) -> Forgery:
    """Paint `box` with one value: a constant passes every check that is a feature of content."""
    after = values.copy()
    after[area(box)] = value
    return compare(values, after)


def blacken(values: Array, box: Box) -> Forgery:
    """Paint `box` with the frame's least value."""
    return fill(values, box, span(values)[0])


def whiten(values: Array, box: Box) -> Forgery:
    """Paint `box` with the frame's greatest value."""
    return fill(values, box, span(values)[1])
