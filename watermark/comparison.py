"""A lossy copy held against recovery data: does it differ beyond what compression does?

Means of 8x8 samples hardly change under lossy compression, and the recovery data know them to
within their own coding error. That error is measured on the copy itself, by sending it through the
same codec, so that no threshold depends on the kind of image. Rule: docs/spec/recovery.md; measured
by benchmarks/copies.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.compression import Shape, compress, expand
from watermark.errors import UnsupportedSamples
from watermark.parameters import CELL
from watermark.samples import Samples
from watermark.tiles import Box, Grid, cover

LIMIT = 8.0
"""Usual errors by which the mean of a cell may be off."""
POOR_LIMIT = 10.0
"""The same where the recovery data are poor: their errors have a longer tail."""
POOR = 0.09
"""Bits a sample below which recovery data are poor."""
_RICH = 0.2
"""Bits a sample beyond which a strong compression may err more than the recovery data do."""
MOST = 0.25
"""Share of the cells beyond the limit above which a picture is no copy of the sealed one."""
_TYPICAL = 0.8
"""Usual errors that half of the cells of a copy stay below; those of another picture do not."""
_NEIGHBOURS = 4
"""Cells around one, on each side, whose error counts for it too."""
_SHARE = 0.1
"""Share of the neighbourhood's error that a mean of 64 samples keeps."""

Errors = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """How a copy compares with the recovery data."""

    excess: Errors
    """(cell rows, cell columns): by how many usual errors the mean of a cell is off."""
    limit: float
    """What an excess must not go beyond: `LIMIT` or `POOR_LIMIT`."""
    boxes: tuple[Box, ...]
    """Row, column, height, width of boxes that cover the outliers and nothing else."""

    @property
    def outliers(self) -> NDArray[np.bool_]:
        """(cell rows, cell columns) True where the copy differs beyond the coding error."""
        return np.asarray(self.excess > self.limit)

    @property
    def is_copy(self) -> bool:
        """True while few enough cells differ for this to be a copy of the sealed picture."""
        typical = float(np.median(self.excess))
        return typical <= _TYPICAL and float(self.outliers.mean()) <= MOST


def compare(
    received: Samples, known: Samples, budget: int, matters: NDArray[np.bool_] | None = None
) -> Comparison:
    """Compare a lossy copy with what recovery data know of the original.

    received: the copy, with the size, depth, sign and colour that were sealed; known: the
    expanded picture of the original, constant units filled with their values; budget: bytes of
    that picture; matters: (rows, columns), where it had to be good. Only the carrying plane is
    compared. Raises UnsupportedSamples where the two are not of one size.
    """
    if (received.rows, received.columns) != (known.rows, known.columns):
        raise UnsupportedSamples("the copy has not the size of the recovery data")
    shape = Shape(received.rows, received.columns, received.bits, received.signed, received.colour)
    grid = Grid(received.rows, received.columns, CELL)
    seen = received.planes()[0].astype(np.int64)
    rate = 8 * budget / (received.rows * received.columns)
    length = max(1, int(budget * min(1.0, _RICH / rate)))
    own = seen - expand(compress(received, length, matters), shape).planes()[0]
    if matters is not None:
        own[~matters] = 0  # the codec may have put anything there
    excess = np.abs(_means(seen - known.planes()[0], grid)) / _usual_error(own, grid)
    limit = LIMIT if rate >= POOR else POOR_LIMIT
    return Comparison(excess, limit, cover(excess > limit, grid))


def _usual_error(own: NDArray[np.int64], grid: Grid) -> Errors:
    """Return (cell rows, cell columns): by how much a mean of the coded picture is usually off.

    own: (rows, columns), by how much the codec changes each sample of the copy itself.
    """
    around = np.sqrt(_blur(_means(own * own, grid)))
    busy = around > 0.5
    typical = float(np.median(np.abs(_means(own, grid))[busy])) if busy.any() else 0.0
    # 1.48 makes a median of magnitudes a standard deviation; half a step is for rounding.
    return np.asarray(1.48 * typical + _SHARE * around + 0.5)


def _means(values: NDArray[np.int64], grid: Grid) -> Errors:
    """Return (cell rows, cell columns): the mean of each cell."""
    downs, acrosses = np.arange(grid.down) * CELL, np.arange(grid.across) * CELL
    sums = np.add.reduceat(np.add.reduceat(values, downs, axis=0), acrosses, axis=1)
    heights, widths = np.diff(downs, append=grid.rows), np.diff(acrosses, append=grid.columns)
    return np.asarray(sums / (heights[:, np.newaxis] * widths[np.newaxis]))


def _blur(values: Errors) -> Errors:
    """Return the mean of the 9x9 cells around each, cut at the frame's edge."""
    down, across = values.shape
    total = np.zeros((down + 1, across + 1))
    total[1:, 1:] = values.cumsum(axis=0).cumsum(axis=1)
    top, bottom = _window(down)
    left, right = _window(across)
    inside = total[bottom][:, right] - total[top][:, right]
    inside -= total[bottom][:, left] - total[top][:, left]
    counts = (bottom - top)[:, np.newaxis] * (right - left)[np.newaxis]
    return np.asarray(np.maximum(0, inside) / counts)


def _window(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return begin and end of the neighbourhood of each of `count` cells."""
    places = np.arange(count)
    return np.maximum(places - _NEIGHBOURS, 0), np.minimum(places + _NEIGHBOURS + 1, count)
