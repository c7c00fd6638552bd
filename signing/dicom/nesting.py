"""Whether a sequence holds attributes that programs take for the image's own.

Programs that read a file as one long list of attributes find a spacing or a slope in any item. So
such attributes do not hide behind the class of a sequence that anybody may add or change.
"""

from typing import Final

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataset import Dataset

from signing.dicom import private
from signing.dicom.canonical import MAX_DEPTH, NOTHING, read_items, read_nested
from signing.dicom.table import (
    DISPLAY_TAGS,
    GEOMETRY_TAGS,
    ICON,
    MACROS,
    ORIGINALS,
    PIXEL_TAGS,
    REPEATING,
    REPEATS,
    AttributeClass,
)

GUARDED: Final = {
    **dict.fromkeys((*GEOMETRY_TAGS, *MACROS), AttributeClass.GEOMETRY),
    **dict.fromkeys(PIXEL_TAGS, AttributeClass.PIXELS),
    **dict.fromkeys(DISPLAY_TAGS, AttributeClass.DISPLAY),
}
"""Attributes that say how samples are measured and shown."""

PALETTE: Final = range(0x00281101, 0x00281225)
"""Lookup tables of palette colour, which an icon may have."""


def guard(holder: Dataset, tag: int, depth: int = 0) -> AttributeClass | None:
    """Return the class of what attribute `tag` of `holder` hides: itself, or the first such
    attribute in its items, at any depth, that says how samples are measured and shown.

    None where there is none. What Original Attributes record, and what an icon says of its own
    samples, does not count. Raises Unreadable for a sequence that is none.
    """
    found = _class_of(tag)
    if found is not None:
        return found if read_nested(holder, tag, depth) != NOTHING else None
    if tag == ORIGINALS or depth > MAX_DEPTH:
        return None
    items = _items(holder, tag)
    return next(filter(None, (guard_item(item, tag, depth) for item in items)), None)


def guard_item(item: Dataset, sequence: int, depth: int = 0) -> AttributeClass | None:
    """Return the same of all attributes of one item of a sequence."""
    if sequence == ORIGINALS:
        return None
    counted = (tag for tag in map(int, item.keys()) if not (sequence == ICON and _is_icons(tag)))
    return next(filter(None, (guard(item, tag, depth + 1) for tag in counted)), None)


def _is_icons(tag: int) -> bool:
    """Tell whether an attribute is part of an icon's own picture."""
    return tag in PIXEL_TAGS or tag in PALETTE


def _class_of(tag: int) -> AttributeClass | None:
    """Return the class of an attribute that says how samples are measured and shown."""
    drawn = any(first <= tag >> 16 < first + 2 * REPEATS for first in REPEATING)
    return AttributeClass.DISPLAY if drawn and not tag >> 16 & 1 else GUARDED.get(tag)


def _items(holder: Dataset, tag: int) -> list[Dataset]:
    """Return the items of an attribute, none where it is no sequence."""
    if dictionary_has_tag(tag):
        return read_items(holder, tag) if dictionary_VR(tag) == "SQ" else []
    found = private.read_sequence_of(holder, holder.get_item(tag))
    return [] if found is None else list(found)
