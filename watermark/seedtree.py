"""Salts from one seed: a binary tree of hashes (GGM), so that parts can be disclosed alone.

The seed rides outside the signed claims. Whoever holds it can compute every salt; whoever
holds only the nodes beside a path can compute all salts but that one.
Source: Goldreich, Goldwasser, Micali, How to construct random functions, JACM 33(4), 1986.
"""

from __future__ import annotations

from hashlib import sha256

SEED_BYTES = 16
"""Length of a seed, a node and a salt."""
_NODE = b"scanseal/1/seed\0"
_FRAME = b"scanseal/1/frame-seed\0"
_FRAME_SALTS = ("canonical", "marked", "original", "cells")


def frame_seed(master: bytes, frame: int) -> bytes:
    """Return the 16-byte seed of frame number `frame` under the instance's 16-byte `master`."""
    return sha256(_FRAME + master + frame.to_bytes(4, "big")).digest()[:SEED_BYTES]


def child(node: bytes, bit: int) -> bytes:
    """Return the 16-byte left (0) or right (1) child of a 16-byte node."""
    return sha256(_NODE + bytes((bit,)) + node).digest()[:SEED_BYTES]


def frame_salt(seed: bytes, name: str) -> bytes:
    """Return the salt of a digest of the whole frame.

    `name` is "canonical", "marked", "original" or "cells". The four are the leaves of the
    left subtree, in that order.
    """
    index = _FRAME_SALTS.index(name)
    return child(child(child(seed, 0), index >> 1), index & 1)


def unit_salts(seed: bytes, count: int) -> list[bytes]:
    """Return the salts of `count` digest units: the first leaves of the right subtree.

    The subtree has the least depth with `count` leaves, at least 1.
    """
    level = [child(seed, 1)]
    for remaining in range(max(1, (count - 1).bit_length()) - 1, -1, -1):
        needed = -(-count >> remaining)
        level = [child(node, bit) for node in level for bit in (0, 1)][:needed]
    return level
