"""Redacted cells: blank what is taken out, destroy the mark, check all the rest.

What a redaction discloses lets every cell but the redacted ones be held against the signed
digests, and says nothing of these. Rule: docs/spec/redaction.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import analyse, canonical, spread_cells
from watermark.description import DIGEST_BYTES, Description
from watermark.digests import (
    CELL_BYTES,
    cell_digests,
    differing_cells,
    sample_cells,
    sample_units,
    unit_digests,
)
from watermark.errors import UnsupportedSamples
from watermark.parameters import CELL, TILE
from watermark.restoration import redraw
from watermark.salts import Salts, touched_units
from watermark.samples import Samples
from watermark.survey import marked_boxes, odd_cells
from watermark.tiles import Box, Flags, Grid


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What was found of a frame outside its redacted cells."""

    differing: Flags
    """(cell rows, cell columns) True where a cell that was not redacted is not as signed."""
    narrow: int
    """Cells that only their own 32-bit digest proves."""


def cells_in(box: Box, cells: Grid) -> Flags:
    """Return (cell rows, cell columns) bool: the cells that a box of samples touches.

    box: row, column, height, width; inside the frame, one sample at least.
    """
    flags = np.zeros((cells.down, cells.across), dtype=bool)
    top, left, height, width = box
    first = divmod(cells.index_at(top, left), cells.across)
    last = divmod(cells.index_at(top + height - 1, left + width - 1), cells.across)
    flags[first[0] : last[0] + 1, first[1] : last[1] + 1] = True
    return flags


def samples_in(flags: Flags, rows: int, columns: int) -> Flags:
    """Return (rows, columns) bool: the samples of the flagged cells of a frame of that size."""
    return spread_cells(flags, rows, columns)


def unmark(samples: Samples, description: Description, randomness: bytes) -> Samples:
    """Return a marked frame with the parities of its mark drawn anew, its canonical frame kept.

    randomness: at least 16 unpredictable bytes. No chunk and no closing tile is left.
    """
    within = np.zeros((samples.rows, samples.columns), dtype=bool)
    for top, left, height, width in _carrying(description).tolist():
        within[top : top + height, left : left + width] = True
    return redraw(samples, randomness, description.transform, within)


def check_rest(
    samples: Samples, description: Description, salts: Salts, redacted: Flags, listed: bytes
) -> Rest:
    """Hold a frame whose mark was destroyed against its description and list of cells.

    redacted: (cell rows, cell columns), may be all False; salts: of all that is not; listed: the
    signed list of cell digests. Parities of carriers are beyond what is compared. Raises
    UnsupportedSamples when size, depth, sign or colour are not the described ones.
    """
    if not description.fits(samples):
        raise UnsupportedSamples("size, depth, sign or colour are not the described ones")
    coefficients = analyse(samples, description.transform)
    planes = canonical(coefficients, _carrying(description))
    prefix = description.seal_id + description.frame.to_bytes(4, "big")
    units = description.layout.units
    found = cell_digests(planes, units, prefix, salts, ~redacted)
    differing = differing_cells(found, listed, units.rows, units.columns) & ~redacted
    differing |= odd_cells(coefficients.planes, description) & ~redacted
    touched = touched_units(redacted, units)
    digested = ~description.constant & ~touched
    numbers = np.flatnonzero(~description.constant).tolist()
    signed = dict(zip(numbers, _split(description.digests), strict=True))
    wrong = np.zeros(units.count, dtype=bool)
    for index, digest in unit_digests(planes, units, digested, prefix, salts).items():
        wrong[index] = digest != signed[index]
    homes = Grid(units.rows, units.columns, CELL).nest_in(units)
    narrow = (touched & ~description.constant)[homes] & ~redacted.reshape(-1)
    return Rest(_spread(differing, wrong, homes), int(narrow.sum()))


def check_unmarked(
    frame: NDArray[Any], prefix: bytes, salts: Salts, redacted: Flags, listed: bytes
) -> Rest:
    """Hold a frame that was sealed without a mark against its list of cells.

    frame: (rows, columns[, channels]), any number type; prefix: seal id and frame number, 20
    bytes; others as for `check_rest`. The list goes on with the digests of units, but that of the
    first writers.
    """
    rows, columns = frame.shape[:2]
    cells, units = Grid(rows, columns, CELL), Grid(rows, columns, TILE)
    listed, signed = listed[: CELL_BYTES * cells.count], listed[CELL_BYTES * cells.count :]
    found = sample_cells(frame, prefix, salts, ~redacted)
    differing = differing_cells(found, listed, rows, columns) & ~redacted
    if not signed:  # of the first writers
        return Rest(differing, int((~redacted).sum()))
    if len(signed) != DIGEST_BYTES * units.count:
        return Rest(~redacted, 0)
    whole = ~touched_units(redacted, units)
    digests = _split(sample_units(frame, prefix, salts, whole))
    pairs = zip(digests, _split(signed), strict=True)
    wrong = whole & np.array([one != other for one, other in pairs])
    homes = cells.nest_in(units)
    narrow = ~whole[homes] & ~redacted.reshape(-1)
    return Rest(_spread(differing, wrong, homes), int(narrow.sum()))


def _spread(differing: Flags, wrong: Flags, homes: NDArray[np.intp]) -> Flags:
    """Return the differing cells, with all of a unit that differs though none of its cells does.

    wrong: (units,); homes: (cells,) the unit around each.
    """
    placed = np.bincount(homes, differing.reshape(-1), len(wrong)) > 0
    return differing | (wrong & ~placed)[homes].reshape(differing.shape)


def units_of(rows: int, columns: int, description: Description | None) -> Grid:
    """Return the grid whose salts a frame has; description: None where it carries no mark."""
    return Grid(rows, columns, TILE) if description is None else description.layout.units


def _carrying(description: Description) -> NDArray[np.int32]:
    """Return (n, 4): the boxes whose parities embedding may have changed."""
    return marked_boxes(description.layout, description.carrying, description.closing)


def _split(digests: bytes) -> list[bytes]:
    """Return the signed digests of units one by one."""
    return [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
