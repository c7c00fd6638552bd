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
def scale_here(row: Rows, factor: int) -> None:
    """Multiply row (n,) by the rounded factor.

    Apart from `scale`: where what is read may be what is written, the compiler takes one at a time.
    """
    for i in range(row.shape[0]):
        row[i] = (np.int64(factor) * row[i] + HALF) >> 18


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
def lift_high_row(low: Rows, high: Rows, at: int, lows: int, columns: int, step: int) -> None:
    """Lift row `at` of `high` by its two neighbours among the first rows of `low`, mirrored.

    Rows are sliced one by one: of a rectangle the compiler would not know that they are dense.
    """
    below = at + 1 if at + 1 < lows else at
    add_rows(high[at, :columns], low[at, :columns], low[below, :columns], step)


@kernel
def lift_low_row(low: Rows, high: Rows, at: int, highs: int, columns: int, step: int) -> None:
    """Lift row `at` of `low` by its two neighbours among the first rows of `high`, mirrored."""
    above = at - 1 if at > 0 else 0
    below = at if at < highs else at - 1
    add_rows(low[at, :columns], high[above, :columns], high[below, :columns], step)


@kernel
def split_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """One level of the top left rows x columns of `plane`, in place: low halves first.

    rows, columns >= 2; work (rows // 2 + 1, columns): scratch. The even rows move up in the plane,
    where all has been read, and the odd ones into `work`; a step follows as soon as its rows are
    there, so that five of each suffice a core's own cache, however large the plane.
    """
    lows, highs, left = (rows + 1) // 2, rows // 2, (columns + 1) // 2
    low, high = work[highs, :left], work[highs, left:columns]
    for at in range(lows + 2):
        if at < lows:
            split_row(plane[2 * at, :columns], plane[at, :columns], low, high)
        if at < highs:
            split_row(plane[2 * at + 1, :columns], work[at, :columns], low, high)
        if 0 < at <= highs:
            lift_high_row(plane, work, at - 1, lows, columns, ALPHA)
        if 0 < at <= lows:
            lift_low_row(plane, work, at - 1, highs, columns, BETA)
        if 1 < at < highs + 2:
            lift_high_row(plane, work, at - 2, lows, columns, GAMMA)
        if 1 < at:
            lift_low_row(plane, work, at - 2, highs, columns, DELTA)
            scale_here(plane[at - 2, :columns], LOW)
    for at in range(highs):
        scale(work[at, :columns], plane[lows + at, :columns], HIGH)


@kernel
def hold(row: Rows) -> None:
    """Bring row (n,) into -LIMIT to LIMIT."""
    for i in range(row.shape[0]):
        row[i] = min(max(row[i], -LIMIT), LIMIT)


@kernel
def merge_plane(plane: Rows, rows: int, columns: int, work: Rows) -> None:
    """Undo `split_plane` up to rounding; |sample| <= LIMIT, made so where it is not.

    From the last rows to the first, so that rows that are done never lie upon low ones that are
    still needed.
    """
    lows, highs, left = (rows + 1) // 2, rows // 2, (columns + 1) // 2
    low, high = work[highs, :left], work[highs, left:columns]
    for at in range(highs):
        hold(plane[lows + at, :columns])
        scale(plane[lows + at, :columns], work[at, :columns], HIGH_BACK)
    for at in range(lows - 1, -2, -1):
        if at >= 0:
            hold(plane[at, :columns])
            scale_here(plane[at, :columns], LOW_BACK)
            lift_low_row(plane, work, at, highs, columns, -DELTA)
        if 0 <= at < highs:
            lift_high_row(plane, work, at, lows, columns, -GAMMA)
        if at + 1 < lows:
            lift_low_row(plane, work, at + 1, highs, columns, -BETA)
        if at + 1 < highs:
            lift_high_row(plane, work, at + 1, lows, columns, -ALPHA)
            merge_row(work[at + 1, :columns], plane[2 * at + 3, :columns], low, high)
        if at + 1 < lows:
            merge_row(plane[at + 1, :columns], plane[2 * at + 2, :columns], low, high)
