"""Find the grid of a mark in a picture that lies otherwise than it was sealed.

A few windows are read at every phase of the cell grid, in every orientation and under both
transforms; two coding tiles that bear one tag and lie as their rows and columns say give the
grid away. The effort depends on the size of the picture alone, never on what is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.placement import Placement
from watermark.geometry.tables import cell_tables, folds, recipes_of
from watermark.kernels import probes
from watermark.parameters import CELL, PROFILES, TILE, Transform
from watermark.samples import Colour, Planes, Samples
from watermark.tiles import LARGE_CODE, SMALL_CODE, Box, Grid

_PHASES = CELL * CELL
_SECTORS = 3
"""Windows are taken from as many sectors along an axis, at most."""
_ORDER = (4, 0, 8, 2, 6, 1, 7, 3, 5)
"""In which order nine sectors are preferred among equals: scattered."""
_GRADES = 4
"""Windows are as lively as they have quarters full of lively cells."""
_SPARE = 4
"""Keys of one phase that are kept beyond those expected."""
_MOST_HITS = 16
"""Keys of one phase that two tiles have, at most: no more placements are read of any picture."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The search for coding tiles of one edge."""

    edge: int
    window: int
    """Edge of a window in samples."""
    windows: int
    """Windows that are read."""
    least: int
    """Samples of the smallest picture in which such tiles are sought."""
    most: int
    """Tiles of this edge in the largest picture that can have them."""


