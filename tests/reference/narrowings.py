"""Which cells differing message bits name, from docs/spec/mark.md: slow, obvious."""

from tests.reference.checks import Cell
from tests.reference.frames import Box
from tests.reference.parities import cells_of


def reach(tile: Box, bits: int) -> list[tuple[int, int]]:
    """First and last cell whose carriers each message bit depends on."""
    homes: list[int] = []
    for number, (_, _, height, width) in enumerate(cells_of(tile)):
        carriers = height * width - -(-height // 4) * -(-width // 4)
        homes += [number] * carriers
    starts = [b * len(homes) // bits for b in range(bits + 1)]
    return [(homes[starts[max(0, b - 8)]], homes[starts[b + 1] - 1]) for b in range(bits)]


def name_cells(
    differing: list[bool],
    tile: Box,
    changed: frozenset[int] = frozenset(),
    settled: frozenset[int] = frozenset(),
) -> tuple[set[int], set[int]]:
    """Numbers of the certain and of the possible cells of one coding tile.

    changed, settled: cells of which check values say that they changed, or that they did not.
    """
    if not any(differing):
        return set(), set()
    spans = reach(tile, len(differing))
    odd = [b for b, flag in enumerate(differing) if flag]
    certain = {spans[b][0] for b in odd if spans[b][0] == spans[b][1]}
    possible = set()
    for cell in range(len(cells_of(tile))):
        own = sum(span == (cell, cell) for span in spans)
        later = [b for b, (first, last) in enumerate(spans) if first <= cell < last]
        starts_odd = any(spans[b][1] == cell for b in odd)
        ends_odd = not later or any(differing[b] for b in later)
        if own < 8 and starts_odd and ends_odd:
            possible.add(cell)
    possible |= gap(certain | possible, spans, len(cells_of(tile)))
    possible = (possible - settled) | changed
    left = [b for b in odd if not (certain | possible) & set(range(spans[b][0], spans[b][1] + 1))]
    for run in runs(left, spans):
        ends = sorted((min(spans[b][1] for b in run), max(spans[b][0] for b in run)))
        possible |= set(range(ends[0], ends[1] + 1))
    return certain, possible


def gap(named: set[int], spans: list[tuple[int, int]], count: int) -> set[int]:
    """The one cell, or the two neighbours, that are not named where all others are."""
    rest = sorted(set(range(count)) - named)
    if len(rest) not in (1, 2) or rest[-1] - rest[0] > 1:
        return set()
    return {cell for cell in rest if sum(span == (cell, cell) for span in spans) < 8}


def runs(odd: list[int], spans: list[tuple[int, int]]) -> list[list[int]]:
    """Bits cut where none of the cells of one reaches the next."""
    out: list[list[int]] = []
    for b in odd:
        if out and spans[b][0] <= spans[out[-1][-1]][1]:
            out[-1].append(b)
        else:
            out.append([b])
    return out


def fill_holes(named: set[Cell], holes: set[Cell]) -> set[Cell]:
    """Named cells, by row and column, and holes with three named neighbours, twice over."""
    for _ in range(2):
        steps = ((0, 1), (1, 0), (0, -1), (-1, 0))
        named = named | {
            (row, column)
            for row, column in holes
            if sum((row + down, column + across) in named for down, across in steps) >= 3
        }
    return named
