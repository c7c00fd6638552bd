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
from watermark.kernels.rangecoder import DECODING, ENDED, Coder, code_mixed

Places = NDArray[np.int32]
Table = NDArray[np.int64]
Marks = NDArray[np.int8]

OFFSET, STRIDE, HEIGHT, WIDTH = range(4)
"""Columns of `squares`: where square (0, 0) lies, step of a row, rows, columns."""
TIERS, SHAPE, DEPTH, LISTS, SETS, LARGE, BEGIN, END, ORIGIN, ROW, UP, DOWN = range(12)
"""Columns of `bands`: tiers of squares, kind (0 low, 1 wide, 2 tall, 3 diagonal), level; where
lists of leaves begin, of closed squares of tier 1, and of others; where its squares begin and end;
where its coefficients begin, step of a row; a magnitude is a coefficient's times 2**UP over
2**DOWN."""
ABOVE, MATE, OTHER, BELOW = 4, 8, 12, 16
"""Columns of `grounds` after those of `squares`: the same four, but the last row and column in
place of their number, in the band above in scale, two of the same size, and the band below."""
HALF, ALONG, ACROSS, FIRST, SECOND, THIRD, NEAR_STEP, AMOUNT_STEP, REST_STEP, CHOICE = range(20, 30)
EVEN, TO_MATE, TO_OTHER = range(30, 33)
"""Columns of `grounds`: by how many places a row becomes one above, what neighbours count along
and across, where contexts begin and how far apart they lie, where weights begin; 1 where no kin
ends before its band does, and how far those of the same size lie from a square."""
GROUNDS = 33
WAITING, FOUND, CLOSED, CLOSED_LARGE, OLD, OLDER, OLDEST = range(7)
"""Columns of `counts`: leaves waiting, leaves found, closed squares of tier 1 and others, leaves
found before this plane, before the last, before the one before that."""

LEAF_NEAR, LEAF_AMOUNT, LEAF_KIN = 0, 324, 588
SQUARE_NEAR, SQUARE_AMOUNT, SQUARE_KIN = 876, 1308, 1484
SIGN_NEAR, SIGN_SLANT, SIGN_DEPTH = 2060, 2096, 2132
DETAIL_NEAR, DETAIL_DEPTH, DETAIL_BOTH = 2186, 2225, 2243
CONTEXTS = 2267
"""Where the contexts of each kind begin, and how many there are."""
LEAF_SETS, SQUARE_SETS, SIGN_SETS, DETAIL_SETS = 0, 12, 20, 24
CHOICES = 27
"""The same of the sets of weights, of which each has three."""

AMOUNTS = np.array([0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, *[8] * 4, *[9] * 6, *[10] * 23])
"""Class of a sum of ages, 0 to 36."""

RESTS = np.array([4 * (3 * min(a, 2) + min(b, 2)) for a in range(4) for b in range(4)])
"""Four times what the ages of two mates, in base 4, are in `rest`."""

AROUNDS = np.array([0, 1, 1, 2, 2, *[3] * 11])
"""Class of a sum of ages around the square above, 0 to 12."""

NEW = 17
"""Mark of a square that has just become significant: 16 and its age, so that sums of marks hold
the number of significant squares in sixteenths and, below, the sum of their ages (at most 12).
Neither is changed by what negative leaves take away, in the lowest seven bits."""
AGES = 15
MINUS = 128
NEGATIVE = 32
"""What a rank is more where the leaf is negative."""
RANKS = 31


class Forest(NamedTuple):
    """The squares of every band and what is known of them; n is the sum of their padded sizes."""

    bands: Table
    """(b, 12)."""
    squares: NDArray[np.int32]
    """(b, tiers, 4)."""
    grounds: Table
    """(b, tiers, 33). Kin that do not exist lie in the margin, where nothing is significant."""
    marks: Marks
    """(n,): 0, or 16 more than the age of a significant square; 128 less for a negative leaf."""
    ranks: Marks
    """(n,): of a writer, the bit length of a magnitude, for a square of the largest inside; for a
    negative leaf NEGATIVE more: a sign stands where it was just looked, not far off."""
    coefficients: NDArray[np.int32]
    """Those of every plane; for a reader, the magnitudes that it has read."""
    waiting: Places
    """Leaves that are not yet significant, row << 14 | column, a stretch for each band."""
    found: Places
    """Leaves that are, likewise."""
    closed: Places
    """Squares that are not, tier << 26 | row << 13 | column, likewise, tier 1 before others."""
    counts: Table
    """(b, 7)."""
    stack: Places
    """(64,): squares that are being opened, at most three a tier and one."""


