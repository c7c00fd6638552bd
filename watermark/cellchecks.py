"""Check bytes of the cells that carry nothing: by them a map from the samples alone gets finer.

No message bit speaks of a cell outside the carrying tiles. Where the payload has room left, it
holds the first byte of such cells' digests, so that a change there is narrowed as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.tiles import Grid


def silent_cells(description: Description) -> NDArray[np.intp]:
    """Return (n,) the cells, ascending, that no carrying tile and no constant unit holds."""
    layout = description.layout
    cells = Grid(description.rows, description.columns, CELL)
    carried = description.carrying[cells.nest_in(layout.coding)]
    constant = description.constant[cells.nest_in(layout.units)]
    return np.flatnonzero(~carried & ~constant)


def pick_checks(listed: bytes, description: Description) -> bytes:
    """Return the first byte of each silent cell's digest, of a list of all cells' digests.

    listed: from `list_cells`.
    """
    digests = np.frombuffer(listed, dtype=np.uint8).reshape(-1, CELL_BYTES)
    return bytes(digests[silent_cells(description), 0])
