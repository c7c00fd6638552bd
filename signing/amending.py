"""Amend: a trusted role signs again what was rightly changed in a sealed data set, with a reason.

A patient was merged, a side was wrong: the file no longer says what was sealed. The amendment
names the seal and the attributes, and commits to what they hold now; no attribute and no sample
changes. Whether it counts is for the policy of whoever verifies.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydicom.dataset import Dataset

from signing import envelope, moments
from signing.amendment import MAX_AMENDMENTS, MAX_LEAVES, Amendment
from signing.commitments import (
    SEAL,
    SEAL_REASON,
    SEAL_TIME,
    AmendedRows,
    Commitment,
    commit,
)
from signing.commitments import root as root_of
from signing.corrections import check_reason, choose_paths
from signing.dicom import block, original, part10, policy
from signing.dicom.block import SealBlock
from signing.dicom.canonical import NOTHING
from signing.dicom.copies import fork
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.envelope import Kind
from signing.errors import LimitExceeded, NotAuthentic, NotSealed
from signing.evidence.amendments import read_amendments, weigh_amendments
from signing.evidence.attributecheck import compare_attributes
from signing.evidence.custody import order_custody
from signing.evidence.standing import assess_signers, trust_named
from signing.keys import PublicKey, Signer
from signing.requirements import ANYBODY
from signing.sealparts import SealParts, only_block, read_seal
from signing.signerchain import check_chain
from signing.stamps import Stamp
from signing.timestamps.exchange import Stamper, stamp_with
from signing.trust import Trust
from signing.verdict import Report, Scope, Verdict
from signing.verification import verify


@dataclass(frozen=True, slots=True)
class AmendOptions:
    """How an amendment is made."""

    attributes: tuple[str, ...] | None = None
    """Keywords or paths of what is signed again; None for all that differ and may be amended."""
    trust: Trust | None = None
    """Whose seals and amendments are believed; None for whoever signed them."""
    certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the signer's key in DER, its own first."""
    timestamp: str | Stamper | None = None
    """Who stamps the time (RFC 3161): a URL that is asked, or a callable from digest to token."""


@dataclass(frozen=True, slots=True)
class AmendResult:
    """What an amendment signed."""

    attributes: tuple[str, ...]
    """Paths, ascending."""
    amendments: int
    """How many are in the data set now."""


def amend(
    dataset: Dataset,
    signer: Signer,
    reason: str,
    attributes: Iterable[str] | None = None,
    options: AmendOptions | None = None,
) -> Dataset:
    """Return a copy of a sealed data set in which `signer` answers for what differs from the seal.

    reason: why, 1 to 256 characters that reports show; attributes: keywords or paths of what is
    signed again, None for all that differ and may be amended; options: whom to believe, and what
    else goes along. Raises NotSealed; NotAmendable for what cannot be signed again, and where
    there is nothing to sign; NotAuthentic where something else contradicts the seal, for the copy
    must verify; MalformedBlock for a seal in several blocks; LimitExceeded for a 17th amendment;
    MalformedKey, StampFailed, Unreadable.
    """
    chosen = options or AmendOptions()
    if attributes is not None:
        chosen = replace(chosen, attributes=tuple(attributes))
    return amend_dataset(dataset, signer, reason, chosen)[0]


def amend_file(
    source: Path,
    target: Path,
    signer: Signer,
    reason: str,
    options: AmendOptions,
    force: bool = False,
) -> AmendResult:
    """Amend the file at `source` into `target`, whole or not at all.

    Raises what `amend` raises, OutputExists, OSError.
    """
    amended, result = amend_dataset(read_sound(source), signer, reason, options)
    part10.write(amended, target, force)
    return result


@silenced()
def amend_dataset(
    dataset: Dataset, signer: Signer, reason: str, options: AmendOptions
) -> tuple[Dataset, AmendResult]:
    """As `amend`, and what was signed."""
    check_chain(options.certificates, signer)
    check_reason(dataset, reason)
    parts = read_seal(dataset)
    if not parts.present:
        raise NotSealed
    held = only_block(dataset, parts)
    if len(parts.amendments) >= MAX_AMENDMENTS:
        raise LimitExceeded("amendments", len(parts.amendments) + 1, MAX_AMENDMENTS)
    own = PublicKey(signer.public_key, signer.name, signer.role)
    believed = (options.trust or trust_named(parts, own)).admitting([own])
    place = _find_statement(dataset, parts, believed)
    paths = _choose(dataset, parts, place, believed, options)
    rows = _commit(dataset, paths, reason)
    claims = _claim(parts, place, signer, rows)
    result = fork(dataset)
    block.write_block(result, _extended(held, parts, claims, rows, signer, options))
    report = verify(result, believed, policy=ANYBODY)
    if not _holds(report):
        raise NotAuthentic(report)
    return result, AmendResult(paths, len(parts.amendments) + 1)


