"""Redact: take attributes and regions of a sealed data set out so that the rest still verifies.

Needs no key. The value goes, and the salt of its commitment: the root still stands, and nothing
that stays lets the value be guessed. What gives samples their meaning stays
(docs/spec/attributes.md, "Classes"). Regions of frames: `regions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import (
    SEAL_RESTORATION,
    SEAL_STATION,
    SEAL_TIME,
    Disclosures,
)
from signing.dicom import block, part10
from signing.dicom.copies import fork
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.errors import NotRedactable, NotSealed
from signing.redaction.names import find_path
from signing.redaction.regions import TELLING, RegionBox, take_out
from signing.redaction.removal import empty

ALWAYS: Final = frozenset({SEAL_RESTORATION, SEAL_STATION, SEAL_TIME})
"""Leaves of the seal's own that go with anything redacted: the record holds samples and attributes
as they were before sealing, and the time of sealing tells that of the study."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted data set, and what the user should know of it."""

    dataset: Dataset
    notices: tuple[str, ...] = ()
    """One line each, no values."""


@silenced()
def redact(
    dataset: Dataset, remove: Iterable[str] = (), boxes: Iterable[RegionBox] = ()
) -> Dataset:
    """Return the data set without the attributes `remove` and the regions `boxes`.

    The input is not changed. remove: keywords of the standard, or paths as reports have them
    ("00100010", "0029{SIEMENS CSA HEADER}10"). An attribute is emptied wherever it stands; one that
    stands in a sequence takes the proof of that sequence with it. boxes: (frame, row, column,
    height, width) in samples, frames from 0; they grow to whole cells of 8x8 samples, which become
    blank; the mark is destroyed in all frames, and what shows the samples besides goes (`regions`).
    The restoration record, the claimed time and time stamps go; the signers' certificates stay.
    Raises NotRedactable for a name that is none, what cannot be redacted, and a data set with
    several seal blocks; NotSealed, SelfCheckFailed, Unreadable, Malformed.
    """
    return redact_dataset(dataset, remove, boxes).dataset


def redact_dataset(
    dataset: Dataset, remove: Iterable[str], boxes: Iterable[RegionBox] = ()
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
    hidden, notices = wanted | ALWAYS, tuple[str, ...]()
    if listed:
        wanted |= TELLING
        removed = take_out(redacted, held, listed)
        held = replace(held, seed=None, areas=removed.areas)
        found = replace(found, recovery=None)
        hidden, notices = hidden | TELLING | removed.hidden, removed.notices
    hidden |= empty(redacted, wanted)
    rows = tuple(row.redacted() if row.path in hidden else row for row in held.rows)
    # Time stamps tell a date; certificates name devices, and lead to whoever is trusted.
    body = replace(held, rows=rows, stamps=()).encoded
    block.write_block(redacted, replace(found, disclosures=body, restoration=None))
    return Redacted(redacted, notices)


@silenced()
def redact_file(
    source: Path,
    target: Path,
    remove: Iterable[str] = (),
    boxes: Iterable[RegionBox] = (),
    force: bool = False,
) -> tuple[str, ...]:
    """Redact the file at `source` into `target`, whole or not at all; return notices.

    Raises what `redact` raises, OutputExists, OSError.
    """
    redacted = redact_dataset(read_sound(source), remove, boxes)
    part10.write(redacted.dataset, target, force)
    return redacted.notices
