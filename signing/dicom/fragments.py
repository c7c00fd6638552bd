"""Which fragments of encapsulated pixel data make up which frame (PS3.5 A.4).

Strict, because two readers that assign fragments differently see different frames: a table that is
there must agree with the fragments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, overload

from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from signing.dicom.part10 import transfer_syntax
from signing.dicom.stored import Run, Stored
from signing.errors import Unreadable

MOST_FRAGMENTS: Final = 1 << 20
"""Fragments of one instance."""

STARTS: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")
"""Beginnings of a JPEG or JPEG-LS image and of a JPEG 2000 codestream."""

_WHERE: Final = "(7fe0,0010)"


@dataclass(frozen=True, slots=True)
class _Fragments:
    """The items of encapsulated pixel data behind the basic offset table."""

    data: Run
    spans: list[tuple[int, int]]
    """First and past-the-last byte of each fragment's value in `data`."""
    heads: list[int]
    """Offset of each fragment's item tag from the first byte behind the table."""
    table: list[int]
    """Entries of the basic offset table."""


class Streams(Sequence[bytes]):
    """The joined fragments of each frame, put together when they are asked for."""

    def __init__(self, data: Run, frames: list[list[tuple[int, int]]]) -> None:
        """frames: for each its fragments, as in `_Fragments.spans`."""
        self._data = data
        self._frames = frames

    @property
    def sizes(self) -> list[int]:
        """Bytes of each frame."""
        return [sum(end - begin for begin, end in spans) for spans in self._frames]

    def __len__(self) -> int:
        """Return the number of frames that are told apart."""
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> "Streams": ...
    def __getitem__(self, index: int | slice) -> "bytes | Streams":
        """Return the bytes of one frame, or some of the frames."""
        if isinstance(index, slice):
            return Streams(self._data, self._frames[index])
        return b"".join(self._data[begin:end] for begin, end in self._frames[index])


def assign(dataset: Dataset, frames: int) -> Streams:
    """Return the joined fragments of each frame.

    One entry that joins all fragments when nothing tells which belong to which frame. Raises
    Unreadable when fragments or offset tables contradict themselves.
    """
    value = dataset.PixelData
    found = _split(value if isinstance(value, bytes | Stored) else bytes(value))
    starts = _starts(dataset, found, frames)
    ends = [*starts[1:], len(found.spans)]
    spans = [found.spans[first:last] for first, last in zip(starts, ends, strict=True)]
    if len(spans) == frames:
        _check_single(found.data, spans, transfer_syntax(dataset))
    return Streams(found.data, spans)


def _check_single(data: Run, frames: list[list[tuple[int, int]]], syntax: str) -> None:
    """Refuse a frame that holds a second picture, which another reader would show.

    An RLE frame is one fragment (PS3.5 A.4.2), another frame begins one codestream.
    """
    for later in (span for spans in frames for span in spans[1:]):
        if syntax == RLELossless or data[later[0] : later[0] + 4].startswith(STARTS):
            raise Unreadable("structure.malformed", "more pictures than frames", _WHERE)


def _split(data: Run) -> _Fragments:
    """Return the items that the encapsulated value holds."""
    items: list[tuple[int, int]] = []
    position = 0
    while position < len(data):
        tag, length = data[position : position + 4], data[position + 4 : position + 8]
        if tag == b"\xfe\xff\xdd\xe0":
            break
        end = position + 8 + int.from_bytes(length, "little")
        if tag != b"\xfe\xff\x00\xe0" or len(length) != 4 or end > len(data):
            raise Unreadable("structure.malformed", "fragments are broken", _WHERE)
        if len(items) > MOST_FRAGMENTS:
            raise Unreadable("structure.limits", "too many fragments", _WHERE)
        items.append((position + 8, end))
        position = end
    if len(items) < 2:
        raise Unreadable("structure.malformed", "no fragment of pixel data", _WHERE)
    (begin, end), spans = items[0], items[1:]
    table = [int.from_bytes(data[at : at + 4], "little") for at in range(begin, end, 4)]
    return _Fragments(data, spans, [span[0] - 8 - end for span in spans], table)


def _starts(dataset: Dataset, found: _Fragments, frames: int) -> list[int]:
    """Return the index of the first fragment of each frame."""
    count = len(found.spans)
    if "ExtendedOffsetTable" in dataset:
        _check_extended(dataset, found, frames)
        return list(range(count))
    if found.table:
        return _match(found.table, found.heads, frames)
    if frames == 1:
        return [0]
    if count == frames:
        return list(range(count))
    marked = [
        index
        for index, (begin, _) in enumerate(found.spans)
        if found.data[begin : begin + 4].startswith(STARTS)
    ]
    # A decoder splits by these starts when nothing else tells; else nobody can, and the whole
    # run is one thing.
    return marked if len(marked) == frames and marked[0] == 0 else [0]


def _match(table: Sequence[int], heads: Sequence[int], frames: int) -> list[int]:
    """Return the fragments at which the offsets of a basic offset table point."""
    index = {head: number for number, head in enumerate(heads)}
    starts = [index.get(offset, -1) for offset in table]
    ascending = all(a < b for a, b in pairwise(starts))
    if len(starts) != frames or starts[0] != 0 or not ascending:
        raise Unreadable("structure.malformed", "basic offset table does not fit", _WHERE)
    return starts


def _check_extended(dataset: Dataset, found: _Fragments, frames: int) -> None:
    """Check the extended offset table and its lengths (PS3.3 C.7.6.3.1.8): a fragment a frame."""
    offsets = _longs(dataset, "ExtendedOffsetTable")
    lengths = _longs(dataset, "ExtendedOffsetTableLengths")
    real = [end - begin for begin, end in found.spans]
    fits = all(
        told in (size, size - 1) for told, size in zip(lengths, real, strict=False)
    )  # the length may leave out the pad byte
    if found.table or not fits or len(lengths) != frames or offsets != found.heads:
        raise Unreadable("structure.malformed", "extended offset table does not fit", "(7fe0,0001)")


def _longs(dataset: Dataset, keyword: str) -> list[int]:
    """Return the 64-bit integers of an OV value."""
    value = dataset.get(keyword)
    data = value if isinstance(value, bytes) else b""
    return [int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data), 8)]
