"""The search for a grid, from docs/spec/mark.md, "Geometry": every hypothesis by itself."""

from tests.reference import chunks
from tests.reference.frames import TILE_BITS, Box, Frame, is_anchor
from tests.reference.parities import bound_bits, cells_of
from tests.reference.transforms import coefficients
from tests.reference.trellises import syndrome, to_bytes

Key = tuple[int, int, int]
"""Tag, and row and column modulo 256 that the tile at the received grid's origin would have."""


def piece(frame: Frame, box: Box) -> Frame:
    """A part of a frame."""
    top, left, height, width = box
    rows = frame.pixels[top : top + height]
    pixels = [row[left : left + width] for row in rows]
    return Frame(pixels, frame.bits, frame.signed, frame.colour)


def claim(frame: Frame, at: tuple[int, int], edge: int, codes: tuple[int, int]) -> Key | None:
    """Tag, row and column that the coding tile at a sample claims; None where it is dull."""
    tile = piece(frame, (*at, edge, edge))
    whole = (0, 0, edge, edge)
    plane = coefficients(tile.planes()[0], codes[1])
    dull = sum(
        all(
            plane[top + y][left + x] % 2 == 0
            for y in range(8)
            for x in range(8)
            if not is_anchor(y, x)
        )
        for top, left, _, _ in cells_of(whole)
    )
    if 2 * dull > len(cells_of(whole)):
        return None
    bits = TILE_BITS[codes[0]] * (edge // 32) ** 2
    carriers = bound_bits(tile, codes[1], [whole])[0]
    return chunks.uncover(codes, to_bytes(syndrome(carriers, bits)))


def key(found: Key, at: tuple[int, int], edge: int) -> Key:
    """What all tiles of one mark have in common, whatever their place."""
    return found[0], (found[1] - at[0] // edge) % 256, (found[2] - at[1] // edge) % 256


def possible(found: Key, edge: int) -> bool:
    """Whether there is such a level, and a frame whose coding tiles of this edge have the place."""
    most = {32: 1280, 64: 4096, 128: 65536}[edge]
    return found[0] % 32 < 24 and (found[1] + 1) * (found[2] + 1) <= most


def agreeing(tiles: dict[tuple[int, int], Key], edge: int) -> dict[tuple[int, int, Key], int]:
    """How many of the tiles at these samples lie on one grid and bear one tag and offset, for
    each grid and key that at least two have."""
    counts: dict[tuple[int, int, Key], int] = {}
    for at, found in tiles.items():
        if possible(found, edge):
            here = (at[0] % edge, at[1] % edge, key(found, at, edge))
            counts[here] = counts.get(here, 0) + 1
    return {here: count for here, count in counts.items() if count > 1}