@inner
def mark_at(marks: Marks, i: int) -> int:
    """Return the mark at place i, which is known not to be negative.

    The cast spares the test for an index that counts from the end, here and wherever it stands.
    """
    return int(marks[np.uint64(i)])


@inner
def place_near(ground: Table, kin: int, y: int, x: int) -> int:
    """Return where square (y, x) of a kin lies; beyond its band, its nearest one."""
    v = min(y, int(ground[kin + HEIGHT]))
    u = min(x, int(ground[kin + WIDTH]))
    return int(ground[kin]) + v * int(ground[kin + STRIDE]) + u


@inner
def code_square(
    coder: Coder, forest: Forest, ground: Table, y: int, x: int, plane: int, kind: int
) -> int:
    """Code whether square (y, x) becomes significant in `plane`; marks and returns it.

    ground: that of its band and tier. kind: 0 for one from a list, 1 to 3 for a child of an
    opened square.
    """
    marks = forest.marks
    s = int(ground[STRIDE])
    i = int(ground[OFFSET]) + y * s + x
    beside = mark_at(marks, i - 1) + mark_at(marks, i + 1)
    upright = mark_at(marks, i - s) + mark_at(marks, i + s)
    corners = mark_at(marks, i - s - 1) + mark_at(marks, i - s + 1)
    corners += mark_at(marks, i + s - 1) + mark_at(marks, i + s + 1)
    near = ((beside >> 4) & 7) * int(ground[ALONG]) + ((upright >> 4) & 7) * int(ground[ACROSS])
    near += min((corners >> 4) & 7, 2)
    amount = int(AMOUNTS[2 * ((beside + upright) & AGES) + (corners & AGES)])
    half = int(ground[HALF])
    if ground[EVEN]:  # in most bands nothing can be beyond
        k = int(ground[BELOW]) + y * int(ground[BELOW + STRIDE]) + x
        j = int(ground[ABOVE]) + (y >> half) * int(ground[ABOVE + STRIDE]) + (x >> half)
        rest = mark_at(marks, i + int(ground[TO_MATE])) & AGES
        rest = rest * 4 + (mark_at(marks, i + int(ground[TO_OTHER])) & AGES)
    else:
        k = place_near(ground, BELOW, y, x)
        j = place_near(ground, ABOVE, y >> half, x >> half)
        rest = mark_at(marks, place_near(ground, MATE, y, x)) & AGES
        rest = rest * 4 + (mark_at(marks, place_near(ground, OTHER, y, x)) & AGES)
    t = int(ground[ABOVE + STRIDE])
    above = mark_at(marks, j) & AGES
    around = mark_at(marks, j - 1) + mark_at(marks, j + 1)
    around += mark_at(marks, j - t) + mark_at(marks, j + t)
    # What is below is never a leaf: bands of which there is a coarser one have tiers above it.
    third = (mark_at(marks, k) >> 4) * 36 + int(RESTS[rest & 15]) + int(AROUNDS[around & AGES])
    first = int(ground[FIRST]) + near * int(ground[NEAR_STEP]) + kind
    second = int(ground[SECOND]) + (amount * 4 + above) * int(ground[AMOUNT_STEP])
    third = int(ground[THIRD]) + (third * 4 + kind) * int(ground[REST_STEP])
    choice = int(ground[CHOICE]) + (3 if kind else 0)
    bit = 1 if int(forest.ranks[np.uint64(i)]) & RANKS > plane else 0
    bit = code_mixed(coder, first, second, third, choice, bit)
    marks[np.uint64(i)] = NEW * bit
    return bit


@inner
def append(places: Places, start: int, counts: Table, band: int, which: int, entry: int) -> None:
    """Put an entry at the end of a band's list."""
    places[np.uint64(start + int(counts[band, which]))] = entry
    counts[band, which] += 1


@inner
def sign_of(mark: int) -> int:
    """Return -1 or 1, the sign of a leaf, or 0 while it is not known."""
    return (mark > 0) - (mark < 0)


