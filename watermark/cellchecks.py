"""Check values of cells that message bits tell apart badly: by them a map from samples gets finer.

No message bit speaks of a cell outside the carrying tiles, and where a coding tile has few of them
neighbours share them. Where the payload has room left it holds a few bits of such cells' digests,
alone or joined by exclusive or along the rows and columns of a tile. Nothing here is a proof: the
signed digests are. Layout: docs/spec/payload.md, "Check bytes".
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

WIDEST = 16
"""Bits of a check value, at most."""
_LEAST_ALONE = 6
"""Bits below which silent cells share their check values."""
_LEAST_SHARED = 5
"""Bits of a shared check value, at least; where there is less room some tiles have none."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """Check bytes taken apart."""

    plan: Plan
    width: int
    """Bits of a value."""
    values: Values
    """(n,) the first values of the plan."""

    @property
    def told(self) -> Flags:
        """(cells,) bool: True for cells of which a value tells."""
        known = len(self.values)
        rows, columns = self.plan.across, self.plan.along
        return np.asarray(((rows >= 0) & (rows < known)) | ((columns >= 0) & (columns < known)))

    def compare(self, digests: bytes) -> tuple[Flags, Flags]:
        """Return two (cells,) bool: silent cells that differ; other cells whose column does not.

        digests: of the cells that are told, as received. Where all rows of a tile agree though
        columns do not, by chance, the rows say nothing, and the other way round. What is returned
        for cells that are not told is False.
        """
        plan, known = self.plan, len(self.values)
        unlike = plan.join(digests, self.width)
        unlike[:known] ^= self.values
        told = self.told
        rows = told & (plan.across >= 0) & (unlike[plan.across] != 0)
        columns = told & (plan.along >= 0) & (unlike[plan.along] != 0)
        silent = told & (plan.across >= 0)
        settled = told & ~silent & ~columns
        if plan.scheme is Scheme.ALONE:
            return rows, settled
        some_row, some_column = self._tiles_with(rows), self._tiles_with(columns)
        odd = (rows | ~some_row) & (columns | ~some_column) & (some_row | some_column)
        return silent & odd, settled

    def _tiles_with(self, flags: Flags) -> Flags:
        """Return (cells,) bool: cells of the tiles in which a cell is flagged."""
        tiles = self.plan.tiles
        return np.asarray(np.bincount(tiles, flags)[tiles] > 0)


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
    return Plan(scheme, tile.homes, across, along, np.concatenate([ends, further]))


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


def pick_checks(listed: bytes, description: Description, room: int) -> bytes:
    """Return the check bytes that a payload with `room` bytes left holds.

    listed: from `list_cells`. Empty where there is nothing to tell, or no room for one tile.
    """
    cells = Grid(description.rows, description.columns, CELL)
    bits = 8 * (room - 1)
    if len(listed) != CELL_BYTES * cells.count or bits <= 0:
        return b""
    plan, least = plan_checks(description, Scheme.ALONE), 1
    if bits < _LEAST_ALONE * plan.count:
        plan, least = plan_checks(description, Scheme.SHARED), _LEAST_SHARED
    if not plan.count:
        return b""
    width = min(WIDEST, max(least, bits // plan.count))
    values = plan.join(listed, width)[: plan.fitting(bits // width)]
    return _encode(plan.scheme, width, values) if len(values) else b""


def split_checks(checks: bytes, description: Description) -> Checks | None:
    """Return the check bytes of a frame taken apart; None where no writer makes such."""
    if not checks:
        none = np.zeros(0, dtype=np.int64)
        return Checks(plan_checks(description, Scheme.ALONE), 1, none)
    scheme, width = checks[0] >> 4, (checks[0] & 15) + 1
    if scheme > Scheme.SHARED:
        return None
    plan = plan_checks(description, Scheme(scheme))
    count = plan.fitting(8 * (len(checks) - 1) // width)
    bits = np.unpackbits(np.frombuffer(checks, dtype=np.uint8)[1:])[: count * width]
    weights = 1 << np.arange(width - 1, -1, -1, dtype=np.int64)
    values = bits.reshape(count, width) @ weights
    if not count or _encode(plan.scheme, width, values) != checks:
        return None
    return Checks(plan, width, values)


def _encode(scheme: Scheme, width: int, values: Values) -> bytes:
    """Return scheme, width and values as bytes."""
    places = np.arange(width - 1, -1, -1, dtype=np.int64)
    bits = (values[:, np.newaxis] >> places & 1).astype(np.uint8)
    return bytes([scheme << 4 | width - 1]) + np.packbits(bits).tobytes()
