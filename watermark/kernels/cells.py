"""The cell-local transform and the parities that are bound to it.

Cells are 8x8; the last one of an axis absorbs the remainder (8 to 15). Anchors stand at
multiples of 4 inside a cell. Every array is C-contiguous.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Plane = NDArray[np.int32]
Table = NDArray[np.int32]
Bits = NDArray[np.int8]

MASK = 0xFFFFFFFF
STEP, FINISH, GOLDEN = 0x5BD1E995, 0x045D9F3B, 0x1E3779B9
"""Multipliers and increment of a cell's hash (docs/spec/mark.md, "Cell-bound bits")."""


@kernel
def predict_cells(x: Plane, weights: Table, row: Table, d: Plane) -> None:
    """x (h, w) samples -> d (h, w) coefficients: anchors as they are, else x - prediction.

    weights (3, 16, 4): for 2, 3, 4 anchors on an axis and each offset, in 64ths.
    row (4,): scratch. h, w >= 8; |x| < 2**16 so that no product leaves 32 bits.
    """
    height, width = x.shape
    down, across = height // 8, width // 8
    for cell_row in range(down):
        top = cell_row * 8
        tall = 8 if cell_row < down - 1 else height - top
        anchors_down = (tall + 3) // 4
        for cell_column in range(across):
            left = cell_column * 8
            wide = 8 if cell_column < across - 1 else width - left
            anchors_across = (wide + 3) // 4
            for y in range(tall):
                for a in range(anchors_across):
                    total = 0
                    for b in range(anchors_down):
                        total += weights[anchors_down - 2, y, b] * x[top + 4 * b, left + 4 * a]
                    row[a] = total
                for z in range(wide):
                    value = x[top + y, left + z]
                    if y % 4 == 0 and z % 4 == 0:
                        d[top + y, left + z] = value
                    else:
                        total = 2048
                        for a in range(anchors_across):
                            total += weights[anchors_across - 2, z, a] * row[a]
                        d[top + y, left + z] = value - (total >> 12)


@kernel
def grey_cells(planes: NDArray[np.int32], grey: Bits, witness: Bits) -> None:
    """planes (3, h, w) -> grey (h // 8, w // 8): 1 where the three are equal in all of a cell.

    witness (h, w) must come zeroed: 1 at the first sample, row by row, that keeps a cell
    from being grey. h, w >= 8.
    """
    height, width = planes.shape[1], planes.shape[2]
    down, across = grey.shape
    for i in range(down):
        bottom = 8 * i + 8 if i < down - 1 else height
        for j in range(across):
            right = 8 * j + 8 if j < across - 1 else width
            grey[i, j] = 1
            for y in range(8 * i, bottom):
                for x in range(8 * j, right):
                    g = planes[0, y, x]
                    if grey[i, j] == 1 and (planes[1, y, x] != g or planes[2, y, x] != g):
                        grey[i, j] = 0
                        witness[y, x] = 1


@kernel
def clear_parities(d: Plane, boxes: Table) -> None:
    """Clear the lowest bit of every coefficient of `d` in `boxes`, anchors apart, in place.

    boxes (n, 4): row, column, height, width; row and column are multiples of 8. Every cell
    starts at a multiple of 8, so the frame's own row and column tell the anchors.
    """
    for n in range(boxes.shape[0]):
        for y in range(boxes[n, 0], boxes[n, 0] + boxes[n, 2]):
            for x in range(boxes[n, 1], boxes[n, 1] + boxes[n, 3]):
                if y % 4 != 0 or x % 4 != 0:
                    d[y, x] = (d[y, x] >> 1) << 1


@kernel
def bind_parities(
    planes: NDArray[np.int32], boxes: Table, cells: Table, order: Table, out: Bits
) -> None:
    """Fill out (t, n) with the carrier bits of `t` coding tiles of one shape.

    planes (c, h, w): coefficients, then canonical companions; boxes (t, 4): the tiles;
    cells (q, 6): row, column, height, width in the tile, first and end carrier in `order`;
    order (n, 2): row and column in the tile of each carrier, cell by cell.
    A bit is the coefficient's parity xor a bit of a hash of the canonical cell.
    """
    for t in range(boxes.shape[0]):
        top, left = boxes[t, 0], boxes[t, 1]
        for q in range(cells.shape[0]):
            y0, x0 = top + cells[q, 0], left + cells[q, 1]
            state = np.int64(0x243F6A88)
            for c in range(planes.shape[0]):
                for y in range(cells[q, 2]):
                    for x in range(cells[q, 3]):
                        value = np.int64(planes[c, y0 + y, x0 + x])
                        if c == 0 and (y % 4 != 0 or x % 4 != 0):
                            value = (value >> 1) << 1
                        state = ((state ^ (value & MASK)) * STEP) & MASK
                        state ^= state >> 15
            word = np.int64(0)
            first = cells[q, 4]
            for k in range(first, cells[q, 5]):
                turn = (k - first) % 32
                if turn == 0:
                    state = (state + GOLDEN) & MASK
                    word = ((state ^ (state >> 16)) * FINISH) & MASK
                    word = ((word ^ (word >> 16)) * FINISH) & MASK
                    word ^= word >> 16
                parity = planes[0, top + order[k, 0], left + order[k, 1]] & 1
                out[t, k] = parity ^ ((word >> turn) & 1)


@kernel
def flip_parities(
    planes: NDArray[np.int32],
    d: Plane,
    grey: Bits,
    boxes: Table,
    order: Table,
    flips: Bits,
    flipped: Bits,
) -> None:
    """Change the samples of tiles whose carrier in flips (t, n) is 1: even up, odd down.

    planes (c, h, w): samples, changed in place; d (h, w): coefficients before; grey: cells
    in which the companions follow (its shape is (0, 0) for one plane); boxes (t, 4): the
    tiles; order (n, 2): their carriers; flipped (h, w): set to 1 where a sample changed.
    """
    down, across = grey.shape
    for t in range(boxes.shape[0]):
        for k in range(flips.shape[1]):
            if flips[t, k] == 1:
                y, x = boxes[t, 0] + order[k, 0], boxes[t, 1] + order[k, 1]
                step = 1 - 2 * (d[y, x] & 1)
                planes[0, y, x] += step
                flipped[y, x] = 1
                if down > 0 and grey[min(y // 8, down - 1), min(x // 8, across - 1)] == 1:
                    planes[1, y, x] += step
                    planes[2, y, x] += step


@kernel
def gather_carriers(flags: Bits, boxes: Table, order: Table, out: Bits) -> None:
    """flags (h, w) -> out (t, n): the flag of each carrier of the tiles in boxes (t, 4)."""
    for t in range(boxes.shape[0]):
        for k in range(order.shape[0]):
            out[t, k] = flags[boxes[t, 0] + order[k, 0], boxes[t, 1] + order[k, 1]]
