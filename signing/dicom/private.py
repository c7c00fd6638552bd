"""Private attributes: found by their creator, wherever their block stands, and what they hold.

PS3.5 7.8. No dictionary knows their VR, and a passage through implicit VR loses it, so that a value
is its bytes, words in little endian order; a sequence is read as such under any VR.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import numpy as np
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_sequence
from pydicom.filewriter import write_data_element
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

from signing.dicom.block import CREATOR, GROUP

TYPE: Final = "private"
"""Type of the leaf of a private attribute that is no sequence."""

MAX_CREATOR: Final = 64
"""Characters of a creator (LO, PS3.5 6.2); what has a longer one is known by its tag."""

_ITEM: Final = b"\xfe\xff\x00\xe0"
"""First bytes of a sequence with items, implicit VR little endian."""
_WIDTHS: Final = {
    **dict.fromkeys(("US", "SS", "OW", "AT"), 2),
    **dict.fromkeys(("UL", "SL", "FL", "OF", "OL"), 4),
    **dict.fromkeys(("FD", "OD", "SV", "UV", "OV"), 8),
}


def creators(dataset: Dataset) -> dict[int, str]:
    """Return the creator of each reserved block, by group << 8 | block."""
    found = {}
    for tag in dataset.keys():
        if tag.is_private_creator:
            name = _creator(dataset, tag)
            if name:
                found[tag.group << 8 | tag.element] = name
    return found


def _creator(dataset: Dataset, tag: BaseTag) -> str:
    """Return the text of a creator element, "" where it is none that can be used."""
    value = dataset.get_item(tag).value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    text = str(value or "").strip(" \0")
    return text if len(text) <= MAX_CREATOR else ""


def is_own(group: int, creator: str) -> bool:
    """Tell whether a block is that of a seal."""
    return group == GROUP and creator == CREATOR


def read_sequence_of(dataset: Dataset, tag: int) -> Sequence | None:
    """Return the items of a private attribute that is a sequence under any VR, else None."""
    element = dataset.get_item(tag)
    value = element.value
    if isinstance(value, Sequence):
        return value
    if not isinstance(value, bytes) or not value.startswith(_ITEM):
        return None
    try:
        items = read_sequence(
            BytesIO(value),
            True,
            True,
            len(value),
            "iso8859",  # UN holds implicit VR, PS3.5 6.2.2
        )
        return items if all(len(item) for item in items) else None
    except Exception:  # any: these are bytes from strangers, and need not be a sequence
        return None


def read_bytes(dataset: Dataset, tag: int) -> bytes:
    """Return the value of a private attribute, of even length, without the spaces around values."""
    element = dataset.get_item(tag)
    if isinstance(element, RawDataElement):
        data = bytes(element.value or b"")
        if not element.is_little_endian:
            data = _swap(data, _WIDTHS.get(element.VR or "", 1))
    else:
        data = _encode(dataset, element)
    data = b"\\".join(part.strip(b" ") for part in data.split(b"\\"))
    return data + b"\0" * (len(data) % 2)


def _swap(data: bytes, width: int) -> bytes:
    """Return `data` with the bytes of each word reversed."""
    if width == 1 or len(data) % width:
        return data
    return np.frombuffer(data, f">u{width}").byteswap().tobytes()


def _encode(dataset: Dataset, element: DataElement) -> bytes:
    """Return the value of an element as implicit VR little endian holds it."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, True
    write_data_element(out, element, dataset._character_set or ["iso8859"])
    return out.getvalue()[8:]


def elements(dataset: Dataset) -> Iterator[tuple[BaseTag, str]]:
    """Yield tag and creator of each private attribute that is none of a seal's; "" without one."""
    known = creators(dataset)
    for tag in dataset.keys():
        if tag.is_private and tag.element > 0xFF:
            creator = known.get(tag.group << 8 | tag.element >> 8, "")
            if not is_own(tag.group, creator):
                yield Tag(tag), creator
