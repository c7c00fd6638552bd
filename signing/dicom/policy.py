"""Which attributes are sealed, and what a change of each means.

`select` gives everything that a seal commits to, absence included; `differences` holds a data set
against such commitments. Values stay inside: what comes out names tags and keywords.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.commitments import tag_path
from signing.dicom.canonical import NOTHING, Value, encode_item, read_alternatives, read_value
from signing.dicom.part10 import transfer_syntax
from signing.dicom.quiet import silenced
from signing.dicom.table import (
    CLASS_TAGS,
    FUNCTIONAL_GROUPS,
    MACROS,
    REPEATING,
    REPEATS,
    AttributeClass,
)
from signing.errors import Unreadable

PHOTOMETRIC: Final = 0x00280004
FRAME_COUNT: Final = 0x00280008
SLICE_LOCATION: Final = 0x00201041

REVERSIBLE: Final = frozenset(
    f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93, 201, 202, 203)
)
"""Transfer syntaxes whose decoders undo the transform of YBR_RCT: JPEG 2000 and HTJ2K (PS3.5
8.2.4 and 8.2.14)."""

GROUPS: Final = "groups"
"""Type of the leaf that says which groups of a repeating family are there."""

HARMLESS_ADDITIONS: Final = {
    0x00281054: Value("LO", b"US"),
    0x00281053: Value("DS", b"1E0"),
    0x00281052: Value("DS", b"0"),
}
"""Values that transcoders add without a change of meaning: unspecified units, the identity."""

AMENDABLE: Final = frozenset({AttributeClass.PATIENT, AttributeClass.STUDY, AttributeClass.VIEW})
"""Classes that are legitimately corrected, by a trusted later envelope."""


class Change(StrEnum):
    """How an attribute differs from what was sealed."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Effect(StrEnum):
    """What a difference means for the verdict."""

    NOTE = "note"
    """Reported; the verdict stays."""
    AMENDABLE = "amendable"
    """Altered, unless a trusted later envelope signs the change."""
    ALTERED = "altered"
    """Altered."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute that is not as it was sealed. Holds no value."""

    path: str
    """Path of the leaf."""
    keyword: str
    """Keyword of the standard, '' where it has none."""
    attribute_class: AttributeClass
    change: Change
    effect: Effect


def select(dataset: Dataset) -> dict[str, Value]:
    """Return path and value of every leaf that a seal of `dataset` commits to.

    Every row of the table has a leaf, absent or not; overlay and curve groups have leaves for the
    groups that are there, and one that says which. Raises Unreadable.
    """
    return {path: next(alternatives(dataset, path)) for path in paths(dataset)}


def paths(dataset: Dataset) -> list[str]:
    """Return the paths that `select` has for `dataset`, ascending."""
    found = list(_fixed_paths())
    for first, elements in REPEATING.items():
        for group in _groups(dataset, first):
            found.extend(tag_path(group << 16 | element) for element in elements)
    return sorted(found)


def alternatives(dataset: Dataset, path: str) -> Iterator[Value]:
    """Yield the readings of the leaf at `path`, the canonical one first. Raises Unreadable."""
    tag = int(path, 16)
    if tag in FUNCTIONAL_GROUPS:
        yield _read_functional_groups(dataset, tag)
    elif tag & 0xFFFF == 0:
        groups = _groups(dataset, tag >> 16)
        listed = "\\".join(f"{group:04X}" for group in groups).encode()
        yield Value(GROUPS, listed) if listed else NOTHING
    elif tag in (PHOTOMETRIC, FRAME_COUNT):
        yield _normal(dataset, tag, read_value(dataset, tag))
    else:
        yield from read_alternatives(dataset, tag)


def classify(path: str) -> AttributeClass | None:
    """Return the class of a leaf; None for a path that is not of the table."""
    tag = _tag(path)
    if tag is None:
        return None
    if tag in FUNCTIONAL_GROUPS:
        return AttributeClass.GEOMETRY
    if any(first <= tag >> 16 < first + 2 * REPEATS for first in REPEATING):
        return AttributeClass.DISPLAY
    return _classes().get(tag)


