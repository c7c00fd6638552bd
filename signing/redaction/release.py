"""Redact: take attributes out of a sealed data set so that the rest still verifies. Needs no key.

The value goes, and the salt of its commitment: the root still stands, and nothing that stays lets
the value be guessed. What gives samples their meaning stays (docs/spec/attributes.md, "Classes").
Where there is a new value instead, it is unproved.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import (
    SEAL_REASON,
    SEAL_RESTORATION,
    SEAL_STATION,
    SEAL_TIME,
    Disclosures,
)
from signing.dicom import block, part10, policy
from signing.dicom.canonical import NOTHING, Value
from signing.dicom.copies import fork
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.errors import NotRedactable, NotSealed
from signing.redaction.names import find_path
from signing.redaction.profile import DESCRIBED, BasicProfile, apply_profile, hides
from signing.redaction.removal import empty

ALWAYS: Final = frozenset({SEAL_REASON, SEAL_RESTORATION, SEAL_STATION, SEAL_TIME})
"""Leaves of the seal's own that go with any attribute: the record holds attributes as they were
before sealing, the time of sealing tells that of the study, and why somebody amended is text."""


@silenced()
def redact(
    dataset: Dataset, remove: Iterable[str] = (), basic_profile: bool | BasicProfile = False
) -> Dataset:
    """Return the data set without the attributes `remove`; the input is not changed.

    remove: keywords of the standard, or paths as reports have them ("00100010",
    "0029{SIEMENS CSA HEADER}10"). An attribute is emptied wherever it stands; one that stands in a
    sequence takes the proof of that sequence with it. The restoration record, the claimed time and
    time stamps go; the signers' certificates stay.
    basic_profile: apply the Basic Application Confidentiality Profile first (PS3.15 Annex E), in
    one way for all files of a run; True for a run of one. The signers' certificates and element 04
    go too: recovery data are left in the samples alone.
    Raises
    NotRedactable for a name that is none, what cannot be redacted, and a data set with several seal
    blocks; NotSealed, Unreadable, Malformed.
    """
    wanted = {find_path(name) for name in remove}
    blocks = block.read_blocks(dataset)
    if not blocks:
        raise NotSealed
    if len(blocks) > 1 or blocks[0].disclosures is None:
        raise NotRedactable("it has several seal blocks, or its disclosures are gone")
    redacted = fork(dataset)
    held = Disclosures.decode(blocks[0].disclosures)
    gone = _deidentify(redacted, held, basic_profile) if basic_profile else set()
    gone |= wanted | empty(redacted, wanted)
    hidden = gone | ALWAYS
    rows = tuple(row.redacted() if row.path in hidden else row for row in held.rows)
    amended = tuple(one.redacted(hidden) for one in held.amended)
    # Time stamps tell a date; certificates name devices, and lead to whoever is trusted.
    links = () if basic_profile else held.certificates
    body = replace(held, rows=rows, stamps=(), certificates=links, amended=amended).encoded
    kept = replace(blocks[0], disclosures=body, restoration=None)
    block.write_block(redacted, replace(kept, recovery=None) if basic_profile else kept)
    return redacted


def _deidentify(
    dataset: Dataset, held: Disclosures, basic_profile: bool | BasicProfile
) -> set[str]:
    """Apply the profile, in place; return the paths of leaves whose salts must go.

    Those of what it changed, and of what somebody changed or took out before: an old value must not
    be guessed either where another program has removed it.
    """
    before = policy.select(dataset)
    chosen = basic_profile if isinstance(basic_profile, BasicProfile) else BasicProfile()
    apply_profile(dataset, chosen)
    after = policy.select(dataset)
    moved = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    rows = {row.path: row for row in held.rows if row.disclosed and hides(row.path, row.type)}
    other = policy.differences(
        dataset, rows, lambda path, value: rows[path].matches(value.type, value.data)
    )
    gone = {found.path for found in other if found.path in rows}
    return moved | DESCRIBED | gone | set(_find_outdated(held, after))


def _find_outdated(held: Disclosures, now: Mapping[str, Value]) -> Iterator[str]:
    """Yield the paths at which an amendment tells of a value that is not there any more."""
    for row in (row for listed in held.amended for row in listed.rows):
        value = now.get(row.path, NOTHING)
        if row.disclosed and hides(row.path, row.type) and not row.matches(value.type, value.data):
            yield row.path


@silenced()
def redact_file(
    source: Path,
    target: Path,
    remove: Iterable[str] = (),
    force: bool = False,
    basic_profile: bool | BasicProfile = False,
) -> None:
    """Redact the file at `source` into `target`, whole or not at all.

    Raises what `redact` raises, OutputExists, OSError.
    """
    part10.write(redact(read_sound(source), remove, basic_profile), target, force)
