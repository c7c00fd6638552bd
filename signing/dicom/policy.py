"""What a difference between a data set and its seal means.

`select` gives everything that a seal commits to; `differences` holds a data set against such
commitments. Values stay inside: what comes out names tags and keywords.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from pydicom.datadict import keyword_for_tag, tag_for_keyword
from pydicom.dataset import Dataset

from signing.commitments import is_path, tag_path
from signing.dicom import nesting
from signing.dicom.canonical import NOTHING, Value
from signing.dicom.leaves import Place, holders, places, readings
from signing.dicom.quiet import silenced
from signing.dicom.table import (
    FIXED_TAGS,
    FUNCTIONAL_GROUPS,
    KEPT,
    OTHER_TAGS,
    PIXEL_DATA,
    REPEATING,
    REPEATS,
    RULES,
    TRANSPORT,
    WEIGHED,
    WEIGHTS,
    AttributeClass,
    Effect,
    Range,
)

SLICE_LOCATION: Final = 0x00201041


HARMLESS_ADDITIONS: Final = {
    0x00281054: Value("LO", b"US"),
    0x00281053: Value("DS", b"1E0"),
    0x00281052: Value("DS", b"0"),
}
"""Values that transcoders add without a change of meaning: unspecified units, the identity."""


class Change(StrEnum):
    """How an attribute differs from what was sealed."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    REDACTED = "redacted"
    """Its salt is gone, and so is it."""
    REPLACED = "replaced"
    """Its salt is gone, and there is a value that nothing proves."""


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

    @property
    def counts(self) -> bool:
        """Whether it contradicts the seal, rather than being free or only noted."""
        return self.effect in (Effect.AMENDABLE, Effect.ALTERED)


def select(dataset: Dataset) -> dict[str, Value]:
    """Return path and value of every leaf that a seal commits to. Raises Unreadable."""
    with silenced():
        found = {path: next(readings(place)) for path, place in places(dataset).items()}
    return {path: value for path, value in found.items() if value != NOTHING}


def classify(path: str, modality: str = "") -> AttributeClass | None:
    """Return the class of a leaf, by that of the outermost attribute; None for what has none.

    modality: of the image; weights are quantities where radioactivity is measured by them.
    """
    if path.startswith("seal/"):
        return None
    outermost, _, nested = path.partition("[")
    if "{" in path.rsplit("/", maxsplit=1)[-1] or int(outermost[:4], 16) % 2:
        return AttributeClass.PRIVATE
    tag = int(outermost, 16)
    if tag in WEIGHTS and modality in WEIGHED:
        return AttributeClass.QUANTITY
    return AttributeClass.ACQUISITION if nested else _class_of(tag)


def differences(
    dataset: Dataset,
    sealed: Collection[str],
    matches: Callable[[str, Value], bool],
    redacted: Collection[str] = (),
) -> tuple[Difference, ...]:
    """Return how `dataset` differs from what was sealed, by ascending path.

    sealed: paths of the disclosed leaves; redacted: paths of those that cannot be compared. What
    is of no class is ignored. matches: whether a reading is the one that the leaf at that path
    commits to. Raises Unreadable.
    """
    found = []
    with silenced():
        here, modality = places(dataset), str(dataset.get("Modality", ""))
        for path in sorted({*sealed, *redacted, *here}):
            kind = classify(path, modality)
            if kind is None:
                continue
            tried = _tried(here, path)
            now = next(tried)
            if path in sealed and (matches(path, now) or any(matches(path, one) for one in tried)):
                continue
            change = _change(now != NOTHING, path in sealed, path in redacted)
            if change is not None:
                effect = _effect(path, kind, change, now)
                if change in (Change.CHANGED, Change.ADDED) and effect is not Effect.ALTERED:
                    hidden = _hidden(kind, here[path])
                    kind, effect = (hidden, Effect.ALTERED) if hidden else (kind, effect)
                found.append(Difference(path, find_keyword(path), kind, change, effect))
    return tuple(found)


def _hidden(kind: AttributeClass, place: Place) -> AttributeClass | None:
    """Return the class of what a lax attribute hides of how samples are measured and shown."""
    if kind in KEPT:
        return None
    found = (nesting.guard(dataset, tag) for dataset, tag in holders(place))
    return next(filter(None, found), None)


def _tried(here: Mapping[str, Place], path: str) -> Iterator[Value]:
    """Return the readings of what stands at a path."""
    return readings(here[path]) if path in here else iter([NOTHING])


def _change(present: bool, sealed: bool, redacted: bool) -> Change | None:
    """Return what became of an attribute that is not as it was sealed, None for nothing."""
    if sealed:
        return Change.CHANGED if present else Change.REMOVED
    if redacted:
        return Change.REPLACED if present else Change.REDACTED
    return Change.ADDED if present else None


def compare(sealed: Mapping[str, Value], dataset: Dataset) -> tuple[Difference, ...]:
    """Return how `dataset` differs from the values that `select` gave before."""
    return differences(dataset, sealed, lambda path, value: sealed[path] == value)


def _effect(path: str, kind: AttributeClass, change: Change, now: Value) -> Effect:
    """Return what a difference means."""
    rule = RULES[kind]
    if kind is AttributeClass.RANGE and change is Change.REDACTED:
        return Effect.UNPROVED  # it may go without a redaction, and would tell of areas taken out
    if change in (Change.REDACTED, Change.REPLACED):
        return Effect.ALTERED if kind in KEPT else Effect.UNPROVED
    if change is Change.ADDED:
        tag = int(path, 16) if len(path) == 8 else 0
        harmless = tag == SLICE_LOCATION or HARMLESS_ADDITIONS.get(tag) == now
        return Effect.NOTE if harmless else rule.added
    return rule.changed if change is Change.CHANGED else rule.removed


def find_keyword(path: str) -> str:
    """Return the keyword of the innermost attribute of a path, '' where it has none."""
    last = path.rsplit("/", maxsplit=1)[-1]
    return "" if "{" in last else keyword_for_tag(int(last, 16))


def find_path(name: str) -> str | None:
    """Return the path of a keyword of the standard or of a path; None for what is neither."""
    tag = tag_for_keyword(name) if name else None
    path = name if tag is None else tag_path(int(tag))
    return path if is_path(path) else None


@cache
def _class_of(tag: int) -> AttributeClass | None:
    """Return the class of a standard attribute of the top level; None for what is not committed."""
    if tag in FUNCTIONAL_GROUPS:
        return AttributeClass.GEOMETRY
    if any(first <= tag >> 16 < first + 2 * REPEATS for first in REPEATING):
        return AttributeClass.DISPLAY
    if tag in TRANSPORT or tag in PIXEL_DATA or tag < 0x00080000 or not tag & 0xFFFF:
        return None
    return next((name for name, row in _rows() if _covers(row, tag)), AttributeClass.REST)


def _rows() -> Iterator[tuple[AttributeClass, int | Range]]:
    """Yield the rows of the table in the order in which they count."""
    every = [*FIXED_TAGS.items(), *OTHER_TAGS.items()]
    yield from ((name, row) for name, rows in every for row in rows if isinstance(row, int))
    yield from ((name, row) for name, rows in every for row in rows if isinstance(row, tuple))


def _covers(row: int | Range, tag: int) -> bool:
    """Tell whether a row of the table is of a tag."""
    return row == tag if isinstance(row, int) else row[0] <= tag <= row[1]
