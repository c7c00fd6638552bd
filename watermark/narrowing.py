"""Which 8x8 cells a coding tile was changed in, as far as its message bits tell.

A message bit depends on the carriers of its own and of the eight bits before it, and those stand
cell by cell. Bits that depend on one cell alone place a change for certain. A cell with fewer
than eight such bits is possible where bits differ at both its ends; what then is still not
explained goes to the least run of neighbours that can explain it.
Nothing here is a proof: the signed digests are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.tiles import Group, group_tiles
from watermark.carrier.trellis import Trellis
from watermark.parameters import CELL, HEIGHT
from watermark.tiles import Flags, Grid, Layout

_STRONG = 8
"""So many bits of its own let a changed cell pass unseen with 2^-8 at most."""
_SIDES = 3
"""So many of the four neighbours of a cell are named where a hole is taken for chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Suspicion:
    """Two (cell rows, cell columns) bool maps."""

    certain: Flags
    """True where a bit differs that no other cell reaches."""
    possible: Flags
    """True where differing bits leave a choice between neighbours in the carriers' order."""


def suspect_cells(
    differing: NDArray[np.uint8],
    layout: Layout,
    changed: Flags | None = None,
    settled: Flags | None = None,
) -> Suspicion:
    """Place differing message bits in cells.

    differing: (coding tiles, chunk) uint8, chunks as read xor chunks as they should be; changed,
    settled: (cell rows, cell columns), cells of which something else says that they changed, or
    that they did not: these are possible only where bits are not explained without them. What is
    said of coding tiles that carry no chunk is meaningless.
    """
    grid = Grid(layout.coding.rows, layout.coding.columns, CELL)
    certain = np.zeros((grid.down, grid.across), dtype=bool)
    possible = np.zeros_like(certain)
    touched = np.flatnonzero(differing.any(axis=1)).tolist()
    for group in group_tiles(layout, touched):
        bits = np.unpackbits(differing[group.indices], axis=1).astype(bool)
        first, last = _reach(group)
        sure = _certain(bits, first, last, len(group.order.cells))
        likely = _between(bits, first, last, len(group.order.cells))
        likely |= _gaps(sure | likely, first, last)
        if settled is not None and changed is not None:
            likely = (likely & ~settled[_places(group)]) | changed[_places(group)]
        unexplained = bits & ~_explained(sure | likely, first, last)
        _set_cells(certain, group, sure)
        _set_cells(possible, group, likely | _choose_runs(unexplained, group))
    return Suspicion(certain, possible)


def _reach(group: Group) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (m,) and (m,): the first and the last cell whose carriers a message bit depends on."""
    cells = group.order.cells
    return _reach_of(group.trellis, tuple(cells[:, 4].tolist()))


@lru_cache(maxsize=16)
def _reach_of(
    trellis: Trellis, starts: tuple[int, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    bounds = trellis.starts
    bit = np.arange(trellis.bits)
    earliest = bounds[np.maximum(bit - (HEIGHT - 1), 0)]
    latest = bounds[bit + 1] - 1
    places = np.array(starts)
    first = np.searchsorted(places, earliest, side="right") - 1
    return first, np.searchsorted(places, latest, side="right") - 1


def _certain(bits: Flags, first: NDArray[np.intp], last: NDArray[np.intp], cells: int) -> Flags:
    """Return (t, cells) bool: True where a bit differs that only this cell reaches."""
    sure = np.zeros((len(bits), cells), dtype=bool)
    alone = first == last
    reached, begins = np.unique(first[alone], return_index=True)
    if len(reached):
        sure[:, reached] = np.logical_or.reduceat(bits[:, alone], begins, axis=1)
    return sure


def _between(bits: Flags, first: NDArray[np.intp], last: NDArray[np.intp], cells: int) -> Flags:
    """Return (t, cells) bool: True for weak cells whose first and whose last bits differ.

    First are the bits that no later cell reaches, last those that only this and later ones do.
    """
    before = np.zeros((len(bits), bits.shape[1] + 1), dtype=np.int64)
    before[:, 1:] = bits.cumsum(axis=1)
    places = np.arange(cells)
    begin, middle = (np.searchsorted(last, places, side=side) for side in ("left", "right"))
    end = np.searchsorted(first, places, side="right")
    weak = np.bincount(first[first == last], minlength=cells) < _STRONG
    leads = before[:, middle] > before[:, begin]
    trails = (before[:, np.maximum(end, middle)] > before[:, middle]) | (end <= middle)
    return np.asarray(weak & leads & trails)


def _gaps(named: Flags, first: NDArray[np.intp], last: NDArray[np.intp]) -> Flags:
    """Return (t, cells) bool: the weak cells of a run of one or two, the only ones not named.

    They are such where all message bits of a cell agree, which for a changed one is chance (2^-8)
    but likelier than a hole in a tile that is otherwise changed all over.
    """
    count = named.sum(axis=1)
    places = np.arange(named.shape[1])
    own = np.bincount(first[first == last], minlength=named.shape[1])
    begin = np.argmin(named, axis=1)
    end = named.shape[1] - 1 - np.argmin(named[:, ::-1], axis=1)
    few = (count < named.shape[1]) & (end - begin < 2) & (end - begin + 1 == named.shape[1] - count)
    return np.asarray(few[:, np.newaxis] & ~named & (own < _STRONG)[places])


def fill_holes(named: Flags, holes: Flags) -> Flags:
    """Return (cell rows, cell columns) bool: named cells, and holes between three or more of them.

    holes: cells that may be named. A changed cell looks unchanged by chance (2^-8) where few
    message bits are its own; in the midst of changed ones that is likelier than that it is.
    """
    filled = named
    for _ in range(2):
        around = np.pad(filled, 1).astype(np.int64)
        sides = around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]
        filled = filled | holes & (sides >= _SIDES)
    return filled


def _explained(sure: Flags, first: NDArray[np.intp], last: NDArray[np.intp]) -> Flags:
    """Return (t, m) bool: True where a cell that changed for certain reaches the bit."""
    before = np.zeros((len(sure), sure.shape[1] + 1), dtype=np.int64)
    before[:, 1:] = sure.cumsum(axis=1)
    return np.asarray(before[:, last + 1] > before[:, first])


def _choose_runs(unexplained: Flags, group: Group) -> Flags:
    """Return (t, cells) bool: the shortest run of cells for each run of unexplained bits.

    Bits belong to one run while a cell can reach the next as well. The first cell that changed
    is at most the last that reaches the run's first bit, and so on from the other end.
    """
    first, last = _reach(group)
    chosen = np.zeros((len(unexplained), len(group.order.cells)), dtype=bool)
    for tile in np.flatnonzero(unexplained.any(axis=1)).tolist():
        places = np.flatnonzero(unexplained[tile])
        breaks = np.flatnonzero(first[places[1:]] > last[places[:-1]]) + 1
        for run in np.split(places, breaks):
            ends = sorted((int(last[run].min()), int(first[run].max())))
            chosen[tile, ends[0] : ends[1] + 1] = True
    return chosen


def _set_cells(flags: Flags, group: Group, chosen: Flags) -> None:
    """Set the frame's flags for the cells chosen (t, cells) in the tiles of a group."""
    rows, columns = _places(group)
    flags[rows[chosen], columns[chosen]] = True


def _places(group: Group) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return (t, cells) row and column in the frame of each cell of the tiles of a group."""
    corners = group.boxes[:, np.newaxis, :2] + group.order.cells[:, :2]
    return corners[..., 0] // CELL, corners[..., 1] // CELL
