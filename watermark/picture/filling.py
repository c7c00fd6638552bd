"""Smooth extension of what matters over what does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.filling import halve, spread

Plane = NDArray[np.int32]


def fill(plane: Plane, matters: NDArray[np.bool_]) -> Plane:
    """Return a plane in which every sample that does not matter follows from means around it.

    plane: (rows, columns) int32; matters: bool of its shape; neither is changed. Means of 2x2
    samples are formed until nothing is missing, then handed down. Where nothing matters, zeros.
    """
    if matters.all():
        return plane
    out = np.array(plane)
    _fill(out, matters.astype(np.int8))
    return out


def _fill(plane: Plane, known: NDArray[np.int8]) -> None:
    """Fill what is not known, in place."""
    shape = (plane.shape[0] + 1) // 2, (plane.shape[1] + 1) // 2
    coarse = np.empty(shape, dtype=np.int32)
    if plane.size > 1:
        coarse_known = np.empty(shape, dtype=np.int8)
        halve(plane, known, coarse, coarse_known)
        if not coarse_known.all():
            _fill(coarse, coarse_known)
    else:
        coarse[:] = 0
    spread(plane, known, coarse)
