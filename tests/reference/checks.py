"""Check bytes of a frame, from docs/spec/payload.md: slow, obvious."""

from dataclasses import dataclass
from functools import cached_property, reduce

from tests.reference.codes import BYTES, power

Cell = tuple[int, int]
"""Row and column of a cell in the frame's grid of cells."""
Digests = dict[Cell, bytes]
ALONE, POOLED = 0, 1


@dataclass(frozen=True)
class Told:
    """The told cells of a frame, row by row."""

    silent: frozenset[Cell]
    coarse: frozenset[Cell]

    @cached_property
    def cells(self) -> list[Cell]:
        """All of them."""
        return sorted(self.silent | self.coarse)

    @cached_property
    def families(self) -> list[list[list[Cell]]]:
        """The lines: rows of silent cells, their columns, columns of coarse cells."""
        chosen = ((self.silent, 0), (self.silent, 1), (self.coarse, 1))
        return [
            [
                [cell for cell in sorted(cells) if cell[axis] == place]
                for place in sorted({cell[axis] for cell in cells})
            ]
            for cells, axis in chosen
        ]

    @cached_property
    def words(self) -> list[list[Cell]]:
        """The cells of each codeword, in the order of their points."""
        n = len(self.cells)
        count = -(-n // 256)
        slope = max(1, 618 * count // 1000)
        order = sorted(self.cells, key=lambda cell: (cell[0] * slope + cell[1]) % count)
        return [
            [cell for i, cell in enumerate(order) if i * count // n == word]
            for word in range(count)
        ]

    def lines(self, size: int) -> list[list[Cell]]:
        """The lines that are there in so many bytes."""
        held: list[list[Cell]] = []
        for family in self.families:
            if len(held) + len(family) <= size // 2:
                held += family
        return held

    def sums(self, size: int) -> list[int]:
        """How many power sums each codeword has."""
        left = size - len(self.lines(size))
        count = len(self.words)
        return [left // count + (word < left % count) for word in range(count)]


def value(digest: bytes, width: int) -> int:
    """The first bits of a digest."""
    return int.from_bytes(digest, "big") >> 8 * len(digest) - width


def joined(cells: list[Cell], digests: Digests) -> int:
    """The value of a line."""
    return reduce(lambda total, cell: total ^ value(digests[cell], 8), cells, 0)


def power_sum(values: list[tuple[int, int]], exponent: int) -> int:
    """Sum of value times point to the power, of (value, point)."""
    terms = [BYTES.times(v, power(BYTES, point, exponent)) for v, point in values]
    return reduce(lambda total, term: total ^ term, terms, 0)


def all_sums(told: Told, digests: Digests, size: int) -> list[list[int]]:
    """The power sums of each codeword."""
    found = []
    for cells, count in zip(told.words, told.sums(size), strict=True):
        values = [(value(digests[cell], 8), point) for point, cell in enumerate(cells)]
        found.append([power_sum(values, exponent) for exponent in range(count)])
    return found


def pick(told: Told, digests: Digests, room: int) -> bytes:
    """Check bytes that a writer puts into `room` bytes."""
    size, n = room - 1, len(told.cells)
    if size < 1 or not n:
        return b""
    if size < n:
        octets = [joined(line, digests) for line in told.lines(size)]
        octets += [one for sums in all_sums(told, digests, size) for one in sums]
        return bytes([POOLED * 16 + 7, *octets])
    width = min(16, 8 * size // n)
    text = "".join(f"{value(digests[cell], width):0{width}b}" for cell in told.cells)
    text += "0" * (-len(text) % 8)
    return bytes([width - 1, *(int(text[at : at + 8], 2) for at in range(0, len(text), 8))])


def solve(points: list[int], sums: list[int]) -> list[int] | None:
    """The values at the points that alone make up the sums, by elimination."""
    rows = [[power(BYTES, x, m) for x in points] + [sums[m]] for m in range(len(sums))]
    for column in range(len(points)):
        pivot = next((r for r in range(column, len(rows)) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = BYTES.inverse(rows[column][column])
        rows[column] = [BYTES.times(scale, one) for one in rows[column]]
        for r, row in enumerate(rows):
            if r != column and row[column]:
                factor = row[column]
                pairs = zip(row, rows[column], strict=True)
                rows[r] = [a ^ BYTES.times(factor, b) for a, b in pairs]
    if any(row[-1] for row in rows[len(points) :]):
        return None
    return [rows[i][-1] for i in range(len(points))]


def resolve(
    told: Told, checks: bytes, digests: Digests, doubt: set[Cell], named: set[Cell]
) -> tuple[set[Cell], set[Cell]]:
    """Told cells that changed, and those that are settled.

    digests: as received; doubt: cells of units that differ; named: by message bits.
    """
    asked = doubt & set(told.cells)
    if not checks:
        return set(), set()
    if checks[0] >> 4 == ALONE:
        width = checks[0] % 16 + 1
        text = "".join(f"{octet:08b}" for octet in checks[1:])
        stored = {c: int(text[i * width :][:width], 2) for i, c in enumerate(told.cells)}
        odd = {cell for cell in asked if value(digests[cell], width) != stored[cell]}
        return odd, asked - odd
    return _pooled(told, list(checks[1:]), digests, asked, named)


def _pooled(
    told: Told, octets: list[int], digests: Digests, asked: set[Cell], named: set[Cell]
) -> tuple[set[Cell], set[Cell]]:
    lines = told.lines(len(octets))
    agreeing = {
        cell
        for line, stored in zip(lines, octets, strict=False)
        if joined(line, digests) == stored
        for cell in line
    }
    may = {cell for cell in asked - agreeing if cell in told.silent or cell in named}
    near = asked & grown(may | named)
    odd, settled = set[Cell](), set[Cell]()
    at = len(lines)
    for cells, received in zip(told.words, all_sums(told, digests, len(octets)), strict=True):
        sums = [a ^ b for a, b in zip(received, octets[at:], strict=False)]
        at += len(sums)
        for chosen, spare in ((set[Cell](), 4), (asked, 0), (near, 1), (may, 1)):
            points = [point for point, cell in enumerate(cells) if cell in chosen]
            changes = solve(points, sums) if len(points) + spare <= len(sums) else None
            if changes is not None:
                changed = {cells[p] for p, change in zip(points, changes, strict=True) if change}
                odd |= changed
                settled |= (asked & set(cells)) - changed
                break
        else:
            mine = asked & set(cells)
            odd |= mine & may & told.silent
            settled |= {c for c in mine - may if c in told.silent or c in agreeing}
    return odd, settled


def grown(cells: set[Cell]) -> set[Cell]:
    """The cells with their neighbours."""
    steps = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))
    return {(row + down, column + across) for row, column in cells for down, across in steps}
