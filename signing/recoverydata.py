"""Recovery data: the compressed picture of one frame, encrypted to those who may see it again.

HPKE (RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM): straight to one
recipient, or a fresh content key to each of several. Layout: docs/spec/recovery.md.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signing import cbor, digests
from signing.digests import MAX_FRAMES, SEAL_ID_SIZE
from signing.errors import LimitExceeded, MalformedRecovery, WrongRecoveryKey
from signing.keys import RecoveryKey, RecoveryPublicKey
from signing.payload import MAX_RECOVERY

VERSION: Final = 1
"""Upper half of the first byte."""

CODEC: Final = 1
"""First byte of what is encrypted: the picture codec of `watermark`, docs/spec/picture.md."""

MAX_RECIPIENTS: Final = 16
"""Recovery keys that one copy is encrypted to, at most: what the lower half can say."""

MAX_BODY: Final = (1 << 30) - 1
"""Bytes of the list of all frames, as element 04 holds it."""

_ENCAPSULATED: Final = 32
"""Bytes of an encapsulated X25519 key (RFC 9180, 7.1)."""
_TAG: Final = 16
"""Bytes of an authentication tag of AES-GCM."""
_CONTENT_KEY: Final = 16
_NONCE: Final = 12
_WRAPPED: Final = _ENCAPSULATED + _CONTENT_KEY + _TAG
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


@dataclass(frozen=True, slots=True)
class RecoveryData:
    """Recovery data taken apart; nothing of it decrypted."""

    head: int
    """The first byte."""
    wrapped: tuple[bytes, ...]
    """The content key for each recipient, 64 bytes each; empty where there is one recipient."""
    sealed: bytes
    """The encrypted picture."""

    @classmethod
    def parse(cls, data: bytes) -> "RecoveryData":
        """Return the parts of `data`; raises MalformedRecovery."""
        if not data or data[0] >> 4 != VERSION:
            raise MalformedRecovery("not version 1")
        if len(data) > MAX_RECOVERY:
            raise MalformedRecovery(f"more than {MAX_RECOVERY} bytes")
        recipients = (data[0] & 15) + 1
        if len(data) <= overhead(recipients):
            raise MalformedRecovery("too short for its recipients and a picture", len(data))
        count = recipients if recipients > 1 else 0
        ends = range(1, 1 + count * _WRAPPED, _WRAPPED)
        wrapped = tuple(data[at : at + _WRAPPED] for at in ends)
        return cls(data[0], wrapped, data[1 + count * _WRAPPED :])


def overhead(recipients: int) -> int:
    """Return the bytes that encryption to 1 to 16 `recipients` adds to a picture."""
    keys = _ENCAPSULATED if recipients == 1 else recipients * _WRAPPED
    return 1 + keys + _TAG + 1


def encrypt(picture: bytes, keys: Sequence[RecoveryPublicKey], seal_id: bytes, frame: int) -> bytes:
    """Return `picture` encrypted to every one of `keys`; a key that comes twice counts once.

    picture: what `watermark.compress` gave, 1 byte or more; seal_id, frame: whose picture it is;
    for another frame or seal it cannot be decrypted. Fresh randomness every time. Raises
    LimitExceeded for no key, more than 16, or a result longer than a payload can say.
    """
    chosen = list({key.public.public_bytes_raw(): key.public for key in keys}.values())
    if not 1 <= len(chosen) <= MAX_RECIPIENTS:
        raise LimitExceeded("recovery keys", len(chosen), MAX_RECIPIENTS)
    size = overhead(len(chosen)) + len(picture)
    if not picture or size > MAX_RECOVERY:
        raise LimitExceeded("bytes of recovery data", size, MAX_RECOVERY)
    head = VERSION << 4 | len(chosen) - 1
    info = context(head, seal_id, frame)
    plain = bytes([CODEC]) + picture
    if len(chosen) == 1:
        return bytes([head]) + _SUITE.encrypt(plain, chosen[0], info)
    content = secrets.token_bytes(_CONTENT_KEY)
    wrapped = b"".join(_SUITE.encrypt(content, public, info) for public in chosen)
    key, nonce = content_cipher(content, info)
    return bytes([head]) + wrapped + AESGCM(key).encrypt(nonce, plain, None)


def decrypt(data: bytes, key: RecoveryKey, seal_id: bytes, frame: int) -> bytes:
    """Return the compressed picture in recovery data whose digest a verified certificate names.

    Raises MalformedRecovery for bytes that are none, or hold a picture of another codec;
    WrongRecoveryKey where they were not made for this key, seal and frame.
    """
    parts = RecoveryData.parse(data)
    info = context(parts.head, seal_id, frame)
    plain = _open_several(parts, key, info) if parts.wrapped else _open(parts.sealed, key, info)
    if plain is None:
        raise WrongRecoveryKey(key.name)
    if plain[0] != CODEC:
        raise MalformedRecovery(f"picture codec {plain[0]} is not known")
    return plain[1:]


def _open(sealed: bytes, key: RecoveryKey, info: bytes) -> bytes | None:
    """Return what was encrypted to `key`, None where it was not."""
    try:
        return _SUITE.decrypt(sealed, key.private, info)
    except InvalidTag:
        return None


def _open_several(parts: RecoveryData, key: RecoveryKey, info: bytes) -> bytes | None:
    """Return the picture by the first wrapped key that `key` opens; the data name no recipient."""
    for wrapped in parts.wrapped:
        content = _open(wrapped, key, info)
        if content is not None:
            cipher, nonce = content_cipher(content, info)
            try:
                return AESGCM(cipher).decrypt(nonce, parts.sealed, None)
            except InvalidTag:
                return None
    return None


def context(head: int, seal_id: bytes, frame: int) -> bytes:
    """Return HPKE's `info`: domain, first byte, 16 bytes of seal id, and frame number as u32."""
    if len(seal_id) != SEAL_ID_SIZE or not 0 <= frame < MAX_FRAMES:
        raise ValueError("seal id has 16 bytes, frame index is in range")
    return digests.domain("recovery") + bytes([head]) + seal_id + frame.to_bytes(4, "big")


def content_cipher(content: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and nonce of the picture's AES-128-GCM from the content key (HKDF, RFC 5869).

    The seal is in `info`: a guess at a content key can be tried on one seal only.
    """
    okm = HKDF(SHA256(), _CONTENT_KEY + _NONCE, None, info).derive(content)
    return okm[:_CONTENT_KEY], okm[_CONTENT_KEY:]


def encode_frames(frames: Sequence[bytes]) -> bytes:
    """Return the body of element 04: recovery data by frame, empty where there are none."""
    return cbor.encode(list(frames))


def decode_frames(body: bytes) -> tuple[bytes, ...]:
    """Return the recovery data of every frame from the body of element 04.

    They are not parsed. Raises MalformedRecovery for anything but an array of byte strings of
    possible lengths, one at least not empty.
    """
    with cbor.reported_as(MalformedRecovery):
        value = cbor.decode(body, MAX_BODY)
    if not isinstance(value, list) or len(value) > MAX_FRAMES:
        raise MalformedRecovery("not an array of frames")
    frames = tuple(entry for entry in value if isinstance(entry, bytes))
    if len(frames) != len(value):
        raise MalformedRecovery("an entry is not a byte string")
    if not any(frames) or max(map(len, frames)) > MAX_RECOVERY:
        raise MalformedRecovery("no entry, or one of impossible length")
    return frames
