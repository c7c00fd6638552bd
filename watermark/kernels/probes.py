"""Read the carrier bits of all whole cells of a picture, at any phase of the cell grid.

Cells run as lanes: at each of their 64 samples all of them take the same step. So that lanes lie
side by side in memory at every phase, a picture comes as a *lattice*: (c, 64, n) int32, in which
[c, 8 y + x, i q + j] is the sample of channel c at row 8 i + y, column 8 j + x. Each row of cells
has q places, the last of which may hold no whole cell; what is read there means nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.cells import FINISH, GOLDEN, MASK, STEP
from watermark.kernels.compiler import kernel

Lanes = NDArray[np.int32]
Words = NDArray[np.int64]
Table = NDArray[np.int32]

_SIGN = 0x80000000

ROWS = 8
"""Rows of the scratch of `bind_lanes`."""


@kernel
def mix_values(state: Lanes, values: Lanes) -> None:
    """Take values (n,) into the cell hashes state (n,), 32 bits each, stored as signed."""
    for j in range(state.shape[0]):
        word = (((np.int64(state[j]) ^ np.int64(values[j])) & MASK) * STEP) & MASK
        word ^= word >> 15
        state[j] = word - ((word & _SIGN) << 1)


@kernel
def mask_bits(state: Lanes, low: Lanes, high: Lanes, bits: Words) -> None:
    """Fill bits (n,): parities of 60 carriers, 32 in low (n,) and 28 in high (n,), each with the
    bits of its cell's hash state (n,) added."""
    for j in range(state.shape[0]):
        seed = (np.int64(state[j]) + GOLDEN) & MASK
        first = ((seed ^ (seed >> 16)) * FINISH) & MASK
        first = ((first ^ (first >> 16)) * FINISH) & MASK
        first ^= first >> 16
        seed = (seed + GOLDEN) & MASK
        second = ((seed ^ (seed >> 16)) * FINISH) & MASK
        second = ((second ^ (second >> 16)) * FINISH) & MASK
        second ^= second >> 16
        first ^= np.int64(low[j]) & MASK
        second ^= np.int64(high[j])
        bits[j] = first | ((second & 0xFFFFFFF) << 32)


@kernel
def view_sample(
    plane: Lanes, sample: int, grid: tuple[int, int, int], first: int, count: int
) -> Lanes:
    """Return a view (count,) of plane (64, n), one channel of a lattice: a sample, 0 to 63, of
    each of the cells from `first` on.

    grid: row and column, 0 to 7, of the picture's first whole cell, and places of a row of cells.
    """
    y, x = grid[0] + sample // 8, grid[1] + sample % 8
    start = first + (y // 8) * grid[2] + x // 8
    return plane[8 * (y % 8) + x % 8, start : start + count]


@kernel
def predict_row(
    plane: Lanes, pull: Table, grid: tuple[int, int, int], first: int, anchors: Lanes
) -> None:
    """Fill anchors (3, m), the first two rows: what the upper and lower anchors in the first and
    in the second column of anchors predict for a row of m cells, in 64ths.

    plane, grid, first: of `view_sample`; pull (2,): the weights of upper and lower anchors.
    """
    above, below = pull[0], pull[1]
    for column in range(2):
        upper = view_sample(plane, 4 * column, grid, first, anchors.shape[1])
        lower = view_sample(plane, 32 + 4 * column, grid, first, anchors.shape[1])
        for j in range(anchors.shape[1]):
            anchors[column, j] = above * upper[j] + below * lower[j]


@kernel
def take_parities(
    anchors: Lanes, pull: Table, samples: Lanes, slot: int, bits: Lanes, values: Lanes
) -> None:
    """samples (m,) -> values (m,), their coefficients without the lowest bit, which is added to
    bits (m,), 32 a cell, as bit `slot`, 0 to 31.

    anchors (3, >= m): of `predict_row`, and room; pull (2,): the weights of the two columns of
    anchors, in 64ths.
    """
    left, right = pull[0], pull[1]
    first, second, total = anchors[0], anchors[1], anchors[2]
    # What is kept in 32 bits between the steps lets lanes be as narrow.
    for j in range(values.shape[0]):
        total[j] = left * first[j] + right * second[j] + 2048
    bit = 1 << slot
    for j in range(values.shape[0]):
        value = samples[j] - (total[j] >> 12)
        bits[j] |= -(value & 1) & bit
        values[j] = value & -2


@kernel
def bind_lanes(
    lattice: NDArray[np.int32],
    grid: tuple[int, int, int],
    first: int,
    cell: tuple[int, Table, Table],
    scratch: Lanes,
    bits: Words,
    dull: Lanes,
) -> None:
    """lattice (c, 64, n) -> bits (m,): 60 carrier bits of m cells, first lowest; dull (m,): 1
    where a cell is dull, that is without an odd coefficient, as flat ones are, else 0.

    grid, first: of `view_sample`; cell: 1 where companions follow in grey cells (RGB), else 0;
    weights (8, 2) of the two anchors of an axis, in 64ths, at each offset; places (64,) of the
    samples among the carriers, -1 for an anchor; scratch (ROWS, >= m).
    """
    count, (follows, weights, slots) = bits.shape[0], cell
    state, value, grey = scratch[0][:count], scratch[1][:count], scratch[2][:count]
    low, high, anchors = scratch[3][:count], scratch[4][:count], scratch[5:8]
    for j in range(count):
        state[j], grey[j], low[j], high[j] = 0x243F6A88, follows, 0, 0
    for s in range(64):
        if s % 8 == 0:
            predict_row(lattice[0], weights[s // 8], grid, first, anchors[:, :count])
        seen = view_sample(lattice[0], s, grid, first, count)
        if slots[s] < 0:
            mix_values(state, seen)
        else:
            held = low if slots[s] < 32 else high
            take_parities(anchors, weights[s % 8], seen, slots[s] % 32, held, value)
            mix_values(state, value)
    for c in range(1, lattice.shape[0]):
        for s in range(64):
            seen = view_sample(lattice[0], s, grid, first, count)
            other = view_sample(lattice[c], s, grid, first, count)
            for j in range(count):
                grey[j] = grey[j] if other[j] == seen[j] else 0
    for c in range(1, lattice.shape[0]):
        for s in range(64):
            other = view_sample(lattice[c], s, grid, first, count)
            for j in range(count):
                value[j] = -1 if grey[j] == 1 else other[j]
            mix_values(state, value)
    for j in range(count):
        dull[j] = 1 if low[j] == 0 and high[j] == 0 else 0
    mask_bits(state, low, high, bits)


@kernel
def read_cells(
    lattice: NDArray[np.int32],
    grid: tuple[int, int, int],
    cell: tuple[int, Table, Table],
    scratch: Lanes,
    bits: Words,
    dull: Lanes,
) -> None:
    """lattice (c, 64, n) -> bits (m,), dull (m,) of `bind_lanes`, of the first m cells.

    scratch (ROWS, p): so many cells are read at a time.
    """
    for first in range(0, bits.shape[0], scratch.shape[1]):
        end = min(first + scratch.shape[1], bits.shape[0])
        bind_lanes(lattice, grid, first, cell, scratch, bits[first:end], dull[first:end])
