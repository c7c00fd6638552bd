"""Smooth extension of what matters, from docs/spec/picture.md, "What does not matter"."""

from tests.reference.frames import Plane


def filled(plane: Plane, matters: list[list[int]]) -> Plane:
    """The plane, with a mean handed down where a sample does not matter."""
    rows, columns = len(plane), len(plane[0])
    if all(all(row) for row in matters):
        return plane
    if rows == columns == 1:
        return [[0]]
    coarse: Plane = []
    known: list[list[int]] = []
    for y in range(0, rows, 2):
        coarse.append([])
        known.append([])
        for x in range(0, columns, 2):
            places = [
                (v, u) for v in range(y, min(y + 2, rows)) for u in range(x, min(x + 2, columns))
            ]
            values = [plane[v][u] for v, u in places if matters[v][u]]
            coarse[-1].append(sum(values) // len(values) if values else 0)
            known[-1].append(int(bool(values)))
    above = filled(coarse, known)
    return [
        [plane[y][x] if matters[y][x] else above[y // 2][x // 2] for x in range(columns)]
        for y in range(rows)
    ]
