"""The strict Ed25519 rule: one verifier's answer for every byte string.

RFC 8032 leaves room: libraries disagree on small-order points, on encodings that are not the
shortest, and on the cofactor. `cryptography` accepts signatures under small-order keys, which
anybody can forge. So these checks run first, on bytes and integers, and what is left goes to
the cofactorless verification of `cryptography`. The rule and its vectors: docs/spec/keys.md.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.errors import UnsafeKey

PUBLIC_KEY_SIZE: Final = 32
"""Bytes of an encoded point (RFC 8032, 5.1.2)."""

SIGNATURE_SIZE: Final = 64
"""Bytes of a signature, R || S (RFC 8032, 5.1.6)."""

PRIME: Final = 2**255 - 19
"""The field of edwards25519 (RFC 8032, 5.1)."""

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""The order L of the base point (RFC 8032, 5.1)."""

_D: Final = -121665 * pow(121666, -1, PRIME) % PRIME
_SIGN: Final = 1 << 255

# The y of the eight points whose order divides 8. (0, 1) has order 1, (0, -1) order 2, y = 0 are
# the two of order 4; the other two y belong to two points of order 8 each. Nobody needs the sign
# of x to refuse them. Derived again from the curve equation in tests/signing/test_curve.py.
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        PRIME - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


def _refusal(point: bytes) -> str | None:
    """Return why an encoded point (32 bytes) is refused, None where it is not."""
    encoded = int.from_bytes(point, "little")
    y = encoded & ~_SIGN
    if y >= PRIME:
        return "y is not reduced"
    if encoded & _SIGN and y in (1, PRIME - 1):
        return "x is zero and its sign bit is set"
    if y in _SMALL_ORDER_Y:
        return "a point of small order"
    return None


def _on_curve(point: bytes) -> bool:
    """Return whether some x goes with the y of an encoded, reduced point (RFC 8032, 5.1.3)."""
    square = pow(int.from_bytes(point, "little") & ~_SIGN, 2, PRIME)
    ratio = (square - 1) * (_D * square + 1) % PRIME
    # u/v is a square exactly where u*v is one (v is never zero: -1/d is no square).
    return pow(ratio, (PRIME - 1) // 2, PRIME) <= 1


def check_public_key(raw: bytes) -> None:
    """Raise UnsafeKey unless `raw` is a key that the strict rule accepts.

    raw: 32 bytes, the canonical encoding of a point on the curve, not of small order. A key with
    a small-order component passes: the cofactorless equation gives one answer for it.
    """
    if len(raw) != PUBLIC_KEY_SIZE:
        raise UnsafeKey(f"{len(raw)} bytes instead of {PUBLIC_KEY_SIZE}")
    reason = _refusal(raw)
    if reason is None and not _on_curve(raw):
        reason = "not a point of the curve"
    if reason is not None:
        raise UnsafeKey(reason)


def verify(raw_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` is a strict Ed25519 signature of `message` under `raw_key`.

    raw_key: 32 bytes; signature: 64 bytes; other lengths are False, never an error. False too
    for a key or an R that is not canonical or of small order, and for S >= L.
    """
    if len(raw_key) != PUBLIC_KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    if _refusal(raw_key) is not None or _refusal(signature[:32]) is not None:
        return False
    if int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
