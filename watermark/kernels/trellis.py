"""The syndrome-trellis code: fewest flips, syndromes, and which tiles can hold any message.

Source: Filler, Judas, Fridrich, Minimizing additive distortion in steganography using
syndrome-trellis codes, IEEE TIFS 6(3), 2011. Tiles run as lanes, 32 at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel
from watermark.kernels.lanes import CEILING, LANES, choose, relax

Columns = NDArray[np.int32]
Costs = NDArray[np.int16]
Choices = NDArray[np.int64]
Bits = NDArray[np.int8]


@kernel
def load_costs(carriers: Bits, dry: Bits, first: int, wet: int, zero: Costs, one: Costs) -> None:
    """Fill zero, one (n, 32) with the cost of a carrier being 0 or 1 in 32 tiles.

    carriers, dry (t, n): bits now, 1 where they may change; tiles from `first` on, lanes
    beyond the last tile cost nothing.
    """
    for lane in range(LANES):
        tile = first + lane
        for k in range(zero.shape[0]):
            zero[k, lane] = 0
            one[k, lane] = 0
            if tile < carriers.shape[0]:
                cost = 1 if dry[tile, k] == 1 else wet
                if carriers[tile, k] == 1:
                    zero[k, lane] = cost
                else:
                    one[k, lane] = cost


@kernel
def search_lanes(
    zero: Costs,
    one: Costs,
    message: Costs,
    columns: Columns,
    starts: Columns,
    even: Costs,
    odd: Costs,
    path: Choices,
) -> None:
    """Run the Viterbi search of 32 tiles; the choices go to path (n, states / 2).

    zero, one (n, 32): costs; message (m, 32): bits; columns (n,): sub-columns of the
    parity-check matrix; starts (m + 1,): first carrier of each message bit;
    even, odd (states, 32): scratch, states a power of 2.
    """
    states = even.shape[0]
    half = states // 2
    total = message.shape[0]
    even[:, :] = CEILING
    even[0, :] = 0
    for b in range(total):
        left = total - b
        mask = states - 1
        if left < 31 and (1 << left) < states:
            mask = (1 << left) - 1
        for k in range(starts[b], starts[b + 1]):
            column = columns[k] & mask
            top = 1
            while 2 * top <= column:
                top *= 2
            # States come in pairs that the column joins; `slot` numbers the pairs.
            for slot in range(half):
                s = slot + (slot & -top)
                path[k, slot] = relax(even, s, s ^ column, zero, one, k, odd)
            even, odd = odd, even
        for s in range(half):
            choose(even, s, message, b, odd)
        odd[half:, :] = CEILING
        even, odd = odd, even


@kernel
def trace_lanes(
    path: Choices,
    message: Costs,
    columns: Columns,
    starts: Columns,
    state: Columns,
    row: NDArray[np.int64],
    carriers: Bits,
    first: int,
    flips: Bits,
) -> None:
    """Follow the choices back; flips (t, n) gets 1 where a carrier of a tile changes.

    path, message, columns, starts: as in `search_lanes`; state (32,), row (states / 2,):
    scratch;
    carriers (t, n): bits before; lanes stand for the tiles from `first` on.
    """
    total = message.shape[0]
    states = 2 * path.shape[1]
    lanes = min(LANES, carriers.shape[0] - first)
    state[:] = 0
    for b in range(total - 1, -1, -1):
        left = total - b
        mask = states - 1
        if left < 31 and (1 << left) < states:
            mask = (1 << left) - 1
        for lane in range(lanes):
            state[lane] = (2 * state[lane] + message[b, lane]) & (states - 1)
        for k in range(starts[b + 1] - 1, starts[b] - 1, -1):
            column = columns[k] & mask
            top = 1
            while 2 * top <= column:
                top *= 2
            # Read in order first: the lanes jump about in the row, and memory would stall each.
            for slot in range(row.shape[0]):
                row[slot] = path[k, slot]
            for lane in range(lanes):
                here = state[lane]
                # `upper` is all ones in the half of a pair whose choices stand in bits 32-63.
                upper = -((here & top) // top)
                s = here ^ (column & upper)
                slot = ((s >> 1) & -top) + (s & (top - 1))
                bit = (row[slot] >> ((32 & upper) + lane)) & 1
                flips[first + lane, k] = bit ^ carriers[first + lane, k]
                state[lane] = here ^ (column & -bit)


@kernel
def read_syndromes(carriers: Bits, columns: Columns, starts: Columns, out: Bits) -> None:
    """carriers (t, n) -> out (t, m): the message bits that the tiles hold."""
    for t in range(carriers.shape[0]):
        state = 0
        for b in range(out.shape[1]):
            for k in range(starts[b], starts[b + 1]):
                # Without a branch: the bits are random and would be mispredicted half the time.
                state ^= columns[k] & -carriers[t, k]
            out[t, b] = state & 1
            state >>= 1


@kernel
def span_messages(dry: Bits, columns: Columns, starts: Columns, basis: Columns, out: Bits) -> None:
    """Set out (t,) to 1 where the dry columns of a tile span all messages, so any one fits.

    dry (t, n); basis (m,): scratch. Elimination in one pass: a column of bit b reaches bits
    b to b + height - 1, and so does every sum that the pass makes.
    """
    total = basis.shape[0]
    for t in range(dry.shape[0]):
        basis[:] = 0
        rank = 0
        wet = 0
        for k in range(dry.shape[1]):
            wet |= 1 ^ dry[t, k]
        if wet == 0:
            # The first column of each bit meets that bit: all columns together span.
            out[t] = 1
            continue
        for b in range(total):
            for k in range(starts[b], starts[b + 1]):
                if dry[t, k] == 1:
                    vector = columns[k]
                    low = b
                    while vector != 0 and low < total:
                        if vector & 1 == 0:
                            vector >>= 1
                            low += 1
                        elif basis[low] == 0:
                            basis[low] = vector
                            rank += 1
                            vector = 0
                        else:
                            vector ^= basis[low]
        out[t] = 1 if rank == total else 0