@inner
def trend(marks: Marks, i: int, j: int) -> int:
    """Return 0, 1 or 2: the signs of two leaves together negative, neither, or positive."""
    return min(max(sign_of(mark_at(marks, i)) + sign_of(mark_at(marks, j)), -1), 1) + 1


@inner
def code_sign(coder: Coder, forest: Forest, band: int, y: int, x: int, plane: int) -> None:
    """Code the sign of leaf (y, x) that has just become significant, and note it as found."""
    marks, bands = forest.marks, forest.bands
    s = int(forest.grounds[band, 0, STRIDE])
    i = int(forest.grounds[band, 0, OFFSET]) + y * s + x
    shape = int(bands[band, SHAPE])
    near = trend(marks, i - 1, i + 1) * 3 + trend(marks, i - s, i + s)
    slant = trend(marks, i - s - 1, i + s + 1) * 3 + trend(marks, i - s + 1, i + s - 1)
    first = SIGN_NEAR + shape * 9 + near
    second = SIGN_SLANT + shape * 9 + slant
    third = SIGN_DEPTH + min(int(bands[band, DEPTH]), 5) * 9 + near
    bit = 1 if forest.ranks[np.uint64(i)] >= NEGATIVE else 0
    bit = code_mixed(coder, first, second, third, 3 * (SIGN_SETS + shape), bit)
    if coder.registers[DECODING]:
        if coder.registers[ENDED]:
            return
        j = int(bands[band, ORIGIN]) + y * int(bands[band, ROW]) + x
        forest.coefficients[np.uint64(j)] = (1 << plane) + (((1 << plane) * 7) >> 4)
    marks[np.uint64(i)] = NEW - MINUS * bit
    append(forest.found, int(bands[band, LISTS]), forest.counts, band, FOUND, (y << 14) | x)


@tight
def code_waiting(coder: Coder, forest: Forest, band: int, plane: int) -> None:
    """Code the leaves of a band that wait for their first bit."""
    ground = forest.grounds[band, 0]
    start = int(forest.bands[band, LISTS])
    waiting = forest.waiting
    kept = start
    for k in range(start, start + int(forest.counts[band, WAITING])):
        entry = int(waiting[np.uint64(k)])
        y, x = entry >> 14, entry & 16383
        bit = code_square(coder, forest, ground, y, x, plane, 0)
        waiting[np.uint64(kept)] = entry
        kept += 1 - bit
        if bit:
            code_sign(coder, forest, band, y, x, plane)
        if coder.registers[ENDED]:
            return
    forest.counts[band, WAITING] = kept - start


@inner
def open_square(coder: Coder, forest: Forest, band: int, entry: int, plane: int) -> None:
    """Code everything inside a square that has just become significant."""
    stack, counts, bands = forest.stack, forest.counts, forest.bands
    stack[0] = entry
    height = 1
    while height > 0:
        height -= 1
        entry = int(stack[np.uint64(height)])
        tier = (entry >> 26) - 1
        top, left = 2 * ((entry >> 13) & 8191), 2 * (entry & 8191)
        ground = forest.grounds[band, np.uint64(tier)]
        bottom, right = min(top + 2, int(ground[HEIGHT])), min(left + 2, int(ground[WIDTH]))
        found = 0
        for y in range(top, bottom):
            for x in range(left, right):
                i = int(ground[OFFSET]) + y * int(ground[STRIDE]) + x
                if found == 0 and y == bottom - 1 and x == right - 1:
                    forest.marks[np.uint64(i)] = NEW
                    bit = 1
                else:
                    bit = code_square(coder, forest, ground, y, x, plane, 1 + min(found, 2))
                if coder.registers[ENDED]:
                    return
                found += bit
                if tier == 0:
                    if bit:
                        code_sign(coder, forest, band, y, x, plane)
                    else:
                        place = (y << 14) | x
                        append(forest.waiting, bands[band, LISTS], counts, band, WAITING, place)
                elif bit:
                    stack[np.uint64(height)] = (tier << 26) | (y << 13) | x
                    height += 1
                elif tier == 1:
                    place = (1 << 26) | (y << 13) | x
                    append(forest.closed, bands[band, SETS], counts, band, CLOSED, place)
                else:
                    place = (tier << 26) | (y << 13) | x
                    append(forest.closed, bands[band, LARGE], counts, band, CLOSED_LARGE, place)


