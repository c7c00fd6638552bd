"""Samples to wavelet coefficients with fraction bits, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.lifting import merge_plane, split_plane

FRACTION = 5
"""Fraction bits of a coefficient."""

Plane = NDArray[np.int32]


def sizes(rows: int, columns: int, levels: int) -> list[tuple[int, int]]:
    """Return what is split at each level, finest first."""
    found = []
    for _ in range(levels):
        found.append((rows, columns))
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
    return found


def split(plane: Plane, levels: int) -> Plane:
    """Return the coefficients of a plane, coarse bands towards the top left.

    plane: (rows, columns) int32, C-contiguous, |value| < 2**16; it is used up. Returns int32 with
    FRACTION fraction bits. Source: ISO/IEC 15444-1, Annex F (9/7).
    """
    out = np.left_shift(plane, FRACTION, out=plane)
    work = np.empty((plane.shape[0] // 2 + 1, plane.shape[1]), dtype=np.int32)
    for rows, columns in sizes(plane.shape[0], plane.shape[1], levels):
        split_plane(out, rows, columns, work)
    return out


def merge(coefficients: Plane, levels: int) -> Plane:
    """Return the plane of its coefficients, rounded to integers; `coefficients` is used up."""
    shape = coefficients.shape
    work = np.empty((shape[0] // 2 + 1, shape[1]), dtype=np.int32)
    for rows, columns in reversed(sizes(shape[0], shape[1], levels)):
        merge_plane(coefficients, rows, columns, work)
    coefficients += 1 << (FRACTION - 1)
    return np.right_shift(coefficients, FRACTION, out=coefficients)
