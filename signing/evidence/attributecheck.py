"""Hold attributes against the commitments that are in force: the seal's, or later amendments'."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import SEAL, Commitment, Disclosures, tag_path
from signing.dicom import extremes, policy
from signing.dicom.canonical import Value, read_items
from signing.dicom.policy import Change, Difference
from signing.dicom.table import ORIGINALS, AttributeClass, Effect
from signing.verdict import Aspect, Aspects, AttributeChanges, Code, Finding, Outcome

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

CLASS_CODES: Final = {
    AttributeClass.INSTANCE: Code.ATTRIBUTES_IDENTITY,
    AttributeClass.PATIENT: Code.ATTRIBUTES_IDENTITY,
    AttributeClass.STUDY: Code.ATTRIBUTES_IDENTITY,
    AttributeClass.VIEW: Code.ATTRIBUTES_IDENTITY,
    AttributeClass.GEOMETRY: Code.ATTRIBUTES_GEOMETRY,
    AttributeClass.PIXELS: Code.ATTRIBUTES_PIXEL_DESCRIPTION,
    AttributeClass.DISPLAY: Code.ATTRIBUTES_DISPLAY,
    AttributeClass.RANGE: Code.ATTRIBUTES_DISPLAY,
}
"""The code under which a difference of each class is reported; of the others, ATTRIBUTES_REST."""

MODIFIED: Final = 0x04000550
"""Modified Attributes Sequence in its items: the values before."""

TAG_DIGITS: Final = 8
"""Characters of the path of a standard attribute of the top level."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What one amendment says of one attribute, where no later one says otherwise."""

    row: Commitment
    amender: str
    """Who signed it, for people."""


@dataclass(frozen=True, slots=True)
class Amended:
    """What the amendments that count say instead of a statement."""

    rows: Mapping[str, tuple[InForce, ...]] = field(default_factory=dict)
    """By path; several where amendments stand beside each other: then all must hold."""
    hidden: int = 0
    """Commitments of theirs without a salt, and amendments of which all are gone."""

    def disclosed(self, path: str) -> tuple[InForce, ...]:
        """Return what can be compared at a path."""
        return tuple(one for one in self.rows.get(path, ()) if one.row.disclosed)


UNAMENDED: Final = Amended()
"""No amendment counts."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the attributes differ from what is in force."""

    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...]
    changes: AttributeChanges
    aspects: Aspects
    redacted: bool
    """Whether commitments are listed without their salts."""


def compare_attributes(
    dataset: Dataset, disclosures: Disclosures, amended: Amended = UNAMENDED
) -> Comparison:
    """Compare every disclosed attribute with its commitment. Raises Unreadable."""
    rows = disclosures.by_path()
    in_force = _in_force(rows, amended)
    hidden = [path for path, row in rows.items() if not row.disclosed and path not in in_force]
    hidden += [path for path in amended.rows if path not in in_force and path not in hidden]
    found = policy.differences(
        dataset,
        in_force,
        lambda path, value: _is_sealed(in_force[path], value),
        hidden,
    )
    found = tuple(_settled(dataset, difference) for difference in found)
    unlike = {difference.path for difference in found}
    held = [path for path in amended.rows if path in in_force and path not in unlike]
    findings = [
        *_judge_disclosed(sum(not row.disclosed for row in rows.values()) + amended.hidden),
        *_judge(found, amended),
        *_judge_records(dataset, found),
        *(Finding(Code.ATTRIBUTES_AMENDED, PASS, *_by(path, amended)) for path in sorted(held)),
        *_judge_rows(disclosures),
    ]
    redacted = any(not row.disclosed for row in rows.values()) or amended.hidden > 0
    aspects = _aspects(found, held)
    return Comparison(tuple(findings), found, _list(found, hidden, held), aspects, redacted)


def name_path(path: str) -> str:
    """Return tag and keyword of the attribute at a path, never its value."""
    shown = f"({path[:4]},{path[4:]})" if len(path) == TAG_DIGITS else path
    return f"{shown} {policy.find_keyword(path)}".strip()


def _in_force(
    rows: Mapping[str, Commitment], amended: Amended
) -> dict[str, tuple[Commitment, ...]]:
    """Return by path what the attribute there must be equal to."""
    sealed = {
        path: (row,)
        for path, row in rows.items()
        if row.disclosed and row.type != SEAL and path not in amended.rows
    }
    later = {path: tuple(one.row for one in amended.disclosed(path)) for path in amended.rows}
    return sealed | {path: found for path, found in later.items() if found}


