"""Redact: take attributes out of a sealed data set so that the rest still verifies. Needs no key.

The value goes, and the salt of its commitment: the root still stands, and nothing that stays lets
the value be guessed. What gives samples their meaning stays (docs/spec/attributes.md, "Classes").
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset

from signing.commitments import (
    SEAL_RESTORATION,
    SEAL_STATION,
    SEAL_TIME,
    Disclosures,
    is_path,
    tag_path,
)
from signing.dicom import block, part10, policy
from signing.dicom.canonical import read_items
from signing.dicom.copies import fork
from signing.dicom.leaves import places
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.dicom.table import KEPT
from signing.errors import NotRedactable, NotSealed

ALWAYS: Final = frozenset({SEAL_RESTORATION, SEAL_STATION, SEAL_TIME})
"""Leaves of the seal's own that go with any attribute: the record holds attributes as they were
before sealing, and the time of sealing tells that of the study."""


@silenced()
def redact(dataset: Dataset, remove: Iterable[str]) -> Dataset:
    """Return the data set without the attributes `remove`; the input is not changed.

    remove: keywords of the standard, or paths as reports have them ("00100010",
    "0029{SIEMENS CSA HEADER}10"). An attribute is emptied wherever it stands; one that stands in a
    sequence takes the proof of that sequence with it. The restoration record, the claimed time and
    time stamps go; the signers' certificates stay. Raises
    NotRedactable for a name that is none, what cannot be redacted, and a data set with several seal
    blocks; NotSealed, Unreadable, Malformed.
    """
    wanted = {_path_of(name) for name in remove}
    blocks = block.read_blocks(dataset)
    if not blocks:
        raise NotSealed
    if len(blocks) > 1 or blocks[0].disclosures is None:
        raise NotRedactable("it has several seal blocks, or its disclosures are gone")
    redacted = fork(dataset)
    gone = wanted | _empty(redacted, wanted)
    held = Disclosures.decode(blocks[0].disclosures)
    hidden = gone | ALWAYS
    rows = tuple(row.redacted() if row.path in hidden else row for row in held.rows)
    # Time stamps tell a date; certificates name devices, and lead to whoever is trusted.
    body = replace(held, rows=rows, stamps=()).encoded
    block.write_block(redacted, replace(blocks[0], disclosures=body, restoration=None))
    return redacted


@silenced()
def redact_file(source: Path, target: Path, remove: Iterable[str], force: bool = False) -> None:
    """Redact the file at `source` into `target`, whole or not at all.

    Raises what `redact` raises, OutputExists, OSError.
    """
    part10.write(redact(read_sound(source), remove), target, force)


def _path_of(name: str) -> str:
    """Return the path of a keyword or path; raises NotRedactable for what is none or must stay."""
    tag = tag_for_keyword(name) if name else None
    path = name if tag is None else tag_path(int(tag))
    if not is_path(path):
        raise NotRedactable(f"{name!r} is neither a keyword nor the path of an attribute")
    kind = policy.classify(path)
    if kind is None:
        raise NotRedactable(f"{name} is not an attribute that is sealed by itself")
    if kind in KEPT:
        raise NotRedactable(f"{name} gives the samples their meaning ({kind})")
    return path


def _empty(dataset: Dataset, wanted: Collection[str]) -> set[str]:
    """Empty the wanted attributes, in place; return the paths of leaves that changed by it."""
    changed = set()
    for path, place in places(dataset).items():
        if path in wanted and place.element is not None:
            del place.dataset[place.tag]
        elif path in wanted:
            place.dataset.add_new(place.tag, dictionary_VR(place.tag).split(" ")[0], None)
    tags = {int(path, 16) for path in wanted if len(path) == 8}
    for path, place in places(dataset).items():
        if len(path) == 8 and _empty_nested(place.dataset, place.tag, tags):
            changed.add(path)
    for path in changed:
        if policy.classify(path) in KEPT:
            raise NotRedactable(f"{path} holds it, and gives the samples their meaning")
    return changed


def _empty_nested(dataset: Dataset, tag: int, tags: Collection[int]) -> bool:
    """Empty attributes in the items of a sequence, at any depth; tell whether there were any."""
    found = False
    for item in read_items(dataset, tag):
        for inner in list(item.keys()):
            if int(inner) in tags:
                found |= bool(item[inner].value)
                item.add_new(inner, item[inner].VR, None)
            elif not inner.is_private:
                found |= _empty_nested(item, int(inner), tags)
    return found
