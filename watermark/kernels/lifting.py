"""One level of the 9/7 wavelet, by lifting, on integers; and the filling of what does not matter.

Steps and factors have 18 fraction bits, and every product is taken in 64 bits.
Source: ISO/IEC 15444-1, Annex F; the factors are such that the low half keeps the mean and every
band at level l has a synthesis norm of about 2**l.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Rows = NDArray[np.int32]

ALPHA = -415796
BETA = -13888
GAMMA = 231450
DELTA = 116263
LOW = 213095  # 1 / K
HIGH = 161241  # K / 2
LOW_BACK = 322483  # K
HIGH_BACK = 426190  # 2 / K
HALF = 1 << 17

LIMIT = (1 << 22) - 1
"""No coefficient of a frame is larger; merging LIMITs by one level stays below 2**31."""


@kernel
def lift_high(low: Rows, high: Rows, step: int) -> None:
    """Add to each high sample the rounded step times its two low neighbours, mirrored."""
    highs, lows = high.shape[0], low.shape[0]
    inner = min(highs, lows - 1)
    for i in range(inner):
        high[i] += (np.int64(step) * (low[i] + low[i + 1]) + HALF) >> 18
    if inner < highs:
        high[inner] += (np.int64(step) * 2 * low[inner] + HALF) >> 18


@kernel
def lift_low(low: Rows, high: Rows, step: int) -> None:
    """Add to each low sample the rounded step times its two high neighbours, mirrored."""
    highs, lows = high.shape[0], low.shape[0]
    low[0] += (np.int64(step) * 2 * high[0] + HALF) >> 18
    for i in range(1, highs):
        low[i] += (np.int64(step) * (high[i - 1] + high[i]) + HALF) >> 18
    if highs < lows:
        low[highs] += (np.int64(step) * 2 * high[highs - 1] + HALF) >> 18


@kernel
def split_row(row: Rows, low: Rows, high: Rows) -> None:
    """Replace row (n,) by its low half, ceil(n/2), and high half; n >= 2; low, high: scratch."""
    lows, highs = low.shape[0], high.shape[0]
    for i in range(highs):
        low[i] = row[2 * i]
        high[i] = row[2 * i + 1]
    if highs < lows:
        low[highs] = row[2 * highs]
    lift_high(low, high, ALPHA)
    lift_low(low, high, BETA)
    lift_high(low, high, GAMMA)
    lift_low(low, high, DELTA)
    for i in range(lows):
        row[i] = (np.int64(LOW) * low[i] + HALF) >> 18
    for i in range(highs):
        row[lows + i] = (np.int64(HIGH) * high[i] + HALF) >> 18


@kernel
def merge_row(row: Rows, low: Rows, high: Rows) -> None:
    """Undo `split_row` up to rounding."""
    lows, highs = low.shape[0], high.shape[0]
    for i in range(lows):
        low[i] = (np.int64(LOW_BACK) * row[i] + HALF) >> 18
    for i in range(highs):
        high[i] = (np.int64(HIGH_BACK) * row[lows + i] + HALF) >> 18
    lift_low(low, high, -DELTA)
    lift_high(low, high, -GAMMA)
    lift_low(low, high, -BETA)
    lift_high(low, high, -ALPHA)
    for i in range(highs):
        row[2 * i] = low[i]
        row[2 * i + 1] = high[i]
    if highs < lows:
        row[2 * highs] = low[highs]


@kernel
def add_rows(target: Rows, first: Rows, second: Rows, step: int) -> None:
    """Add to target (n,) the rounded step times the sum of two rows."""
    for i in range(target.shape[0]):
        target[i] += (np.int64(step) * (first[i] + second[i]) + HALF) >> 18


@kernel
def lift_rows(plane: Rows, start: int, step: int) -> None:
    """Lift every second row of plane (r, c) from `start` by its neighbours, mirrored; r >= 2."""
    rows = plane.shape[0]
    for y in range(start, rows, 2):
        above = y - 1 if y > 0 else y + 1
        below = y + 1 if y + 1 < rows else y - 1
        add_rows(plane[y], plane[above], plane[below], step)


@kernel
def split_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """One level of the top left rows x columns of `plane`, in place: low halves first.

    rows, columns >= 2; work (rows + 1, columns): scratch.
    """
    lows = (columns + 1) // 2
    spare = work[rows]
    for y in range(rows):
        row = work[y, :columns]
        row[:] = plane[y, :columns]
        split_row(row, spare[:lows], spare[lows:columns])
    body = work[:rows, :columns]
    lift_rows(body, 1, ALPHA)
    lift_rows(body, 0, BETA)
    lift_rows(body, 1, GAMMA)
    lift_rows(body, 0, DELTA)
    half = (rows + 1) // 2
    for y in range(rows):
        to = half + y // 2 if y & 1 else y // 2
        factor = HIGH if y & 1 else LOW
        for x in range(columns):
            plane[to, x] = (np.int64(factor) * body[y, x] + HALF) >> 18


@kernel
def merge_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """Undo `split_plane` up to rounding; |sample| <= LIMIT, made so where it is not."""
    half = (rows + 1) // 2
    body = work[:rows, :columns]
    for y in range(rows):
        source = half + y // 2 if y & 1 else y // 2
        factor = HIGH_BACK if y & 1 else LOW_BACK
        for x in range(columns):
            held = min(max(plane[source, x], -LIMIT), LIMIT)
            body[y, x] = (np.int64(factor) * held + HALF) >> 18
    lift_rows(body, 0, -DELTA)
    lift_rows(body, 1, -GAMMA)
    lift_rows(body, 0, -BETA)
    lift_rows(body, 1, -ALPHA)
    lows = (columns + 1) // 2
    spare = work[rows]
    for y in range(rows):
        row = body[y]
        merge_row(row, spare[:lows], spare[lows:columns])
        plane[y, :columns] = row
