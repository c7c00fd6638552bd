"""What of a data set a seal commits to: one leaf for each attribute, nested private ones too.

A leaf has a path, and the readings of what stands there. What is absent, or empty, has none. Paths:
docs/spec/statement.md; values: docs/spec/attributes.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pydicom.datadict import dictionary_has_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.commitments import item_path, private_path, tag_path
from signing.dicom import nesting, private
from signing.dicom.canonical import (
    MAX_DEPTH,
    NOTHING,
    Value,
    encode_item,
    encode_items,
    read_alternatives,
    read_items,
    read_nested,
    read_private,
)
from signing.dicom.part10 import transfer_syntax
from signing.dicom.table import (
    FUNCTIONAL_GROUPS,
    MACROS,
    OTHER_TAGS,
    PIXEL_DATA,
    REPEATING,
    REPEATS,
    TRANSPORT,
    AttributeClass,
)
from signing.errors import Unreadable

PHOTOMETRIC: Final = 0x00280004
FRAME_COUNT: Final = 0x00280008
IMAGE_TYPE: Final = 0x00080008

REVERSIBLE: Final = frozenset(
    f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93, 201, 202, 203)
)
"""Transfer syntaxes whose decoders undo the transform of YBR_RCT: JPEG 2000 and HTJ2K (PS3.5
8.2.4 and 8.2.14)."""

LONGEST: Final = 4096
"""Bytes of a value above which a leaf commits to its SHA-256, under its type and `-sha256`."""

MOST_ITEMS: Final = 256
"""Items of a sequence of which one that only grew is known by its first items."""

APPENDED: Final = frozenset(OTHER_TAGS[AttributeClass.APPENDED])


@dataclass(frozen=True, slots=True)
class Place:
    """Where the attribute of a leaf stands."""

    dataset: Dataset
    """The data set or item that holds it."""
    tag: int
    element: private.Element | None = None
    """The attribute itself, where it is private or in no dictionary."""
    member: str = ""
    """Path in the items of functional groups `tag`, where the leaf is of one of their members."""


def places(dataset: Dataset) -> dict[str, Place]:
    """Return where each attribute of `dataset` stands that may have a leaf, by its path.

    Raises Unreadable where two blocks of a group have one creator.
    """
    found = {}
    for tag in map(int, dataset.keys()):
        if _is_committed(tag):
            # What no dictionary knows loses its VR as private attributes do.
            element = None if dictionary_has_tag(tag) else dataset.get_item(tag)
            found[tag_path(tag)] = Place(dataset, tag, element)
        if tag in FUNCTIONAL_GROUPS:
            found.update(_members(dataset, tag))
    for first, elements in REPEATING.items():
        for group in groups(dataset, first):
            repeated = (group << 16 | element for element in elements)
            found |= {tag_path(tag): Place(dataset, tag) for tag in repeated if tag in dataset}
    found.update(_private(dataset, "", 0))
    return found


def readings(place: Place) -> Iterator[Value]:
    """Yield the readings of a leaf, the canonical one first. Raises Unreadable."""
    for value in _readings(place):
        if len(value.data) > LONGEST:
            yield Value(f"{value.type}-sha256", sha256(value.data).digest())
        else:
            yield value


def holders(place: Place) -> Iterator[tuple[Dataset, int]]:
    """Yield each data set or item that holds the attribute of a leaf, and its tag there."""
    if not place.member:
        yield place.dataset, place.tag
        return
    for item in read_items(place.dataset, place.tag):
        for tag in map(int, item.keys()):
            if tag_path(tag) == place.member:
                yield item, tag
        for element, creator in private.elements(item):
            if creator and _private_path(element, creator) == place.member:
                yield item, int(element.tag)


def groups(dataset: Dataset, first: int) -> list[int]:
    """Return the groups of a repeating family of which a committed element is there."""
    elements = REPEATING.get(first, ())
    present = {
        tag >> 16
        for tag in dataset.keys()
        if first <= tag >> 16 < first + 2 * REPEATS and tag & 0xFFFF in elements
    }
    return sorted(group for group in present if group % 2 == 0)


def _is_committed(tag: int) -> bool:
    """Tell whether a standard attribute that is there has a leaf of its own."""
    group = tag >> 16
    repeating = any(first <= group < first + 2 * REPEATS for first in REPEATING)
    standard = group % 2 == 0 and group >= 0x0008 and tag & 0xFFFF != 0
    return standard and not repeating and tag not in TRANSPORT and tag not in PIXEL_DATA


def _private(dataset: Dataset, prefix: str, depth: int) -> Iterator[tuple[str, Place]]:
    """Yield the leaves of private attributes, those in items of standard sequences too."""
    if depth > MAX_DEPTH:
        raise Unreadable("structure.limits", "sequences are nested too deep")
    seen = set()
    for element, creator in private.elements(dataset):
        path = _private_path(element, creator) if creator else tag_path(element.tag)
        if path in seen:
            raise Unreadable("structure.duplicate", "two blocks of one private creator", path)
        seen.add(path)
        yield prefix + path, Place(dataset, int(element.tag), element)
    for tag, element in dataset.items():
        if tag >> 16 & 1 or tag in FUNCTIONAL_GROUPS or not _may_hold_items(element):
            continue
        for number, item in enumerate(read_items(dataset, tag)):
            yield from _private(item, item_path(prefix + tag_path(tag), number, ""), depth + 1)


def _private_path(element: private.Element, creator: str) -> str:
    """Return the path of a private attribute in its item."""
    return private_path(element.tag >> 16, creator, element.tag & 0xFF)


def _members(dataset: Dataset, tag: int) -> dict[str, Place]:
    """Return the leaves of functional groups beside that of their geometry: one for each macro or
    private attribute, over all frames."""
    paths = set()
    for item in read_items(dataset, tag):
        paths |= {
            tag_path(one) for one in item.keys() if _is_committed(int(one)) and one not in MACROS
        }
        paths |= {_private_path(one, name) for one, name in private.elements(item) if name}
    return {item_path(tag_path(tag), 0, path): Place(dataset, tag, member=path) for path in paths}


def _read_member(dataset: Dataset, tag: int, path: str) -> Value:
    """Return what one member of functional groups says in all frames."""
    fields = []
    for item in read_items(dataset, tag):
        if "{" in path:
            found = {_private_path(one, name): one for one, name in private.elements(item)}
            value = read_private(item, found[path]) if path in found else NOTHING
        else:
            value = read_nested(item, int(path, 16), 1)
        fields.append(value.data)
    return encode_items(fields) if any(fields) else NOTHING


def _may_hold_items(element: private.Element) -> bool:
    """Tell whether an attribute is a sequence, without reading what is none."""
    return isinstance(element.value, Sequence) or element.VR in ("SQ", "UN", None)


def _readings(place: Place) -> Iterator[Value]:
    """Yield the readings of a leaf at full length."""
    dataset, tag = place.dataset, place.tag
    if place.member:
        yield _read_member(dataset, tag, place.member)
    elif place.element is not None:
        yield read_private(dataset, place.element)
    elif tag in FUNCTIONAL_GROUPS:
        items = [encode_item(item, wanted=MACROS.__contains__) for item in read_items(dataset, tag)]
        yield encode_items(items)
    elif tag in APPENDED:
        yield from _read_appended(dataset, tag)
    else:
        for value in read_alternatives(dataset, tag):
            yield _normal(dataset, tag, value)


def _read_appended(dataset: Dataset, tag: int) -> Iterator[Value]:
    """Yield a sequence that may have grown: all of its items, then ever fewer of the first.

    No item is left out that hides a spacing or a window.
    """
    given = read_items(dataset, tag)
    items = [encode_item(item, 1) for item in given]
    yield encode_items(items)
    hiding = [index for index, item in enumerate(given) if nesting.guard_item(item, tag)]
    for count in range(min(len(items) - 1, MOST_ITEMS), max(hiding, default=0), -1):
        yield encode_items(items[:count])


def _normal(dataset: Dataset, tag: int, value: Value) -> Value:
    """Return a value without what goes with the transfer syntax or a default."""
    if tag == PHOTOMETRIC and value.data == b"YBR_RCT":
        # Elsewhere nothing undoes the transform, and viewers show other colours.
        transformed = transfer_syntax(dataset) in REVERSIBLE
        return Value(value.type, b"RGB") if transformed else value
    if tag == IMAGE_TYPE:  # the first two say whether it is derived, which archives rewrite
        rest = b"\\".join(value.data.split(b"\\")[2:])
        return Value(value.type, rest) if rest else NOTHING
    return NOTHING if tag == FRAME_COUNT and value.data == b"1" else value
