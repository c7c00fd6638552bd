"""Uncompressed pixel data: frames out of the value and back (PS3.5 8.1, 8.2)."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom.geometry import WORDS, Geometry
from signing.dicom.stored import Run, Stored
from signing.errors import Unreadable

Frame = NDArray[np.generic]
"""(rows, columns) or (rows, columns, channels), native byte order, C-contiguous, stored words."""

_WHERE = "(7fe0,0010)"

_CHUNK: Final = 1 << 20
"""Bytes that are looked through, or made, at once."""


def is_supported(geometry: Geometry) -> bool:
    """Return whether the samples are whole words, or single bits of one channel."""
    return geometry.allocated in WORDS or (geometry.allocated, geometry.stored_channels) == (1, 1)


def raw_value(dataset: Dataset, geometry: Geometry, big_endian: bool) -> Run:
    """Return the pixel data bytes, single bytes in their order also when OW is big endian.

    Raises Unreadable when they are too few for the frames, or when something hides behind them.
    """
    element = dataset[geometry.keyword]
    value = element.value
    if not isinstance(value, bytes | Stored):
        raise Unreadable("structure.malformed", "no pixel data", _WHERE)
    needed = -(-geometry.frame_bits * geometry.frames // 8)
    if len(value) < needed:
        raise Unreadable("structure.malformed", "pixel data are too short", _WHERE)
    run: Run = value
    if big_endian and element.VR == "OW" and geometry.allocated <= 8:
        run = swap_words(value) if isinstance(value, bytes) else _Swapped(value)
    if any(any(run[at : at + _CHUNK]) for at in range(needed, len(run), _CHUNK)):
        raise Unreadable("structure.trailing", "bytes after the last frame", _WHERE)
    return run


def swap_words(value: bytes) -> bytes:
    """Return `value` with the bytes of each 16-bit word exchanged; an odd last byte stays."""
    even = len(value) & ~1
    return np.frombuffer(value[:even], dtype="<u2").byteswap().tobytes() + value[even:]


def swap_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what `swap_words` makes of the chunks joined, piece by piece."""
    left = b""
    for chunk in chunks:
        joined = left + chunk
        even = len(joined) & ~1
        yield swap_words(joined[:even])
        left = joined[even:]
    yield left


def zeros(count: int) -> Iterator[bytes]:
    """Yield `count` zero bytes, piece by piece."""
    for first in range(0, count, _CHUNK):
        yield bytes(min(_CHUNK, count - first))


class _Swapped:
    """A run of whole words as `swap_words` would give it."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __len__(self) -> int:
        """Return the number of bytes."""
        return len(self._run)

    def __getitem__(self, key: slice, /) -> bytes:
        """Return the bytes of a slice of step 1."""
        first, last, _ = key.indices(len(self))
        odd = first & 1
        return swap_words(self._run[first - odd : last + (last & 1)])[odd : odd + last - first]


def split(dataset: Dataset, geometry: Geometry, big_endian: bool) -> Iterator[Frame]:
    """Yield each frame as a fresh array. Raises Unreadable as `raw_value` does."""
    run = raw_value(dataset, geometry, big_endian)
    # Slices of bytes are copies, those of a view are not.
    value = memoryview(run) if isinstance(run, bytes) else run
    if geometry.allocated == 1:
        yield from _split_bits(value, geometry)
        return
    dtype = geometry.dtype.newbyteorder(">" if big_endian and geometry.allocated > 8 else "<")
    width = dtype.itemsize * geometry.samples
    for frame in range(geometry.frames):
        words = np.frombuffer(value[frame * width : (frame + 1) * width], dtype)
        yield shape(words.astype(geometry.dtype), geometry, geometry.planar)


def _split_bits(value: Run | memoryview, geometry: Geometry) -> Iterator[Frame]:
    """Yield frames of single bits as uint8 zeros and ones; frames need not begin at a byte."""
    for frame in range(geometry.frames):
        first = frame * geometry.samples
        last = first + geometry.samples
        data = np.frombuffer(value[first // 8 : -(-last // 8)], np.uint8)
        bits = np.unpackbits(data, bitorder="little")
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
