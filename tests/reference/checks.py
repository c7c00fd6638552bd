"""Check bytes of a frame, from docs/spec/payload.md: slow, obvious."""

from dataclasses import dataclass

from tests.reference.frames import Box
from tests.reference.parities import cells_of

ALONE, SHARED = 0, 1


@dataclass(frozen=True)
class Tile:
    """One tile that check values tell of: the box, and whether it is coarse rather than silent."""

    box: Box
    coarse: bool
    edge: int
    """Usual edge of such a tile."""


def groups(tile: Tile, scheme: int) -> list[list[Box]]:
    """The cells of each value of a tile, in the order of the values."""
    height, width = tile.box[2:]
    cells = cells_of(tile.box)
    rows = sorted({cell[0] for cell in cells})
    columns = sorted({cell[1] for cell in cells})
    by_column = [[cell for cell in cells if cell[1] == column] for column in columns]
    if tile.coarse:
        usual = (height, width) == (tile.edge, tile.edge)
        return [by_column[0], by_column[-1]] if usual else by_column
    if scheme == ALONE:
        return [[cell] for cell in cells]
    return [[cell for cell in cells if cell[0] == row] for row in rows] + by_column


def encode(
    tiles: list[Tile], digests: dict[Box, bytes], scheme: int, width: int, most: int
) -> bytes:
    """Check bytes of the first tiles whose values fit into `most` bits."""
    text = ""
    for tile in tiles:
        values = []
        for cells in groups(tile, scheme):
            joined = 0
            for cell in cells:
                joined ^= int.from_bytes(digests[cell], "big")
            values.append(f"{joined >> 32 - width:0{width}b}")
        if len(text) + len("".join(values)) > most:
            break
        text += "".join(values)
    if not text:
        return b""
    text += "0" * (-len(text) % 8)
    octets = [int(text[at : at + 8], 2) for at in range(0, len(text), 8)]
    return bytes([scheme * 16 + width - 1, *octets])


def pick(tiles: list[Tile], digests: dict[Box, bytes], room: int) -> bytes:
    """Check bytes that a writer puts into `room` bytes."""
    bits = 8 * (room - 1)
    alone = sum(len(groups(tile, ALONE)) for tile in tiles)
    shared = sum(len(groups(tile, SHARED)) for tile in tiles)
    if bits <= 0 or not alone:
        return b""
    if bits >= 6 * alone:
        return encode(tiles, digests, ALONE, min(16, bits // alone), bits)
    return encode(tiles, digests, SHARED, min(16, max(5, bits // shared)), bits)
