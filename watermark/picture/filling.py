"""Smooth extension of what matters over what does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.int32]


def fill(plane: Plane, matters: NDArray[np.bool_]) -> Plane:
    """Return the plane with every sample that does not matter taken from means around it.

    Means of 2x2 blocks are formed until nothing is missing, then handed down again. Where
    nothing matters at all, zeros.
    """
    known = matters.astype(np.int64)
    total = np.where(matters, plane, 0).astype(np.int64)
    if known.all():
        return plane
    if not known.any():
        return np.zeros_like(plane)
    means = total.astype(np.int32)
    if min(known.shape) >= 1 and max(known.shape) > 1:
        sums, counts = _halve(total), _halve(known)
        coarse = np.where(counts > 0, sums // np.maximum(counts, 1), 0).astype(np.int32)
        filled = fill(coarse, counts > 0)
        rows, columns = plane.shape
        means = np.repeat(np.repeat(filled, 2, axis=0), 2, axis=1)[:rows, :columns]
    return np.where(matters, plane, means).astype(np.int32)


def _halve(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sums of 2x2 blocks; those at an odd edge are smaller."""
    rows, columns = values.shape
    padded = np.pad(values, ((0, rows & 1), (0, columns & 1)))
    return padded[0::2, 0::2] + padded[1::2, 0::2] + padded[0::2, 1::2] + padded[1::2, 1::2]
