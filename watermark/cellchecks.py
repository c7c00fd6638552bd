"""Check values of cells that message bits tell apart badly: by them a map from samples gets finer.

Where the payload has room left it holds a few bits of such cells' digests, alone or joined by
exclusive or along the rows and columns of a tile. Nothing here is a proof: the signed digests are.
Layout: docs/spec/payload.md, "Check bytes".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watermark.checkplan import Flags, Plan, Scheme, Values, plan_checks
from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.tiles import Grid

WIDEST = 16
"""Bits of a check value, at most."""
_LEAST_ALONE = 6
"""Bits below which silent cells share their check values."""
_LEAST_SHARED = 5
"""Bits of a shared check value, at least; where there is less room some tiles have none."""


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
        columns do not, by chance, the rows say nothing, and the other way round; one row that
        agrees between others that all differ is taken for chance too, and so is a column. What is
        returned for cells that are not told is False.
        """
        plan, known = self.plan, len(self.values)
        unlike = np.zeros(plan.count, dtype=bool)
        unlike[:known] = plan.join(digests, self.width)[:known] != self.values
        _bridge(unlike, plan)
        told = self.told
        rows = told & (plan.across >= 0) & unlike[plan.across]
        columns = told & (plan.along >= 0) & unlike[plan.along]
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


def _bridge(unlike: Flags, plan: Plan) -> None:
    """Set the flag of an inner row that alone of its tile is not set; likewise of columns."""
    starts = plan.ends - np.diff(plan.ends, prepend=0)
    for at in np.flatnonzero(plan.rows > 0).tolist():
        middle = starts[at] + plan.rows[at]
        for lines in (unlike[starts[at] : middle], unlike[middle : plan.ends[at]]):
            if lines.sum() == len(lines) - 1 and lines[0] and lines[-1]:
                lines[:] = True


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


def shared_room(description: Description) -> int:
    """Return the bytes that shared values of the least width take for all tiles of a frame."""
    values = plan_checks(description, Scheme.SHARED).count
    return 1 + -(-values * _LEAST_SHARED // 8) if values else 0


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
