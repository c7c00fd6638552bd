"""Coefficients of a frame with its companions: what is digested, hashed and flipped.

In a cell where red, green and blue are equal everywhere the other two follow the green, so
that no grey pixel takes on a colour; there the companions' canonical value is -1. One sample
of every other cell is wet, so that no flip makes a cell grey.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.cells import bind_parities, clear_parities, flip_parities, grey_cells
from watermark.parameters import CELL, Transform
from watermark.samples import Colour, Planes, Samples
from watermark.tiles import Box, Grid
from watermark.transform.prediction import predict

Map = NDArray[np.int8]
"""(rows, columns) int8 flags, one a sample."""
Boxes = NDArray[np.int32]
"""(n, 4) row, column, height, width in samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    """A frame seen through the transform."""

    planes: Planes
    """(c, rows, columns): samples, the carrying plane first."""
    bound: Planes
    """(c, rows, columns): coefficients of plane 0, then canonical companions."""
    grey: Map
    """1 for each cell in which the companions follow; shape (0, 0) without companions."""
    witness: Map
    """1 where a sample keeps its cell from being grey; shape (0, 0) without companions."""


def analyse(samples: Samples, transform: Transform) -> Coefficients:
    """Return the coefficients of `samples` under `transform`; each axis at least 8 samples."""
    planes = samples.planes()
    first = predict(planes[0], transform)
    if len(planes) == 1:
        none = np.zeros((0, 0), dtype=np.int8)
        return Coefficients(planes, first[np.newaxis], none, none)
    grid = Grid(samples.rows, samples.columns, CELL)
    grey = np.zeros((grid.down, grid.across), dtype=np.int8)
    witness = np.zeros((samples.rows, samples.columns), dtype=np.int8)
    if samples.colour is Colour.RGB:
        grey_cells(planes, grey, witness)
    bound = planes.copy()
    bound[0] = first
    bound[1:, spread_cells(grey, samples.rows, samples.columns)] = -1
    return Coefficients(planes, bound, grey, witness)


def spread_cells(
    cells: NDArray[np.int8] | NDArray[np.bool_], rows: int, columns: int
) -> NDArray[np.bool_]:
    """Return (rows, columns) bool: the flag of each sample's cell."""
    down = np.minimum(np.arange(rows) // CELL, len(cells) - 1)
    across = np.minimum(np.arange(columns) // CELL, cells.shape[1] - 1)
    return np.asarray(cells.astype(bool)[down[:, np.newaxis], across[np.newaxis]])


def canonical(coefficients: Coefficients, boxes: Boxes) -> Planes:
    """Return a copy of the bound planes with the parities of the carriers in `boxes` cleared.

    It is the same before and after embedding: a flip moves a coefficient d to d xor 1.
    """
    planes = coefficients.bound.copy()
    clear_parities(planes[0], boxes)
    return planes


def carrier_bits(
    coefficients: Coefficients, boxes: Boxes, order: NDArray[np.int32], cells: NDArray[np.int32]
) -> NDArray[np.int8]:
    """Return (t, n) int8: the bit of each carrier, its parity xor a bit of its cell's hash.

    boxes: (t, 4), coding tiles of one shape; order, cells: from `carrier.order.order_of`.
    """
    out = np.empty((len(boxes), len(order)), dtype=np.int8)
    bind_parities(coefficients.bound, boxes, cells, order, out)
    return out


def plain_parities(
    coefficients: Coefficients, box: Box, order: NDArray[np.int32]
) -> NDArray[np.int8]:
    """Return (n,) int8: the parity of each carrier of one tile, without its cell's hash."""
    rows, columns = box[0] + order[:, 0], box[1] + order[:, 1]
    odd: NDArray[np.bool_] = coefficients.bound[0][rows, columns] % 2 == 1
    return odd.astype(np.int8)


def flip_carriers(
    coefficients: Coefficients,
    boxes: Boxes,
    order: NDArray[np.int32],
    flips: NDArray[np.int8],
    flipped: Map,
) -> None:
    """Flip the carriers marked in flips (t, n): even coefficients up, odd ones down by 1.

    Changes `coefficients.planes`, companions in grey cells included, and sets `flipped`
    (rows, columns) to 1 where a sample changed; the coefficients stay those before.
    """
    flip_parities(
        coefficients.planes,
        coefficients.bound[0],
        coefficients.grey,
        boxes,
        order,
        flips,
        flipped,
    )
