"""The 9/7 wavelet on integers, from docs/spec/picture.md, "Bands": slow, obvious."""

from tests.reference.frames import Plane

STEPS = (-415796, -13888, 231450, 116263)
LOW, HIGH, LOW_BACK, HIGH_BACK = 213095, 161241, 322483, 426190
LIMIT = (1 << 22) - 1


def times(factor: int, value: int) -> int:
    """A product by 2**-18, rounded."""
    return (factor * value + (1 << 17)) >> 18


def lifted(line: list[int], start: int, step: int) -> list[int]:
    """Every second sample from `start`, by its two neighbours, mirrored at the ends."""
    out = list(line)
    for i in range(start, len(line), 2):
        before = line[i - 1] if i else line[i + 1]
        after = line[i + 1] if i + 1 < len(line) else line[i - 1]
        out[i] += times(step, before + after)
    return out


def split_line(line: list[int]) -> list[int]:
    """The low half, then the high half, of two samples or more."""
    for i, step in enumerate(STEPS):
        line = lifted(line, 1 - i % 2, step)
    return [times(LOW, v) for v in line[0::2]] + [times(HIGH, v) for v in line[1::2]]


def merge_line(line: list[int]) -> list[int]:
    """The line of its halves."""
    lows = (len(line) + 1) // 2
    out = [0] * len(line)
    out[0::2] = [times(LOW_BACK, v) for v in line[:lows]]
    out[1::2] = [times(HIGH_BACK, v) for v in line[lows:]]
    for i, step in reversed(list(enumerate(STEPS))):
        out = lifted(out, 1 - i % 2, -step)
    return out


def turned(plane: Plane) -> Plane:
    """Rows for columns."""
    return [list(column) for column in zip(*plane, strict=True)]


def sizes(rows: int, columns: int, levels: int) -> list[tuple[int, int]]:
    """What is split at each level, and what is left."""
    found = [(rows, columns)]
    for _ in range(levels):
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
        found.append((rows, columns))
    return found


def split(plane: Plane, levels: int) -> Plane:
    """Coefficients: of each level first the rows, then the columns."""
    out = [[v << 5 for v in row] for row in plane]
    for rows, columns in sizes(len(plane), len(plane[0]), levels)[:levels]:
        part = [split_line(row[:columns]) for row in out[:rows]]
        part = turned([split_line(column) for column in turned(part)])
        for y in range(rows):
            out[y][:columns] = part[y]
    return out


def merge(coefficients: Plane, levels: int) -> Plane:
    """Samples: of each level, coarse first, the columns, then the rows."""
    out = [list(row) for row in coefficients]
    for rows, columns in reversed(sizes(len(out), len(out[0]), levels)[:levels]):
        part = [[min(max(v, -LIMIT), LIMIT) for v in row[:columns]] for row in out[:rows]]
        part = turned([merge_line(column) for column in turned(part)])
        for y in range(rows):
            out[y][:columns] = merge_line(part[y])
    return [[(v + 16) >> 5 for v in row] for row in out]
