"""The parity-check matrix of a coding tile, and the search for the fewest flips.

Source: Filler, Judas, Fridrich, IEEE TIFS 6(3), 2011. The sub-columns were searched by
benchmarks/columns.py on random carriers; docs/spec/mark.md lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.lanes import LANES
from watermark.kernels.trellis import (
    load_costs,
    read_syndromes,
    search_lanes,
    span_messages,
    trace_lanes,
)
from watermark.parameters import HEIGHT, WET

Bits = NDArray[np.int8]

SEARCHED: dict[int, tuple[int, ...]] = {
    1: (399,),
    2: (435, 345),
    3: (371, 477, 313),
    7: (495, 373, 363, 423, 371, 377, 477),
    8: (421, 387, 381, 411, 455, 341, 291, 361),
}
"""Sub-columns of a message bit that has 1, 2, 3, 7 or 8 carriers; bit 0 meets its own bit."""
_FILL_FIRST = 257
_FILL_STEP = 74


def sub_columns(width: int) -> tuple[int, ...]:
    """Return the sub-columns of a message bit with `width` carriers (1 to 128).

    Widths outside the searched table take that of 8 and go on with odd numbers from 257 on
    in steps of 74 (modulo 256, above 256) that are not in it: edge tiles have more carriers
    than they need.
    """
    if width in SEARCHED:
        return SEARCHED[width]
    columns = list(SEARCHED[8])
    if width < len(columns):
        return tuple(columns[:width])
    value = _FILL_FIRST
    while len(columns) < width:
        if value not in columns:
            columns.append(value)
        value = 256 + (value - 256 + _FILL_STEP) % 256
    return tuple(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Trellis:
    """Parity-check matrix for `n` carriers and `m` message bits."""

    columns: NDArray[np.int32]
    """(n,): sub-column of each carrier; bit i meets message bit b + i."""
    starts: NDArray[np.int32]
    """(m + 1,): first carrier of each message bit b: floor(b n / m)."""

    @property
    def bits(self) -> int:
        """Message bits m."""
        return len(self.starts) - 1


@lru_cache(maxsize=64)
def trellis_of(carriers: int, bits: int) -> Trellis:
    """Return the matrix for `carriers` carriers and `bits` message bits, carriers >= bits."""
    starts = [b * carriers // bits for b in range(bits + 1)]
    columns: list[int] = []
    for b in range(bits):
        columns += sub_columns(starts[b + 1] - starts[b])
    return Trellis(np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32))


def search_flips(carriers: Bits, dry: Bits, messages: Bits, trellis: Trellis) -> Bits:
    """Return the fewest flips after which each tile's syndrome is its message.

    carriers, dry: (t, n) int8, bits now and 1 where they may change; messages: (t, m) int8.
    Every tile must pass `holds_any_message`. Returns (t, n) int8, 1 where a carrier flips.
    """
    tiles, count = carriers.shape
    states = 1 << HEIGHT
    zero, one = (np.empty((count, LANES), dtype=np.int16) for _ in range(2))
    even, odd = (np.empty((states, LANES), dtype=np.int16) for _ in range(2))
    path = np.empty((count, states // 2), dtype=np.int64)
    state, row = np.empty(LANES, dtype=np.int32), np.empty(states // 2, dtype=np.int64)
    lanes = np.zeros((trellis.bits, LANES), dtype=np.int16)
    flips = np.zeros_like(carriers)
    shape = (trellis.columns, trellis.starts)
    for first in range(0, tiles, LANES):
        group = messages[first : first + LANES]
        lanes[:, : len(group)] = group.T
        load_costs(carriers, dry, first, WET, zero, one)
        search_lanes(zero, one, lanes, *shape, even, odd, path)
        trace_lanes(path, lanes, *shape, state, row, carriers, first, flips)
    return flips


def syndromes(carriers: Bits, trellis: Trellis) -> Bits:
    """Return the (t, m) int8 message bits held by carriers (t, n) int8."""
    out = np.empty((len(carriers), trellis.bits), dtype=np.int8)
    read_syndromes(carriers, trellis.columns, trellis.starts, out)
    return out


def holds_any_message(dry: Bits, trellis: Trellis) -> NDArray[np.bool_]:
    """Tell of each tile whether its dry carriers reach every message.

    dry: (t, n) int8, 1 where a carrier may change. Returns (t,) bool: True when the dry
    columns span all messages, so that embedding cannot fail whatever the message.
    """
    out = np.zeros(len(dry), dtype=np.int8)
    basis = np.empty(trellis.bits, dtype=np.int32)
    span_messages(dry, trellis.columns, trellis.starts, basis, out)
    return out.astype(bool)
