"""Private attributes: found by their creator, wherever their block stands, and what they hold.

PS3.5 7.8. No dictionary knows their VR, and a passage through implicit VR loses it, so that a value
is its bytes, words in little endian order; a sequence is read as such under any VR.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_sequence
from pydicom.filewriter import write_data_element
from pydicom.sequence import Sequence

from signing.dicom.block import CREATOR, GROUP
from signing.dicom.byteorder import to_little
from signing.errors import Unreadable

TYPE: Final = "private"
"""Type of the leaf of a private attribute that is no sequence."""

MAX_CREATOR: Final = 64
"""Characters of a creator (LO, PS3.5 6.2); what has a longer one is known by its tag."""

FIRST_BLOCK: Final = 0x10
"""Lowest number of a block (PS3.5 7.8.1)."""

Element = DataElement | RawDataElement

_TWICE: Final = "two blocks of one private creator"

_ITEM: Final = b"\xfe\xff\x00\xe0"
"""First bytes of a sequence with items, little endian."""

_ITEM_SWAPPED: Final = b"\xff\xfe\xe0\x00"
"""The same, big endian."""


def creators(dataset: Dataset) -> dict[int, str]:
    """Return the creator of each reserved block, by group << 8 | block.

    Raises Unreadable where one but a seal's has two blocks of a group (PS3.5 7.8.1): which of them
    a program reads is its own choice.
    """
    found: dict[int, str] = {}
    seen: set[tuple[int, str]] = set()
    for tag, element in dataset.items():
        if tag & 0xFF00 == 0 and tag & 0xFF >= FIRST_BLOCK and tag >> 16 & 1:
            name = _text(element.value)
            if name:
                if (tag >> 16, name) in seen and not is_own(tag >> 16, name):
                    where = f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
                    raise Unreadable("structure.duplicate", _TWICE, where)
                seen.add((tag >> 16, name))
                found[tag >> 8 & 0xFFFF00 | tag & 0xFF] = name
    return found


def _text(value: object) -> str:
    """Return the text of a creator element, "" where it is none that can be used."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    text = str(value or "").strip(" \0")
    return text if len(text) <= MAX_CREATOR else ""


def is_own(group: int, creator: str) -> bool:
    """Tell whether a block is that of a seal."""
    return group == GROUP and creator == CREATOR


def read_sequence_of(dataset: Dataset, element: Element) -> Sequence | None:
    """Return the items of a private attribute that is a sequence under any VR, else None.

    dataset: that holds the element, and says in which character set.
    """
    value = element.value
    if isinstance(value, Sequence):
        return value
    # UN holds implicit VR little endian, whatever surrounds it (PS3.5 6.2.2).
    implicit, little = True, True
    if isinstance(element, RawDataElement) and element.VR == "SQ":
        implicit, little = element.is_implicit_VR, element.is_little_endian
    if not isinstance(value, bytes) or not value.startswith(_ITEM if little else _ITEM_SWAPPED):
        return None
    try:
        encodings = dataset._character_set or "iso8859"
        items = read_sequence(BytesIO(value), implicit, little, len(value), encodings)
        return items if all(len(item) for item in items) else None
    except Exception:  # any: these are bytes from strangers, and need not be a sequence
        return None


def read_bytes(dataset: Dataset, element: Element) -> bytes:
    """Return the value of a private attribute, of even length, without the spaces around values.

    dataset: that holds the element, and says in which character set.
    """
    if isinstance(element, RawDataElement):
        data = bytes(element.value or b"")
        if not element.is_little_endian:
            data = to_little(data, element.VR or "")
    else:
        data = _encode(dataset, element)
    data = b"\\".join(part.strip(b" ") for part in data.split(b"\\"))
    return data + b"\0" * (len(data) % 2)


def _encode(dataset: Dataset, element: DataElement) -> bytes:
    """Return the value of an element as implicit VR little endian holds it."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, True
    write_data_element(out, element, dataset._character_set or ["iso8859"])
    return out.getvalue()[8:]


def elements(dataset: Dataset) -> Iterator[tuple[Element, str]]:
    """Yield each private attribute that is none of a seal's, and its creator, "" without one."""
    known = creators(dataset)
    for tag, element in dataset.items():
        if tag >> 16 & 1 and tag & 0xFF00:
            creator = known.get(tag >> 8, "")
            if not is_own(tag >> 16, creator):
                yield element, creator
