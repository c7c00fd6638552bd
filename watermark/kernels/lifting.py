"""One level of the 9/7 wavelet, by lifting, on integers; and the filling of what does not matter.

Steps and factors have 18 fraction bits, and every product is taken in 64 bits. A sum of two
samples stays below 2**30 in both directions (for merging, 2 * 6.4 * 17 times LIMIT at most), so it
is taken in 32 bits: of two numbers of 32 bits a processor multiplies many at once.
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
        high[i] += (np.int64(step) * np.int32(low[i] + low[i + 1]) + HALF) >> 18
    if inner < highs:
        high[inner] += (np.int64(step) * 2 * low[inner] + HALF) >> 18


@kernel
def lift_low(low: Rows, high: Rows, step: int) -> None:
    """Add to each low sample the rounded step times its two high neighbours, mirrored."""
    highs, lows = high.shape[0], low.shape[0]
    low[0] += (np.int64(step) * 2 * high[0] + HALF) >> 18
    for i in range(1, highs):
        low[i] += (np.int64(step) * np.int32(high[i - 1] + high[i]) + HALF) >> 18
    if highs < lows:
        low[highs] += (np.int64(step) * 2 * high[highs - 1] + HALF) >> 18


@kernel
def scale(row: Rows, out: Rows, factor: int) -> None:
    """out (n,) becomes row (n,) times the rounded factor."""
    for i in range(row.shape[0]):
        out[i] = (np.int64(factor) * row[i] + HALF) >> 18


@kernel
def split_row(row: Rows, out: Rows, low: Rows, high: Rows) -> None:
    """Fill out (n,) with the low half of row (n,), ceil(n/2), and its high half.

    n >= 2; low, high: scratch of the size of a half.
    """
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
    scale(low, out[:lows], LOW)
    scale(high, out[lows:], HIGH)


@kernel
def merge_row(row: Rows, out: Rows, low: Rows, high: Rows) -> None:
    """Undo `split_row` up to rounding."""
    lows, highs = low.shape[0], high.shape[0]
    scale(row[:lows], low, LOW_BACK)
    scale(row[lows:], high, HIGH_BACK)
    lift_low(low, high, -DELTA)
    lift_high(low, high, -GAMMA)
    lift_low(low, high, -BETA)
    lift_high(low, high, -ALPHA)
    for i in range(highs):
        out[2 * i] = low[i]
        out[2 * i + 1] = high[i]
    if highs < lows:
        out[2 * highs] = low[highs]


@kernel
def add_rows(target: Rows, first: Rows, second: Rows, step: int) -> None:
    """Add to target (n,) the rounded step times the sum of two rows."""
    for i in range(target.shape[0]):
        target[i] += (np.int64(step) * np.int32(first[i] + second[i]) + HALF) >> 18


@kernel
def lift_rows(plane: Rows, rows: int, columns: int, start: int, step: int) -> None:
    """Lift every second of the first rows from `start` by its neighbours, mirrored; rows >= 2.

    Rows are sliced one by one: of a rectangle the compiler would not know that they are dense.
    """
    for y in range(start, rows, 2):
        above = y - 1 if y > 0 else y + 1
        below = y + 1 if y + 1 < rows else y - 1
        add_rows(plane[y, :columns], plane[above, :columns], plane[below, :columns], step)


@kernel
def split_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """One level of the top left rows x columns of `plane`, in place: low halves first.

    rows, columns >= 2; work (rows + 1, columns): scratch.
    """
    lows = (columns + 1) // 2
    spare = work[rows]
    for y in range(rows):
        split_row(plane[y, :columns], work[y, :columns], spare[:lows], spare[lows:columns])
    lift_rows(work, rows, columns, 1, ALPHA)
    lift_rows(work, rows, columns, 0, BETA)
    lift_rows(work, rows, columns, 1, GAMMA)
    lift_rows(work, rows, columns, 0, DELTA)
    half = (rows + 1) // 2
    for y in range(rows):
        to = half + y // 2 if y & 1 else y // 2
        scale(work[y, :columns], plane[to, :columns], HIGH if y & 1 else LOW)


@kernel
def scale_held(row: Rows, out: Rows, factor: int) -> None:
    """Scale a row like `scale`, its samples first brought into -LIMIT to LIMIT."""
    for i in range(row.shape[0]):
        held = min(max(row[i], -LIMIT), LIMIT)
        out[i] = (np.int64(factor) * held + HALF) >> 18


@kernel
def merge_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """Undo `split_plane` up to rounding; |sample| <= LIMIT, made so where it is not."""
    half = (rows + 1) // 2
    for y in range(rows):
        source = half + y // 2 if y & 1 else y // 2
        scale_held(plane[source, :columns], work[y, :columns], HIGH_BACK if y & 1 else LOW_BACK)
    lift_rows(work, rows, columns, 0, -DELTA)
    lift_rows(work, rows, columns, 1, -GAMMA)
    lift_rows(work, rows, columns, 0, -BETA)
    lift_rows(work, rows, columns, 1, -ALPHA)
    lows = (columns + 1) // 2
    spare = work[rows]
    for y in range(rows):
        merge_row(work[y, :columns], plane[y, :columns], spare[:lows], spare[lows:columns])
