"""Between `watermark`'s arrays and the lists of tests/reference."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tests.reference.frames import Box, Frame, Plane
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