def _settled(dataset: Dataset, difference: Difference) -> Difference:
    """Return a difference, only noted where it is a range that the samples bear out."""
    held = difference.attribute_class is AttributeClass.RANGE and difference.counts
    if held and difference.change in (Change.CHANGED, Change.ADDED, Change.REPLACED):
        if extremes.is_true(dataset, int(difference.path, 16)):
            return replace(difference, effect=Effect.NOTE)
    return difference


def _is_sealed(rows: Sequence[Commitment], value: Value) -> bool:
    """Tell whether a reading is what every row commits to, under the type that it lists."""
    for row in rows:
        if row.type != value.type or not row.matches(value.type, value.data):
            return False
    return True


def _judge_disclosed(hidden: int) -> Iterator[Finding]:
    """Yield whether every commitment has its salt."""
    detail = f"{hidden} redacted" if hidden else ""
    yield Finding(Code.ATTRIBUTES_DISCLOSED, SKIPPED if hidden else PASS, "", detail)


def _judge(found: Sequence[Difference], amended: Amended) -> Iterator[Finding]:
    """Yield what each difference means, and which groups of attributes have none."""
    for code in dict.fromkeys((*CLASS_CODES.values(), Code.ATTRIBUTES_REST)):
        contrary = [d for d in found if _code(d.attribute_class) is code and d.counts]
        for difference in contrary:
            since = " since it was amended" if difference.path in amended.rows else ""
            detail = f"{difference.change}{since}"
            yield Finding(code, FAIL, name_path(difference.path), detail)
        if not contrary:
            yield Finding(code, PASS)
    for difference in found:
        if difference.effect in (Effect.NOTE, Effect.UNPROVED):
            yield Finding(
                Code.ATTRIBUTES_NOTED, PASS, name_path(difference.path), difference.change
            )


def _judge_records(dataset: Dataset, found: Sequence[Difference]) -> Iterator[Finding]:
    """Yield what contradicts and is on record in Original Attributes: anybody can write that."""
    contrary = [difference.path for difference in found if difference.counts]
    if not contrary or ORIGINALS not in dataset:
        return
    recorded = {
        tag_path(int(tag))
        for item in read_items(dataset, ORIGINALS)
        for modified in read_items(item, MODIFIED)
        for tag in modified.keys()
    }
    for path in contrary:
        if path in recorded:
            detail = "the record is not signed, and excuses nothing"
            yield Finding(Code.ATTRIBUTES_RECORDED, PASS, name_path(path), detail)


def _by(path: str, amended: Amended) -> tuple[str, str]:
    """Return where an amended attribute stands, and who amended it."""
    names = dict.fromkeys(one.amender for one in amended.disclosed(path))
    return name_path(path), f"by {' and '.join(names)}"


def _judge_rows(disclosures: Disclosures) -> Iterator[Finding]:
    """Yield what is wrong with the seal's own values."""
    for row in disclosures.rows:
        if not row.consistent():
            detail = "not the value that was committed to"
            yield Finding(Code.ATTRIBUTES_ROOT, FAIL, row.path, detail)


def _code(kind: AttributeClass | None) -> Code:
    """Return the code under which a difference of a class is reported."""
    return Code.ATTRIBUTES_REST if kind is None else CLASS_CODES.get(kind, Code.ATTRIBUTES_REST)


def _list(
    found: Sequence[Difference], hidden: Sequence[str], held: Sequence[str]
) -> AttributeChanges:
    """Return the paths of what differs, by how."""
    listed = {
        change: tuple(d.path for d in found if d.change is change and d.effect is not Effect.FREE)
        for change in Change
    }
    return AttributeChanges(
        listed[Change.CHANGED],
        listed[Change.ADDED],
        listed[Change.REMOVED],
        tuple(path for path in hidden if path not in listed[Change.REPLACED]),
        listed[Change.REPLACED],
        tuple(sorted(held)),
    )


def _aspects(found: Sequence[Difference], held: Sequence[str]) -> Aspects:
    """Return one word on each group of attributes."""
    changed = {_code(d.attribute_class) for d in found if d.counts}
    unproved = {_code(d.attribute_class) for d in found if d.effect is Effect.UNPROVED}
    amended = {_code(policy.classify(path)) for path in held}

    def word(*codes: Code) -> Aspect:
        for aspect, those in (
            (Aspect.CHANGED, changed),
            (Aspect.REDACTED, unproved),
            (Aspect.AMENDED, amended),
        ):
            if those & set(codes):
                return aspect
        return Aspect.PASS

    return Aspects(
        geometry=word(Code.ATTRIBUTES_GEOMETRY),
        display=word(Code.ATTRIBUTES_DISPLAY, Code.ATTRIBUTES_PIXEL_DESCRIPTION),
        identity=word(Code.ATTRIBUTES_IDENTITY),
        rest=word(Code.ATTRIBUTES_REST),
    )
