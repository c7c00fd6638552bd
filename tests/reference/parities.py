"""Carrier order and cell-bound bits, from docs/spec/mark.md: slow, obvious."""

import math

from tests.reference.frames import Box, Frame, Plane, is_anchor, spans
from tests.reference.transforms import coefficients, companions

WORD = 1 << 32
Place = tuple[int, int]


def cell_order(height: int, width: int) -> list[Place]:
    """Places of a cell's carriers inside it, in carrier order."""
    listed = [(y, x) for y in range(height) for x in range(width) if not is_anchor(y, x)]
    count = len(listed)
    step = (618 * count + 999) // 1000
    while math.gcd(step, count) != 1:
        step += 1
    return [listed[i * step % count] for i in range(count)]


def cells_of(tile: Box) -> list[Box]:
    """The cells of a tile, row by row; a tile's remainder is its last cells' remainder."""
    top, left, height, width = tile
    return [(top + y, left + x, h, w) for y, h in spans(height, 8) for x, w in spans(width, 8)]


def tile_order(tile: Box) -> list[Place]:
    """Places of a tile's carriers in the frame, in carrier order."""
    return [
        (top + y, left + x)
        for top, left, height, width in cells_of(tile)
        for y, x in cell_order(height, width)
    ]


def cell_state(planes: list[Plane], cell: Box) -> int:
    """The hash of a cell; plane 0 holds coefficients, the others canonical companions."""
    top, left, height, width = cell
    state = 0x243F6A88
    for index, plane in enumerate(planes):
        for y in range(top, top + height):
            for x in range(left, left + width):
                value = plane[y][x]
                if index == 0 and not is_anchor(y, x):
                    value &= ~1
                state = (state ^ value % WORD) * 0x5BD1E995 % WORD
                state ^= state >> 15
    return state


def cell_mask(state: int, count: int) -> list[int]:
    """The hash bits of `count` carriers of a cell, in carrier order."""
    bits: list[int] = []
    while len(bits) < count:
        state = (state + 0x1E3779B9) % WORD
        g = (state ^ state >> 16) * 0x045D9F3B % WORD
        g = (g ^ g >> 16) * 0x045D9F3B % WORD
        g ^= g >> 16
        bits += [g >> i & 1 for i in range(32)]
    return bits[:count]


def bound_bits(frame: Frame, transform: int, tiles: list[Box]) -> list[list[int]]:
    """The carrier bits of each coding tile: parities xor the bits of their cell's hash."""
    plane = coefficients(frame.planes()[0], transform)
    planes = [plane, *companions(frame)]
    out = []
    for tile in tiles:
        bits: list[int] = []
        for cell in cells_of(tile):
            order = cell_order(cell[2], cell[3])
            mask = cell_mask(cell_state(planes, cell), len(order))
            parities = [plane[cell[0] + y][cell[1] + x] & 1 for y, x in order]
            bits += [p ^ q for p, q in zip(parities, mask, strict=True)]
        out.append(bits)
    return out
