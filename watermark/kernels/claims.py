"""What the coding tile at every cell claims to be, at every phase of the cell grid.

Tag, row and column of a tile, 32 bits, are its syndrome's last bits xor the CRC-32 of the others:
linear over GF(2). So each cell's carrier bits give a share of them, looked up; neighbours are
joined, then pairs of neighbours, and so on; and tiles that overlap have their parts in common.
A share is 32 bits. Joining moves one on by the bytes of the other, as a CRC register moves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.cells import MASK, STEP
from watermark.kernels.compiler import kernel
from watermark.kernels.probes import Lanes, Table, Words, read_cells

_LEVELS = 24
JOINS = 7
"""Times that neighbours are joined in a tile of the largest edge, the first pairs apart."""


@kernel
def weigh_cells(bits: Words, table: Words, out: Words) -> None:
    """bits (n,), 60 each -> out (n,): xor of the entries of table (8, 256) for their 8 bytes."""
    for j in range(bits.shape[0]):
        word = bits[j]
        total = np.int64(0)
        for byte in range(8):
            total ^= table[byte, (word >> (8 * byte)) & 255]
        out[j] = total


@kernel
def pair_cells(weights: Words, out: Words) -> None:
    """weights (n,) -> out (n - 1 of them): the shares of each cell and its neighbour, joined.

    A weight is the share of a cell as the first of two, 32 bits, below that as the second.
    """
    for j in range(weights.shape[0] - 1):
        out[j] = (weights[j] ^ (weights[j + 1] >> 32)) & MASK


@kernel
def join_shares(shares: Words, step: int, advance: Words, out: Words) -> None:
    """shares (n,) -> out (n - step of them): of each part and that `step` cells on, joined.

    advance (>= 4, 256): what each byte of a share becomes when it is moved on.
    """
    for j in range(shares.shape[0] - step):
        word = shares[j]
        moved = advance[0, word & 255] ^ advance[1, (word >> 8) & 255]
        moved ^= advance[2, (word >> 16) & 255] ^ advance[3, (word >> 24) & 255]
        out[j] = moved ^ shares[j + step]


@kernel
def add_counts(counts: Lanes, step: int, out: Lanes) -> None:
    """counts (n,) -> out (n - step of them): each count and that `step` cells on."""
    for j in range(counts.shape[0] - step):
        out[j] = counts[j] + counts[j + step]


@kernel
def take_tails(syndromes: Words, share: int, wide: int, across: int, out: Words) -> None:
    """syndromes (n,) -> out (>= n): the last 32 message bits of each tile, first lowest, and the
    8 beyond that are dropped.

    A cell's share of the syndrome is `share` bits of its own, and 8 more of the next cell; a
    tile has wide^2 cells. Out stands at its first cell; where no tile begins it is left.
    """
    last = (wide - 1) * (across + 1)
    back = 0
    while share * back < 40:
        place = last - (back // wide) * across - back % wide
        shift = 32 - share * (back + 1)
        up, down = max(shift, 0), max(-shift, 0)
        for at in range(syndromes.shape[0] - last):
            word = ((syndromes[at + place] >> down) << up) & 0xFFFFFFFFFF
            out[at] = word if back == 0 else out[at] ^ word
        back += 1


@kernel
def finish_claims(shares: Words, tails: Words, start: int, table: Words, out: Words) -> None:
    """shares (n,) of whole tiles, tails (>= n) -> out (n,): tag, row and column, 32 bits.

    start: the claim of a tile of which all bits are 0; table (5, 256): for the bytes of the
    tail what turns them from data that the CRC covers into the check.
    """
    for j in range(shares.shape[0]):
        word = tails[j]
        total = shares[j] ^ start
        for byte in range(5):
            total ^= table[byte, (word >> (8 * byte)) & 255]
        out[j] = total


@kernel
def claim_tiles(
    bits: Words,
    across: int,
    recipe: Words,
    tables: tuple[Words, Words, Words],
    words: Words,
) -> int:
    """bits (n,) of a piece -> the row of words (4, >= n) with the claims of its tiles.

    across: cells a row; recipe (5,): profile, bits of a cell's own, cells a side, the
    claim of a tile of zeros, and a limit for `match_tiles`; tables: (8, 256) of cells' shares of
    the syndrome, (8, 256) of their weights, (1 + JOINS, 5, 256) of what joining and the tail
    need. Where no whole tile begins, words means nothing.
    """
    folds, weights, maps = tables
    count, share, wide = bits.shape[0], recipe[1], recipe[2]
    weigh_cells(bits, folds, words[2][:count])
    take_tails(words[2][:count], share, wide, across, words[0])
    weigh_cells(bits, weights, words[1][:count])
    pair_cells(words[1][:count], words[2][:count])
    held, free, join, step = 2, 1, 1, 2
    while step < wide:
        join_shares(words[held][:count], step, maps[join], words[free][:count])
        held, free, join, step = free, held, join + 1, 2 * step
    step = 1
    while step < wide:
        join_shares(words[held][:count], step * across, maps[join], words[free][:count])
        held, free, join, step = free, held, join + 1, 2 * step
    end = count - (wide - 1) * (across + 1)
    finish_claims(words[held][:end], words[0], recipe[3], maps[0], words[free])
    return free


@kernel
def count_dull(dull: Lanes, across: int, wide: int, counts: Lanes) -> int:
    """dull (n,) of a piece -> the row of counts (2, >= n) with the dull cells of its tiles."""
    count = dull.shape[0]
    for j in range(count):
        counts[0, j] = dull[j]
    held, step = 0, 1
    while step < wide:
        add_counts(counts[held][:count], step, counts[1 - held][:count])
        add_counts(counts[1 - held][:count], step * across, counts[held][:count])
        step *= 2
    return held


@kernel
def find_key(entry: int, seen: Words) -> int:
    """Return where in seen (2, 2^q) an entry stands, or could: the place then holds one of
    another number above its 40 bits, which does not count any more."""
    room = seen.shape[1] - 1
    key = (entry ^ (entry >> 32 << 20)) & MASK
    slot = ((key * STEP) & MASK) >> 8 & room
    while seen[0, slot] != entry and seen[0, slot] >> 40 == entry >> 40:
        slot = (slot + 1) & room
    return int(slot)


@kernel
def match_tiles(
    claims: Words,
    dull: Lanes,
    shape: tuple[int, int, int],
    corner: tuple[int, int],
    recipe: Words,
    which: tuple[int, int],
    seen: Words,
    hits: Words,
) -> None:
    """Count tiles on one grid that bear one tag and lie as their rows and columns say.

    claims, dull (n,): what the tiles say and how many of their cells are dull; shape: cells down
    and across, and places of a row of cells; corner: row and column, in cells of the picture, of
    the first; recipe (5,): its third is cells a side, its last the most tiles in a grid;
    which: the number of the recipe, and one of this phase and recipe, 1 to 2^20; seen (2, 2^q):
    keys met before, and the hits they are, more than twice as many as tiles; hits (1 + h, 5):
    how many there are, then one for each key that two tiles have: recipe, cell row, cell column
    and claim of the second tile, and how many tiles have the key; of more than h keys the first
    count. Keys and hits of this call are added.

    Tiles of which more than half is dull are too much alike, and passed over; so are claims of a
    level that is not, or of a place that no grid has.
    """
    wide = recipe[2]
    for i in range(shape[0] - wide + 1):
        for j in range(shape[1] - wide + 1):
            at = i * shape[2] + j
            word = claims[at]
            place = ((word >> 8 & 255) + 1) * ((word & 255) + 1)
            if place > recipe[4] or (word >> 16) & 31 >= _LEVELS or 2 * dull[at] > wide * wide:
                continue
            row, column = corner[0] + i, corner[1] + j
            # What is left of row and column when the tile's own place is taken off: the
            # same for all tiles of one mark.
            key = (word & ~0xFFFF) | ((((word >> 8) - row // wide) & 255) << 8)
            key |= (word - column // wide) & 255
            phase = (row % wide) * wide + column % wide
            entry = (which[1] << 40) | (phase << 32) | key
            slot = find_key(entry, seen)
            if seen[0, slot] != entry:
                seen[0, slot], seen[1, slot] = entry, 0
                continue
            hit = seen[1, slot]
            if hit == 0 and hits[0, 0] + 1 < hits.shape[0]:
                hit = hits[0, 0] + 1
                hits[0, 0], seen[1, slot] = hit, hit
                hits[hit, 0], hits[hit, 1], hits[hit, 2] = which[0], row, column
                hits[hit, 3], hits[hit, 4] = word, 1
            if hit > 0:
                hits[hit, 4] += 1


@kernel
def scan_phases(
    pieces: NDArray[np.int32],
    places: Table,
    first: int,
    cell: tuple[int, Table, Table],
    recipes: Words,
    tables: tuple[Words, Words, Words],
    scratch: tuple[Lanes, Lanes, Words, Words],
    hits: Words,
) -> int:
    """Try the phases first..63 of the cell grid; return the one at which two tiles agree, or 64.

    pieces (k, c, 64, p): lattices of disjoint pieces of one picture, all with as many places a
    row as the widest needs; places (k, 5): their row, column, height and width in the picture, and
    places a row; cell: as in `bind_lanes`; recipes (r, 5); tables: (3, 8, 256) by profile,
    (r, 8, 256), (r, 1 + JOINS, 5, 256); scratch: (ROWS, m), (3, n), (4, n) with n cells of the
    largest piece, and (2, 2^q) as in `match_tiles`, as are hits (1 + h, 5): all those of the
    phase that is returned. A phase is 8 times the row of the picture's first whole cell, plus
    its column.
    """
    lanes, counts, words, seen = scratch
    folds, weights, maps = tables
    hits[0, 0] = 0
    seen[:, :] = 0
    for phase in range(first, 64):
        for k in range(pieces.shape[0]):
            top = (phase // 8 - places[k, 0]) % 8
            left = (phase % 8 - places[k, 1]) % 8
            down, across = (places[k, 2] - top) // 8, (places[k, 3] - left) // 8
            if down < 4 or across < 4:
                continue
            line = places[k, 4]
            bits, dull = words[3][: down * line], counts[2][: down * line]
            read_cells(pieces[k], (top, left, line), cell, lanes, bits, dull)
            corner, wide, held = ((places[k, 0] + top) // 8, (places[k, 1] + left) // 8), 0, 0
            for r in range(recipes.shape[0]):
                if recipes[r, 2] > min(down, across):
                    continue
                if recipes[r, 2] != wide:
                    wide = recipes[r, 2]
                    held = count_dull(dull, line, wide, counts)
                own = (folds[recipes[r, 0]], weights[r], maps[r])
                at = claim_tiles(bits, line, recipes[r], own, words)
                shape, which = (down, across, line), (r, phase * recipes.shape[0] + r + 1)
                match_tiles(words[at], counts[held], shape, corner, recipes[r], which, seen, hits)
        if hits[0, 0] > 0:
            return phase
    return 64
