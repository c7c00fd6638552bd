"""Coefficients of a frame under either predict step."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.cells import predict_cells
from watermark.parameters import Transform
from watermark.transform import dct, wavelet

_LONGEST = 16
_STEPS = {Transform.DWT: wavelet.axis_weights, Transform.DCT: dct.axis_weights}


def anchors_on(length: int) -> int:
    """Return how many anchors a cell of `length` samples (8 to 15) has on an axis: 2 to 4."""
    return (length + 3) // 4


@lru_cache(maxsize=4)
def weight_table(transform: Transform) -> NDArray[np.int32]:
    """Return the (3, 16, 4) int32 table of weights: anchors - 2, offset, anchor."""
    table = np.zeros((3, _LONGEST, 4), dtype=np.int32)
    for length in range(8, _LONGEST):
        anchors = anchors_on(length)
        for offset in range(length):
            table[anchors - 2, offset, :anchors] = _STEPS[transform](anchors, offset)
    table.flags.writeable = False
    return table


def predict(plane: NDArray[np.int32], transform: Transform) -> NDArray[np.int32]:
    """Return the coefficients of `plane`: anchors as they are, else sample - prediction.

    plane: (rows, columns) int32, C-contiguous, each axis >= 8, |value| < 2**16; not changed.
    Returns a fresh int32 array of its shape. A coefficient is one sample: changing a sample
    that is no anchor by 1 changes its coefficient by 1 and nothing else.
    """
    coefficients = np.empty_like(plane)
    row = np.empty(4, dtype=np.int32)
    predict_cells(plane, np.array(weight_table(transform)), row, coefficients)
    return coefficients
