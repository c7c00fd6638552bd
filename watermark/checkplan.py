"""Which cells get check values, and in which order.

Those are cells that message bits tell apart badly: in silent tiles, which carry nothing, and at the
rims of coarse ones, in which neighbours share the few bits there are. Order: docs/spec/payload.md,
"Check bytes".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL, HEIGHT
from watermark.tiles import Grid

_COARSE = 2 * (HEIGHT - 1)
"""Message bits a cell below which fewer than eight of them are its own."""

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]
Values = NDArray[np.int64]


class Scheme(IntEnum):
    """How silent cells are told; the value is the wire form."""

    ALONE = 0
    """One value for each cell."""
    SHARED = 1
    """One value for each row and one for each column of cells in a tile of 32x32."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which cells each check value of a frame joins."""

    scheme: Scheme
    tiles: Places
    """(cells,) the tile of 32x32 around each cell."""
    across: Places
    """(cells,) the value of a silent cell, its own or its row's; -1 for other cells."""
    along: Places
    """(cells,) the value of a cell's column; -1 where it has none."""
    ends: Places
    """(told tiles,) how many values there are up to the end of each."""
    rows: Places
    """(told tiles,) how many of its values are of rows; 0 but where shared and silent."""

    @property
    def count(self) -> int:
        """Number of values of all tiles."""
        return int(self.ends[-1]) if len(self.ends) else 0

    def fitting(self, values: int) -> int:
        """Return how many values the tiles have that are told wholly by at most `values`."""
        tiles = int(np.searchsorted(self.ends, values, side="right"))
        return int(self.ends[tiles - 1]) if tiles else 0

    def join(self, digests: bytes, width: int) -> Values:
        """Return (count,) the values, `width` bits each, from the digests of all cells."""
        words = np.frombuffer(digests, dtype=">u4").astype(np.int64) >> (8 * CELL_BYTES - width)
        values = np.zeros(self.count, dtype=np.int64)
        for homes in (self.across, self.along):
            told = homes >= 0
            np.bitwise_xor.at(values, homes[told], words[told])
        return values


def silent_cells(description: Description) -> Flags:
    """Return (cells,) bool: True where no carrying tile and no constant unit holds the cell."""
    layout = description.layout
    cells = Grid(description.rows, description.columns, CELL)
    carried = description.carrying[cells.nest_in(layout.coding)]
    constant = description.constant[cells.nest_in(layout.units)]
    return np.asarray(~carried & ~constant)


def coarse_tiles(description: Description) -> Flags:
    """Return (coding tiles,) bool: carrying tiles with fewer than 16 message bits a cell."""
    layout = description.layout
    cells = Grid(description.rows, description.columns, CELL)
    held = np.bincount(cells.nest_in(layout.coding), minlength=layout.coding.count)
    return np.asarray(description.carrying & (8 * layout.chunk_bytes < _COARSE * held))


def plan_checks(description: Description, scheme: Scheme) -> Plan:
    """Return what check values a frame can have: of silent tiles first, then of coarse ones."""
    layout = description.layout
    cells = Grid(description.rows, description.columns, CELL)
    flags, alone = silent_cells(description), scheme is Scheme.ALONE
    tile = _Squares(cells, layout.tiles)
    told = np.bincount(tile.homes, flags, layout.tiles.count) > 0
    sizes = tile.tall * tile.wide if alone else tile.tall + tile.wide
    starts, ends = _number(told, sizes, 0)
    first = starts[tile.homes]
    if alone:
        across = np.where(flags, first + tile.down * tile.wide[tile.homes] + tile.across, -1)
        along = np.full(cells.count, -1)
    else:
        across = np.where(flags, first + tile.down, -1)
        along = np.where(flags, first + tile.tall[tile.homes] + tile.across, -1)
    coarse, columns, sizes = _coarse_columns(description, cells)
    starts, further = _number(coarse, sizes, int(ends[-1]) if len(ends) else 0)
    homes = cells.nest_in(layout.coding)
    along = np.where(coarse[homes] & (columns >= 0), starts[homes] + columns, along)
    ends = np.concatenate([ends, further])
    rows = np.zeros(len(ends), dtype=np.intp)
    if not alone:
        rows[: int(told.sum())] = tile.tall[told]
    return Plan(scheme, tile.homes, across, along, ends, rows)


def _coarse_columns(description: Description, cells: Grid) -> tuple[Flags, Places, Places]:
    """Return coarse tiles, the place of each cell's column among those told, and their number.

    In a tile of the usual size only the first and the last column need be told: between them
    message bits leave no choice.
    """
    coding = description.layout.coding
    square = _Squares(cells, coding)
    usual = np.array([box[2:] == (coding.edge, coding.edge) for box in coding.boxes])
    wide = square.wide[square.homes]
    rim = np.where(square.across == 0, 0, np.where(square.across == wide - 1, 1, -1))
    columns = np.where(usual[square.homes], rim, square.across)
    return coarse_tiles(description), columns, np.where(usual, 2, square.wide)


class _Squares:
    """Where cells lie in the squares of a coarser grid."""

    def __init__(self, cells: Grid, squares: Grid) -> None:
        ratio = squares.edge // cells.edge
        self.homes = cells.nest_in(squares)
        """(cells,) the square around each."""
        down, across = divmod(np.arange(cells.count), cells.across)
        self.down = down - self.homes // squares.across * ratio
        self.across = across - self.homes % squares.across * ratio
        self.tall, self.wide = np.zeros((2, squares.count), dtype=np.intp)
        np.maximum.at(self.tall, self.homes, self.down + 1)
        np.maximum.at(self.wide, self.homes, self.across + 1)


def _number(told: Flags, sizes: Places, start: int) -> tuple[Places, Places]:
    """Return (squares,) the first value of each square that is told, and (told,) the ends."""
    ends = start + sizes[told].cumsum()
    starts = np.zeros(len(told), dtype=np.intp)
    starts[told] = ends - sizes[told]
    return starts, ends