@tight
def code_closed(coder: Coder, forest: Forest, band: int, plane: int, large: int) -> None:
    """Code the closed squares of a band, those of tier 1 or the others (large).

    What opens is opened at once; what stays closed inside it comes to the list's end and has
    its next turn in the next plane.
    """
    counts = forest.counts
    closed = forest.closed
    start = int(forest.bands[band, LARGE if large else SETS])
    which = CLOSED_LARGE if large else CLOSED
    before = start + int(counts[band, which])
    kept = start
    for k in range(start, before):
        entry = int(closed[np.uint64(k)])
        y, x = (entry >> 13) & 8191, entry & 8191
        ground = forest.grounds[band, np.uint64(entry >> 26)]
        bit = code_square(coder, forest, ground, y, x, plane, 0)
        closed[np.uint64(kept)] = entry
        kept += 1 - bit
        if bit:
            open_square(coder, forest, band, entry, plane)
        if coder.registers[ENDED]:
            return
    for k in range(before, start + int(counts[band, which])):
        closed[np.uint64(kept)] = closed[np.uint64(k)]
        kept += 1
    counts[band, which] = kept - start


@tight
def code_details(coder: Coder, forest: Forest, band: int, plane: int) -> None:
    """Code the next bit of the leaves of a band that were found before this plane."""
    marks, coefficients, counts = forest.marks, forest.coefficients, forest.counts
    bands, ground = forest.bands, forest.grounds[band, 0]
    s = int(ground[STRIDE])
    start = int(bands[band, LISTS])
    older, oldest = start + int(counts[band, OLDER]), start + int(counts[band, OLDEST])
    depth = min(int(bands[band, DEPTH]), 5)
    up, down = int(bands[band, UP]), int(bands[band, DOWN]) + plane
    for k in range(start, start + int(counts[band, OLD])):
        entry = int(forest.found[np.uint64(k)])
        y, x = entry >> 14, entry & 16383
        i = int(ground[OFFSET]) + y * s + x
        j = int(bands[band, ORIGIN]) + y * int(bands[band, ROW]) + x
        near = mark_at(marks, i - 1) + mark_at(marks, i + 1)
        near = (near + mark_at(marks, i - s) + mark_at(marks, i + s)) & AGES
        lived = (k < older) + (k < oldest)
        first = DETAIL_NEAR + lived * 13 + near
        second = DETAIL_DEPTH + depth * 3 + lived
        third = DETAIL_BOTH + min(near, 3) * 6 + depth
        value = int(coefficients[np.uint64(j)])
        bit = ((abs(value) << up) >> down) & 1
        bit = code_mixed(coder, first, second, third, 3 * (DETAIL_SETS + lived), bit)
        if coder.registers[ENDED]:
            return
        if coder.registers[DECODING]:
            base = ((value >> (plane + 1)) << (plane + 1)) + (bit << plane)
            coefficients[np.uint64(j)] = base + ((1 << plane) >> 1)


@tight
def grow_older(forest: Forest, band: int) -> None:
    """Begin a plane: what a band has found is a plane older, at most 3."""
    counts, marks = forest.counts, forest.marks
    counts[band, OLDEST] = counts[band, OLDER]
    counts[band, OLDER] = counts[band, OLD]
    counts[band, OLD] = counts[band, FOUND]
    top = forest.grounds[band, forest.bands[band, TIERS] - 1, OFFSET]
    if marks[top]:
        for i in range(int(forest.bands[band, BEGIN]), int(forest.bands[band, END])):
            mark = marks[np.uint64(i)]
            marks[np.uint64(i)] = mark + ((mark ^ (mark >> 1)) & 1)


@tight
def code_planes(coder: Coder, forest: Forest, planes: int) -> None:
    """Code every bit plane from the highest of `planes` down, until the bytes end."""
    ended = coder.registers
    bands = forest.bands.shape[0]
    for plane in range(planes - 1, -1, -1):
        for band in range(bands):
            grow_older(forest, band)
        for step in range(4):
            for band in range(bands):
                if step == 0:
                    code_waiting(coder, forest, band, plane)
                elif step == 3:
                    code_details(coder, forest, band, plane)
                else:
                    code_closed(coder, forest, band, plane, step - 1)
                if ended[ENDED]:
                    return
