"""What a redaction discloses, from docs/spec/redaction.md: slow, obvious."""

import hashlib

from tests.reference.frames import Box, inside, squares
from tests.reference.seals import cell_salts, child, leaves, sha256, unit_salts

Place = tuple[int, int]


def depth_of(units: int) -> int:
    """Levels of the right half below its root."""
    depth = 1
    while 1 << depth < units:
        depth += 1
    return depth


def node_at(seed: bytes, path: str) -> bytes:
    """The node of the right half that a path of "0" and "1" leads to."""
    node = child(seed, 1)
    for bit in path:
        node = child(node, int(bit))
    return node


def co_path(seed: bytes, units: int, touched: set[int]) -> list[tuple[str, bytes]]:
    """Path and node of each disclosed node, from left to right."""
    depth, out = depth_of(units), []
    for length in range(depth + 1):
        for number in range(1 << length):
            path = f"{number:0{length}b}" if length else ""
            below = range(number << (depth - length), (number + 1) << (depth - length))
            used = [leaf for leaf in below if leaf < units]
            parent = range(
                number // 2 << (depth - length + 1), (number // 2 + 1) << (depth - length + 1)
            )
            free = bool(used) and not touched & set(used)
            lower = length > 0 and not touched & set(parent)
            if free and not lower:
                out.append((below.start, path))
    return [(path, node_at(seed, path)) for _, path in sorted(out)]


def touched_units(redacted: set[int], cells: list[Box], units: list[Box]) -> set[int]:
    """Units that hold a redacted cell."""
    return {
        number
        for number, unit in enumerate(units)
        for cell in redacted
        if inside(cells[cell][0], cells[cell][1], unit)
    }


def disclosure(
    seed: bytes, size: tuple[int, int], edge: int, redacted: set[int]
) -> tuple[bytes, bytes]:
    """Nodes and salts that are disclosed of a frame of which these cells are redacted."""
    units, cells = squares(*size, edge), squares(*size, 8)
    touched = touched_units(redacted, cells, units)
    nodes = b"".join(node for _, node in co_path(seed, len(units), touched))
    salts = cell_salts(unit_salts(seed, len(units)), units, cells)
    alone = [
        salts[cell]
        for unit in sorted(touched)
        for cell in range(len(cells))
        if inside(cells[cell][0], cells[cell][1], units[unit]) and cell not in redacted
    ]
    return nodes, b"".join(alone)


def opened(
    parts: tuple[bytes, bytes], size: tuple[int, int], edge: int, redacted: set[int]
) -> tuple[list[bytes], list[bytes]]:
    """Salts of units and of cells that follow from what is disclosed, b"" for those that do not."""
    units, cells = squares(*size, edge), squares(*size, 8)
    touched = touched_units(redacted, cells, units)
    depth = depth_of(len(units))
    paths = [path for path, _ in co_path(bytes(16), len(units), touched)]
    unit_list = [b""] * len(units)
    for place, path in enumerate(paths):
        below = leaves(parts[0][16 * place : 16 * place + 16], depth - len(path))
        first = int(path or "0", 2) << (depth - len(path))
        for at, leaf in enumerate(below):
            if first + at < len(units):
                unit_list[first + at] = leaf
    cell_list, used = [b""] * len(cells), 0
    for number, unit in enumerate(units):
        own = [i for i, cell in enumerate(cells) if inside(cell[0], cell[1], unit)]
        stream = hashlib.shake_256(b"scanseal/1/cell-salts\0" + unit_list[number]).digest(
            16 * len(own)
        )
        for place, cell in enumerate(own):
            if number not in touched:
                cell_list[cell] = stream[16 * place : 16 * place + 16]
            elif cell not in redacted:
                cell_list[cell] = parts[1][16 * used : 16 * used + 16]
                used += 1
    return unit_list, cell_list


def unit_list(
    head: tuple[bytes, int], seed: bytes, planes: list[list[list[int]]], width: int
) -> bytes:
    """Digests of the 32x32 units of a frame without a mark; `width`: bytes of a sample."""
    rows, columns = len(planes[0]), len(planes[0][0])
    units, across, out = squares(rows, columns, 32), max(1, columns // 32), b""
    salts = unit_salts(seed, len(units))
    for i, ((top, left, height, wide), salt) in enumerate(zip(units, salts, strict=True)):
        place = (i // across).to_bytes(2, "big") + (i % across).to_bytes(2, "big")
        values = b"".join(
            (plane[y][x] % (1 << 8 * width)).to_bytes(width, "little")
            for y in range(top, top + height)
            for x in range(left, left + wide)
            for plane in planes
        )
        numbers = head[1].to_bytes(4, "big") + place
        out += sha256("scanseal/1/unit/samples", head[0], numbers, salt, values)[:8]
    return out
