"""Fill what was damaged: constant units exactly from the description, others from a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from watermark.description import Description
from watermark.errors import UnsupportedSamples
from watermark.samples import Samples
from watermark.tiles import Box, Flags, Grid


def recover(
    samples: Samples, description: Description, boxes: Iterable[Box], picture: Samples
) -> tuple[Samples, Flags]:
    """Return the frame with every damaged unit filled, and a mask of the samples that were.

    samples: as received; description: from a certificate whose signature was verified; boxes:
    damage, as `localise` gives it; a digest unit that a box touches is filled whole; picture: the
    approximation of the original frame. Constant units get the values that were signed. No sample
    outside the mask differs from the received one. The mask is (rows, columns) bool.
    Raises UnsupportedSamples when samples or picture have not the described size, depth, sign or
    colour.
    """
    if not description.fits(samples) or not description.fits(picture):
        raise UnsupportedSamples("size, depth, sign or colour are not the described ones")
    units = description.layout.units
    damaged = find_touched(units, boxes)
    mask = _cover(units, damaged)
    channels = samples.values.reshape(samples.rows, samples.columns, -1).copy()
    approximate = picture.values.reshape(channels.shape)
    # Both are within the described bits, whatever words they are kept in.
    np.copyto(channels, approximate, casting="unsafe", where=mask[:, :, np.newaxis])
    constant = np.flatnonzero(description.constant).tolist()
    for values, index in zip(description.values, constant, strict=True):
        if damaged[index]:
            top, left, height, width = units.box(index)
            area = channels[top : top + height, left : left + width]
            area[:, :, list(samples.plane_order)] = values
    return replace(samples, values=channels.reshape(samples.values.shape)), mask


def find_varying(description: Description) -> Flags:
    """Return (rows, columns) bool: True outside constant units, where a picture is needed."""
    return _cover(description.layout.units, ~description.constant)


def find_touched(grid: Grid, boxes: Iterable[Box]) -> Flags:
    """Return (squares,) bool: True where a box lies in a square of the grid, wholly or in part."""
    touched = np.zeros((grid.down, grid.across), dtype=bool)
    for top, left, height, width in boxes:
        first, last = grid.index_at(top, left), grid.index_at(top + height - 1, left + width - 1)
        rows = slice(first // grid.across, last // grid.across + 1)
        touched[rows, first % grid.across : last % grid.across + 1] = True
    return touched.reshape(-1)


def _cover(grid: Grid, flags: Flags) -> Flags:
    """Return (rows, columns) bool: the flag of the square around each sample."""
    down = np.minimum(np.arange(grid.rows) // grid.edge, grid.down - 1)
    across = np.minimum(np.arange(grid.columns) // grid.edge, grid.across - 1)
    return np.asarray(flags.reshape(grid.down, grid.across)[np.ix_(down, across)])
