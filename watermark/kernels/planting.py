"""Between coefficients and the squares of their bands: before a writer's coding, after a reader's.

Written from docs/spec/picture.md.
"""

from __future__ import annotations

import numpy as np

from watermark.kernels.compiler import inner, tight
from watermark.kernels.lifting import LIMIT
from watermark.kernels.partitioning import (
    DOWN,
    HEIGHT,
    NEGATIVE,
    OFFSET,
    ORIGIN,
    RANKS,
    ROW,
    STRIDE,
    TIERS,
    UP,
    WIDTH,
    Forest,
    sign_of,
)


@inner
def bit_length(value: int) -> int:
    """Return the bit length of a number below 2**31, without a loop: a float's exponent.

    The second bit is cleared, so that rounding cannot carry into the next power of two.
    """
    exponent = int(np.float32(np.int32(value & ~(value >> 1))).view(np.int32)) >> 23
    return max(exponent - 126, 0)


@tight
def plant(forest: Forest, band: int) -> int:
    """Fill in the ranks of a band's leaves, and of the squares above; returns the largest."""
    ranks, bands, squares = forest.ranks, forest.bands, forest.squares
    up, down = int(bands[band, UP]), int(bands[band, DOWN])
    for y in range(squares[band, 0, HEIGHT]):
        i = int(squares[band, 0, OFFSET]) + y * int(squares[band, 0, STRIDE])
        j = int(bands[band, ORIGIN]) + y * int(bands[band, ROW])
        for x in range(squares[band, 0, WIDTH]):
            value = int(forest.coefficients[np.uint64(j + x)])
            rank = bit_length((abs(value) << up) >> down)
            ranks[np.uint64(i + x)] = rank + (NEGATIVE if value < 0 else 0)
    for tier in range(1, bands[band, TIERS]):
        pool(forest, band, tier)
    return int(ranks[squares[band, bands[band, TIERS] - 1, OFFSET]]) & RANKS


@inner
def pool(forest: Forest, band: int, tier: int) -> None:
    """Give each square of a tier the largest rank of those that it consists of.

    Where there is no second one, the margin's is 0.
    """
    ranks = forest.ranks
    below, square = forest.squares[band, tier - 1], forest.squares[band, tier]
    step = int(below[STRIDE])
    for y in range(square[HEIGHT]):
        i = int(square[OFFSET]) + y * int(square[STRIDE])
        j = int(below[OFFSET]) + 2 * y * step
        for x in range(square[WIDTH]):
            k = j + 2 * x
            first = max(ranks[np.uint64(k)] & RANKS, ranks[np.uint64(k + 1)] & RANKS)
            k += step
            second = max(ranks[np.uint64(k)] & RANKS, ranks[np.uint64(k + 1)] & RANKS)
            ranks[np.uint64(i + x)] = max(first, second)


@tight
def harvest(forest: Forest, band: int) -> None:
    """Bring a band's magnitudes, as they were read, back to coefficients with their signs."""
    bands, square = forest.bands, forest.squares[band, 0]
    up, down = int(bands[band, UP]), int(bands[band, DOWN])
    half = (1 << up) >> 1
    for y in range(square[HEIGHT]):
        i = int(square[OFFSET]) + y * int(square[STRIDE])
        j = int(bands[band, ORIGIN]) + y * int(bands[band, ROW])
        for x in range(square[WIDTH]):
            value = ((int(forest.coefficients[np.uint64(j + x)]) << down) + half) >> up
            sign = sign_of(int(forest.marks[np.uint64(i + x)]))
            forest.coefficients[np.uint64(j + x)] = min(value, LIMIT) * sign
