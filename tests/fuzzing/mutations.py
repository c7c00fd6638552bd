"""Ways to spoil bytes, drawn from seeded dice: as bit rot does it, and as a forger does."""

from random import Random

EDGES = (0, 1, 0x7F, 0x80, 0xFF)
"""Bytes at which lengths and types turn over."""
WORDS = (
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xf0\xff\xff\xff",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\xe0\x7f\x10\x00",
    b"\x10\x00\x10\x00",
    b"SQ",
    b"UN",
    b"OB",
    b"\x9f",
    b"\xbf",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
)
"""Lengths without end, delimiters, pixel data, a patient's name, long VRs, CBOR without an end."""
MOST = 6
"""Changes of one sample."""


def spoil(data: bytes, other: bytes, dice: Random) -> bytes:
    """Return `data` after one to `MOST` changes; `other`: what pieces are taken from."""
    spoiled = bytearray(data)
    for _ in range(dice.randint(1, MOST)):
        dice.choice(CHANGES)(spoiled, other, dice)
    return bytes(spoiled)


def _flip(data: bytearray, _: bytes, dice: Random) -> None:
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _set(data: bytearray, _: bytes, dice: Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.choice(EDGES)


def _overwrite(data: bytearray, _: bytes, dice: Random) -> None:
    word = dice.choice(WORDS)
    at = dice.randrange(len(data) + 1)
    data[at : at + len(word)] = word


def _insert(data: bytearray, other: bytes, dice: Random) -> None:
    begin = dice.randrange(len(other) + 1)
    piece = dice.choice([dice.choice(WORDS), other[begin : begin + dice.randrange(1, 200)]])
    at = dice.randrange(len(data) + 1)
    data[at:at] = piece


def _drop(data: bytearray, _: bytes, dice: Random) -> None:
    at = dice.randrange(len(data) + 1)
    del data[at : at + dice.choice((1, 2, 4, 8, 64, 1024))]


def _repeat(data: bytearray, _: bytes, dice: Random) -> None:
    at = dice.randrange(len(data) + 1)
    piece = data[at : at + dice.choice((2, 8, 32, 256))]
    data[at:at] = piece * dice.choice((1, 2, 30))


def _cut(data: bytearray, _: bytes, dice: Random) -> None:
    del data[dice.randrange(len(data) + 1) :]


def _paste(data: bytearray, other: bytes, dice: Random) -> None:
    begin = dice.randrange(len(other) + 1)
    piece = other[begin : begin + dice.choice((4, 32, 512))]
    at = dice.randrange(len(data) + 1)
    data[at : at + len(piece)] = piece


CHANGES = (_flip, _flip, _set, _overwrite, _overwrite, _insert, _drop, _repeat, _cut, _paste)
"""Small changes are drawn more often: they get further."""
