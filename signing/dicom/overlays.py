"""An overlay plane that marks samples (PS3.3 C.9.2): one bit a sample, in a free group 60xx."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from signing.dicom.geometry import Geometry
from signing.errors import LimitExceeded

GROUPS: Final = tuple(range(0x6000, 0x6020, 2))
"""The groups that overlays repeat in."""

Mask = NDArray[np.bool_]


def add_overlay(
    dataset: Dataset, geometry: Geometry, masks: Mapping[int, bytes], label: str, text: str
) -> int:
    """Add an overlay of type R (region of interest) to `dataset`, in place; return its group.

    masks: by frame, at least one: its (rows, columns) bits, the first in the lowest bit of the
    first byte, as `pack_mask` gives them; frames without a mask have no bit set. The overlay
    spans the frames from the first to the last mask. Raises LimitExceeded where no group is free.
    """
    taken = {tag >> 16 for tag in dataset.keys()}
    group = next((group for group in GROUPS if group not in taken), None)
    if group is None:
        raise LimitExceeded("overlay groups", len(GROUPS) + 1, len(GROUPS))
    first, last = min(masks), max(masks)
    data = b"".join(_join(masks, range(first, last + 1), geometry.rows * geometry.columns))
    elements: tuple[tuple[int, str, object], ...] = (
        (0x0010, "US", geometry.rows),
        (0x0011, "US", geometry.columns),
        (0x0022, "LO", text),
        (0x0040, "CS", "R"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x1500, "LO", label),
        (0x3000, "OB", data + b"\0" * (len(data) % 2)),
    )
    if geometry.frames > 1:
        elements += ((0x0015, "IS", last - first + 1), (0x0051, "US", first + 1))
    for element, vr, value in sorted(elements):
        tag = group << 16 | element
        dataset[tag] = DataElement(tag, vr, value)
    return group


def marks_within(dataset: Dataset, area: Mask) -> int:
    """Return the first overlay group with a bit set in an area, in any frame; 0 where none has.

    area: (rows, columns) of the image. Overlays in bits of the samples are not looked at. One that
    cannot be read counts as if it had: what it shows is not known.
    """
    for group in GROUPS:
        if group << 16 | 0x3000 in dataset and _marks(dataset, group, area):
            return group
    return 0


def _marks(dataset: Dataset, group: int, area: Mask) -> bool:
    """Tell whether an overlay with data of its own has a bit set in an area."""

    def value(element: int, default: object) -> Any:
        tag = group << 16 | element
        return dataset[tag].value if tag in dataset else default

    try:
        rows, columns, frames = (int(value(e, d)) for e, d in ((0x10, 0), (0x11, 0), (0x15, 1)))
        top, left = (int(number) - 1 for number in value(0x50, (1, 1)))
        octets = np.frombuffer(value(0x3000, b""), np.uint8)
        if min(rows, columns, frames) < 1 or rows * columns * frames > 8 * len(octets):
            return True
        bits = np.unpackbits(octets, count=rows * columns * frames, bitorder="little")
    except (TypeError, ValueError, BufferError):
        return True
    shown: Mask = np.asarray(bits.reshape(frames, rows, columns).any(axis=0))
    down, across = (np.arange(size) + start for size, start in ((rows, top), (columns, left)))
    inside = np.ix_((down >= 0) & (down < len(area)), (across >= 0) & (across < area.shape[1]))
    window = area[max(0, top) : max(0, top + rows), max(0, left) : max(0, left + columns)]
    return bool((shown[inside] & window).any())


def pack_mask(mask: Mask) -> bytes:
    """Return the bits of a (rows, columns) mask, row by row, lowest bit first."""
    return np.packbits(mask, axis=None, bitorder="little").tobytes()


def unpack_mask(packed: bytes, rows: int, columns: int) -> Mask:
    """Return the mask whose bits these are."""
    octets = np.frombuffer(packed, np.uint8)
    bits = np.unpackbits(octets, count=rows * columns, bitorder="little")
    return bits.reshape(rows, columns).astype(bool)


def _join(masks: Mapping[int, bytes], frames: range, count: int) -> Iterator[bytes]:
    """Yield the bits of all frames without gaps (PS3.5 8.1.2); frames need not end at bytes."""
    empty = bytes(-(-count // 8))
    rest = np.zeros(0, np.uint8)
    for frame in frames:
        octets = np.frombuffer(masks.get(frame, empty), np.uint8)
        bits = np.concatenate([rest, np.unpackbits(octets, count=count, bitorder="little")])
        whole = len(bits) // 8 * 8
        yield np.packbits(bits[:whole], bitorder="little").tobytes()
        rest = bits[whole:]
    yield np.packbits(rest, bitorder="little").tobytes()
