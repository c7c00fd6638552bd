"""Check bytes of the cells that carry nothing: by them a map from the samples alone gets finer.

No message bit speaks of a cell outside the carrying tiles. Where the payload has room left, it
holds the first bytes of such cells' digests, so that a change there is narrowed as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.tiles import Grid

Octets = NDArray[np.uint8]
WIDEST = 2
"""Check bytes of a cell, at most."""


def silent_cells(description: Description) -> NDArray[np.intp]:
    """Return (n,) the cells, ascending, that no carrying tile and no constant unit holds."""
    layout = description.layout
    cells = Grid(description.rows, description.columns, CELL)
    carried = description.carrying[cells.nest_in(layout.coding)]
    constant = description.constant[cells.nest_in(layout.units)]
    return np.flatnonzero(~carried & ~constant)


def pick_checks(listed: bytes, description: Description, room: int) -> bytes:
    """Return the check bytes of the silent cells that fit into `room` bytes.

    listed: from `list_cells`. The first two bytes of every cell's digest where there is room for
    all of them; else one byte of as many cells as there is room for.
    """
    cells = Grid(description.rows, description.columns, CELL)
    if len(listed) != CELL_BYTES * cells.count:
        return b""  # no list of this frame's cells
    digests = np.frombuffer(listed, dtype=np.uint8).reshape(-1, CELL_BYTES)
    silent = silent_cells(description)
    width = WIDEST if WIDEST * len(silent) <= room else 1
    return digests[silent, :width].tobytes()[: max(0, room)]


def split_checks(checks: bytes, description: Description) -> tuple[NDArray[np.intp], Octets] | None:
    """Return (n,) the cells that check bytes tell of, and (n, width) their bytes.

    Units of which not all silent cells have bytes are left out. None where there are more bytes
    than the silent cells can have.
    """
    silent = silent_cells(description)
    width = WIDEST if len(checks) > len(silent) else 1
    if width > 1 and len(checks) != width * len(silent):
        return None
    octets = np.frombuffer(checks, dtype=np.uint8).reshape(-1, width)
    whole = _told_whole(silent, len(octets), description)
    return silent[: len(octets)][whole], octets[whole]


def _told_whole(silent: NDArray[np.intp], told: int, description: Description) -> NDArray[np.bool_]:
    """Return (told,) bool: True for cells of units of which every silent cell has its bytes.

    Of other units the bytes tell too little: a change may be where there are none.
    """
    cells = Grid(description.rows, description.columns, CELL)
    homes = cells.nest_in(description.layout.units)[silent]
    untold = np.zeros(description.layout.units.count, dtype=bool)
    untold[homes[told:]] = True
    return np.asarray(~untold[homes[:told]])
