"""Sign the tags: commitments to the attributes, the statement, and the private block."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

from pydicom.dataset import Dataset

from signing import celllists, digests, envelope, moments
from signing.commitments import (
    SEAL,
    SEAL_RESTORATION,
    SEAL_TIME,
    Commitment,
    Disclosures,
    commit,
)
from signing.dicom import block, declaration, original, policy
from signing.dicom.block import SealBlock
from signing.dicom.declaration import Declaration
from signing.dicom.frames import DETACHED
from signing.dicom.instances import NEW_UID_TAGS, give_new_uid
from signing.dicom.original import Restoration
from signing.envelope import Kind
from signing.gathering import SealedFrames
from signing.marking import Marking
from signing.reasons import Reason
from signing.recoverydata import encode_frames
from signing.sealvalues import seal_values
from signing.stamps import Stamp
from signing.statement import DigestKind, Statement
from signing.timestamps.exchange import Stamper


@dataclass(frozen=True, slots=True)
class TagOptions:
    """What the tags are to hold."""

    kind: DigestKind
    """What the frame digests are of."""
    reason: Reason | None
    """Why no frame is marked."""
    new_uid: bool
    """Make the sealed image a new instance, derived from the source."""
    restoration: bool
    """Keep what gives the original back."""
    stamper: Stamper | None = None
    """Who stamps the statement's time, if anybody."""
    certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the signer's key, DER."""


def sign_tags(
    result: Dataset,
    source: Dataset,
    marking: Marking,
    gathered: SealedFrames,
    mode: TagOptions,
) -> None:
    """Add declarations, commitments, statement and private block to `result`, in place.

    source: the data set before sealing, for the restoration record. Raises Unreadable,
    StampFailed.
    """
    marked = len(gathered.certificates) > 0
    declaration.declare(
        result, Declaration(software_version(), marking.profile if marked else DETACHED)
    )
    if mode.new_uid:
        give_new_uid(result, source)
    tags = (*declaration.TAGS, *NEW_UID_TAGS)
    body = b""
    if mode.restoration:
        body = Restoration(tuple(gathered.records), *original.capture(source, result, tags)).encoded
    rows = _commitments(result, body, mode.kind)
    disclosures = Disclosures(marking.master, rows, certificates=mode.certificates)
    cells = celllists.encode_lists(gathered.cells) if any(gathered.cells) else None
    claims = Statement(
        seal_id=marking.seal_id,
        public_key=marking.signer.public_key,
        frames=len(gathered.marked),
        kind=mode.kind if gathered.marked else DigestKind.NONE,
        marked=b"".join(gathered.marked),
        original=b"".join(gathered.original),
        certificates=b"".join(map(digests.certificate_digest, gathered.certificates)),
        unmarked=tuple(gathered.unmarked),
        attribute_root=disclosures.root,
        leaf_count=len(disclosures.rows),
        reason=None if marked or not gathered.marked else mode.reason,
        cells=None if cells is None else celllists.lists_digest(marking.seal_id, cells),
    ).encoded
    statement = envelope.sign(Kind.STATEMENT, claims, marking.signer)
    disclosures = replace(disclosures, stamps=_stamps(statement, mode.stamper))
    envelopes = original.encode_envelopes([statement, *gathered.certificates])
    recovery = encode_frames(gathered.recoveries) if any(gathered.recoveries) else None
    bodies = SealBlock(envelopes, disclosures.encoded, body or None, recovery, cells)
    block.write_block(result, bodies)


def _stamps(statement: bytes, stamper: Stamper | None) -> tuple[Stamp, ...]:
    """Return the time stamp of a statement's envelope, where somebody is to give one."""
    if stamper is None:
        return ()
    digest = sha256(statement).digest()
    return (Stamp(digest, stamper(digest)),)


def _commitments(result: Dataset, record: bytes, kind: DigestKind) -> tuple[Commitment, ...]:
    """Return fresh commitments to the attributes of `result` and to the seal's own values."""
    now = moments.spell(datetime.now(UTC))
    values = [(path, value.type, value.data) for path, value in policy.select(result).items()]
    values += [(SEAL_TIME, SEAL, now.encode()), (SEAL_RESTORATION, SEAL, sha256(record).digest())]
    values += [(path, SEAL, value) for path, value in seal_values(result, kind)]
    return commit(values, secrets.token_bytes)


def software_version() -> str:
    """Return the version of the installed distribution, "0" when run from a bare folder."""
    try:
        return version("scanseal")
    except PackageNotFoundError:
        return "0"
