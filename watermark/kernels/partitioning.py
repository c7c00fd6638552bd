"""Set partitioning of wavelet bands, bit plane by bit plane: one loop for writer and reader.

Each band is covered by a tree of squares; a square is opened when a sample inside it becomes
significant. Both directions run the same code, so that they cannot come apart.
Source: Said and Pearlman (SPIHT), Hsiang and Woods (EZBC); written from docs/spec/picture.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import inner, tight
from watermark.kernels.lifting import LIMIT
from watermark.kernels.rangecoder import DECODING, ENDED, Coder, code_mixed

Places = NDArray[np.int32]
Table = NDArray[np.int32]
Marks = NDArray[np.int8]

OFFSET, STRIDE, HEIGHT, WIDTH = range(4)
"""Columns of `squares`: where square (0, 0) lies, step of a row, rows, columns."""
TIERS, SHAPE, DEPTH, LISTS, SETS, TOP, LEFT = range(7)
"""Columns of `bands`: tiers of squares, kind (0 low, 1 wide, 2 tall, 3 diagonal), level, where the
lists begin, where the coefficients."""
ABOVE, MATE, OTHER, BELOW = range(4)
"""Rows of `kin`: the band above in scale, two of the same size, the band below."""
WAITING, FOUND, OLD, CLOSED = range(4)
"""Columns of `counts`: leaves waiting, leaves found, found before this plane, closed squares."""

LEAF_NEAR, LEAF_AMOUNT, LEAF_KIN = 0, 324, 588
SQUARE_NEAR, SQUARE_AMOUNT, SQUARE_KIN = 876, 1308, 1484
SIGN_NEAR, SIGN_SLANT, SIGN_DEPTH = 2060, 2096, 2132
DETAIL_NEAR, DETAIL_DEPTH, DETAIL_BOTH = 2186, 2225, 2243
CONTEXTS = 2267
"""Where the contexts of each kind begin, and how many there are."""
LEAF_SETS, SQUARE_SETS, SIGN_SETS, DETAIL_SETS = 0, 12, 20, 24
CHOICES = 27
"""The same of the sets of weights."""

AMOUNTS = np.array([0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, *[8] * 4, *[9] * 6, *[10] * 14])
"""Class of a sum of ages, 0 to 36."""


class Forest(NamedTuple):
    """The squares of every band and what is known of them; n is the sum of their padded sizes."""

    bands: Table
    """(b, 7)."""
    squares: Table
    """(b, tiers, 4)."""
    kin: Table
    """(b, tiers, 4, 4): like `squares`, where the kin of a tier's squares lie; what there is none
    of lies in the margin, where nothing is ever born."""
    born: Marks
    """(n,): 0, or one more than the plane in which a square became significant."""
    signs: Marks
    """(n,): of leaves, -1 or 1 once it is known, else 0."""
    values: NDArray[np.int32]
    """(n,): magnitudes, the largest inside for a square; for a reader, what it has read."""
    negative: Marks
    """(n,): the writer's signs, 1 for a negative leaf."""
    waiting: Places
    """Leaves that are not yet significant, row << 14 | column, a stretch for each band."""
    found: Places
    """Leaves that are, likewise."""
    closed: Places
    """Squares that are not, tier << 26 | row << 13 | column, likewise."""
    counts: Table
    """(b, 4)."""
    stack: Places
    """(64,): squares that are being opened, at most three a tier and one."""


@inner
def age(born: int, plane: int) -> int:
    """0 for what is not significant, then 1 to 3 by the planes that it has been."""
    return min(max(int(born) - plane, 0), 3)


@inner
def place(square: Table, y: int, x: int) -> int:
    """Where square (y, x) of a tier lies; beyond the band, its nearest one."""
    v = min(int(y), int(square[HEIGHT]) - 1)
    u = min(int(x), int(square[WIDTH]) - 1)
    return int(square[OFFSET]) + v * int(square[STRIDE]) + u


