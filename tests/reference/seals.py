"""Seed tree, digests and closing tile, from docs/spec/mark.md: slow, obvious."""

import hashlib

from tests.reference.frames import Box, Frame, Plane, inside, is_anchor, squares
from tests.reference.parities import tile_order
from tests.reference.transforms import coefficients, flip

NAMES = ["canonical", "marked", "original", "cells"]


def sha256(domain: str, *parts: bytes) -> bytes:
    """SHA-256 of a domain string, a zero byte and the parts."""
    return hashlib.sha256(domain.encode() + b"\0" + b"".join(parts)).digest()


def child(node: bytes, bit: int) -> bytes:
    """A node's left (0) or right (1) child."""
    return sha256("scanseal/1/seed", bytes([bit]), node)[:16]


def leaves(node: bytes, depth: int) -> list[bytes]:
    """All leaves below a node, left to right."""
    if depth == 0:
        return [node]
    return leaves(child(node, 0), depth - 1) + leaves(child(node, 1), depth - 1)


def frame_seed(master: bytes, frame: int) -> bytes:
    """The root of a frame's tree."""
    return sha256("scanseal/1/frame-seed", master, frame.to_bytes(4, "big"))[:16]


def frame_salt(seed: bytes, name: str) -> bytes:
    """The salt of one of the frame's own digests."""
    return leaves(child(seed, 0), 2)[NAMES.index(name)]


def unit_salts(seed: bytes, units: int) -> list[bytes]:
    """Salts of the units, row by row."""
    depth = 1
    while 1 << depth < units:
        depth += 1
    return leaves(child(seed, 1), depth)[:units]


def words(planes: list[Plane], box: Box) -> bytes:
    """Values of a box, plane after plane, 4 bytes little-endian two's complement each."""
    top, left, height, width = box
    return b"".join(
        (value % (1 << 32)).to_bytes(4, "little")
        for plane in planes
        for row in plane[top : top + height]
        for value in row[left : left + width]
    )


def unit_digest(
    head: tuple[bytes, int], place: tuple[int, int], salt: bytes, planes: list[Plane], box: Box
) -> bytes:
    """Digest of a unit; `head` is seal id and frame."""
    numbers = head[1].to_bytes(4, "big") + place[0].to_bytes(2, "big") + place[1].to_bytes(2, "big")
    return sha256("scanseal/1/unit", head[0], numbers, salt, words(planes, box))[:8]


def canonical_digest(head: tuple[bytes, int], salt: bytes, planes: list[Plane]) -> bytes:
    """Digest of the whole canonical frame; `head` is seal id and frame."""
    whole = (0, 0, len(planes[0]), len(planes[0][0]))
    frame = head[1].to_bytes(4, "big")
    return sha256("scanseal/1/frame/canonical", head[0], frame, salt, words(planes, whole))


def cell_salts(salts: list[bytes], units: list[Box], cells: list[Box]) -> list[bytes]:
    """Salts of the cells, in their order, from those of the units around them."""
    out = [b""] * len(cells)
    for salt, unit in zip(salts, units, strict=True):
        own = [i for i, cell in enumerate(cells) if inside(cell[0], cell[1], unit)]
        stream = hashlib.shake_256(b"scanseal/1/cell-salts\0" + salt).digest(16 * len(own))
        for place, i in enumerate(own):
            out[i] = stream[16 * place : 16 * place + 16]
    return out


def cell_list(
    head: tuple[bytes, int], seed: bytes, planes: list[Plane], edge: int, form: str = "canonical"
) -> bytes:
    """Digests of all cells; `edge`: that of a unit; `form`: what the planes are."""
    rows, columns = len(planes[0]), len(planes[0][0])
    units, cells = squares(rows, columns, edge), squares(rows, columns, 8)
    salts = cell_salts(unit_salts(seed, len(units)), units, cells)
    across = max(1, columns // 8)
    width = 4 if form == "canonical" else 2
    out = b""
    for i, ((top, left, height, wide), salt) in enumerate(zip(cells, salts, strict=True)):
        place = (i // across).to_bytes(2, "big") + (i % across).to_bytes(2, "big")
        values = b"".join(
            (plane[y][x] % (1 << 8 * width)).to_bytes(width, "little")
            for y in range(top, top + height)
            for x in range(left, left + wide)
            for plane in planes
        )
        numbers = head[1].to_bytes(4, "big") + place
        out += sha256(f"scanseal/1/cell/{form}", head[0], numbers, salt, values)[:4]
    return out


def closing_digest(frame: Frame, transform: int, tile: Box) -> bytes:
    """Digest of the marked samples with the closing tile's odd carriers moved down."""
    plane = coefficients(frame.planes()[0], transform)
    odd = {
        (y, x)
        for y, row in enumerate(plane)
        for x, value in enumerate(row)
        if inside(y, x, tile) and not is_anchor(y, x) and value & 1
    }
    return sha256("scanseal/1/closing/samples", flip(frame, transform, odd).octets())


def closing_octets(signature: bytes) -> bytes:
    """What the closing tile's parities hold: the signature and 56 bytes that follow from it."""
    return signature + hashlib.shake_256(signature).digest(56)


def closing_parities(frame: Frame, transform: int, tile: Box) -> list[int]:
    """The plain parities of the closing tile's carriers, in their order."""
    plane = coefficients(frame.planes()[0], transform)
    return [plane[y][x] & 1 for y, x in tile_order(tile)]
