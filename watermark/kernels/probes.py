"""Read the checks of all coding tiles in a window, at every phase of the cell grid.

Cells run as lanes. A check is linear over GF(2): a cell's carrier bits give its share of the
syndrome, a row of cells its share of the CRC-32, and tiles that overlap share both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Lanes = NDArray[np.int32]
Words = NDArray[np.int64]
Table = NDArray[np.int32]

MASK = 0xFFFFFFFF
_SIGN = 0x80000000
_STEP = 0x5BD1E995
_FINISH = 0x045D9F3B
_GOLDEN = 0x1E3779B9
_LEVELS = 24

STEP, SPREAD, REVERSED, ADVANCE, FIRST, ADVANCE_LAST, FIRST_LAST = 0, 1, 2, 3, 7, 8, 12
"""Rows of the maps of `sum_rows` and `check_tiles`; an advance takes four, one a byte."""
MAPS = 13
ROW, SPILL, DATA, CHECK, DULL = 0, 1, 2, 3, 4
"""Rows of the sums of a row of cells."""


@kernel
def load_cells(
    window: NDArray[np.int32], top: int, left: int, down: int, across: int, block: Lanes
) -> None:
    """window (c, h, w) -> block (c, 64, n): samples of the 8x8 cells from (top, left) on.

    The cells stand row by row, `across` a row; a cell's samples row by row.
    n >= down * across; what is beyond is left.
    """
    for c in range(window.shape[0]):
        for s in range(64):
            y, x = top + s // 8, left + s % 8
            for i in range(down):
                for j in range(across):
                    block[c, s, i * across + j] = window[c, y + 8 * i, x + 8 * j]


@kernel
def mix_values(state: Lanes, values: Lanes) -> None:
    """Take values (n,) into the cell hashes state (n,), 32 bits each, stored as signed."""
    for j in range(state.shape[0]):
        word = (((np.int64(state[j]) ^ np.int64(values[j])) & MASK) * _STEP) & MASK
        word ^= word >> 15
        state[j] = word - ((word & _SIGN) << 1)


@kernel
def mask_bits(state: Lanes, bits: Words) -> None:
    """Add to bits (n,), the parities of 60 carriers, the bits of their cells' hashes state (n,)."""
    for j in range(state.shape[0]):
        seed = np.int64(state[j]) & MASK
        for half in range(2):
            seed = (seed + _GOLDEN) & MASK
            word = ((seed ^ (seed >> 16)) * _FINISH) & MASK
            word = ((word ^ (word >> 16)) * _FINISH) & MASK
            word ^= word >> 16
            # A cell has 60 carriers: the second word gives 28 bits.
            bits[j] ^= word if half == 0 else (word & 0xFFFFFFF) << 32


@kernel
def bind_lanes(
    block: Lanes, follows: int, quads: Table, slots: Table, scratch: Lanes, bits: Words
) -> None:
    """block (c, 64, >= n) of `load_cells` -> bits (n,): a cell's 60 carrier bits, first lowest.

    follows: 1 where companions follow in grey cells (RGB); quads (64, 4): the weights, in
    4096ths, of a cell's four anchors for each sample; slots (64,): a sample's place among the
    carriers, -1 for an anchor; scratch (4, >= n): its last row becomes 1 where a cell is dull,
    that is without an odd coefficient, as flat ones are.
    """
    count = bits.shape[0]
    state, value, grey = scratch[0][:count], scratch[1][:count], scratch[2][:count]
    for j in range(count):
        state[j] = 0x243F6A88
        bits[j] = 0
        grey[j] = follows
    first = block[0]
    for s in range(64):
        slot = slots[s]
        if slot < 0:
            mix_values(state, first[s])
        else:
            a, b, c, d = quads[s, 0], quads[s, 1], quads[s, 2], quads[s, 3]
            for j in range(count):
                total = a * first[0, j] + b * first[4, j] + c * first[32, j] + d * first[36, j]
                value[j] = first[s, j] - ((total + 2048) >> 12)
            for j in range(count):
                bits[j] |= (np.int64(value[j]) & 1) << slot
                value[j] = (value[j] >> 1) << 1
            mix_values(state, value)
    for c in range(1, block.shape[0]):
        for s in range(64):
            for j in range(count):
                grey[j] = grey[j] if block[c, s, j] == first[s, j] else 0
    for c in range(1, block.shape[0]):
        for s in range(64):
            for j in range(count):
                value[j] = -1 if grey[j] == 1 else block[c, s, j]
            mix_values(state, value)
    for j in range(count):
        scratch[3, j] = 1 if bits[j] == 0 else 0
    mask_bits(state, bits)


