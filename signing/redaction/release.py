"""Redact: take attributes out of a sealed data set so that the rest still verifies. Needs no key.

The value goes, and the salt of its commitment: the root still stands, and nothing that stays lets
the value be guessed. What gives samples their meaning stays (docs/spec/attributes.md, "Classes").
"""

from collections.abc import Iterable
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
from signing.dicom import block, part10
from signing.dicom.copies import fork
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.errors import NotRedactable, NotSealed
from signing.redaction.names import find_path
from signing.redaction.removal import empty

ALWAYS: Final = frozenset({SEAL_REASON, SEAL_RESTORATION, SEAL_STATION, SEAL_TIME})
"""Leaves of the seal's own that go with any attribute: the record holds attributes as they were
before sealing, the time of sealing tells that of the study, and why somebody amended is text."""


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
    wanted = {find_path(name) for name in remove}
    blocks = block.read_blocks(dataset)
    if not blocks:
        raise NotSealed
    if len(blocks) > 1 or blocks[0].disclosures is None:
        raise NotRedactable("it has several seal blocks, or its disclosures are gone")
    redacted = fork(dataset)
    gone = wanted | empty(redacted, wanted)
    held = Disclosures.decode(blocks[0].disclosures)
    hidden = gone | ALWAYS
    rows = tuple(row.redacted() if row.path in hidden else row for row in held.rows)
    amended = tuple(one.redacted(hidden) for one in held.amended)
    # Time stamps tell a date; certificates name devices, and lead to whoever is trusted.
    body = replace(held, rows=rows, stamps=(), amended=amended).encoded
    block.write_block(redacted, replace(blocks[0], disclosures=body, restoration=None))
    return redacted


@silenced()
def redact_file(source: Path, target: Path, remove: Iterable[str], force: bool = False) -> None:
    """Redact the file at `source` into `target`, whole or not at all.

    Raises what `redact` raises, OutputExists, OSError.
    """
    part10.write(redact(read_sound(source), remove), target, force)
