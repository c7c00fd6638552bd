"""Chunks: data, check, tag and votes, from docs/spec/mark.md, "Chunks": CRC bit by bit."""

import hashlib
from collections import Counter


def crc32(octets: bytes) -> int:
    """CRC-32 of ISO 3309, a bit at a time."""
    state = 0xFFFFFFFF
    for octet in octets:
        state ^= octet
        for _ in range(8):
            state = state >> 1 ^ (0xEDB88320 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def tag(seal_id: bytes, frame: int, level: int) -> int:
    """The 16-bit tag: 11 bits of seal and frame, 5 of the level."""
    digest = hashlib.sha256(b"scanseal/1/tag\0" + seal_id + frame.to_bytes(4, "big")).digest()
    return int.from_bytes(digest[:2], "big") >> 5 << 5 | level


def check(codes: tuple[int, int], data: bytes, mark: int, place: tuple[int, int]) -> bytes:
    """The check of a chunk; `codes` are of profile and transform, `place` the coding tile's."""
    bound = mark << 16 | place[0] << 8 | place[1]
    return (crc32(bytes(codes) + data) ^ bound).to_bytes(4, "big")


def chunk(codes: tuple[int, int], data: bytes, mark: int, place: tuple[int, int]) -> bytes:
    """Data and check."""
    return data + check(codes, data, mark, place)


def uncover(codes: tuple[int, int], octets: bytes) -> tuple[int, int, int]:
    """Tag, row and column that the check of a received chunk claims."""
    data, sealed = octets[:-4], int.from_bytes(octets[-4:], "big")
    bound = crc32(bytes(codes) + data) ^ sealed
    return bound >> 16, bound >> 8 & 255, bound & 255


def votes(
    codes: tuple[int, int], received: dict[tuple[int, int], bytes]
) -> dict[int, list[tuple[int, int]]]:
    """Places of the chunks that are at home, by tag; most first, only those with four or more."""
    found: dict[int, list[tuple[int, int]]] = {}
    for place, octets in received.items():
        mark, row, column = uncover(codes, octets)
        if (row, column) == place:
            found.setdefault(mark, []).append(place)
    counts = Counter({mark: len(places) for mark, places in found.items()})
    return {mark: found[mark] for mark, count in counts.most_common() if count >= 4}