@kernel
def fold_bits(bits: Words, folds: Words, out: Words) -> None:
    """bits (n,) of `bind_lanes` -> out (n,): the cells' shares of the syndrome, first bit lowest.

    folds (8, 256): the share of each value of each byte of the bits.
    """
    for j in range(bits.shape[0]):
        word = bits[j]
        total = np.int64(0)
        for byte in range(8):
            total ^= folds[byte, (word >> (8 * byte)) & 255]
        out[j] = total


@kernel
def sum_rows(
    shares: Words, dull: Lanes, across: int, share: int, wide: int, maps: Words, sums: Words
) -> None:
    """shares (n,) of `fold_bits` -> sums (5, >= n): of each row of `wide` cells, by its first cell.

    dull (>= n): of `bind_lanes`; share: bits of a cell's own; the 8 above them spill into the
    next cell. Sums: the CRC register after the row's bytes; the byte that spills out; the
    register without the last four bytes; these four; the dull cells. Registers start from 0.
    Cells too far right for a row are left.
    """
    length = share * wide // 8
    for i in range(shares.shape[0] // across):
        for j in range(across - wide + 1):
            at = i * across + j
            held, filled, taken = np.int64(0), 0, 0
            state, data, check = np.int64(0), np.int64(0), np.int64(0)
            quiet = 0
            for k in range(wide):
                quiet += dull[at + k]
                held ^= shares[at + k] << filled
                filled += share
                while filled >= 8:
                    byte = held & 255
                    held >>= 8
                    filled -= 8
                    if taken == length - 4:
                        data = state
                    if taken >= length - 4:
                        check = (check << 8) | maps[REVERSED, byte]
                    state = (state >> 8) ^ maps[STEP, state & 255] ^ maps[SPREAD, byte]
                    taken += 1
            sums[ROW, at] = state
            sums[SPILL, at] = maps[REVERSED, held & 255]
            sums[DATA, at] = data
            sums[CHECK, at] = check
            sums[DULL, at] = quiet


@kernel
def check_tiles(
    sums: Words, across: int, wide: int, start: int, short: int, maps: Words, out: Words
) -> None:
    """sums (5, >= n) of `sum_rows` -> out (n,): what the check of the tile from each cell on says.

    wide: cells along a side of a tile; start: the CRC register before the data; short: 1 where
    the last row of cells holds the check alone. Out: tag, row, column, 32 bits; -1 where no
    whole tile begins, or more than half of its cells are dull: such tiles are too much alike.
    """
    down = out.shape[0] // across
    for i in range(down):
        for j in range(across):
            at = i * across + j
            out[at] = -1
            if i + wide <= down and j + wide <= across:
                state = np.int64(start)
                spill, quiet = np.int64(0), sums[DULL, at + (wide - 1) * across]
                for k in range(wide - 1):
                    here = at + k * across
                    moved = maps[ADVANCE, state & 255] ^ maps[ADVANCE + 1, (state >> 8) & 255]
                    moved ^= maps[ADVANCE + 2, (state >> 16) & 255]
                    moved ^= maps[ADVANCE + 3, (state >> 24) & 255]
                    state = moved ^ maps[FIRST, spill] ^ sums[ROW, here]
                    spill = sums[SPILL, here]
                    quiet += sums[DULL, here]
                last = at + (wide - 1) * across
                check = sums[CHECK, last]
                if short == 1:
                    check ^= spill << 24
                else:
                    moved = maps[ADVANCE_LAST, state & 255]
                    moved ^= maps[ADVANCE_LAST + 1, (state >> 8) & 255]
                    moved ^= maps[ADVANCE_LAST + 2, (state >> 16) & 255]
                    moved ^= maps[ADVANCE_LAST + 3, (state >> 24) & 255]
                    state = moved ^ maps[FIRST_LAST, spill] ^ sums[DATA, last]
                if 2 * quiet <= wide * wide:
                    out[at] = state ^ MASK ^ check


@kernel
def match_tiles(
    checks: Words,
    across: int,
    top: int,
    left: int,
    wide: int,
    recipe: int,
    seen: Words,
    hits: Words,
) -> None:
    """Count tiles on one grid that bear one tag and lie as their rows and columns say.

    checks (n,) of `check_tiles`; top, left: row and column, in cells of the picture, of the
    first; seen (wide^2, 1 + q): for each phase of the grid how many keys came before, and
    these; keys beyond q are compared but not kept. hits (1 + h, 5): how many there are, then
    one for each key that two tiles have: recipe, cell row, cell column and check of the second
    tile, and how many tiles have the key; of more than h keys the first count. The keys and
    hits of this call are added.
    """
    for at in range(checks.shape[0]):
        word = checks[at]
        if word >= 0 and (word >> 16) & 31 < _LEVELS:
            row, column = top + at // across, left + at % across
            # What is left of row and column when the tile's own place is taken off: the
            # same for all tiles of one mark.
            down = ((word >> 8) - row // wide) & 255
            right = (word - column // wide) & 255
            key = (word & ~0xFFFF) | (down << 8) | right
            phase = (row % wide) * wide + column % wide
            count, known = seen[phase, 0], 0
            for k in range(1, count + 1):
                if seen[phase, k] & MASK == key:
                    known = k
                    break
            if known == 0:
                if count + 1 < seen.shape[1]:
                    seen[phase, count + 1] = key
                    seen[phase, 0] = count + 1
            else:
                # Above the 32 bits of a key stands which hit it is.
                hit = seen[phase, known] >> 32
                if hit == 0 and hits[0, 0] + 1 < hits.shape[0]:
                    hits[0, 0] += 1
                    hit = hits[0, 0]
                    seen[phase, known] = key | (hit << 32)
                    hits[hit, 0], hits[hit, 1], hits[hit, 2] = recipe, row, column
                    hits[hit, 3], hits[hit, 4] = word, 1
                if hit > 0:
                    hits[hit, 4] += 1


@kernel
def scan_phases(
    windows: NDArray[np.int32],
    places: Table,
    first: int,
    cell: tuple[int, Table, Table],
    recipes: Words,
    folds: Words,
    maps: Words,
    scratch: tuple[Lanes, Lanes, Words, Words],
    hits: Words,
) -> int:
    """Try the phases first..63 of the cell grid; return the one at which two probes agree, or 64.

    windows (k, c, h, w): disjoint pieces of one picture; places (k, 4): their row, column,
    height and width in it; cell: `follows`, `quads`, `slots` of `bind_lanes`; recipes (r, 5):
    profile, bits of a cell's share, cells a side, CRC register, `short`; folds (3, 8, 256) by
    profile; maps (r, MAPS, 256); scratch: (c, 64, n), (4, n), (8, n) and (r, most, 1 + q) as
    in `match_tiles`, as are hits (1 + h, 5): all those of the phase that is returned. A phase
    is 8 times the row of the picture's first whole cell, plus its column.
    """
    follows, quads, slots = cell
    block, lanes, words, seen = scratch
    hits[0, 0] = 0
    for phase in range(first, 64):
        seen[:, :, 0] = 0
        for k in range(windows.shape[0]):
            top = (phase // 8 - places[k, 0]) % 8
            left = (phase % 8 - places[k, 1]) % 8
            down, across = (places[k, 2] - top) // 8, (places[k, 3] - left) // 8
            if down < 4 or across < 4:
                continue
            count = down * across
            load_cells(windows[k], top, left, down, across, block)
            bits, shares, checks = words[0][:count], words[1][:count], words[7][:count]
            bind_lanes(block, follows, quads, slots, lanes, bits)
            row, column = (places[k, 0] + top) // 8, (places[k, 1] + left) // 8
            for r in range(recipes.shape[0]):
                wide = recipes[r, 2]
                if wide <= min(down, across):
                    fold_bits(bits, folds[recipes[r, 0]], shares)
                    sums = words[2:7]
                    sum_rows(shares, lanes[3], across, recipes[r, 1], wide, maps[r], sums)
                    start, short = recipes[r, 3], recipes[r, 4]
                    check_tiles(sums, across, wide, start, short, maps[r], checks)
                    match_tiles(checks, across, row, column, wide, r, seen[r], hits)
        if hits[0, 0] > 0:
            return phase
    return 64
