"""Wetness: which samples must stay as they are, and which of those may be released.

The reader never needs it; only the order of flat areas released is fixed by the description.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Boxes, Coefficients, Map
from watermark.errors import UnsupportedSamples
from watermark.kernels.cells import gather_carriers
from watermark.kernels.wetness import (
    mark_constant,
    mark_flat,
    mark_runs,
    mark_wet,
    sum_tiles,
)
from watermark.samples import Samples
from watermark.tiles import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Wetness:
    """Two (rows, columns) int8 maps."""

    hard: Map
    """1 where a sample must never change: range, padding, protection, one holder of each
    extreme value, the witness of a coloured cell."""
    flat: Map
    """1 in constant 5x5 neighbourhoods: wet unless released."""

    def dry(self, boxes: Boxes, order: NDArray[np.int32], *, release: bool) -> NDArray[np.int8]:
        """Return (t, n) int8: 1 where a carrier of the tiles in `boxes` may change."""
        out = np.empty((len(boxes), len(order)), dtype=np.int8)
        wet = self.hard if release else self.hard | self.flat
        gather_carriers(wet ^ np.int8(1), boxes, order, out)
        return out

    def tile_sums(self, coefficients: Coefficients, tiles: Grid) -> NDArray[np.int64]:
        """Return (3, tiles) int64: texture, hard wet carriers, flat wet carriers of each tile.

        Texture is the sum of the magnitudes of the coefficients that are no anchors.
        """
        sums = np.zeros((3, tiles.count), dtype=np.int64)
        sum_tiles(coefficients.bound[0], self.hard, self.flat, tiles.edge, sums)
        return sums


def find_constant(coefficients: Coefficients, squares: Grid) -> NDArray[np.bool_]:
    """Return (squares,) bool: True where every plane has one value all over the square."""
    constant = np.ones(squares.count, dtype=np.int8)
    mark_constant(coefficients.planes, squares.edge, constant)
    return constant.astype(bool)


def find_wet(
    samples: Samples, coefficients: Coefficients, protect: NDArray[np.bool_] | None = None
) -> Wetness:
    """Return the wetness of a frame.

    protect: (rows, columns), non-zero where the caller forbids any change, or None.
    Raises UnsupportedSamples when the mask has another shape.
    """
    planes = coefficients.planes
    shape = planes.shape[1:]
    if protect is not None and protect.shape != shape:
        raise UnsupportedSamples(f"a mask of {protect.shape} does not fit a frame of {shape}")
    hard = np.zeros(shape, dtype=np.int8)
    if protect is not None:
        hard[protect != 0] = 1
    if coefficients.witness.size:
        hard |= coefficients.witness
    flat_planes = planes.reshape(len(planes), -1)
    for extremes in (flat_planes.argmin(axis=1), flat_planes.argmax(axis=1)):
        hard.reshape(-1)[extremes] = 1
    limits = np.stack([flat_planes.min(axis=1), flat_planes.max(axis=1)], axis=1)
    padding = np.array(samples.padding or (1, 0), dtype=np.int32)
    grey, first = coefficients.grey, coefficients.bound[0]
    mark_wet(planes, first, grey, np.ascontiguousarray(limits), padding, hard)
    flat = np.ones(shape, dtype=np.int8)
    same = np.empty(shape[1], dtype=np.int32)
    for plane in planes:
        run = np.ones(shape, dtype=np.int8)
        mark_runs(plane, run)
        mark_flat(plane, run, same, flat)
    return Wetness(hard, flat)
