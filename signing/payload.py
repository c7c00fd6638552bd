"""What rides in the pixels of a marked frame: seed, signature, claims and recovery data.

The envelope around the certificate is not carried: it follows from signature and claims, byte
for byte. Layout: docs/spec/payload.md.
"""

from dataclasses import dataclass
from hashlib import shake_256
from typing import Final

from signing import cbor, certificate, envelope
from signing.curve import SIGNATURE_SIZE
from signing.digests import DIGEST_SIZE, MAX_FRAMES, SALT_SIZE, SEAL_ID_SIZE
from signing.envelope import Kind
from signing.errors import LimitExceeded, MalformedPayload

COUNT: Final = 3
"""Bytes of a length field."""

HEADER: Final = SALT_SIZE + COUNT + SIGNATURE_SIZE
"""Bytes before the claims: seed, length of the claims, signature."""

OVERHEAD: Final = HEADER + certificate.OVERHEAD + COUNT
"""Bytes of a payload beside description and recovery data, at most; `describe` needs it."""

MAX_RECOVERY: Final = 2 ** (8 * COUNT) - 1
"""Bytes of recovery data: what its length field can say."""

_PADDING: Final = b"scanseal/1/payload/padding\0"


@dataclass(frozen=True, slots=True)
class Payload:
    """The parts of a payload. Construction raises MalformedPayload for a length out of range."""

    seed: bytes
    """16 bytes: the frame's own seed, from which the salts of its digests grow."""
    signature: bytes
    """64 bytes, of the certificate."""
    claims: bytes
    """The certificate's claims, encoded; 1 byte or more."""
    recovery: bytes = b""
    """Encrypted recovery data; empty where there is none."""
    checks: bytes = b""
    """Check bytes, as `watermark` makes them; empty where there was no room, or no wish."""

    def __post_init__(self) -> None:
        if len(self.seed) != SALT_SIZE or len(self.signature) != SIGNATURE_SIZE:
            raise MalformedPayload("seed or signature has another length")
        if not 1 <= len(self.claims) <= certificate.MAX_CERTIFICATE:
            raise MalformedPayload("claims have no possible length")
        if len(self.recovery) > MAX_RECOVERY:
            raise MalformedPayload("recovery data are too long")

    @property
    def size(self) -> int:
        """Bytes without check bytes and padding."""
        return HEADER + len(self.claims) + COUNT + len(self.recovery)

    @property
    def certificate_envelope(self) -> bytes:
        """The certificate's envelope, the same bytes as in the tags."""
        return envelope.wrap(Kind.CERTIFICATE, self.claims, self.signature)


def pack(payload: Payload, capacity: int, *, zeros: bool = False) -> bytes:
    """Return the payload as exactly `capacity` bytes, padded with bytes of its seed.

    zeros: pad with zeros, as the first writers did. Raises LimitExceeded where it does not fit.
    """
    room = capacity - payload.size
    if room < 0 or len(payload.checks) > checks_room(room):
        raise LimitExceeded("bytes of payload", payload.size + len(payload.checks), capacity)
    counted = len(payload.checks).to_bytes(COUNT, "big") if room >= COUNT else b""
    packed = b"".join(
        (
            payload.seed,
            len(payload.claims).to_bytes(COUNT, "big"),
            payload.signature,
            payload.claims,
            len(payload.recovery).to_bytes(COUNT, "big"),
            payload.recovery,
            counted,
            payload.checks,
        )
    )
    rest = capacity - len(packed)
    return packed + (bytes(rest) if zeros else padding(payload.seed, rest))


def checks_room(room: int) -> int:
    """Return how many check bytes fit into `room` bytes behind the recovery data."""
    return max(0, room - COUNT)


def padding(seed: bytes, size: int) -> bytes:
    """Return what fills a payload: `size` bytes of SHAKE-256 over the seed.

    Zeros would be the same in all seals, so that cells pasted from another sealed image would hold
    the right message bits and a map from the pixels alone would pass them over.
    """
    return shake_256(_PADDING + seed).digest(size)


def unpack(data: bytes) -> Payload:
    """Return the parts of a payload as it was read from the pixels, padding included.

    Raises MalformedPayload where a length passes the end of `data`, or the padding is neither
    that of the seed nor zeros. Nothing is allocated by a length that was read. The signature is
    not checked.
    """
    start = SALT_SIZE
    claims_end = HEADER + _length(data, start)
    recovery_start = claims_end + COUNT
    end = recovery_start + _length(data, claims_end)
    if end > len(data):
        raise MalformedPayload("a length passes the end", claims_end)
    checks_end = end
    if len(data) - end >= COUNT:
        checks_end += COUNT + _length(data, end)
    if checks_end > len(data):
        raise MalformedPayload("a length passes the end", end)
    checks, rest = data[end + COUNT : checks_end], data[checks_end:]
    if any(rest) and rest != padding(data[:start], len(rest)):
        raise MalformedPayload("padding is not the seed's", checks_end)
    signature = data[start + COUNT : HEADER]
    claims, recovery = data[HEADER:claims_end], data[recovery_start:end]
    return Payload(data[:start], signature, claims, recovery, checks)


def _length(data: bytes, offset: int) -> int:
    """Return the length at `offset`, whose field must lie within `data`."""
    if offset + COUNT > len(data):
        raise MalformedPayload("ends too early", len(data))
    return int.from_bytes(data[offset : offset + COUNT], "big")


def closing_message(seal_id: bytes, frame: int, digest: bytes) -> bytes:
    """Return what the closing tile's signature signs.

    seal_id: 16 bytes; frame: from 0; digest: 32 bytes, SHA-256 of the marked samples with the
    closing tile's parities cleared, from watermark. Raises ValueError for other sizes.
    """
    if len(seal_id) != SEAL_ID_SIZE or len(digest) != DIGEST_SIZE:
        raise ValueError("seal id has 16 bytes, digest 32")
    if not 0 <= frame < MAX_FRAMES:
        raise ValueError("frame index out of range")
    return envelope.signed_message(Kind.CLOSING, cbor.encode([seal_id, frame, digest]))
