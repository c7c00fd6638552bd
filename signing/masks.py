"""Masks of protected samples: 8-bit PNG or .npy of the frame's shape, non-zero is protected."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signing.errors import UnsupportedImage
from signing.exports import read_export
from watermark.samples import Colour


def read_mask(path: Path) -> NDArray[np.bool_]:
    """Return the (rows, columns) mask in the file at `path`, True where it is not zero.

    Raises UnsupportedImage for a mask with channels, and what `read_export` raises.
    """
    first = read_export(path)[0]
    if first.colour is not Colour.GREY:
        raise UnsupportedImage("a mask has one channel")
    return np.asarray(first.values != 0)
