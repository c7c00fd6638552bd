"""Which bands a picture falls into, in what order they are coded, and where their squares lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from watermark.kernels import partitioning

MOST_LEVELS = 7
LEAST_EDGE = 4
"""A level is split as long as both axes keep this many samples in the low half."""

_NOWHERE = (1, 0, 0, 0)
"""A square of the margin above the first band: it and its four neighbours are never significant."""

Index = dict[tuple[int, int, int], int]
"""Number of the band of a plane, level and shape."""


@dataclass(frozen=True, slots=True)
class Band:
    """A rectangle of coefficients of one plane: low (0), wide (1), tall (2) or diagonal (3)."""

    plane: int
    level: int
    shape: int
    top: int
    left: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that follows from a geometry alone."""

    planes: int
    shape: tuple[int, int]
    levels: int
    bands: tuple[Band, ...]
    table: NDArray[np.int64]
    squares: NDArray[np.int32]
    grounds: NDArray[np.int64]
    size: int
    """Padded squares of all bands."""
    leaves: int
    sets: int


def level_count(rows: int, columns: int) -> int:
    """Return how many levels a picture is split into, 0 to 7."""
    levels = 0
    edge = min(rows, columns)
    while levels < MOST_LEVELS and (edge + 1) // 2 >= LEAST_EDGE:
        edge = (edge + 1) // 2
        levels += 1
    return levels


def list_bands(planes: int, rows: int, columns: int) -> tuple[Band, ...]:
    """Return the bands that hold anything, coarse before fine, planes of a kind together."""
    levels = level_count(rows, columns)
    sizes = [(rows, columns)]
    for _ in range(levels):
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    found = [Band(p, levels, 0, 0, 0, *sizes[levels]) for p in range(planes)]
    for level in range(levels, 0, -1):
        (r, c), (h, w) = sizes[level - 1], sizes[level]
        for shape, box in ((1, (0, w, h, c - w)), (2, (h, 0, r - h, w)), (3, (h, w, r - h, c - w))):
            found += [Band(p, level, shape, *box) for p in range(planes)]
    return tuple(found)


@lru_cache(maxsize=8)
def plan(planes: int, rows: int, columns: int) -> Plan:
    """Return the plan of a geometry; planes 1 or 3, rows and columns 1 to 16384."""
    bands = list_bands(planes, rows, columns)
    index: Index = {(b.plane, b.level, b.shape): i for i, b in enumerate(bands)}
    tiers = [_tiers(b.rows, b.columns) for b in bands]
    squares = np.zeros((len(bands), max(len(t) for t in tiers), 4), dtype=np.int32)
    table = np.zeros((len(bands), 12), dtype=np.int64)
    size = leaves = sets = 0
    for i, band in enumerate(bands):
        begin = size
        lists = leaves, sets, sets + sum(prod(tier) for tier in tiers[i][1:2])
        origin = (band.plane * rows + band.top) * columns + band.left
        for tier, (height, width) in enumerate(tiers[i]):
            stride = width + 2
            squares[i, tier] = size + stride + 1, stride, height, width
            size += (height + 2) * stride
            if tier:
                sets += height * width
            else:
                leaves += height * width
        ends = begin, size, origin, columns, band.level, 0
        table[i] = (len(tiers[i]), band.shape, band.level, *lists, *ends)
    levels = level_count(rows, columns)
    grounds = _grounds(bands, index, squares, [len(t) for t in tiers])
    return Plan(planes, (rows, columns), levels, bands, table, squares, grounds, size, leaves, sets)


def _tiers(rows: int, columns: int) -> list[tuple[int, int]]:
    """Return the sizes of a band's tiers, leaves first, down to a single square."""
    sizes = [(rows, columns)]
    while sizes[-1] != (1, 1):
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes


def _grounds(
    bands: tuple[Band, ...], index: Index, squares: NDArray[np.int32], tiers: list[int]
) -> NDArray[np.int64]:
    """Return what a kernel must know of each band and tier, (b, tiers, GROUNDS)."""
    found = np.zeros((*squares.shape[:2], partitioning.GROUNDS), dtype=np.int64)
    found[:, :, :4] = squares
    for i, band in enumerate(bands):
        kin = _kin(band, index)
        for tier in range(tiers[i]):
            row = found[i, tier]
            # The row above a band's first is margin, and as wide as the band.
            row[4:20] = (*_NOWHERE * 3, row[0] - row[1], 0, 0, row[3] - 1)
            for at, other, up in zip((4, 8, 12, 16), kin, (-1, 0, 0, 1), strict=True):
                if other >= 0:
                    near = squares[other, min(max(tier + up, 0), tiers[other] - 1)]
                    row[at : at + 4] = near - (0, 0, 1, 1)
            row[20:30] = _contexts(band, tier)
            row[30:] = _distances(row)
    return found


def _contexts(band: Band, tier: int) -> tuple[int, ...]:
    """Return the columns of a ground from HALF on."""
    weights = (3, 9) if band.shape == 2 else (9, 3)
    if tier == 0:
        depth = min(band.level, 5)
        first = partitioning.LEAF_NEAR + (band.shape + 1) // 2 * 4
        places = first, partitioning.LEAF_AMOUNT + depth, partitioning.LEAF_KIN
        return (1, *weights, *places, 12, 6, 1, 3 * (partitioning.LEAF_SETS + 2 * depth))
    size = min(tier, 4) - 1
    first = partitioning.SQUARE_NEAR + 4 * size
    places = first, partitioning.SQUARE_AMOUNT + size, partitioning.SQUARE_KIN + min(size, 1)
    return (0, *weights, *places, 16, 4, 2, 3 * (partitioning.SQUARE_SETS + 2 * size))


def _distances(row: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return whether all kin reach as far as the band, and how far its mates lie apart."""
    offset, stride, height, width = row[:4].tolist()
    above, mate, other, below = (row[at : at + 4].tolist() for at in (4, 8, 12, 16))
    half = int(row[20])
    covered = above[2] >= (height - 1) >> half and above[3] >= (width - 1) >> half
    covered &= below[3] >= width - 1 and (below[1] == 0 or below[2] >= height - 1)
    alike = all(kin[1:] == [stride, height - 1, width - 1] for kin in (mate, other))
    return int(covered and alike), mate[0] - offset, other[0] - offset


def _kin(band: Band, index: Index) -> tuple[int, int, int, int]:
    """Return the band above in scale, two of the same size, and the one below; -1 for none."""
    plane, level, shape = band.plane, band.level, band.shape
    above = index.get((plane, level + 1, shape), -1) if shape else -1
    below = index.get((plane, level - 1, shape), -1) if shape else -1
    mates = [s for s in (1, 2, 3) if s != shape] if shape else []
    near = [index[plane, level, s] for s in mates]
    if plane:
        near = [index[0, level, shape], *near]
    near = [*near, -1, -1]
    return above, near[0], near[1], below
