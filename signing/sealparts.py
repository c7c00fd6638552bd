"""What the private blocks of a data set hold: parsed and sorted, nothing of it verified."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pydicom.dataset import Dataset

from signing import envelope, recoverydata
from signing.amendment import MAX_AMENDMENTS, Amendment
from signing.cbor import MAX_ITEMS
from signing.commitments import Disclosures
from signing.dicom import original
from signing.dicom.block import SealBlock, read_blocks
from signing.envelope import Envelope, Kind
from signing.errors import (
    LimitExceeded,
    Malformed,
    MalformedBlock,
    MalformedDisclosures,
    UnknownVersion,
)
from signing.statement import Statement
from signing.verdict import Code, Finding, Outcome

FAIL = Outcome.FAIL

MAX_STATEMENTS: Final = 16
"""Statements of all blocks: each one that names a known key is held against all samples."""


@dataclass(frozen=True, slots=True)
class SealParts:
    """What the private blocks of a data set hold, parsed, nothing of it verified."""

    statements: tuple[tuple[Envelope, Statement], ...] = ()
    """Of all blocks, in the order in which they lie there."""
    certificates: tuple[bytes, ...] = ()
    """Envelopes of frames' certificates."""
    disclosures: tuple[Disclosures, ...] = ()
    """One for each block that has some."""
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
    amendments: tuple[tuple[Envelope, Amendment], ...] = ()
    """Of all blocks, in the order in which they lie there."""

    @property
    def certificates_of_keys(self) -> tuple[bytes, ...]:
        """The X.509 certificates that came along, each once, of whatever signer."""
        listed = (der for found in self.disclosures for der in found.certificates)
        return tuple(dict.fromkeys(listed))


@dataclass(slots=True)
class _Sorted:
    """The envelopes of all blocks by kind, and what could not be parsed."""

    statements: list[tuple[Envelope, Statement]] = field(default_factory=list)
    certificates: list[bytes] = field(default_factory=list)
    amendments: list[tuple[Envelope, Amendment]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, data: bytes) -> None:
        """Put one envelope with those of its kind.

        Raises Malformed, UnknownVersion, LimitExceeded.
        """
        parsed = envelope.parse(data)
        if parsed.kind is Kind.CERTIFICATE:
            self.certificates.append(data)
        elif parsed.kind is Kind.STATEMENT:
            if len(self.statements) == MAX_STATEMENTS:
                raise LimitExceeded("statements", MAX_STATEMENTS + 1, MAX_STATEMENTS)
            self.statements.append((parsed, Statement.decode(parsed.payload)))
        elif parsed.kind is Kind.AMENDMENT:
            if len(self.amendments) == MAX_AMENDMENTS:
                raise LimitExceeded("amendments", MAX_AMENDMENTS + 1, MAX_AMENDMENTS)
            self.amendments.append((parsed, Amendment.decode(parsed.payload)))


def read_seal(dataset: Dataset) -> SealParts:
    """Return the parts of every seal block in `dataset`; never raises for content."""
    try:
        blocks = read_blocks(dataset)
    except (Malformed, LimitExceeded) as error:
        finding = Finding(Code.ENVELOPE_MALFORMED, FAIL, "private block", str(error))
        return SealParts(findings=(finding,), present=True)
    found = _Sorted()
    for block in blocks:
        _read_envelopes(block, found)
    disclosures = _read_disclosures(blocks, found.findings)
    restorations = tuple(block.restoration for block in blocks if block.restoration is not None)
    return SealParts(
        tuple(found.statements),
        tuple(found.certificates),
        tuple(disclosures),
        restorations,
        tuple(block.cells for block in blocks if block.cells is not None),
        tuple(_read_recoveries(blocks, found.findings)),
        tuple(found.findings),
        bool(blocks),
        tuple(found.amendments),
    )


def _read_disclosures(blocks: Iterable[SealBlock], findings: list[Finding]) -> list[Disclosures]:
    """Return the disclosures of each block; what cannot be parsed becomes a finding.

    All together have no more items than one may have: what is malformed counts by its bytes.
    """
    disclosures: list[Disclosures] = []
    spent = 0
    for block in blocks:
        if block.disclosures is None:
            continue
        try:
            if spent > MAX_ITEMS:
                raise MalformedDisclosures("more of them than are read")
            disclosures.append(Disclosures.decode(block.disclosures))
            areas = disclosures[-1].areas
            spent += disclosures[-1].items + (areas.runs if areas is not None else 0)
        except Malformed as error:
            spent += len(block.disclosures)
            findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, "element 02", str(error)))
    return disclosures


def only_block(dataset: Dataset, parts: SealParts) -> SealBlock:
    """Return the block of a seal that can be added to: one block, whose disclosures are there.

    parts: of the same data set, which is sealed. Raises MalformedBlock for any other seal,
    LimitExceeded for too many blocks.
    """
    blocks = read_blocks(dataset)
    if len(blocks) != 1 or len(parts.disclosures) != 1:
        raise MalformedBlock("the seal lies in several blocks, or its disclosures are gone")
    return blocks[0]


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


def _read_envelopes(block: SealBlock, found: _Sorted) -> None:
    """Sort the envelopes of one block by kind; what cannot be parsed becomes a finding."""
    findings = found.findings
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
            found.take(data)
        except UnknownVersion as error:
            findings.append(Finding(Code.SEAL_VERSION, FAIL, where, str(error)))
        except Malformed as error:
            findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, where, str(error)))
        except LimitExceeded as error:
            findings.append(Finding(Code.ENVELOPE_MALFORMED, FAIL, where, str(error)))
            return
