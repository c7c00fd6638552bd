"""Tables with which the claims of tiles are read at any place: all that is linear, worked out once.

A cell's carrier bits, its share of a syndrome, and the steps of the CRC register are sums over
GF(2); a table for each value of each byte replaces the loops.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.order import cell_carriers
from watermark.carrier.trellis import trellis_of
from watermark.kernels import claims
from watermark.parameters import ANCHOR, CELL, CHECK_BYTES, PROFILES, TILE, Profile, Transform
from watermark.samples import Colour
from watermark.tiles import LARGE_CODE, MOST_SIDE, SMALL_CODE
from watermark.transform.prediction import weight_table

MOST_TILES = {TILE: SMALL_CODE, 2 * TILE: LARGE_CODE, 4 * TILE: MOST_SIDE * MOST_SIDE}
"""Coding tiles of each edge that a frame has at most."""
_CARRIERS = CELL * CELL - (CELL // ANCHOR) ** 2
_POLYNOMIAL = 0xEDB88320
_ONES = 0xFFFFFFFF
_SPILL = 8
"""Bits of a cell's share that belong to the next cell."""

Words = NDArray[np.int64]


def cell_tables(
    colour: Colour, transform: Transform
) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return what `kernels.probes.bind_lanes` needs: follows, weights, slots."""
    return int(colour is Colour.RGB), _weights(transform), _slots()


@lru_cache(maxsize=2)
def _weights(transform: Transform) -> NDArray[np.int32]:
    """Return (8, 2) int32: weights of the two anchors of an axis at each offset, in 64ths."""
    return np.ascontiguousarray(weight_table(transform)[0, :CELL, :2], dtype=np.int32)


@lru_cache(maxsize=1)
def _slots() -> NDArray[np.int32]:
    """Return (64,) int32: the place of each sample of a cell among its carriers, or -1."""
    slots = np.full(CELL * CELL, -1, dtype=np.int32)
    for place, (y, x) in enumerate(cell_carriers(CELL, CELL)):
        slots[CELL * y + x] = place
    return slots


@lru_cache(maxsize=1)
def folds() -> Words:
    """Return (3, 8, 256) int64: what each byte of a cell's carrier bits adds to the syndrome.

    The same for every cell of a tile, for each has a whole number of message bits.
    """
    return np.stack([_spread(_shares(profile)) for profile in PROFILES])


@lru_cache(maxsize=16)
def recipes_of(
    edges: tuple[int, ...], transform: Transform
) -> tuple[Words, tuple[Words, Words, Words]]:
    """Return recipes (r, 5) for tiles of these edges, by profile, and the tables of all:
    (3, 8, 256), (r, 8, 256) and (r, 1 + JOINS, 5, 256), as `kernels.claims` needs them."""
    pairs = [(edge, profile) for edge in edges for profile in PROFILES]
    recipes, parts = [], []
    for edge, profile in pairs:
        share, side = _own_bits(profile), edge // CELL
        start = zlib.crc32(bytes((profile.code, transform))) ^ _ONES
        start = _move(start, share * side * side // 8 - CHECK_BYTES) ^ _ONES
        recipes.append((profile.code, share, side, start, MOST_TILES[edge]))
        parts.append((_pair_weights(share), _maps(share, side)))
    weights, maps = (np.stack(part) for part in zip(*parts, strict=True))
    return np.array(recipes, dtype=np.int64), (folds(), weights, maps)


def _own_bits(profile: Profile) -> int:
    """Return how many message bits begin in a cell: 8, 24 or 36."""
    return profile.tile_bits // (TILE // CELL) ** 2


def _shares(profile: Profile) -> list[int]:
    """Return what each carrier of a cell adds to the syndrome, the cell's first bit lowest."""
    trellis = trellis_of(_CARRIERS * (TILE // CELL) ** 2, profile.tile_bits)
    owners = np.searchsorted(trellis.starts, np.arange(_CARRIERS), side="right") - 1
    shares = trellis.columns[:_CARRIERS].astype(np.int64) << owners
    return [int(share) for share in shares]


def _spread(columns: list[int]) -> Words:
    """Return (8, 256) int64: the xor of the columns of the bits that each byte has."""
    table, values = np.zeros((8, 256), dtype=np.int64), np.arange(256)
    for place, column in enumerate(columns):
        table[place // 8] ^= (values >> place % 8 & 1) * column
    return table


@lru_cache(maxsize=3)
def _pair_weights(share: int) -> Words:
    """Return (8, 256) int64: the share in a claim of a cell as the first of two, 32 bits, below
    that as the second; both as if the two were the last of a tile, and data to their end."""
    profile = next(profile for profile in PROFILES if _own_bits(profile) == share)
    columns = []
    for syndrome in _shares(profile):
        first, second = (_claim(syndrome << start, 2 * share) for start in (0, share))
        columns.append(first | (second << 32) - (second >> 31 << 64))
    return _spread(columns)


def _claim(bits: int, length: int) -> int:
    """Return what message bits, the first lowest, at the last `length` bits of a tile add to the
    claim, where the CRC is taken over all of them and moved back by its own four bytes."""
    register = 0
    for at in range(length + _SPILL):
        if bits >> at & 1:
            register ^= _move(1 << 7 - at % 8, length // 8 - CHECK_BYTES - at // 8)
    return register


@lru_cache(maxsize=9)
def _maps(share: int, side: int) -> Words:
    """Return (1 + JOINS, 5, 256) int64: first what the bytes of a tail change, then by how much
    shares move on where neighbours of 2, 4, ... cells in a row, then of 1, 2, ... rows are joined.
    """
    maps = np.zeros((1 + claims.JOINS, 5, 256), dtype=np.int64)
    for byte in range(256):
        turned = int(f"{byte:08b}"[::-1], 2)
        for place in range(CHECK_BYTES):
            # As data it would have been the register's low byte first.
            maps[0, place, byte] = turned << 8 * place ^ turned << 8 * (3 - place)
        maps[0, CHECK_BYTES, byte] = _move(turned, -CHECK_BYTES)
    along = [share * 2**i // 8 for i in range(1, side.bit_length() - 1)]
    down = [share * side * 2**i // 8 for i in range(side.bit_length() - 1)]
    for join, octets in enumerate((*along, *down), 1):
        bits = [_move(1 << bit, octets) for bit in range(32)]
        maps[join, :4] = _spread(bits)[:4]
    return maps


@lru_cache(maxsize=1)
def _steps() -> tuple[tuple[int, ...], dict[int, int]]:
    """Return what each low byte of a CRC register adds when it leaves it, and the byte of each
    top byte that is added."""
    step = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = register >> 1 ^ (register & 1) * _POLYNOMIAL
        step.append(register)
    return tuple(step), {word >> 24: byte for byte, word in enumerate(step)}


def _move(register: int, octets: int) -> int:
    """Return a CRC register after so many zero bytes; before them where there are less than 0."""
    step, left = _steps()
    for _ in range(octets):
        register = register >> 8 ^ step[register & 255]
    for _ in range(-octets):
        byte = left[register >> 24]
        register = (register ^ step[byte]) << 8 & _ONES | byte
    return register
