"""Which samples must not change: range, padding, flat neighbourhoods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Map = NDArray[np.int8]


@kernel
def mark_runs(plane: NDArray[np.int32], run: Map) -> None:
    """Clear run (h, w) where the five samples around one, cut at the row's ends, differ."""
    height, width = plane.shape
    for y in range(height):
        # `same` counts the equal neighbours behind x; a window of five has four of them.
        same = 2
        for x in range(width + 2):
            if x >= width:
                same += 1
            elif x > 0 and plane[y, x] == plane[y, x - 1]:
                same += 1
            elif x > 0:
                same = 0
            if x >= 2:
                run[y, x - 2] &= same >= 4


@kernel
def mark_flat(plane: NDArray[np.int32], run: Map, same: NDArray[np.int32], flat: Map) -> None:
    """Clear flat (h, w) where the 5x5 samples around one, cut at the frame's edge, differ.

    run (h, w): from `mark_runs` of this plane; same (w,): scratch.
    """
    height, width = plane.shape
    same[:] = 2
    for y in range(height + 2):
        for x in range(width):
            if y >= height:
                same[x] += 1
            elif run[y, x] == 0:
                same[x] = -1
            elif y > 0 and plane[y, x] == plane[y - 1, x]:
                same[x] += 1
            elif y > 0:
                same[x] = 0
            if y >= 2:
                flat[y - 2, x] &= same[x] >= 4


@kernel
def mark_wet(
    planes: NDArray[np.int32],
    d: NDArray[np.int32],
    grey: Map,
    limits: NDArray[np.int32],
    padding: NDArray[np.int32],
    wet: Map,
) -> None:
    """Set wet (h, w) to 1 where the flip would leave the range or touch padding.

    planes (c, h, w), d (h, w): samples and coefficients; grey: cells where companions
    follow, shape (0, 0) for one plane; limits (c, 2): least and greatest value of each plane
    in this frame; padding (2,): first and last padding value, first > last for none.
    """
    down, across = grey.shape
    height, width = d.shape
    for y in range(height):
        for x in range(width):
            # Without a branch: a store at every sample is steadier than one at few of them.
            moved = planes[0, y, x] + 1 - 2 * (d[y, x] & 1)
            beyond = (moved < limits[0, 0]) | (moved > limits[0, 1])
            padded = (padding[0] <= planes[0, y, x]) & (planes[0, y, x] <= padding[1])
            padded |= (padding[0] <= moved) & (moved <= padding[1])
            wet[y, x] |= beyond | padded
            if down > 0 and grey[min(y // 8, down - 1), min(x // 8, across - 1)] == 1:
                for c in range(1, planes.shape[0]):
                    if moved < limits[c, 0] or moved > limits[c, 1]:
                        wet[y, x] = 1


@kernel
def sum_tiles(
    d: NDArray[np.int32], hard: Map, flat: Map, edge: int, sums: NDArray[np.int64]
) -> None:
    """Fill sums (3, tiles) with texture, hard and flat wet carriers of each tile.

    d (h, w): coefficients; texture is the sum of their magnitudes. Tiles of `edge` samples,
    row by row, the last of an axis absorbing the remainder. sums comes zeroed.
    """
    height, width = d.shape
    down, across = height // edge, width // edge
    for y in range(height):
        first = min(y // edge, down - 1) * across
        for x in range(width):
            if y % 4 != 0 or x % 4 != 0:
                tile = first + min(x // edge, across - 1)
                sums[0, tile] += abs(d[y, x])
                sums[1, tile] += hard[y, x]
                sums[2, tile] += flat[y, x] & (1 ^ hard[y, x])


@kernel
def mark_constant(planes: NDArray[np.int32], edge: int, constant: Map) -> None:
    """Clear constant (squares,) where a plane of (c, h, w) has two values in a square.

    Squares of `edge` samples, row by row, the last of an axis absorbing the remainder.
    """
    height, width = planes.shape[1], planes.shape[2]
    down, across = max(1, height // edge), max(1, width // edge)
    for c in range(planes.shape[0]):
        for i in range(down):
            bottom = height if i == down - 1 else (i + 1) * edge
            for j in range(across):
                right = width if j == across - 1 else (j + 1) * edge
                first = planes[c, i * edge, j * edge]
                same = 1
                for y in range(i * edge, bottom):
                    for x in range(j * edge, right):
                        same &= planes[c, y, x] == first
                    if same == 0:
                        break
                constant[i * across + j] &= same