STAGES = (
    Stage(32, 96, 9, 0, SMALL_CODE),
    Stage(64, 192, 5, 1 << 19, LARGE_CODE),
    Stage(128, 320, 4, 1 << 22, 1 << 16),
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A placement under which some of the tiles in the windows agree."""

    placement: Placement
    tiles: int
    """How many, 2 at least."""


def synchronise(samples: Samples) -> Iterator[Hit]:
    """Yield the placements under which two coding tiles agree, the likeliest orientation first.

    They agree by chance once in 2^32 pairs; whoever takes a placement reads all of its tiles.
    """
    for stage in STAGES:
        tiles = (samples.rows // stage.edge) * (samples.columns // stage.edge)
        if not 1 <= tiles <= stage.most or samples.rows * samples.columns < stage.least:
            continue
        boxes = choose_windows(samples, stage)
        windows = _cut(samples, boxes)
        for orientation in ORIENTATIONS:
            scan = Scan.of(samples, orientation, stage, boxes, windows)
            for transform in Transform:
                yield from scan.run(transform)


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Windows of one orientation and the memory to read them with."""

    orientation: Orientation
    stage: Stage
    windows: NDArray[np.int32]
    places: NDArray[np.int32]
    colour: Colour
    scratch: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]

    @classmethod
    def of(
        cls,
        samples: Samples,
        orientation: Orientation,
        stage: Stage,
        boxes: list[Box],
        windows: list[Planes],
    ) -> Scan:
        """Lay the windows upright and allocate what the kernel needs."""
        shape = samples.rows, samples.columns
        places = [orientation.undo_box(box, *shape) for box in boxes]
        tall, wide = max(p[2] for p in places), max(p[3] for p in places)
        planes = len(windows[0])
        stack = np.zeros((len(boxes), planes, tall, wide), dtype=np.int32)
        for index, (window, place) in enumerate(zip(windows, places, strict=True)):
            for plane in range(planes):
                stack[index, plane, : place[2], : place[3]] = orientation.undo(window[plane])
        cells = max((p[2] // CELL) * (p[3] // CELL) for p in places)
        side = stage.edge // CELL
        kept = sum((p[2] // stage.edge + 1) * (p[3] // stage.edge + 1) for p in places) + _SPARE
        scratch = (
            np.empty((planes, CELL * CELL, cells), dtype=np.int32),
            np.empty((4, cells), dtype=np.int32),
            np.empty((8, cells), dtype=np.int64),
            np.zeros((len(PROFILES), side * side, 1 + kept), dtype=np.int64),
        )
        table = np.array(places, dtype=np.int32)
        return cls(orientation, stage, stack, table, samples.colour, scratch)

    def run(self, transform: Transform, phase: int = 0) -> Iterator[Hit]:
        """Yield the placements found under one transform, from one phase of the cells on.

        Of one phase there may be several: a block that was moved, or comes from another seal,
        may lie on the same cells.
        """
        recipes, maps = recipes_of(self.stage.edge, transform)
        cell = cell_tables(self.colour, transform)
        hits = np.zeros((1 + _MOST_HITS, 5), dtype=np.int64)
        while phase < _PHASES:
            phase = probes.scan_phases(
                self.windows, self.places, phase, cell, recipes, folds(), maps, self.scratch, hits
            )
            counts: Counter[Placement] = Counter()
            for *hit, tiles in hits[1 : 1 + hits[0, 0]].tolist():
                counts[self._place(hit, phase, transform)] += tiles
            yield from (Hit(placement, tiles) for placement, tiles in counts.most_common())
            phase += 1

    def _place(self, hit: list[int], phase: int, transform: Transform) -> Placement:
        """Return the placement under which a tile lies as its check says.

        hit: recipe, cell row, cell column, check.
        """
        recipe, row, column, check = hit
        return Placement(
            self.orientation,
            (check >> 8 & 255) * self.stage.edge - (CELL * row + phase // CELL),
            (check & 255) * self.stage.edge - (CELL * column + phase % CELL),
            PROFILES[recipe],
            transform,
            self.stage.edge,
        )


def choose_windows(samples: Samples, stage: Stage) -> list[Box]:
    """Return disjoint windows of a picture: one a sector, the liveliest sectors.

    A cell is lively when at least half of its samples differ from their left neighbour: what
    is flat cannot carry. Of a picture of fewer than three sectors along an axis, and of sectors
    little larger than a window, all is taken.
    """
    plane = samples.values if samples.values.ndim == 2 else samples.values[:, :, 1]
    grid = Grid(samples.rows, samples.columns, CELL)
    differs = np.zeros((grid.down * CELL, grid.across * CELL), dtype=bool)
    used = plane[: differs.shape[0], : differs.shape[1]]
    differs[:, 1:] = used[:, 1:] != used[:, :-1]
    cells = differs.reshape(grid.down, CELL, grid.across, CELL).sum(axis=(1, 3), dtype=np.int64)
    sums = np.zeros((grid.down + 1, grid.across + 1), dtype=np.int64)
    sums[1:, 1:] = (cells >= CELL * CELL // 2).cumsum(axis=0).cumsum(axis=1)
    ranked = []
    down = _Sectors.of(samples.rows, stage.window)
    across = _Sectors.of(samples.columns, stage.window)
    count = len(down.spans) * len(across.spans)
    for rank, index in enumerate(_ORDER if count == len(_ORDER) else range(count)):
        row, column = divmod(index, len(across.spans))
        grade, box = _best(sums, down.starts(row), across.starts(column))
        ranked.append((-grade, rank, box))
    return [box for _, _, box in sorted(ranked)[: stage.windows]]


@dataclass(frozen=True, slots=True)
class _Sectors:
    """The sectors along an axis."""

    spans: tuple[tuple[int, int], ...]
    """First and length of each."""
    window: int
    """Length of a window in them, at most."""

    @classmethod
    def of(cls, length: int, window: int) -> _Sectors:
        """Divide an axis: at most three sectors, none shorter than a window if there are more."""
        count = min(_SECTORS, max(1, length // window))
        edges = [length * i // count for i in range(count + 1)]
        sector = -(-length // count)
        whole = count < _SECTORS or 4 * sector < 5 * window
        return cls(tuple((a, b - a) for a, b in pairwise(edges)), sector if whole else window)

    def starts(self, index: int) -> tuple[NDArray[np.int64], int]:
        """Return where a window may begin in a sector, and how long it is there."""
        start, length = self.spans[index]
        if length <= self.window:
            return np.array([start], dtype=np.int64), length
        end = start + length - self.window + 1
        return np.arange(start, end, TILE, dtype=np.int64), self.window


def _best(
    sums: NDArray[np.int64],
    down: tuple[NDArray[np.int64], int],
    across: tuple[NDArray[np.int64], int],
) -> tuple[int, Box]:
    """Return the grade and the box of the liveliest window of a sector, the middle among equals."""
    (tops, tall), (lefts, wide) = down, across
    first, left = tops // CELL, lefts // CELL
    last = np.minimum((tops + tall) // CELL, len(sums) - 1)
    right = np.minimum((lefts + wide) // CELL, sums.shape[1] - 1)
    lively = sums[np.ix_(last, right)] - sums[np.ix_(first, right)]
    lively += sums[np.ix_(first, left)] - sums[np.ix_(last, left)]
    grades = np.minimum(lively * _GRADES * CELL * CELL // (tall * wide), _GRADES)
    middle = np.add.outer(np.abs(tops - tops.mean()), np.abs(lefts - lefts.mean()))
    at = int(np.lexsort((middle.reshape(-1), -grades.reshape(-1)))[0])
    row, column = divmod(at, len(lefts))
    return int(grades[row, column]), (int(tops[row]), int(lefts[column]), tall, wide)


def _cut(samples: Samples, boxes: list[Box]) -> list[Planes]:
    """Return the planes of each window."""
    cut = []
    for top, left, height, width in boxes:
        values = np.ascontiguousarray(samples.values[top : top + height, left : left + width])
        cut.append(Samples(values, samples.bits, samples.signed, samples.colour).planes())
    return cut
