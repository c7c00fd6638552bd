"""Salts from one seed: a binary tree of hashes (GGM), so that parts can be disclosed alone.

The seed rides outside the signed claims. Whoever holds it can compute every salt; whoever
holds only the nodes beside a path can compute all salts but that one.
Source: Goldreich, Goldwasser, Micali, How to construct random functions, JACM 33(4), 1986.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256

SEED_BYTES = 16
"""Length of a seed, a node and a salt."""
_NODE = b"scanseal/1/seed\0"
_FRAME = b"scanseal/1/frame-seed\0"
_FRAME_SALTS = ("canonical", "marked", "original", "cells")

Place = tuple[int, int]
"""Depth below the right child of the seed, and number among the nodes of that depth."""

Nodes = Mapping[Place, bytes]
"""Known nodes, 16 bytes each, none below another."""


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
    return spread_salts(grow(seed), count)


def grow(seed: bytes) -> dict[Place, bytes]:
    """Return the right subtree's root as the one known node."""
    return {(0, 0): child(seed, 1)}


def spread_salts(nodes: Nodes, count: int) -> list[bytes]:
    """Return the salts of `count` units from known nodes; b"" below none of them."""
    salts = [b""] * count
    depth = _depth(count)
    for (level, number), node in nodes.items():
        below = depth - level
        first = number << below
        for at, leaf in enumerate(_leaves(node, below, count - first)):
            salts[first + at] = leaf
    return salts


def cover_leaves(count: int, hidden: Collection[int]) -> list[Place]:
    """Return the places of the fewest nodes above all of `count` leaves but the hidden ones.

    From left to right; nodes above no leaf but unused ones are left out. Hidden: numbers of leaves.
    """
    return list(_cover(_depth(count), count, (0, 0), frozenset(hidden)))


def list_nodes(nodes: Nodes, count: int, hidden: Collection[int]) -> bytes:
    """Return the nodes of `cover_leaves`, joined, from known ones that are above them.

    Raises KeyError where none is.
    """
    return b"".join(_reach(nodes, place) for place in cover_leaves(count, hidden))


def place_nodes(joined: bytes, places: Sequence[Place]) -> dict[Place, bytes]:
    """Return joined nodes of 16 bytes by their places."""
    return {
        place: joined[SEED_BYTES * at : SEED_BYTES * (at + 1)] for at, place in enumerate(places)
    }


def _depth(count: int) -> int:
    """Return the least depth, at least 1, with `count` leaves."""
    return max(1, (count - 1).bit_length())


def _leaves(node: bytes, below: int, count: int) -> list[bytes]:
    """Return at most the first `count` leaves, `below` levels under a node."""
    level = [node]
    for remaining in range(below - 1, -1, -1):
        needed = -(-count >> remaining)
        level = [child(parent, bit) for parent in level for bit in (0, 1)][:needed]
    return level[:count]


def _cover(depth: int, count: int, place: Place, hidden: frozenset[int]) -> Iterator[Place]:
    """Yield the places of the cover at and below a place. hidden: those leaves below it."""
    level, number = place
    first = number << (depth - level)
    if first >= count:
        return
    if not hidden:
        yield place
    elif level < depth:
        middle = (2 * number + 1) << (depth - level - 1)
        left = frozenset(leaf for leaf in hidden if leaf < middle)
        yield from _cover(depth, count, (level + 1, 2 * number), left)
        yield from _cover(depth, count, (level + 1, 2 * number + 1), hidden - left)


def _reach(nodes: Nodes, place: Place) -> bytes:
    """Return the node at a place, from the known one at it or above it."""
    level, number = place
    for up in range(level + 1):
        node = nodes.get((level - up, number >> up))
        if node is not None:
            for step in range(up - 1, -1, -1):
                node = child(node, number >> step & 1)
            return node
    raise KeyError(place)
