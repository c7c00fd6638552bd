"""Between `watermark`'s arrays and the lists of tests/reference."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tests.reference import checks
from tests.reference.frames import Box, Frame, Plane
from tests.reference.parities import cells_of
from watermark.description import Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL
from watermark.picture import priors
from watermark.samples import Samples

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


def told_of(claims: Description) -> checks.Told:
    """The cells of silent tiles, and those of coarse ones that are told."""
    layout = claims.layout
    silent, coarse = set(), set()
    for box in layout.tiles.boxes:
        home = layout.coding.index_at(*box[:2])
        if not claims.carrying[home] and not claims.constant[layout.units.index_at(*box[:2])]:
            silent |= {(top // CELL, left // CELL) for top, left, _, _ in cells_of(box)}
    for index, box in enumerate(layout.coding.boxes):
        cells = cells_of(box)
        if claims.carrying[index] and 8 * layout.chunk_bytes < 16 * len(cells):
            usual = box[2:] == (layout.coding.edge, layout.coding.edge)
            rims = {box[1], box[1] + box[3] - CELL}
            coarse |= {(c[0] // CELL, c[1] // CELL) for c in cells if not usual or c[1] in rims}
    return checks.Told(frozenset(silent), frozenset(coarse))


def digests_by_cell(digests: bytes, columns: int) -> checks.Digests:
    """The digest of each cell of a list, for a frame of so many columns."""
    across, count = max(1, columns // CELL), len(digests) // CELL_BYTES
    return {divmod(i, across): digests[CELL_BYTES * i : CELL_BYTES * (i + 1)] for i in range(count)}
