"""Which parts of a picture a search reads first, and which are all that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from watermark.parameters import CELL, TILE
from watermark.samples import Samples
from watermark.tiles import LARGE_CODE, SMALL_CODE, Box, Grid

MOST_SAMPLES = 5 << 19
"""Samples of a picture that are read at every phase, at most; half as many of one in colour, a
quarter of one so large that reading it at its own grid takes a second already."""
_SECTORS = 3
"""Windows are taken from as many sectors along an axis, at most."""
_ORDER = (4, 0, 8, 2, 6, 1, 7, 3, 5)
"""In which order nine sectors are preferred among equals: scattered."""
_GRADES = 4
"""Windows are as lively as they have quarters full of lively cells."""
_FINE = 64
"""Grades of parts, of which there is but one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The search for coding tiles of one edge."""

    edge: int
    window: int
    """Edge of a window in samples."""
    windows: int
    """Windows that are read."""
    least: int
    """Samples of the smallest picture in which such tiles are sought."""
    most: int
    """Tiles of this edge in the largest picture that can have them."""

    def suits(self, samples: Samples) -> bool:
        """Tell whether tiles of this edge are sought in a picture."""
        tiles = (samples.rows // self.edge) * (samples.columns // self.edge)
        return 1 <= tiles <= self.most and samples.rows * samples.columns >= self.least


STAGES = (
    Stage(32, 96, 9, 0, SMALL_CODE),
    Stage(64, 192, 5, 1 << 19, LARGE_CODE),
    Stage(128, 320, 4, 1 << 22, 1 << 16),
)


def choose_windows(samples: Samples, stage: Stage) -> list[Box]:
    """Return disjoint windows of a picture: one a sector, the liveliest sectors.

    A cell is lively when at least half of its samples differ from their left neighbour: what
    is flat cannot carry. Of a picture of fewer than three sectors along an axis, and of sectors
    little larger than a window, all is taken.
    """
    sums, ranked = _lively(samples), []
    down = _Sectors.of(samples.rows, stage.window)
    across = _Sectors.of(samples.columns, stage.window)
    count = len(down.spans) * len(across.spans)
    for rank, index in enumerate(_ORDER if count == len(_ORDER) else range(count)):
        row, column = divmod(index, len(across.spans))
        grade, box = _best(sums, down.starts(row), across.starts(column))
        ranked.append((-grade, rank, box))
    return [box for _, _, box in sorted(ranked)[: stage.windows]]


def most_samples(samples: Samples) -> int:
    """Return how many places of a picture are read at every phase, at most."""
    if samples.rows * samples.columns >= STAGES[-1].least:
        return MOST_SAMPLES // 4
    return MOST_SAMPLES if samples.values.ndim == 2 else MOST_SAMPLES // 2


def weigh_search(samples: Samples) -> int:
    """Return what reading a picture at every phase costs: MOST_SAMPLES where it is not all read,
    else the share of that which it has of what is read at most."""
    most = most_samples(samples)
    return MOST_SAMPLES * min(samples.rows * samples.columns, most) // most


def choose_part(samples: Samples) -> Box:
    """Return what is read of a picture at every phase: all of it, or of a picture of more than
    `most_samples` the liveliest part of its proportions that has no more."""
    rows, columns, most = samples.rows, samples.columns, most_samples(samples)
    if rows * columns <= most:
        return 0, 0, rows, columns
    tall = max(1, isqrt(most * rows // columns))
    wide = most // tall
    tops = np.arange(0, rows - tall + 1, TILE, dtype=np.int64)
    lefts = np.arange(0, columns - wide + 1, TILE, dtype=np.int64)
    return _best(_lively(samples), (tops, tall), (lefts, wide), _FINE)[1]


def _lively(samples: Samples) -> NDArray[np.int64]:
    """Return (cells down + 1, cells across + 1) int64: lively cells above and left of each."""
    plane = samples.values if samples.values.ndim == 2 else samples.values[:, :, 1]
    grid = Grid(samples.rows, samples.columns, CELL)
    differs = np.zeros((grid.down * CELL, grid.across * CELL), dtype=bool)
    used = plane[: differs.shape[0], : differs.shape[1]]
    differs[:, 1:] = used[:, 1:] != used[:, :-1]
    cells = differs.reshape(grid.down, CELL, grid.across, CELL).sum(axis=(1, 3), dtype=np.int64)
    sums = np.zeros((grid.down + 1, grid.across + 1), dtype=np.int64)
    sums[1:, 1:] = (cells >= CELL * CELL // 2).cumsum(axis=0).cumsum(axis=1)
    return sums


@dataclass(frozen=True, slots=True)
class _Sectors:
    """The sectors along an axis."""

    spans: tuple[tuple[int, int], ...]
    """First and length of each."""
    window: int
    """Length of a window in them, at most."""

    @classmethod
    def of(cls, length: int, window: int) -> _Sectors:
        """Divide an axis: at most three sectors, none shorter than a window if there are more."""
        count = min(_SECTORS, max(1, length // window))
        edges = [length * i // count for i in range(count + 1)]
        sector = -(-length // count)
        whole = count < _SECTORS or 4 * sector < 5 * window
        return cls(tuple((a, b - a) for a, b in pairwise(edges)), sector if whole else window)

    def starts(self, index: int) -> tuple[NDArray[np.int64], int]:
        """Return where a window may begin in a sector, and how long it is there."""
        start, length = self.spans[index]
        if length <= self.window:
            return np.array([start], dtype=np.int64), length
        end = start + length - self.window + 1
        return np.arange(start, end, TILE, dtype=np.int64), self.window


def _best(
    sums: NDArray[np.int64],
    down: tuple[NDArray[np.int64], int],
    across: tuple[NDArray[np.int64], int],
    most: int = _GRADES,
) -> tuple[int, Box]:
    """Return the grade, 0 to `most`, and the box of the liveliest window of a sector, the middle
    among equals."""
    (tops, tall), (lefts, wide) = down, across
    first, left = tops // CELL, lefts // CELL
    last = np.minimum((tops + tall) // CELL, len(sums) - 1)
    right = np.minimum((lefts + wide) // CELL, sums.shape[1] - 1)
    lively = sums[np.ix_(last, right)] - sums[np.ix_(first, right)]
    lively += sums[np.ix_(first, left)] - sums[np.ix_(last, left)]
    grades = np.minimum(lively * most * CELL * CELL // (tall * wide), most)
    middle = np.add.outer(np.abs(tops - tops.mean()), np.abs(lefts - lefts.mean()))
    at = int(np.lexsort((middle.reshape(-1), -grades.reshape(-1)))[0])
    row, column = divmod(at, len(lefts))
    return int(grades[row, column]), (int(tops[row]), int(lefts[column]), tall, wide)
