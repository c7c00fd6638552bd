"""Redact: take attributes and regions of a sealed data set out so that the rest still verifies.

Needs no key. The value goes, and the salt of its commitment: the root still stands, and nothing
that stays lets the value be guessed. What gives samples their meaning stays
(docs/spec/attributes.md, "Classes"). Where there is a new value instead, it is unproved. Regions of
frames: `regions`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from signing.redaction.regions import TELLING, RegionBox, take_out
from signing.redaction.removal import empty

ALWAYS: Final = frozenset({SEAL_REASON, SEAL_RESTORATION, SEAL_STATION, SEAL_TIME})
"""Leaves of the seal's own that go with anything redacted: the record holds samples and attributes
as they were before sealing, the time of sealing tells that of the study, and a reason is text."""

SIGNATURES: Final = frozenset({"04000402", "04000403", "FFFAFFFA"})
"""Digital signatures and MACs (PS3.15, C): their digests are not salted, so that whoever knows the
rest guesses from them what was taken out."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted data set, and what the user should know of it."""

    dataset: Dataset
    notices: tuple[str, ...] = ()
    """One line each, no values."""


@silenced()
def redact(
    dataset: Dataset,
    remove: Iterable[str] = (),
    basic_profile: bool | BasicProfile = False,
    boxes: Iterable[RegionBox] = (),
) -> Dataset:
    """Return the data set without the attributes `remove` and the regions `boxes`.

    The input is not changed. remove: keywords of the standard, or paths as reports have them
    ("00100010", "0029{SIEMENS CSA HEADER}10"). An attribute is emptied wherever it stands; one that
    stands in a sequence takes the proof of that sequence with it. The restoration record, the
    claimed time and time stamps go, digital signatures too, for they would let what was removed be
    guessed; the signers' certificates stay.
    basic_profile: apply the Basic Application Confidentiality Profile first (PS3.15 Annex E), in
    one way for all files of a run; True for a run of one. The signers' certificates and element 04
    go too: recovery data are left in the samples alone.
    boxes: (frame, row, column, height, width) in samples, frames from 0; they grow to whole cells
    of 8x8 samples, which become blank; the mark is destroyed in all frames, recovery data with it,
    and what shows the samples besides goes (`regions`).
    Raises NotRedactable for a name that is none, what cannot be redacted, and a data set with
    several seal blocks; NotSealed, SelfCheckFailed, Unreadable, Malformed.
    """
    return redact_dataset(dataset, remove, basic_profile, boxes).dataset


def redact_dataset(
    dataset: Dataset,
    remove: Iterable[str],
    basic_profile: bool | BasicProfile = False,
    boxes: Iterable[RegionBox] = (),
) -> Redacted:
    """As `redact`, with notices."""
    wanted = {find_path(name) for name in remove}
    listed = tuple(boxes)
    blocks = block.read_blocks(dataset)
    if not blocks:
        raise NotSealed
    if len(blocks) > 1 or blocks[0].disclosures is None:
        raise NotRedactable("it has several seal blocks, or its disclosures are gone")
    redacted = fork(dataset)
    held, found = Disclosures.decode(blocks[0].disclosures), blocks[0]
    if wanted or listed:
        wanted |= SIGNATURES
    hidden, notices = wanted | ALWAYS, tuple[str, ...]()
    if listed:
        wanted |= TELLING
        removed = take_out(redacted, held, listed)
        held = replace(held, seed=None, areas=removed.areas)
        found = replace(found, recovery=None)
        hidden, notices = hidden | wanted | removed.hidden, removed.notices
    if basic_profile:
        hidden |= _deidentify(redacted, held, basic_profile)
        # Certificates name devices, and lead to whoever is trusted.
        held, found = replace(held, certificates=()), replace(found, recovery=None)
    hidden |= empty(redacted, wanted)
    rows = tuple(row.redacted() if row.path in hidden else row for row in held.rows)
    amended = tuple(one.redacted(hidden) for one in held.amended)
    # Time stamps tell a date.
    body = replace(held, rows=rows, stamps=(), amended=amended).encoded
    block.write_block(redacted, replace(found, disclosures=body, restoration=None))
    return Redacted(redacted, notices)


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
    boxes: Iterable[RegionBox] = (),
) -> tuple[str, ...]:
    """Redact the file at `source` into `target`, whole or not at all; return notices.

    Raises what `redact` raises, OutputExists, OSError.
    """
    redacted = redact_dataset(read_sound(source), remove, basic_profile, boxes)
    part10.write(redacted.dataset, target, force)
    return redacted.notices