def differences(
    dataset: Dataset, sealed: Collection[str], matches: Callable[[str, Value], bool]
) -> tuple[Difference, ...]:
    """Return how `dataset` differs from what was sealed, by ascending path.

    sealed: paths of the disclosed leaves; redacted ones left out, those that are not of the table
    ignored. matches: whether a reading is the one that the leaf at that path commits to: absence
    too is only what a leaf commits to, never what a listing says. Raises Unreadable.
    """
    found = []
    for path in sorted({*sealed, *paths(dataset)}):
        attribute_class = classify(path)
        if attribute_class is None or (path not in sealed and path in _fixed_paths()):
            continue
        tried = list(alternatives(dataset, path))
        was_absent = path not in sealed or matches(path, NOTHING)
        if any(matches(path, value) for value in tried) if path in sealed else tried[0] == NOTHING:
            continue
        found.append(_difference(path, attribute_class, was_absent, tried[0]))
    return tuple(found)


def compare(sealed: Mapping[str, Value], dataset: Dataset) -> tuple[Difference, ...]:
    """Return how `dataset` differs from the values that `select` gave before."""
    return differences(dataset, sealed, lambda path, value: sealed[path] == value)


def _difference(path: str, kind: AttributeClass, was_absent: bool, now: Value) -> Difference:
    """Return the difference of one leaf."""
    change = Change.ADDED if was_absent else Change.CHANGED
    if now == NOTHING:
        change = Change.REMOVED
    return Difference(path, _keyword(path), kind, change, _effect(path, kind, change, now))


def _effect(path: str, kind: AttributeClass, change: Change, now: Value) -> Effect:
    """Return what a difference means."""
    tag = int(path, 16)
    harmless = tag == SLICE_LOCATION or HARMLESS_ADDITIONS.get(tag) == now
    if change is Change.ADDED and harmless:
        return Effect.NOTE
    return Effect.AMENDABLE if kind in AMENDABLE else Effect.ALTERED


def _normal(dataset: Dataset, tag: int, value: Value) -> Value:
    """Return a value without what goes with the transfer syntax or a default."""
    if tag == PHOTOMETRIC and value.data == b"YBR_RCT":
        # Elsewhere nothing undoes the transform, and viewers show other colours.
        transformed = transfer_syntax(dataset) in REVERSIBLE
        return Value(value.type, b"RGB") if transformed else value
    return NOTHING if tag == FRAME_COUNT and value.data == b"1" else value


def _groups(dataset: Dataset, first: int) -> list[int]:
    """Return the groups of a repeating family of which a committed element is there."""
    elements = REPEATING.get(first, ())
    present = {
        tag >> 16
        for tag in dataset.keys()
        if first <= tag >> 16 < first + 2 * REPEATS and tag & 0xFFFF in elements
    }
    return sorted(group for group in present if group % 2 == 0)


def _read_functional_groups(dataset: Dataset, tag: int) -> Value:
    """Return the committed macros of all items of one functional group sequence."""
    if tag not in dataset:
        return NOTHING
    try:
        with silenced():
            items = dataset[tag].value
            if not isinstance(items, Sequence):
                raise ValueError
            encoded = [encode_item(item, wanted=MACROS.__contains__) for item in items]
    except Unreadable:
        raise
    except Exception:  # any: pydicom converts the value now
        raise Unreadable("structure.malformed", "broken functional groups", tag_path(tag)) from None
    if not encoded:
        return NOTHING
    fields = b"".join(len(item).to_bytes(4, "big") + item for item in encoded)
    return Value("SQ", len(encoded).to_bytes(4, "big") + fields)


def _tag(path: str) -> int | None:
    """Return the tag of a top-level path; None for any other path."""
    return int(path, 16) if len(path) == 8 and "/" not in path and "{" not in path else None


def _keyword(path: str) -> str:
    """Return the keyword of a path, '' where it has none."""
    return keyword_for_tag(int(path, 16))


@cache
def _classes() -> dict[int, AttributeClass]:
    """Return the class of each single tag."""
    return {tag: name for name, tags in CLASS_TAGS.items() for tag in tags}


@cache
def _fixed_paths() -> frozenset[str]:
    """Return the paths that every selection has."""
    families = [first << 16 for first in REPEATING]
    return frozenset(tag_path(tag) for tag in (*_classes(), *FUNCTIONAL_GROUPS, *families))
