"""Which cells check bytes tell of, on which lines they lie, and to which codeword each belongs.

Those are cells that message bits tell apart badly: in silent tiles, which carry nothing, and at the
rims of coarse ones, in which neighbours share the few bits there are. Order: docs/spec/payload.md,
"Check bytes".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.description import Description
from watermark.parameters import CELL, HEIGHT
from watermark.tiles import Flags, Grid

WORD = 256
"""Cells of a codeword, at most: the elements of GF(2^8)."""

_COARSE = 2 * (HEIGHT - 1)
"""Message bits a cell below which fewer than eight of them are its own."""

_SLOPE = 618
"""By how many thousandths of the codewords a row of cells is ahead of the one above."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Rows, or columns, of the frame's cells, and which of the told cells lie on each."""

    homes: Places
    """(n,) the line of each told cell, -1 where it is on none."""
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What check bytes of a frame tell of."""

    shape: tuple[int, int]
    """Rows and columns of cells in the frame."""
    cells: Places
    """(n,) the told cells, row by row."""
    silent: Flags
    """(n,) bool: those in silent tiles."""
    lines: tuple[Lines, Lines, Lines]
    """Rows of silent cells, columns of silent cells, columns of coarse ones."""
    words: Places
    """(n,) the codeword of each cell."""
    points: Places
    """(n,) its place in the codeword, 0 to 255."""

    @property
    def count(self) -> int:
        """Number of told cells."""
        return len(self.cells)

    @property
    def word_count(self) -> int:
        """Number of codewords."""
        return -(-self.count // WORD)

    def held_lines(self, octets: int) -> tuple[Lines, ...]:
        """Return the lines whose values are held where there are so many bytes, half at most."""
        held: list[Lines] = []
        for lines in self.lines:
            if lines.count and sum(one.count for one in held) + lines.count <= octets // 2:
                held.append(lines)
        return tuple(held)


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


def plan_checks(description: Description) -> Plan:
    """Return what the check bytes of a frame can tell of."""
    grid = Grid(description.rows, description.columns, CELL)
    silent = silent_cells(description)
    cells = np.flatnonzero(silent | _rims(description, grid))
    rows, columns = np.divmod(cells, grid.across)
    flat = silent[cells]
    words, points = _assign(rows, columns)
    lines = (_lines(rows, flat), _lines(columns, flat), _lines(columns, ~flat))
    return Plan((grid.down, grid.across), cells, flat, lines, words, points)


def _rims(description: Description, grid: Grid) -> Flags:
    """Return (cells,) bool: cells of coarse tiles at which message bits leave a choice.

    In a tile of the usual size those of its first and its last column; in others all.
    """
    coding = description.layout.coding
    homes = grid.nest_in(coding)
    edge = coding.edge // CELL
    usual = np.array([box[2:] == (coding.edge, coding.edge) for box in coding.boxes])
    place = np.arange(grid.count) % grid.across - homes % coding.across * edge
    rim = (place == 0) | (place == edge - 1)
    return np.asarray(coarse_tiles(description)[homes] & (rim | ~usual[homes]))


def _lines(places: Places, told: Flags) -> Lines:
    """Return the lines on which the told cells lie, in ascending order."""
    homes = np.full(len(places), -1, dtype=np.intp)
    found, homes[told] = np.unique(places[told], return_inverse=True)
    return Lines(homes, len(found))


def _assign(rows: Places, columns: Places) -> tuple[Places, Places]:
    """Return codeword and place in it of each cell: neighbours are in different ones."""
    count = len(rows)
    total = max(1, -(-count // WORD))
    slope = max(1, _SLOPE * total // 1000)
    ordered = np.argsort((rows * slope + columns) % total, kind="stable")
    ranks = np.arange(count)
    words = np.empty(count, dtype=np.intp)
    points = np.empty(count, dtype=np.intp)
    words[ordered] = ranks * total // max(1, count)
    starts = -(-np.arange(total) * count // total)
    points[ordered] = ranks - starts[words[ordered]]
    return words, points
