"""Tables with which the probes read a check at any place: all that is linear, worked out once.

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
from watermark.kernels import probes
from watermark.parameters import ANCHOR, CELL, PROFILES, TILE, Transform
from watermark.samples import Colour
from watermark.transform.prediction import weight_table

_CARRIERS = CELL * CELL - (CELL // ANCHOR) ** 2
_POLYNOMIAL = 0xEDB88320
_ONES = 0xFFFFFFFF


def cell_tables(
    colour: Colour, transform: Transform
) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return what `kernels.probes.bind_lanes` needs: follows, quads, slots."""
    return int(colour is Colour.RGB), _quads(transform), _slots()


@lru_cache(maxsize=2)
def _quads(transform: Transform) -> NDArray[np.int32]:
    """Return (64, 4) int32: weights of a cell's anchors for each of its samples, in 4096ths."""
    axis = weight_table(transform)[0, :CELL, :2]
    quads = axis[:, np.newaxis, :, np.newaxis] * axis[np.newaxis, :, np.newaxis, :]
    return np.ascontiguousarray(quads.reshape(CELL * CELL, 4), dtype=np.int32)


@lru_cache(maxsize=1)
def _slots() -> NDArray[np.int32]:
    """Return (64,) int32: the place of each sample of a cell among its carriers, or -1."""
    slots = np.full(CELL * CELL, -1, dtype=np.int32)
    for place, (y, x) in enumerate(cell_carriers(CELL, CELL)):
        slots[CELL * y + x] = place
    return slots


@lru_cache(maxsize=1)
def folds() -> NDArray[np.int64]:
    """Return (3, 8, 256) int64: what each byte of a cell's carrier bits adds to the syndrome.

    The same for every cell of a tile, for each has a whole number of message bits.
    """
    table = np.zeros((len(PROFILES), 8, 256), dtype=np.int64)
    for profile in PROFILES:
        trellis = trellis_of(_CARRIERS * (TILE // CELL) ** 2, profile.tile_bits)
        owners = np.searchsorted(trellis.starts, np.arange(_CARRIERS), side="right") - 1
        shares = trellis.columns[:_CARRIERS].astype(np.int64) << owners
        for carrier, share in enumerate(shares.tolist()):
            values = np.arange(256) >> carrier % 8 & 1
            table[profile.code, carrier // 8] ^= values * share
    return table


@lru_cache(maxsize=6)
def recipes_of(edge: int, transform: Transform) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the recipes (3, 5) and maps (3, 13, 256) of a stage, by profile."""
    recipes, maps = [], []
    side = edge // CELL
    for profile in PROFILES:
        share = profile.tile_bits // (TILE // CELL) ** 2
        length = share * side // 8
        start = zlib.crc32(bytes((profile.code, transform))) ^ _ONES
        recipes.append((profile.code, share, side, start, int(length == 4)))
        maps.append(_maps(length))
    return np.array(recipes, dtype=np.int64), np.stack(maps)


@lru_cache(maxsize=9)
def _maps(length: int) -> NDArray[np.int64]:
    """Return (13, 256) int64: the steps of the CRC register for rows of `length` bytes."""
    octets = np.arange(256, dtype=np.int64)
    step = octets.copy()
    reversed_ = np.zeros(256, dtype=np.int64)
    for bit in range(8):
        step = np.where(step & 1, step >> 1 ^ _POLYNOMIAL, step >> 1)
        reversed_ |= (octets >> bit & 1) << (7 - bit)
    maps = np.zeros((probes.MAPS, 256), dtype=np.int64)
    maps[probes.STEP], maps[probes.SPREAD] = step, step[reversed_]
    maps[probes.REVERSED] = reversed_
    whole = ((probes.ADVANCE, probes.FIRST, length), (probes.ADVANCE_LAST, probes.FIRST_LAST, 0))
    for advance, first, count in whole:
        steps = count or length - 4
        for place in range(4):
            maps[advance + place] = _advance(octets << 8 * place, steps, step)
        if steps:
            maps[first] = _advance(step, steps - 1, step)
    return maps


def _advance(
    register: NDArray[np.int64], octets: int, step: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return CRC registers after `octets` zero bytes."""
    for _ in range(octets):
        register = register >> 8 ^ step[register & 255]
    return register
