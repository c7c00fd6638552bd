"""Sealed instances that were changed and amended, and those who may amend them."""

from dataclasses import replace
from functools import cache
from typing import Any

from pydicom.dataset import Dataset

from signing.amending import amend
from signing.commitments import AmendedRows, Disclosures
from signing.dicom import block, original, part10
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.keys import PublicKey, Role
from signing.requirements import AmendRule, Requirements
from signing.trust import Trust
from signing.verdict import Report
from signing.verification import verify
from tests.signing.seals import TRUST, sealed
from tests.signing.strategies import signer

ARCHIVE, AI = signer("archive", Role.ARCHIVE), signer("ai", Role.AI)
KEYS = (
    *TRUST.keys,
    PublicKey(ARCHIVE.public_key, "archive", Role.ARCHIVE),
    PublicKey(AI.public_key, "ai", Role.AI),
)
ALL = Trust.of(*KEYS)
GRANTED = Requirements(amenders=(AmendRule(roles=(Role.ARCHIVE,)),))
REASON = "patient merge"
PATIENT, SIDE = "00100020", "00200060"


def changed(dataset: Dataset | None = None, **values: Any) -> Dataset:
    """Return a sealed instance in which an archive changed attributes: by default the patient."""
    other = fork(sealed() if dataset is None else dataset)
    for keyword, value in (values or {"PatientID": "MERGED-7"}).items():
        if value is None:
            del other[keyword]
        else:
            setattr(other, keyword, value)
    return other


@cache
def _merged() -> bytes:
    return part10.encode(amend(changed(), ARCHIVE, REASON))


def merged() -> Dataset:
    """Return an instance whose patient was merged, and amended by the archive."""
    return part10.parse(_merged()).dataset


def again(dataset: Dataset, by: Any = ARCHIVE, reason: str = "again", **values: Any) -> Dataset:
    """Return a copy that was changed once more, and amended."""
    return amend(changed(dataset, **values), by, reason)


def judged(dataset: Dataset, trust: Trust = ALL, policy: Requirements = GRANTED) -> Report:
    """Return the report of somebody who lets archives amend."""
    return verify(dataset, trust, policy=policy)


def body_of(dataset: Dataset) -> SealBlock:
    """Return the one block."""
    (found,) = block.read_blocks(dataset)
    return found


def envelopes_of(dataset: Dataset) -> list[bytes]:
    """Return the envelopes of the one block."""
    return list(original.decode_envelopes(body_of(dataset).envelopes or b""))


def held_by(dataset: Dataset) -> Disclosures:
    """Return the disclosures of the one block."""
    return Disclosures.decode(body_of(dataset).disclosures or b"")


def with_block(dataset: Dataset, **bodies: bytes | None) -> Dataset:
    """Return a copy with other bodies in its block."""
    other = fork(dataset)
    block.write_block(other, replace(body_of(dataset), **bodies))
    return other


def with_envelopes(dataset: Dataset, envelopes: list[bytes]) -> Dataset:
    """Return a copy with other envelopes."""
    return with_block(dataset, envelopes=original.encode_envelopes(envelopes))


def with_amended(dataset: Dataset, amended: tuple[AmendedRows, ...]) -> Dataset:
    """Return a copy whose disclosures list other rows of amendments."""
    return with_block(dataset, disclosures=replace(held_by(dataset), amended=amended).encoded)


def transplanted(target: Dataset, source: Dataset) -> Dataset:
    """Return `target` with the amendments of `source` beside its own seal."""
    added = [data for data in envelopes_of(source) if b"scanseal/1/amendment" in data]
    grown = with_envelopes(target, [*envelopes_of(target), *added])
    return with_amended(grown, held_by(source).amended)
