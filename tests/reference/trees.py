"""Merkle tree and attribute leaf, from docs/spec/statement.md and RFC 6962, 2.1: slow, obvious."""

import hashlib


def sha256(*parts: bytes) -> bytes:
    """Return SHA-256 of the parts, joined."""
    return hashlib.sha256(b"".join(parts)).digest()


def root(leaves: list[bytes]) -> bytes:
    """Return MTH(leaves) by the recursive definition."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00", leaves[0])
    split = 1  # the largest power of two smaller than the number of leaves
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01", root(leaves[:split]), root(leaves[split:]))


def leaf(path: str, kind: str, salt: bytes, value: bytes) -> bytes:
    """Return the commitment of one attribute."""
    message = b"scanseal/1/leaf\x00"
    for field in (path.encode("utf-8"), kind.encode("ascii"), salt, value):
        message += bytes([len(field) >> shift & 255 for shift in (24, 16, 8, 0)]) + field
    return sha256(message)
