"""Chunks: a tile's share of the payload, with a check that binds it to its seal and place.

A check is CRC-32 over the profile, the transform and the data, xor the seal tag (16 bits),
the tile's row and its column (8 bits each). A reader takes the CRC away and finds tag, row
and column: tiles of another seal, or of another place, are erasures instead of errors.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from watermark.parameters import CHECK_BYTES, LEVELS, Profile, Transform
from watermark.tiles import Grid

Octets = NDArray[np.uint8]
_LEVEL_BITS = 5
ABOVE_CHANCE = 4
"""So many tiles agree on a tag by chance with less than 2^-64: 2^(16 - 32 m) times the ways
to choose m of at most 4096 tiles."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A tag that enough tiles agree on."""

    tag: int
    level: int
    """Level of the code dimension, 0 to 23."""
    tiles: NDArray[np.bool_]
    """(coding tiles,) True where the chunk bears the tag."""


def seal_tag(seal_id: bytes, frame: int, level: int) -> int:
    """Return the 16-bit tag: 11 bits of a hash of seal and frame, 5 bits of `level`."""
    digest = sha256(b"scanseal/1/tag\0" + seal_id + frame.to_bytes(4, "big")).digest()
    return (int.from_bytes(digest[:2], "big") >> _LEVEL_BITS << _LEVEL_BITS) | level


def _words(data: Octets, profile: Profile, transform: Transform) -> NDArray[np.int64]:
    """Return CRC-32 of each row of `data` behind the profile's and the transform's code."""
    start = zlib.crc32(bytes((profile.code, transform)))
    return np.array([zlib.crc32(row, start) for row in np.ascontiguousarray(data)], dtype=np.int64)


def places_of(coding: Grid, first: tuple[int, int] = (0, 0)) -> NDArray[np.int64]:
    """Return (tiles,) int64: row * 256 + column of each; `first` is the row, column of tile 0."""
    down, across = np.divmod(np.arange(coding.count, dtype=np.int64), coding.across)
    return (down + first[0]) * 256 + across + first[1]


def bind(data: Octets, tag: int, coding: Grid, profile: Profile, transform: Transform) -> Octets:
    """Return (tiles, chunk) uint8: the rows of `data` (tiles, chunk - 4), their checks behind."""
    words = _words(data, profile, transform) ^ (tag << 16) ^ places_of(coding)
    checks = words.astype(">u4").view(np.uint8).reshape(-1, CHECK_BYTES)
    return np.concatenate([data, checks], axis=1)


def vote(chunks: Octets, coding: Grid, profile: Profile, transform: Transform) -> list[Vote]:
    """Return the tags that at least `ABOVE_CHANCE` tiles bear at their own place, most first.

    chunks: (tiles, chunk) uint8 as read. A tag with an impossible level is left out.
    """
    return count_tags(chunks, places_of(coding), profile, transform)


def count_tags(
    chunks: Octets, places: NDArray[np.int64], profile: Profile, transform: Transform
) -> list[Vote]:
    """As `vote`, for chunks that were read at `places` (n,), row * 256 + column each."""
    checks = np.ascontiguousarray(chunks[:, -CHECK_BYTES:]).view(">u4")[:, 0].astype(np.int64)
    words = checks ^ _words(chunks[:, :-CHECK_BYTES], profile, transform)
    placed = (words & 0xFFFF) == places
    tags, counts = np.unique(words[placed] >> 16, return_counts=True)
    ranked = sorted(zip(counts.tolist(), tags.tolist(), strict=True), reverse=True)
    return [
        Vote(tag, tag % (1 << _LEVEL_BITS), placed & (words >> 16 == tag))
        for count, tag in ranked
        if count >= ABOVE_CHANCE and tag % (1 << _LEVEL_BITS) < LEVELS
    ]
