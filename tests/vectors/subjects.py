"""What the vectors of signing's formats are of: keys, salts and claims that follow from labels."""

import dataclasses
import hashlib

from signing import commitments, digests, envelope
from signing.certificate import Certificate
from signing.commitments import Disclosures
from signing.envelope import Kind
from signing.payload import Payload
from signing.reasons import Reason
from signing.stamps import Stamp
from signing.statement import DigestKind, Statement
from tests.signing.authorities import MIDDLE, SCANNER
from tests.signing.strategies import OTHER, SIGNER, noise

SEAL_ID = noise("seal id", 16)
SEED = noise("seed", 16)

RECOVERY = noise("recovery", 9)
CERTIFICATE = Certificate(noise("description", 24), 2, SIGNER.key_id)
RECOVERABLE = dataclasses.replace(CERTIFICATE, recovery=digests.recovery_digest(RECOVERY))
CERTIFIED = envelope.sign(Kind.CERTIFICATE, CERTIFICATE.encoded, SIGNER)

VALUES = [
    (commitments.SEAL_TIME, commitments.SEAL, b"2026-11-23T10:00:00Z"),
    (commitments.tag_path(0x00100020), "LO", b"7"),
    (commitments.tag_path(0x00281050), commitments.ABSENT, b""),
    (commitments.private_path(0x29, "ACME 1.0", 0x10), "UN", b"\1\2"),
    (commitments.item_path("00189346", 0, "00080100"), "SH", b"113691"),
]
ROWS = commitments.commit(VALUES, lambda size: noise("salts", size))
DISCLOSED = Disclosures(SEED, ROWS)
CERTIFIED_KEY = Disclosures(SEED, ROWS, certificates=(SCANNER.der, MIDDLE.der))
REDACTED = Disclosures(None, (ROWS[0].redacted(), *ROWS[1:-1], ROWS[-1].redacted()))
STAMPS = tuple(Stamp(noise("stamped", 32), noise(f"token {n}", 40)) for n in (1, 0))
STAMPED = dataclasses.replace(DISCLOSED, stamps=tuple(sorted(STAMPS)))
RENEWAL = Stamp(
    STAMPS[0].digest,
    noise("token 2", 40),
    tuple(sorted(stamp.token_digest for stamp in STAMPS)),
)
RENEWED = Disclosures(SEED, (), tuple(sorted((*STAMPS, RENEWAL))))

STATEMENT = Statement(
    seal_id=SEAL_ID,
    public_key=SIGNER.public_key,
    frames=2,
    kind=DigestKind.SAMPLES,
    marked=noise("marked", 64),
    original=noise("original", 64),
    certificates=digests.certificate_digest(CERTIFIED),
    unmarked=(1,),
    attribute_root=DISCLOSED.root,
    leaf_count=len(ROWS),
)
DETACHED = dataclasses.replace(
    STATEMENT,
    kind=DigestKind.CODESTREAM,
    certificates=b"",
    unmarked=(0, 1),
    reason=Reason.LOSSY,
)
BARE = dataclasses.replace(
    STATEMENT,
    frames=0,
    kind=DigestKind.NONE,
    marked=b"",
    original=b"",
    certificates=b"",
    unmarked=(),
)
FOLLOWING = dataclasses.replace(
    STATEMENT,
    public_key=OTHER.public_key,
    certificates=b"",
    unmarked=(0, 1),
    reason=Reason.CUSTODY,
    earlier=(hashlib.sha256(envelope.sign(Kind.STATEMENT, STATEMENT.encoded, SIGNER)).digest(),),
)
STATED = envelope.sign(Kind.STATEMENT, STATEMENT.encoded, SIGNER)
SIGNATURE = envelope.parse(CERTIFIED).signature
CARRIED = Payload(SEED, SIGNATURE, CERTIFICATE.encoded)
RECOVERABLE_SIGNATURE = SIGNER.sign(envelope.signed_message(Kind.CERTIFICATE, RECOVERABLE.encoded))
