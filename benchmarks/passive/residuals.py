"""What is left of a picture without its content, in words of four samples, counted by cells.

Source of residual, quantisation and co-occurrences: Cozzolino, Poggi, Verdoliva, Splicebuster: a
new blind image splicing detector, WIFS 2015; of the symmetries: Fridrich, Kodovsky, Rich models for
steganalysis of digital images, IEEE TIFS 7(3), 2012.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.contest.pictures import Plane

WORDS = 25
"""Words of four samples of three levels that differ after change of sign and direction."""
Ints = NDArray[np.int64]


def count_words(plane: Plane, cell: int) -> Plane:
    """Return (rows // cell, columns // cell, 2 * WORDS) float32 counts in cells of the plane.

    First the words along the direction of the residual, then those across; rows and columns
    together. The residual is of the third order, (1, -3, 3, -1). Its step is the picture's own, the
    median of its absolute values: about the step of 2 that the source has for photographs of 8
    bits. Residuals of exactly 0 beside each other, as in air of one value, are words as all others.
    """
    counts = np.zeros((plane.shape[0] // cell, plane.shape[1] // cell, 2 * WORDS))
    for turned in (False, True):
        part = np.ascontiguousarray(plane.T) if turned else plane
        levels = _quantise(cv2.filter2D(part, cv2.CV_32F, _THIRD, borderType=cv2.BORDER_REFLECT))
        for kind, axis in enumerate((1, 0)):
            number = _number_words(levels, axis)
            found = _count(number.T if turned else number, cell)
            counts[:, :, kind * WORDS : (kind + 1) * WORDS] += found
    return np.asarray(counts, dtype=np.float32)


def _quantise(residual: Plane) -> Ints:
    """Return levels 0, 1, 2."""
    size = np.abs(residual)
    busy = size[size > 0]
    step = float(np.median(busy)) if busy.size else 1.0
    levels = np.clip(np.rint(residual / np.float32(step)), -1, 1)
    return np.asarray(levels, dtype=np.int64) + 1


def _number_words(levels: Ints, axis: int) -> Ints:
    """Return the word that begins at each sample along the axis, the edge repeated."""
    padded = np.pad(levels, [(0, 3 * (axis == 0)), (0, 3 * (axis == 1))], mode="edge")
    size = levels.shape[axis]
    number = np.zeros_like(levels)
    for place in range(4):
        number = 3 * number + np.take(padded, range(place, place + size), axis=axis)
    return _fold_words()[number]


def _count(number: Ints, cell: int) -> Plane:
    """Return (rows, columns, WORDS) counts by cell."""
    rows, columns = (size // cell for size in number.shape)
    cut = number[: rows * cell, : columns * cell]
    place = (np.arange(rows * cell) // cell * columns)[:, np.newaxis]
    place = place + np.arange(columns * cell) // cell
    counts = np.bincount((place * WORDS + cut).ravel(), minlength=rows * columns * WORDS)
    return counts.reshape(rows, columns, WORDS).astype(np.float32)


@lru_cache(maxsize=1)
def _fold_words() -> Ints:
    """Return the class of each of the 81 words under change of sign and of direction."""
    levels = np.stack(np.unravel_index(np.arange(81), (3, 3, 3, 3)))
    weights = np.array([27, 9, 3, 1])
    forms = [weights @ form for form in (levels, 2 - levels, levels[::-1], 2 - levels[::-1])]
    _, number = np.unique(np.min(forms, axis=0), return_inverse=True)
    return number.astype(np.int64)


def sum_windows(cells: NDArray[np.floating], edge: int) -> Plane:
    """Return sums over edge x edge cells at each place where they fit, (n, m, ...) float32."""
    total = np.cumsum(np.cumsum(cells, axis=0, dtype=np.float64), axis=1)
    total = np.pad(total, [(1, 0), (1, 0)] + [(0, 0)] * (cells.ndim - 2))
    both = total[edge:] - total[:-edge]
    return np.asarray(both[:, edge:] - both[:, :-edge], dtype=np.float32)


_THIRD = np.array([[1, -3, 3, -1]], dtype=np.float32)
