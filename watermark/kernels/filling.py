"""Smooth extension of known samples: means of 2x2 handed up, then down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Rows = NDArray[np.int32]
Flags = NDArray[np.int8]


@kernel
def halve(plane: Rows, known: Flags, coarse: Rows, coarse_known: Flags) -> None:
    """Fill coarse (ceil(r/2), ceil(c/2)) with the means, rounded down, of what is known.

    plane, known (r, c); where nothing of four is known, coarse is 0 and unknown.
    """
    rows, columns = plane.shape
    for y in range(coarse.shape[0]):
        for x in range(coarse.shape[1]):
            total, count = 0, 0
            for v in range(2 * y, min(2 * y + 2, rows)):
                for u in range(2 * x, min(2 * x + 2, columns)):
                    if known[v, u]:
                        total += plane[v, u]
                        count += 1
            coarse_known[y, x] = 1 if count else 0
            coarse[y, x] = total // count if count else 0


@kernel
def spread(plane: Rows, known: Flags, coarse: Rows) -> None:
    """Give every sample of plane (r, c) that is not known that of coarse above it."""
    for y in range(plane.shape[0]):
        for x in range(plane.shape[1]):
            if known[y, x] == 0:
                plane[y, x] = coarse[y >> 1, x >> 1]
