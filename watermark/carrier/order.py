"""The order of the carriers in a coding tile: cell by cell, scattered inside the cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from watermark.parameters import ANCHOR, CELL
from watermark.tiles import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Carriers of all coding tiles of one height and width."""

    positions: NDArray[np.int32]
    """(n, 2): row and column in the tile of each carrier."""
    cells: NDArray[np.int32]
    """(q, 6): row, column, height, width of each cell, its first and end carrier."""


def cell_carriers(height: int, width: int) -> list[tuple[int, int]]:
    """Return the (row, column) of a cell's carriers in their order.

    The samples that are no anchors, row by row, are visited in steps of the least number at
    least 0.618 of their count that has no divisor in common with it: neighbours, which are
    wet together in flat areas, so fall on message bits far apart.
    """
    raster = [(y, x) for y in range(height) for x in range(width) if y % ANCHOR or x % ANCHOR]
    count = len(raster)
    step = -(-count * 618 // 1000)
    while gcd(step, count) != 1:
        step += 1
    return [raster[index * step % count] for index in range(count)]


@lru_cache(maxsize=64)
def order_of(height: int, width: int) -> Order:
    """Return the order of carriers in a coding tile of `height` x `width` (each >= 32)."""
    grid = Grid(height, width, CELL)
    positions: list[tuple[int, int]] = []
    cells = []
    for index in range(grid.count):
        top, left, tall, wide = grid.box(index)
        first = len(positions)
        positions += [(top + y, left + x) for y, x in cell_carriers(tall, wide)]
        cells.append((top, left, tall, wide, first, len(positions)))
    return Order(np.array(positions, dtype=np.int32), np.array(cells, dtype=np.int32))
