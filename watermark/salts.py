"""Salts of digest units and of their cells: all of a frame, or all that a redaction leaves.

A unit in which cells are redacted keeps its salt to itself: each other cell in it gets its own,
which tells nothing of its neighbours'. Layout: docs/spec/redaction.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from watermark.errors import MalformedSalts
from watermark.parameters import CELL
from watermark.seedtree import (
    SEED_BYTES,
    Nodes,
    cover_leaves,
    list_nodes,
    place_nodes,
    spread_salts,
)
from watermark.seedtree import grow as grow_tree
from watermark.tiles import Flags, Grid

_CELL_SALTS = b"scanseal/1/cell-salts\0"


@dataclass(frozen=True, slots=True, eq=False)
class Salts:
    """What is known of a frame's salts; b"" stands for one that is withheld."""

    nodes: Nodes
    """Known nodes of the seed tree's right half."""
    units: tuple[bytes, ...]
    """Salt of each unit, row by row."""
    cells: tuple[bytes, ...]
    """Salt of each cell, row by row."""

    def disclose(self, redacted: Flags, units: Grid) -> tuple[bytes, bytes]:
        """Return the nodes and the cells' salts that leave all but the redacted cells checkable.

        redacted: (cell rows, cell columns); no salt of any other cell is withheld. units: the
        grid that the salts are of.
        """
        cells = _cells_of(units)
        touched = touched_units(redacted, units)
        nodes = list_nodes(self.nodes, units.count, np.flatnonzero(touched).tolist())
        order = _order(cells, units)
        wanted = touched[cells.nest_in(units)[order]] & ~redacted.reshape(-1)[order]
        return nodes, b"".join(self.cells[index] for index in order[wanted].tolist())


def grow(seed: bytes, units: Grid) -> Salts:
    """Return all salts of a frame from its 16-byte seed."""
    nodes = grow_tree(seed)
    return _complete(nodes, spread_salts(nodes, units.count), units)


def read_salts(nodes: bytes, salts: bytes, redacted: Flags, units: Grid) -> Salts:
    """Return what was disclosed of the salts of a frame with redacted cells.

    nodes, salts: as `Salts.disclose` gave them; redacted: (cell rows, cell columns), one at least.
    Raises MalformedSalts where they have not the length that the redacted cells ask for.
    """
    cells = _cells_of(units)
    touched = touched_units(redacted, units)
    hidden = np.flatnonzero(touched).tolist()
    places = cover_leaves(units.count, hidden)
    if len(nodes) != SEED_BYTES * len(places):
        raise MalformedSalts("not as many nodes as the redacted cells leave")
    placed = place_nodes(nodes, places)
    order = _order(cells, units)
    own = touched[cells.nest_in(units)[order]] & ~redacted.reshape(-1)[order]
    alone = order[own].tolist()
    if len(salts) != SEED_BYTES * len(alone):
        raise MalformedSalts("not as many salts as cells are left beside the redacted ones")
    found = _complete(placed, spread_salts(placed, units.count), units)
    listed = list(found.cells)
    for at, index in enumerate(alone):
        listed[index] = salts[SEED_BYTES * at : SEED_BYTES * (at + 1)]
    return Salts(placed, found.units, tuple(listed))


def touched_units(redacted: Flags, units: Grid) -> Flags:
    """Return (units,) bool: True where a cell of the unit is redacted.

    redacted: (cell rows, cell columns).
    """
    inside = np.bincount(_cells_of(units).nest_in(units), redacted.reshape(-1), units.count)
    return np.asarray(inside > 0)


def _complete(nodes: Nodes, salts: list[bytes], units: Grid) -> Salts:
    """Return units' salts with those of the cells in the units that have one."""
    cells = _cells_of(units)
    listed = [b""] * cells.count
    inside = _order(cells, units).tolist()
    counts = np.bincount(cells.nest_in(units), minlength=units.count).tolist()
    at = 0
    for salt, count in zip(salts, counts, strict=True):
        stream = shake_256(_CELL_SALTS + salt).digest(SEED_BYTES * count) if salt else b""
        for place in range(count):
            listed[inside[at + place]] = stream[SEED_BYTES * place : SEED_BYTES * (place + 1)]
        at += count
    return Salts(nodes, tuple(salts), tuple(listed))


def _cells_of(units: Grid) -> Grid:
    """Return the cells of the frame that the units are of."""
    return Grid(units.rows, units.columns, CELL)


def _order(cells: Grid, units: Grid) -> NDArray[np.intp]:
    """Return the cells unit by unit, row by row in each."""
    return np.argsort(cells.nest_in(units), kind="stable")