@inner
def ask_kin(forest: Forest, band: int, tier: int, y: int, x: int, plane: int) -> tuple[int, int]:
    """Return age above and sum of ages around it (4 * above + around), and of mates and below."""
    born = forest.born
    kin = forest.kin[band, tier]
    half = 0 if tier else 1
    i = place(kin[ABOVE], y >> half, x >> half)
    s = kin[ABOVE, STRIDE]
    around = age(born[i - 1], plane) + age(born[i + 1], plane)
    around += age(born[i - s], plane) + age(born[i + s], plane)
    above = 4 * age(born[i], plane) + min((around + 1) >> 1, 3)
    rest = min(age(born[place(kin[MATE], y, x)], plane), 2) * 3
    rest += min(age(born[place(kin[OTHER], y, x)], plane), 2)
    if born[place(kin[BELOW], y, x)]:
        rest += 9
    return above, rest


@inner
def code_square(
    coder: Coder, forest: Forest, band: int, tier: int, y: int, x: int, plane: int, kind: int
) -> int:
    """Code whether square (y, x) becomes significant in `plane`; marks and returns it.

    kind: 0 for one from a list, 1 to 3 for a child of an opened square.
    """
    born = forest.born
    square = forest.squares[band, tier]
    s = square[STRIDE]
    i = int(square[OFFSET]) + y * s + x
    west, east = age(born[i - 1], plane), age(born[i + 1], plane)
    north, south = age(born[i - s], plane), age(born[i + s], plane)
    a, b = age(born[i - s - 1], plane), age(born[i - s + 1], plane)
    c, d = age(born[i + s - 1], plane), age(born[i + s + 1], plane)
    along = (west > 0) + (east > 0)
    across = (north > 0) + (south > 0)
    shape = forest.bands[band, SHAPE]
    if shape == 2:
        along, across = across, along
    diagonal = min((a > 0) + (b > 0) + (c > 0) + (d > 0), 2)
    amount = int(AMOUNTS[2 * (west + east + north + south) + a + b + c + d])
    above, rest = ask_kin(forest, band, tier, y, x, plane)
    above, around = above >> 2, above & 3
    near = (along * 3 + across) * 3 + diagonal
    depth = min(forest.bands[band, DEPTH], 5)
    if tier == 0:
        first = LEAF_NEAR + (near * 3 + (shape + 1) // 2) * 4 + kind
        second = LEAF_AMOUNT + ((amount * 4 + above) * 6 + depth)
        third = LEAF_KIN + (rest * 4 + around) * 4 + kind
        choice = LEAF_SETS + depth * 2 + (kind > 0)
    else:
        size = min(tier, 4) - 1
        first = SQUARE_NEAR + (near * 4 + size) * 4 + kind
        second = SQUARE_AMOUNT + (amount * 4 + above) * 4 + size
        third = SQUARE_KIN + ((rest * 4 + around) * 4 + kind) * 2 + min(size, 1)
        choice = SQUARE_SETS + size * 2 + (kind > 0)
    bit = 1 if forest.values[i] >> plane else 0
    bit = code_mixed(coder, first, second, third, choice, bit)
    if bit:
        born[i] = plane + 1
    return bit


@inner
def code_sign(coder: Coder, forest: Forest, band: int, y: int, x: int, plane: int) -> None:
    """Code the sign of a leaf that has just become significant, and note it as found."""
    signs = forest.signs
    square = forest.squares[band, 0]
    s = square[STRIDE]
    i = int(square[OFFSET]) + y * s + x
    along = min(max(int(signs[i - 1] + signs[i + 1]), -1), 1)
    across = min(max(int(signs[i - s] + signs[i + s]), -1), 1)
    slant = min(max(int(signs[i - s - 1] + signs[i + s + 1]), -1), 1)
    other = min(max(int(signs[i - s + 1] + signs[i + s - 1]), -1), 1)
    shape = forest.bands[band, SHAPE]
    near = (along + 1) * 3 + across + 1
    first = SIGN_NEAR + shape * 9 + near
    second = SIGN_SLANT + (shape * 3 + slant + 1) * 3 + other + 1
    third = SIGN_DEPTH + min(forest.bands[band, DEPTH], 5) * 9 + near
    bit = code_mixed(coder, first, second, third, SIGN_SETS + shape, int(forest.negative[i]))
    if coder.registers[ENDED] and coder.registers[DECODING]:
        return
    signs[i] = 1 - 2 * bit
    if coder.registers[DECODING]:
        forest.values[i] = (1 << plane) + (((1 << plane) * 7) >> 4)
    counts = forest.counts
    forest.found[forest.bands[band, LISTS] + counts[band, FOUND]] = (y << 14) | x
    counts[band, FOUND] += 1


@tight
def code_waiting(coder: Coder, forest: Forest, band: int, plane: int) -> None:
    """Code the leaves of a band that wait for their first bit."""
    counts = forest.counts
    start = forest.bands[band, LISTS]
    waiting = forest.waiting
    kept = 0
    for k in range(counts[band, WAITING]):
        entry = waiting[start + k]
        y, x = entry >> 14, entry & 16383
        if code_square(coder, forest, band, 0, y, x, plane, 0):
            code_sign(coder, forest, band, y, x, plane)
        else:
            waiting[start + kept] = entry
            kept += 1
        if coder.registers[ENDED]:
            return
    counts[band, WAITING] = kept


@tight
def open_square(coder: Coder, forest: Forest, band: int, entry: int, plane: int) -> None:
    """Code everything inside a square that has just become significant."""
    stack = forest.stack
    counts = forest.counts
    bands = forest.bands
    stack[0] = entry
    height = 1
    while height > 0 and coder.registers[ENDED] == 0:
        height -= 1
        tier = (stack[height] >> 26) - 1
        top, left = 2 * ((stack[height] >> 13) & 8191), 2 * (stack[height] & 8191)
        square = forest.squares[band, tier]
        bottom, right = min(top + 2, square[HEIGHT]), min(left + 2, square[WIDTH])
        found = 0
        for y in range(top, bottom):
            for x in range(left, right):
                if y == bottom - 1 and x == right - 1 and found == 0:
                    i = int(square[OFFSET]) + y * square[STRIDE] + x
                    forest.born[i] = plane + 1
                    bit = 1
                else:
                    bit = code_square(coder, forest, band, tier, y, x, plane, 1 + min(found, 2))
                if coder.registers[ENDED]:
                    return
                found += bit
                if tier == 0 and bit:
                    code_sign(coder, forest, band, y, x, plane)
                elif tier == 0:
                    forest.waiting[bands[band, LISTS] + counts[band, WAITING]] = (y << 14) | x
                    counts[band, WAITING] += 1
                elif bit:
                    stack[height] = (tier << 26) | (y << 13) | x
                    height += 1
                else:
                    forest.closed[bands[band, SETS] + counts[band, CLOSED]] = (
                        (tier << 26) | (y << 13) | x
                    )
                    counts[band, CLOSED] += 1


@tight
def code_closed(coder: Coder, forest: Forest, band: int, plane: int, small: int) -> None:
    """Code the closed squares of a band, those of tier 1 (small) or the others.

    What opens is opened at once; what stays closed inside it comes to the list's end and has
    its next turn in the next plane.
    """
    counts = forest.counts
    start = forest.bands[band, SETS]
    closed = forest.closed
    before = counts[band, CLOSED]
    kept = 0
    for k in range(before):
        entry = closed[start + k]
        tier, y, x = entry >> 26, (entry >> 13) & 8191, entry & 8191
        mine = (tier == 1) == (small == 1)
        if mine and code_square(coder, forest, band, tier, y, x, plane, 0):
            open_square(coder, forest, band, entry, plane)
        else:
            closed[start + kept] = entry
            kept += 1
        if coder.registers[ENDED]:
            return
    for k in range(before, counts[band, CLOSED]):
        closed[start + kept] = closed[start + k]
        kept += 1
    counts[band, CLOSED] = kept


@tight
def code_details(coder: Coder, forest: Forest, band: int, plane: int) -> None:
    """Code the next bit of the leaves of a band that were found before this plane."""
    square = forest.squares[band, 0]
    s = square[STRIDE]
    born = forest.born
    values = forest.values
    start = forest.bands[band, LISTS]
    depth = min(forest.bands[band, DEPTH], 5)
    for k in range(forest.counts[band, OLD]):
        entry = forest.found[start + k]
        i = int(square[OFFSET]) + (entry >> 14) * s + (entry & 16383)
        near = age(born[i - 1], plane) + age(born[i + 1], plane)
        near += age(born[i - s], plane) + age(born[i + s], plane)
        lived = min(int(born[i]) - plane, 4) - 2
        first = DETAIL_NEAR + lived * 13 + near
        second = DETAIL_DEPTH + depth * 3 + lived
        third = DETAIL_BOTH + min(near, 3) * 6 + depth
        value = int(values[i])
        bit = code_mixed(coder, first, second, third, DETAIL_SETS + lived, (value >> plane) & 1)
        if coder.registers[ENDED]:
            return
        if coder.registers[DECODING]:
            base = ((value >> (plane + 1)) << (plane + 1)) + (bit << plane)
            values[i] = base + (((1 << plane) * 8) >> 4)


@tight
def code_planes(coder: Coder, forest: Forest, planes: int) -> None:
    """Code every bit plane from the highest of `planes` down, until the bytes end."""
    ended = coder.registers
    bands = forest.bands.shape[0]
    for plane in range(planes - 1, -1, -1):
        for band in range(bands):
            forest.counts[band, OLD] = forest.counts[band, FOUND]
        for step in range(4):
            for band in range(bands):
                if step == 0:
                    code_waiting(coder, forest, band, plane)
                elif step == 3:
                    code_details(coder, forest, band, plane)
                else:
                    code_closed(coder, forest, band, plane, step & 1)
                if ended[ENDED]:
                    return


@tight
def plant(coefficients: NDArray[np.int32], forest: Forest, band: int, up: int, down: int) -> int:
    """Fill the leaves of a band from a plane's coefficients, and the squares above them.

    A magnitude is the coefficient's times 2**up over 2**down. Returns the largest.
    """
    squares = forest.squares[band]
    values = forest.values
    row, column = forest.bands[band, TOP], forest.bands[band, LEFT]
    for y in range(squares[0, HEIGHT]):
        i = int(squares[0, OFFSET]) + y * squares[0, STRIDE]
        for x in range(squares[0, WIDTH]):
            value = coefficients[row + y, column + x]
            forest.negative[i + x] = 1 if value < 0 else 0
            values[i + x] = (int(abs(value)) << up) >> down
    for tier in range(1, forest.bands[band, TIERS]):
        below = squares[tier - 1]
        square = squares[tier]
        for y in range(square[HEIGHT]):
            upper = int(below[OFFSET]) + 2 * y * int(below[STRIDE])
            lower = upper + (below[STRIDE] if 2 * y + 1 < below[HEIGHT] else 0)
            i = int(square[OFFSET]) + y * int(square[STRIDE])
            for x in range(square[WIDTH]):
                left = 2 * x
                right = min(left + 1, below[WIDTH] - 1)
                above = max(values[upper + left], values[upper + right])
                values[i + x] = max(above, values[lower + left], values[lower + right])
    return int(values[squares[forest.bands[band, TIERS] - 1, OFFSET]])


@tight
def harvest(coefficients: NDArray[np.int32], forest: Forest, band: int, up: int, down: int) -> None:
    """Fill a band's part of a plane's coefficients from what was read: `plant`, undone."""
    top, left = forest.bands[band, TOP], forest.bands[band, LEFT]
    square = forest.squares[band, 0]
    half = (1 << up) >> 1
    for y in range(square[HEIGHT]):
        i = int(square[OFFSET]) + y * square[STRIDE]
        for x in range(square[WIDTH]):
            value = ((int(forest.values[i + x]) << down) + half) >> up
            coefficients[top + y, left + x] = min(value, LIMIT) * int(forest.signs[i + x])
