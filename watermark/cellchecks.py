"""Check bytes: by them a map from the samples alone gets finer where message bits tell little.

Where the payload has room left it holds bits of such cells' digests: of each alone, or, where the
room is less, pooled over many. Nothing here is a proof: the signed digests are.
Layout: docs/spec/payload.md, "Check bytes".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from watermark import pooling
from watermark.checkplan import Plan, plan_checks
from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.pooling import Doubt
from watermark.tiles import Flags, Grid

_WIDEST = 16
"""Bits of a check value, at most."""
_LEAST = 8
"""Bits of a check value of one cell, at least; where there is less room, values are pooled."""
_WISHED = 4
"""One byte for so many told cells, beside those of lines, is wished for beside recovery data."""

Values = NDArray[np.int64]


class Scheme(IntEnum):
    """How cells are told; the value is the wire form."""

    ALONE = 0
    """One value for each cell."""
    POOLED = 1
    """Values on lines of the frame, and power sums over many cells."""


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """Check bytes taken apart."""

    plan: Plan
    scheme: Scheme
    body: bytes
    """What follows the first byte."""
    width: int = _LEAST
    """Bits of a value."""

    @property
    def needed(self) -> Flags:
        """(cells,) bool: cells whose digests `resolve` needs when all cells are in doubt."""
        needed = np.zeros(self.plan.shape[0] * self.plan.shape[1], dtype=bool)
        needed[self.plan.cells] = bool(self.body)
        return needed

    def resolve(self, digests: bytes, doubt: Doubt) -> tuple[Flags, Flags]:
        """Return two (cells,) bool: cells that changed, and cells that did not.

        digests: of the needed cells, as received; under `Scheme.ALONE` those in doubt will do.
        Of cells in neither nothing is known, as of all outside of units that differ.
        """
        changed = np.zeros(len(doubt.inside), dtype=bool)
        settled = np.zeros_like(changed)
        if not self.body:
            return changed, settled
        plan, inside = self.plan, doubt.inside[self.plan.cells]
        if self.scheme is Scheme.ALONE:
            values = _unpack(self.body, self.width, plan.count)
            odd = inside & (_symbols(digests, plan, self.width) != values)
            clear = inside & ~odd
        else:
            symbols = _symbols(digests, plan, _LEAST).astype(np.int32)
            odd, clear = pooling.resolve(plan, pooling.parse(plan, self.body), symbols, doubt)
        changed[plan.cells], settled[plan.cells] = odd, clear
        return changed, settled


def pick_checks(listed: bytes, description: Description, room: int) -> bytes:
    """Return the check bytes that a payload with `room` bytes left holds.

    listed: from `list_cells`. Empty where there is nothing to tell, or no room.
    """
    cells = Grid(description.rows, description.columns, CELL)
    octets = room - 1
    if len(listed) != CELL_BYTES * cells.count or octets <= 0:
        return b""
    plan = plan_checks(description)
    if not plan.count:
        return b""
    if octets < plan.count:
        symbols = _symbols(listed, plan, _LEAST).astype(np.int32)
        return _head(Scheme.POOLED, _LEAST) + pooling.gather(plan, symbols, octets).octets
    width = min(_WIDEST, 8 * octets // plan.count)
    return _head(Scheme.ALONE, width) + _pack(_symbols(listed, plan, width), width)


def wished_room(description: Description) -> int:
    """Return how many check bytes are worth having beside recovery data."""
    plan = plan_checks(description)
    lines = sum(one.count for one in plan.lines)
    return 1 + min(plan.count, lines + plan.count // _WISHED) if plan.count else 0


def split_checks(checks: bytes, description: Description) -> Checks | None:
    """Return the check bytes of a frame taken apart; None where no writer makes such."""
    plan = plan_checks(description)
    if not checks:
        return Checks(plan, Scheme.ALONE, b"")
    scheme, width, body = checks[0] >> 4, (checks[0] & 15) + 1, checks[1:]
    if scheme == Scheme.POOLED:
        told = width == _LEAST and 0 < len(body) < plan.count
        return Checks(plan, Scheme.POOLED, body) if told else None
    if scheme != Scheme.ALONE or width < _LEAST or not plan.count:
        return None
    if len(body) != -(-plan.count * width // 8):
        return None
    loose = 8 * len(body) - plan.count * width
    if body[-1] & (1 << loose) - 1:
        return None
    return Checks(plan, Scheme.ALONE, body, width)


def _head(scheme: Scheme, width: int) -> bytes:
    return bytes([scheme << 4 | width - 1])


def _symbols(digests: bytes, plan: Plan, width: int) -> Values:
    """Return (n,) the first `width` bits of each told cell's digest."""
    words = np.frombuffer(digests, dtype=">u4").astype(np.int64)[plan.cells]
    return np.asarray(words >> (8 * CELL_BYTES - width))


def _pack(values: Values, width: int) -> bytes:
    """Return values as bits, highest first, with zeros to a whole byte."""
    places = np.arange(width - 1, -1, -1, dtype=np.int64)
    return np.packbits((values[:, np.newaxis] >> places & 1).astype(np.uint8)).tobytes()


def _unpack(body: bytes, width: int, count: int) -> Values:
    """Undo `_pack`."""
    bits = np.unpackbits(np.frombuffer(body, dtype=np.uint8))[: count * width]
    weights = 1 << np.arange(width - 1, -1, -1, dtype=np.int64)
    return np.asarray(bits.reshape(count, width) @ weights)
