"""Masks of samples: 8-bit PNG or .npy of the frame's shape, non-zero where it holds."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signing.errors import UnsupportedImage
from signing.exports import MAX_FILE_BYTES, read_export
from watermark.samples import Colour


def read_mask(path: Path) -> NDArray[np.bool_]:
    """Return the (rows, columns) mask in the file at `path`, True where it is not zero.

    Raises UnsupportedImage for a mask with channels, and what `read_export` raises.
    """
    if path.suffix.lower() == ".npy":
        return _read_array(path)
    first = read_export(path)[0]
    if first.colour is not Colour.GREY:
        raise UnsupportedImage("a mask has one channel")
    return np.asarray(first.values != 0)


def encode_mask(mask: NDArray[np.bool_]) -> bytes:
    """Return a (rows, columns) mask as an 8-bit PNG: 255 where it is True, else 0."""
    from PIL import Image  # lazy: nothing else here needs Pillow

    stream = BytesIO()
    Image.fromarray(mask.astype(np.uint8) * 255).save(stream, "PNG")
    return stream.getvalue()


def _read_array(path: Path) -> NDArray[np.bool_]:
    """Return a .npy mask of integers or booleans; no pickle, no more than an export may hold."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise UnsupportedImage("a mask is longer than an export may be")
    try:
        values = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, MemoryError):
        raise UnsupportedImage("not a .npy file of plain numbers") from None
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biu" or values.ndim != 2:
        raise UnsupportedImage("a mask has rows and columns of integers or booleans")
    return np.asarray(values != 0)
