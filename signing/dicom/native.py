"""Uncompressed pixel data: frames out of the value and back (PS3.5 8.1, 8.2)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom.geometry import WORDS, Geometry
from signing.errors import Unreadable

Frame = NDArray[np.generic]
"""(rows, columns) or (rows, columns, channels), native byte order, C-contiguous, stored words."""

_WHERE = "(7fe0,0010)"


def is_supported(geometry: Geometry) -> bool:
    """Return whether the samples are whole words, or single bits of one channel."""
    return geometry.allocated in WORDS or (geometry.allocated, geometry.stored_channels) == (1, 1)


def raw_value(dataset: Dataset, geometry: Geometry, big_endian: bool) -> bytes:
    """Return the pixel data bytes, single bytes in their order also when OW is big endian.

    Raises Unreadable when they are too few for the frames, or when something hides behind them.
    """
    element = dataset[geometry.keyword]
    value = element.value
    if not isinstance(value, bytes):
        raise Unreadable("structure.malformed", "no pixel data", _WHERE)
    needed = -(-geometry.frame_bits * geometry.frames // 8)
    if len(value) < needed:
        raise Unreadable("structure.malformed", "pixel data are too short", _WHERE)
    if big_endian and element.VR == "OW" and geometry.allocated <= 8:
        value = swap_words(value)
    if any(memoryview(value)[needed:]):
        raise Unreadable("structure.trailing", "bytes after the last frame", _WHERE)
    return value


def swap_words(value: bytes) -> bytes:
    """Return `value` with the bytes of each 16-bit word exchanged; an odd last byte stays."""
    even = len(value) & ~1
    return np.frombuffer(value[:even], dtype="<u2").byteswap().tobytes() + value[even:]


def split(dataset: Dataset, geometry: Geometry, big_endian: bool) -> Iterator[Frame]:
    """Yield each frame as a fresh array. Raises Unreadable as `raw_value` does."""
    value = raw_value(dataset, geometry, big_endian)
    if geometry.allocated == 1:
        yield from _split_bits(value, geometry)
        return
    dtype = geometry.dtype.newbyteorder(">" if big_endian and geometry.allocated > 8 else "<")
    width = dtype.itemsize * geometry.samples
    for frame in range(geometry.frames):
        words = np.frombuffer(value, dtype, geometry.samples, frame * width)
        yield shape(words.astype(geometry.dtype), geometry, geometry.planar)


def _split_bits(value: bytes, geometry: Geometry) -> Iterator[Frame]:
    """Yield frames of single bits as uint8 zeros and ones; frames need not begin at a byte."""
    data = np.frombuffer(value, np.uint8)
    for frame in range(geometry.frames):
        first = frame * geometry.samples
        last = first + geometry.samples
        bits = np.unpackbits(data[first // 8 : -(-last // 8)], bitorder="little")
        yield (
            bits[first % 8 : first % 8 + geometry.samples]
            .reshape(geometry.rows, geometry.columns)
            .copy()
        )


def shape(words: Frame, geometry: Geometry, planar: bool) -> Frame:
    """Return the words of one frame as (rows, columns[, channels]), colour by pixel."""
    channels = geometry.stored_channels
    if channels == 1:
        return words.reshape(geometry.rows, geometry.columns)
    if not planar or geometry.stored_channels != geometry.channels:
        return words.reshape(geometry.rows, geometry.columns, channels)
    planes = words.reshape(channels, geometry.rows, geometry.columns)
    return np.ascontiguousarray(planes.transpose(1, 2, 0))


def pack(frame: Frame, geometry: Geometry, planar: bool, big_endian: bool) -> bytes:
    """Return the stored bytes of one frame; the inverse of `split` for whole words.

    Big endian bytes are those of OW for words above 8 bits and those of OB below.
    """
    if planar and frame.ndim == 3:
        frame = frame.transpose(2, 0, 1)
    dtype = geometry.dtype.newbyteorder(">" if big_endian else "<")
    return np.ascontiguousarray(frame, dtype=dtype).tobytes()
