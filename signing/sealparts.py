"""What the private blocks of a data set hold: parsed and sorted, nothing of it verified."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from signing import envelope, recoverydata
from signing.commitments import Disclosures
from signing.dicom import original
from signing.dicom.block import SealBlock, read_blocks
from signing.envelope import Envelope, Kind
from signing.errors import LimitExceeded, Malformed, UnknownVersion
from signing.statement import Statement
from signing.verdict import Code, Finding, Outcome

FAIL = Outcome.FAIL

MAX_STATEMENTS: Final = 16
"""Statements of all blocks: each one that names a known key is held against all samples."""


@dataclass(frozen=True, slots=True)
class SealParts:
    """What the private blocks of a data set hold, parsed, nothing of it verified."""

    statements: tuple[tuple[Envelope, Statement], ...] = ()
    certificates: tuple[bytes, ...] = ()
    """Envelopes."""
    disclosures: tuple[Disclosures, ...] = ()
    restorations: tuple[bytes, ...] = ()
    """Bodies of the restoration element."""
    cells: tuple[bytes, ...] = ()
    """Bodies of the element of cell digests."""
    recoveries: tuple[tuple[bytes, ...], ...] = ()
    """Recovery data of every frame, for each block that holds some."""
    findings: tuple[Finding, ...] = ()
    """What could not be parsed."""
    present: bool = False
    """Whether there is a block at all."""

    @property
    def certificates_of_keys(self) -> tuple[bytes, ...]:
        """The X.509 certificates that came along, each once, of whatever signer."""
        listed = (der for found in self.disclosures for der in found.certificates)
        return tuple(dict.fromkeys(listed))


def read_seal(dataset: Dataset) -> SealParts:
    """Return the parts of every seal block in `dataset`; never raises for content."""
    try:
        blocks = read_blocks(dataset)
    except (Malformed, LimitExceeded) as error:
        finding = Finding(Code.ENVELOPE_MALFORMED, FAIL, "private block", str(error))
        return SealParts(findings=(finding,), present=True)
    statements: list[tuple[Envelope, Statement]] = []
    certificates: list[bytes] = []
    disclosures: list[Disclosures] = []
    findings: list[Finding] = []
    for block in blocks:
        _read_envelopes(block, statements, certificates, findings)
        if block.disclosures is not None:
            try:
                disclosures.append(Disclosures.decode(block.disclosures))
            except Malformed as error:
                findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, "element 02", str(error)))
    restorations = tuple(block.restoration for block in blocks if block.restoration is not None)
    return SealParts(
        tuple(statements),
        tuple(certificates),
        tuple(disclosures),
        restorations,
        tuple(block.cells for block in blocks if block.cells is not None),
        tuple(_read_recoveries(blocks, findings)),
        tuple(findings),
        bool(blocks),
    )


def _read_recoveries(
    blocks: Iterable[SealBlock], findings: list[Finding]
) -> Iterator[tuple[bytes, ...]]:
    """Yield the recovery data that each block lists; what cannot be parsed becomes a finding."""
    for block in blocks:
        if block.recovery is not None:
            try:
                yield recoverydata.decode_frames(block.recovery)
            except Malformed as error:
                findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, "element 04", str(error)))


def _read_envelopes(
    block: SealBlock,
    statements: list[tuple[Envelope, Statement]],
    certificates: list[bytes],
    findings: list[Finding],
) -> None:
    """Sort the envelopes of one block by kind; what cannot be parsed becomes a finding."""
    if block.envelopes is None:
        findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, "element 01", "it is not there"))
        return
    try:
        listed = original.decode_envelopes(block.envelopes)
    except Malformed as error:
        findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, "element 01", str(error)))
        return
    for place, data in enumerate(listed):
        where = f"envelope {place}"
        try:
            _take(data, statements, certificates)
        except UnknownVersion as error:
            findings.append(Finding(Code.SEAL_VERSION, FAIL, where, str(error)))
        except Malformed as error:
            findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, where, str(error)))
        except LimitExceeded as error:
            findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, where, str(error)))
            return


def _take(
    data: bytes, statements: list[tuple[Envelope, Statement]], certificates: list[bytes]
) -> None:
    """Put one envelope with those of its kind. Raises Malformed, UnknownVersion, LimitExceeded."""
    parsed = envelope.parse(data)
    if parsed.kind is Kind.CERTIFICATE:
        certificates.append(data)
    elif parsed.kind is Kind.STATEMENT:
        if len(statements) == MAX_STATEMENTS:
            raise LimitExceeded("statements", MAX_STATEMENTS + 1, MAX_STATEMENTS)
        statements.append((parsed, Statement.decode(parsed.payload)))
