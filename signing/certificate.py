"""Certificates: the signed claims about one frame's samples. No patient data, no time.

Layout: docs/spec/certificate.md. The description is watermark's and opaque here.
"""

from dataclasses import dataclass
from typing import Final

from signing import cbor
from signing.digests import DIGEST_SIZE, KEY_ID_SIZE, MAX_FRAMES
from signing.errors import MalformedCertificate

VERSION: Final = 1
"""The only value of claim 1."""

MAX_DESCRIPTION: Final = 2**19
"""Bytes of a description. One of 4096 x 3328 samples in 32 x 32 tiles has about 110 kB."""

MAX_CERTIFICATE: Final = MAX_DESCRIPTION + 128
"""Bytes of encoded claims; below the envelope's ceiling for its kind."""

OVERHEAD: Final = 68
"""Bytes of encoded claims beside the description, at most: with recovery digest, longest heads."""

_ID_HEAD: Final = b"\x04\x50"  # key 4, byte string of 16
_RECOVERY_HEAD: Final = b"\x05\x58\x20"  # key 5, byte string of 32
_REQUIRED: Final = frozenset({1, 2, 3, 4})
_OPTIONAL: Final = frozenset({5})


@dataclass(frozen=True, slots=True)
class Certificate:
    """Claims about one frame. Construction raises MalformedCertificate for a value out of range."""

    description: bytes
    """Encoded by watermark: geometry, seal id, frame index, tile digests. 1 to 2**19 bytes."""
    frames: int
    """Frames of the instance that this one belongs to, 1 to 2**17."""
    key_id: bytes
    """16 bytes: whose key signs this, as a hint which key to try."""
    recovery: bytes | None = None
    """SHA-256 of the frame's encrypted recovery data, 32 bytes; None where there is none."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.description) <= MAX_DESCRIPTION:
            raise MalformedCertificate(f"a description of {len(self.description)} bytes")
        if not 1 <= self.frames <= MAX_FRAMES:
            raise MalformedCertificate("frame count out of range")
        if len(self.key_id) != KEY_ID_SIZE:
            raise MalformedCertificate("key id has not 16 bytes")
        if self.recovery is not None and len(self.recovery) != DIGEST_SIZE:
            raise MalformedCertificate("digest of recovery data has not 32 bytes")

    @property
    def encoded(self) -> bytes:
        """The claims as they are signed."""
        claims: dict[int, cbor.Value] = {
            1: VERSION,
            2: self.description,
            3: self.frames,
            4: self.key_id,
        }
        if self.recovery is not None:
            claims[5] = self.recovery
        return cbor.encode(claims)

    @classmethod
    def decode(cls, claims: bytes) -> "Certificate":
        """Return the certificate whose encoding is `claims`; raises MalformedCertificate.

        To be called on claims whose signature has been verified.
        """
        with cbor.reported_as(MalformedCertificate):
            fields = cbor.Fields.read(claims, MAX_CERTIFICATE, _REQUIRED, _OPTIONAL)
            if fields.uint(1) != VERSION:
                raise MalformedCertificate("not version 1")
            recovery = fields.bstr(5) if fields.has(5) else None
            return cls(fields.bstr(2), fields.uint(3), fields.bstr(4), recovery)


def hinted_key_ids(claims: bytes) -> tuple[bytes, ...]:
    """Return the key ids that encoded claims may name, without decoding them: none, one or two.

    Which key to try must be known before anything is decoded. The id stands at a fixed distance
    from the end: behind it comes nothing, or the digest of the recovery data. Both places can look
    right by chance. Only hints: the claims must still verify and decode.
    """
    ends = (len(claims), len(claims) - DIGEST_SIZE - len(_RECOVERY_HEAD))
    starts = [end - KEY_ID_SIZE for end in ends if end - KEY_ID_SIZE >= len(_ID_HEAD)]
    return tuple(
        claims[start : start + KEY_ID_SIZE]
        for start in starts
        if claims[start - len(_ID_HEAD) : start] == _ID_HEAD
    )
