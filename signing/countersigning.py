"""Countersign: a further statement over a seal that is there, by another key.

It says what the first statement says of the instance, names every statement and amendment that is
there, and changes nothing besides: not a sample, not an attribute, no other part of the seal.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from pydicom.dataset import Dataset

from signing import envelope
from signing.dicom import block, original, part10
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.dicom.soundness import read_sound
from signing.envelope import Kind
from signing.errors import (
    LimitExceeded,
    NotAuthentic,
    NotSealed,
)
from signing.evidence.custody import order_custody
from signing.evidence.standing import trust_named
from signing.keys import PublicKey, Signer
from signing.requirements import ANYBODY, DEFAULT, Requirements
from signing.sealparts import MAX_STATEMENTS, SealParts, only_block, read_seal
from signing.selfcheck import check_seal
from signing.signerchain import check_chain
from signing.statement import MAX_EARLIER, Reason, Statement
from signing.trust import Trust
from signing.verdict import Verdict
from signing.verification import verify


@dataclass(frozen=True, slots=True)
class CustodyOptions:
    """What goes along with a further signature, and what it asks for."""

    certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the signer's key in DER, its own first."""
    policy: Requirements = DEFAULT
    """What the signer asks of a seal, and whose amendments count."""


def countersign(
    dataset: Dataset,
    signer: Signer,
    trust: Trust,
    certificates: tuple[bytes, ...] = (),
    policy: Requirements = DEFAULT,
) -> Dataset:
    """Return a copy of a sealed data set with a further statement by `signer`.

    trust: whom the signer believes; certificates: X.509 certificates of the signer's key in DER,
    its own first; policy: what the signer asks of a seal, and whose amendments count. Raises
    NotSealed; NotAuthentic where the seal is not authentic under `trust` and `policy`, for a
    signature over it would vouch for a forgery; MalformedBlock for a seal in several blocks;
    LimitExceeded for a 17th statement; MalformedKey for certificates that are not the signer's;
    Unreadable.
    """
    check_chain(certificates, signer)
    parts = read_seal(dataset)
    if not parts.present:
        raise NotSealed
    report = verify(dataset, trust, policy=policy)
    if report.verdict is not Verdict.AUTHENTIC:
        raise NotAuthentic(report)
    held = only_block(dataset, parts)
    if len(parts.statements) >= MAX_STATEMENTS:
        raise LimitExceeded("statements", len(parts.statements) + 1, MAX_STATEMENTS)
    if len(parts.statements) + len(parts.amendments) > MAX_EARLIER:
        named = len(parts.statements) + len(parts.amendments)
        raise LimitExceeded("statements and amendments", named, MAX_EARLIER)
    result = fork(dataset)
    block.write_block(result, _extended(held, parts, signer, certificates))
    _check(result, parts, signer)
    return result


def countersign_file(
    source: Path,
    target: Path,
    signer: Signer,
    trust: Trust,
    options: CustodyOptions,
    force: bool = False,
) -> int:
    """Countersign the file at `source` into `target`, whole or not at all; return the signers.

    Raises what `countersign` raises, OutputExists, OSError.
    """
    whole = read_sound(source)
    signed = countersign(whole, signer, trust, options.certificates, options.policy)
    part10.write(signed, target, force)
    return len(read_seal(signed).statements)


def _extended(
    found: SealBlock, parts: SealParts, signer: Signer, certificates: tuple[bytes, ...]
) -> SealBlock:
    """Return the block with the further statement behind the others, and its certificates."""
    ordered = [parts.statements[place] for place in order_custody(parts)]
    named = [sealed for sealed, _ in ordered] + [amended for amended, _ in parts.amendments]
    earlier = tuple(dict.fromkeys(map(envelope.digest_of, named)))
    claims = _follow(ordered[0][1], signer.public_key, earlier).encoded
    listed = original.decode_envelopes(found.envelopes or b"")
    statements = [data for data in listed if envelope.parse(data).kind is Kind.STATEMENT]
    others = [data for data in listed if data not in statements]
    further = envelope.sign(Kind.STATEMENT, claims, signer)
    disclosures = parts.disclosures[0]
    links = tuple(dict.fromkeys((*disclosures.certificates, *certificates)))
    return replace(
        found,
        envelopes=original.encode_envelopes([*statements, further, *others]),
        disclosures=replace(disclosures, certificates=links).encoded,
    )


def _follow(first: Statement, public_key: bytes, earlier: tuple[bytes, ...]) -> Statement:
    """Return the statement that says what the first one says, by another key."""
    return replace(
        first,
        public_key=public_key,
        certificates=b"",
        unmarked=tuple(range(first.frames)),
        reason=Reason.CUSTODY if first.frames else None,
        earlier=earlier,
    )


def _check(result: Dataset, parts: SealParts, signer: Signer) -> None:
    """Verify the copy as somebody would who trusts this signer only, and whoever amended."""
    own = PublicKey(signer.public_key, signer.name, signer.role)
    amended = replace(parts, statements=())
    check_seal(result, trust_named(amended, own), ANYBODY)