def _find_statement(dataset: Dataset, parts: SealParts, believed: Trust) -> int:
    """Return the place of the oldest statement that is believed; raises NotAuthentic for none."""
    standings = assess_signers(parts, believed).standings
    for place in order_custody(parts):
        if standings[place].trusted:
            return place
    raise NotAuthentic(verify(dataset, believed))


def _choose(
    dataset: Dataset, parts: SealParts, place: int, believed: Trust, options: AmendOptions
) -> tuple[str, ...]:
    """Return the paths that are signed, of what differs from what is in force."""
    signed = read_amendments(parts, assess_signers(parts, believed))
    amended = weigh_amendments(parts, place, signed, ANYBODY).amended
    found = compare_attributes(dataset, parts.disclosures[0], amended).differences
    known = {row.path for listed in parts.disclosures[0].amended for row in listed.rows}
    paths = choose_paths(found, options.attributes, known)
    if len(paths) + 2 > MAX_LEAVES:
        raise LimitExceeded("amended attributes", len(paths), MAX_LEAVES - 2)
    return paths


def _commit(dataset: Dataset, paths: tuple[str, ...], reason: str) -> tuple[Commitment, ...]:
    """Return fresh commitments to what the attributes hold now, to the reason and the time."""
    now = moments.spell(datetime.now(UTC))
    held = policy.select(dataset)
    values = [(path, held.get(path, NOTHING)) for path in paths]
    leaves = [(path, value.type, value.data) for path, value in values]
    leaves += [(SEAL_REASON, SEAL, reason.encode()), (SEAL_TIME, SEAL, now.encode())]
    return commit(leaves, secrets.token_bytes)


def _claim(parts: SealParts, place: int, signer: Signer, rows: tuple[Commitment, ...]) -> Amendment:
    """Return the claims: of the statement that made the seal, over all amendments that are there.

    A later statement of a chain names the first one, so an amendment of that one holds for both.
    """
    sealed, statement = parts.statements[place]
    ordered = sorted(parts.amendments, key=lambda found: len(found[1].earlier))
    return Amendment(
        seal_id=statement.seal_id,
        public_key=signer.public_key,
        statement=(*statement.earlier, envelope.digest_of(sealed))[0],
        root=root_of(rows),
        leaf_count=len(rows),
        earlier=tuple(dict.fromkeys(envelope.digest_of(earlier) for earlier, _ in ordered)),
    )


def _extended(
    found: SealBlock,
    parts: SealParts,
    claims: Amendment,
    rows: tuple[Commitment, ...],
    signer: Signer,
    options: AmendOptions,
) -> SealBlock:
    """Return the block with the amendment behind statements and amendments, and its rows."""
    signed = envelope.sign(Kind.AMENDMENT, claims.encoded, signer)
    digest = envelope.digest_of(envelope.parse(signed))
    listed = original.decode_envelopes(found.envelopes or b"")
    kinds = [envelope.parse(data).kind for data in listed]
    last = max(n for n, kind in enumerate(kinds, 1) if kind in (Kind.STATEMENT, Kind.AMENDMENT))
    held = parts.disclosures[0]
    amended = sorted((*held.amended, AmendedRows(digest, rows)), key=lambda a: a.amendment)
    stamps = held.stamps
    if options.timestamp is not None:
        token = stamp_with(options.timestamp)(digest)
        stamps = tuple(sorted((*stamps, Stamp(digest, token))))
    links = tuple(dict.fromkeys((*held.certificates, *options.certificates)))
    body = replace(held, stamps=stamps, certificates=links, amended=tuple(amended)).encoded
    envelopes = original.encode_envelopes([*listed[:last], signed, *listed[last:]])
    return replace(found, envelopes=envelopes, disclosures=body)


def _holds(report: Report) -> bool:
    """Tell whether nothing contradicts, and nothing is missing but what was redacted."""
    partial = report.verdict is Verdict.PARTIAL and report.scope is Scope.REDACTED
    return report.verdict is Verdict.AUTHENTIC or partial
