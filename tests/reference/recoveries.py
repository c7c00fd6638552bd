"""Recovery data from docs/spec/recovery.md: HPKE on Python integers, for tests and vectors only.

X25519 as in RFC 7748, HKDF as in RFC 5869, HPKE as in RFC 9180. Of libraries only AES-GCM and the
hashes are used. Ephemeral and content keys are given, so that the same bytes come out every time.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

P = 2**255 - 19
KEM = b"KEM\x00\x20"
HPKE = b"HPKE\x00\x20\x00\x01\x00\x01"
DOMAIN = b"scanseal/1/recovery\0"


def x25519(secret: bytes, u: bytes = bytes([9, *bytes(31)])) -> bytes:
    """Return the u coordinate of secret times the point at `u` (RFC 7748, 5)."""
    k = int.from_bytes(secret, "little") & ~7 & ~(128 << 248) | 64 << 248
    x1 = int.from_bytes(u, "little") % 2**255
    x2, z2, x3, z3, swapped = 1, 0, x1, 1, 0
    for bit in range(254, -1, -1):
        if (k >> bit & 1) != swapped:
            x2, z2, x3, z3, swapped = x3, z3, x2, z2, 1 - swapped
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a, c * b, a * a, b * b
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(key: bytes, info: bytes, size: int) -> bytes:
    """Return `size` bytes (RFC 5869, 2.3)."""
    blocks = [b""]
    while sum(map(len, blocks)) < size:
        blocks.append(mac(key, blocks[-1] + info + bytes([len(blocks)])))
    return b"".join(blocks)[:size]


def labeled_extract(suite: bytes, label: bytes, key: bytes) -> bytes:
    """Return the extract without salt (RFC 9180, 4)."""
    return mac(bytes(32), b"HPKE-v1" + suite + label + key)


def labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, size: int) -> bytes:
    return expand(key, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, size)


@dataclass(frozen=True)
class Schedule:
    """What both sides derive (RFC 9180, 5.1), in base mode without a pre-shared key."""

    shared: bytes
    key: bytes
    nonce: bytes


def derive(exchanged: bytes, encapsulated: bytes, recipient: bytes, info: bytes) -> Schedule:
    """Return the schedule from the X25519 result and both public keys."""
    prk = labeled_extract(KEM, b"eae_prk", exchanged)
    shared = labeled_expand(KEM, prk, b"shared_secret", encapsulated + recipient, 32)
    hashes = labeled_extract(HPKE, b"psk_id_hash", b"") + labeled_extract(HPKE, b"info_hash", info)
    secret = mac(shared, b"HPKE-v1" + HPKE + b"secret")
    return Schedule(
        shared,
        labeled_expand(HPKE, secret, b"key", b"\0" + hashes, 16),
        labeled_expand(HPKE, secret, b"base_nonce", b"\0" + hashes, 12),
    )


def seal(plain: bytes, recipient: bytes, ephemeral: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Return encapsulated key and ciphertext, for the raw public key `recipient`."""
    encapsulated = x25519(ephemeral)
    made = derive(x25519(ephemeral, recipient), encapsulated, recipient, info)
    return encapsulated + AESGCM(made.key).encrypt(made.nonce, plain, aad)


def open_sealed(sealed: bytes, secret: bytes, info: bytes, aad: bytes = b"") -> bytes:
    """Return what `seal` took; raises InvalidTag."""
    encapsulated = sealed[:32]
    made = derive(x25519(secret, encapsulated), encapsulated, x25519(secret), info)
    return AESGCM(made.key).decrypt(made.nonce, sealed[32:], aad)


def info_of(head: int, seal_id: bytes, frame: int) -> bytes:
    return DOMAIN + bytes([head]) + seal_id + frame.to_bytes(4, "big")


def picture_cipher(content: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and nonce of the picture where there are several recipients."""
    okm = expand(mac(bytes(32), content), info, 28)
    return okm[:16], okm[16:]


@dataclass(frozen=True)
class Secrets:
    """What a writer draws at random."""

    ephemerals: Sequence[bytes]
    """One for each recipient."""
    content: bytes


def encrypt(
    plain: bytes, recipients: Sequence[bytes], place: tuple[bytes, int], drawn: Secrets
) -> bytes:
    """Return recovery data. plain: codec byte and picture; place: seal id and frame."""
    head = 0x10 + len(recipients) - 1
    info = info_of(head, *place)
    if len(recipients) == 1:
        return bytes([head]) + seal(plain, recipients[0], drawn.ephemerals[0], info)
    pairs = zip(recipients, drawn.ephemerals, strict=True)
    wrapped = b"".join(seal(drawn.content, public, secret, info) for public, secret in pairs)
    key, nonce = picture_cipher(drawn.content, info)
    return bytes([head]) + wrapped + AESGCM(key).encrypt(nonce, plain, None)


def decrypt(data: bytes, secret: bytes, number: int, place: tuple[bytes, int]) -> bytes:
    """Return codec byte and picture for recipient `number`, from 0; raises InvalidTag."""
    count = (data[0] & 15) + 1
    info = info_of(data[0], *place)
    if count == 1:
        return open_sealed(data[1:], secret, info)
    start = 1 + 64 * number
    content = open_sealed(data[start : start + 64], secret, info)
    key, nonce = picture_cipher(content, info)
    return AESGCM(key).decrypt(nonce, data[1 + 64 * count :], None)
