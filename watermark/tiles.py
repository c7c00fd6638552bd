"""Grids over a frame: tiles, digest units and coding tiles.

A grid is anchored at the top left; the last row and column absorb the remainder, so every
size works and no grid has partial tiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from watermark.parameters import CHECK_BYTES, TILE, Profile

SMALL_CODE = 1280
"""Most tiles of 32x32 that are coding tiles themselves."""
LARGE_CODE = 4096
"""Most coding tiles of 64x64; above, they are 128x128."""

MOST_SIDE = 256
"""Most coding tiles along an axis: their row and column are one byte each."""

Box = tuple[int, int, int, int]
"""Row, column, height, width in samples."""
Flags = NDArray[np.bool_]
"""Bool, one a sample, cell, unit or tile; which, and in what shape, each function says."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares of `edge` samples over `rows` x `columns` samples."""

    rows: int
    columns: int
    edge: int

    @property
    def down(self) -> int:
        """Number of squares along a column, at least 1."""
        return max(1, self.rows // self.edge)

    @property
    def across(self) -> int:
        """Number of squares along a row, at least 1."""
        return max(1, self.columns // self.edge)

    @property
    def count(self) -> int:
        """Number of squares."""
        return self.down * self.across

    def box(self, index: int) -> Box:
        """Return the box of square `index`, counted row by row from the top left."""
        return self.boxes[index]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The box of every square, row by row from the top left."""
        return _boxes(self)

    def nest_in(self, coarser: Grid) -> NDArray[np.intp]:
        """Return (squares,) the index of the square of `coarser` around each of these.

        `coarser` covers the same frame with an edge that is a multiple of this one.
        """
        ratio = coarser.edge // self.edge
        down = np.minimum(np.arange(self.down) // ratio, coarser.down - 1)
        across = np.minimum(np.arange(self.across) // ratio, coarser.across - 1)
        return (down[:, np.newaxis] * coarser.across + across[np.newaxis]).reshape(-1)

    def index_at(self, row: int, column: int) -> int:
        """Return the index of the square that holds sample (`row`, `column`)."""
        down = min(row // self.edge, self.down - 1)
        return down * self.across + min(column // self.edge, self.across - 1)


@lru_cache(maxsize=64)
def _boxes(grid: Grid) -> tuple[Box, ...]:
    """Return the boxes of a grid."""
    tops = [row * grid.edge for row in range(grid.down)] + [grid.rows]
    lefts = [column * grid.edge for column in range(grid.across)] + [grid.columns]
    return tuple(
        (top, left, bottom - top, right - left)
        for top, bottom in pairwise(tops)
        for left, right in pairwise(lefts)
    )


def cover(flags: NDArray[np.bool_], grid: Grid) -> tuple[Box, ...]:
    """Return boxes that cover the flagged squares of `grid` and no other, none twice.

    flags: (down, across) bool. Runs along a row that begin and end alike are joined downwards.
    """
    boxes: list[Box] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(grid.down + 1):
        runs = set(_runs(flags[row])) if row < grid.down else set()
        ended = [run for run in open_runs if run not in runs]
        boxes += [_span(grid, (open_runs.pop(run), row), run) for run in ended]
        for run in runs:
            open_runs.setdefault(run, row)
    return tuple(sorted(boxes))


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return begin and end of each run of True."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _span(grid: Grid, down: tuple[int, int], across: tuple[int, int]) -> Box:
    """Return the box of squares down[0] to down[1] - 1, across[0] to across[1] - 1."""
    top, left = down[0] * grid.edge, across[0] * grid.edge
    bottom = grid.rows if down[1] == grid.down else down[1] * grid.edge
    right = grid.columns if across[1] == grid.across else across[1] * grid.edge
    return top, left, bottom - top, right - left


@dataclass(frozen=True, slots=True)
class Layout:
    """The three grids of a frame under a profile, and the size of a chunk."""

    tiles: Grid
    """32x32: where the closing tile stands, what the map shows."""
    units: Grid
    """What one signed digest covers."""
    coding: Grid
    """What holds one chunk, that is one symbol of each column of the code."""
    chunk_bytes: int
    """Bytes of a chunk, check included."""

    @property
    def data_bytes(self) -> int:
        """Bytes of payload in a chunk."""
        return self.chunk_bytes - CHECK_BYTES


@lru_cache(maxsize=64)
def layout_of(rows: int, columns: int, profile: Profile) -> Layout:
    """Return the grids for a frame of `rows` x `columns` samples (each at least 32)."""
    tiles = Grid(rows, columns, TILE)
    units = Grid(rows, columns, profile.digest_edge)
    coding = next(grid for grid in _coding_grids(rows, columns) if grid is not None)
    chunk = profile.tile_bits * (coding.edge // TILE) ** 2 // 8
    return Layout(tiles, units, coding, chunk)


def _coding_grids(rows: int, columns: int) -> Iterator[Grid | None]:
    """Yield the admissible coding grids, finest first: few enough and 256 a side at most."""
    for factor, most in ((1, SMALL_CODE), (2, LARGE_CODE), (4, MOST_SIDE**2)):
        grid = Grid(rows, columns, factor * TILE)
        small = grid.count <= most and max(grid.down, grid.across) <= MOST_SIDE
        yield grid if small else None
