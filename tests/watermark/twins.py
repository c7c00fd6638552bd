"""Between `watermark`'s arrays and the lists of tests/reference."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tests.reference import checks
from tests.reference.frames import Box, Frame, Plane
from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.picture import priors
from watermark.samples import Samples
from watermark.tiles import Grid

START = (priors.CHANCES, [list(row) for row in priors.WEIGHTS])
"""What was learned, as the twin of the coder takes it; the vectors hold it too."""


def frame_of(samples: Samples) -> Frame:
    """The same frame for the twins."""
    values = samples.values
    pixels = (values if values.ndim == 3 else values[:, :, np.newaxis]).tolist()
    return Frame(pixels, samples.bits, samples.signed, int(samples.colour), samples.padding)


def lists(array: NDArray[np.generic]) -> Plane:
    """A (rows, columns) array as lists."""
    rows: Plane = array.tolist()
    return rows


def places(flags: NDArray[np.generic]) -> set[tuple[int, int]]:
    """Where a (rows, columns) array is not zero."""
    return {(y, x) for y, x in np.argwhere(flags).tolist()}


def table(boxes: Iterable[Box]) -> NDArray[np.int32]:
    """Boxes as the kernels take them."""
    return np.array(list(boxes), dtype=np.int32).reshape(-1, 4)


def tiles_of(claims: Description) -> list[checks.Tile]:
    """The silent tiles, then the coarse ones."""
    layout = claims.layout
    silent = [
        checks.Tile(box, False, layout.tiles.edge)
        for box in layout.tiles.boxes
        if not claims.carrying[layout.coding.index_at(*box[:2])]
        and not claims.constant[layout.units.index_at(*box[:2])]
    ]
    coarse = [
        checks.Tile(box, True, layout.coding.edge)
        for index, box in enumerate(layout.coding.boxes)
        if claims.carrying[index]
        and 8 * layout.chunk_bytes < 16 * (box[2] // CELL) * (box[3] // CELL)
    ]
    return silent + coarse


def cells_by_box(digests: bytes, rows: int, columns: int) -> dict[Box, bytes]:
    """The digest of each cell of a list."""
    boxes = Grid(rows, columns, CELL).boxes
    return {b: digests[CELL_BYTES * i : CELL_BYTES * (i + 1)] for i, b in enumerate(boxes)}
