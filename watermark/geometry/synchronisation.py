"""Find the grid of a mark in a picture that lies otherwise than it was sealed.

The picture, or first a few windows of it, is read at every phase of the cell grid, in every
orientation and under both transforms; two coding tiles that bear one tag and lie as their rows and
columns say give the grid away. The effort depends on the size of the picture, not on what it shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.placement import Placement
from watermark.geometry.tables import cell_tables, recipes_of
from watermark.geometry.windows import STAGES, choose_part, choose_windows
from watermark.kernels import claims, probes
from watermark.parameters import CELL, PROFILES, Transform
from watermark.samples import Colour, Samples
from watermark.tiles import Box

_PHASES = CELL * CELL
_LANES = 1024
"""Cells that are read at a time: what they need fits into the fastest memory."""
_LARGE = 1 << 18
"""Samples in windows from which they are read by two threads."""
_MOST_HITS = 16
"""Keys of one phase that are handed on, those of most tiles first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A placement under which some of the tiles that were read agree."""

    placement: Placement
    tiles: int
    """How many, 2 at least."""


def glance(samples: Samples) -> Iterator[Hit]:
    """Yield the placements under which two coding tiles in a few windows agree, the likeliest
    orientation first; of pictures of which the windows would be more than half, none.

    They agree by chance once in 2^32 pairs; whoever takes a placement reads all of its tiles.
    """
    for stage in STAGES:
        if stage.suits(samples):
            boxes = choose_windows(samples, stage)
            covered = sum(height * width for _, _, height, width in boxes)
            if 2 * covered <= samples.rows * samples.columns:
                # Only what takes long is worth a second thread: most are found at once.
                scan = _scan_together if covered >= _LARGE else _scan
                yield from scan(samples, boxes, (stage.edge,))


def comb(samples: Samples) -> Iterator[Hit]:
    """Yield the placements under which any two coding tiles of a picture agree, as `glance` does.

    Of a picture of more than `windows.most_samples` a part of so many is read.
    """
    edges = tuple(stage.edge for stage in STAGES if stage.suits(samples))
    if edges:
        yield from _scan_together(samples, [choose_part(samples)], edges)


def _scan(samples: Samples, boxes: list[Box], edges: tuple[int, ...]) -> Iterator[Hit]:
    """Yield what is found in some disjoint parts of a picture."""
    for orientation in ORIENTATIONS:
        scan = Scan.of(samples, orientation, boxes, edges)
        for transform in Transform:
            yield from scan.run(transform)


def _scan_together(samples: Samples, boxes: list[Box], edges: tuple[int, ...]) -> Iterator[Hit]:
    """Yield what `_scan` does, in its order, with a thread for each transform: kernels hold no
    lock, and where nothing is found all of them are waited for."""
    with ThreadPoolExecutor(len(Transform)) as threads:
        for orientation in ORIENTATIONS:
            scans = [Scan.of(samples, orientation, boxes, edges) for _ in Transform]
            jobs = zip(scans, Transform, strict=True)
            for hits in threads.map(lambda job: list(job[0].run(job[1])), jobs):
                yield from hits


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """Parts of a picture in one orientation, and the memory to read them with."""

    orientation: Orientation
    edges: tuple[int, ...]
    """Edges of the coding tiles that are sought."""
    pieces: NDArray[np.int32]
    places: NDArray[np.int32]
    colour: Colour
    scratch: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]
    hits: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        samples: Samples,
        orientation: Orientation,
        boxes: list[Box],
        edges: tuple[int, ...],
    ) -> Scan:
        """Lay the parts upright and allocate what the kernel needs."""
        places = [orientation.undo_box(box, samples.rows, samples.columns) for box in boxes]
        channels = 1 if samples.values.ndim == 2 else 3
        longest = max(lattice_size(height, width) for _, _, height, width in places)
        pieces = np.zeros((len(boxes), channels, _PHASES, longest), dtype=np.int32)
        for box, lattice in zip(boxes, pieces, strict=True):
            lay_out([orientation.undo(plane) for plane in _cut(samples, box)], lattice)
        lines = [(*place, -(-place[3] // CELL)) for place in places]
        counts = [(height // CELL) * line for _, _, height, _, line in lines]
        cells, total = max(counts), sum(counts)
        scratch = (
            np.empty((probes.ROWS, _LANES), dtype=np.int32),
            np.empty((3, cells), dtype=np.int32),
            np.empty((4, cells), dtype=np.int64),
            np.empty((2, 1 << (2 * total).bit_length()), dtype=np.int64),
        )
        keys = len(PROFILES) * len(edges) * total // 2
        hits = np.empty((1 + keys, 5), dtype=np.int64)
        table = np.array(lines, dtype=np.int32)
        return cls(orientation, edges, pieces, table, samples.colour, scratch, hits)

    def run(self, transform: Transform, phase: int = 0) -> Iterator[Hit]:
        """Yield the placements found under one transform, from one phase of the cells on.

        Of one phase there may be several: a block that was moved, or comes from another seal,
        may lie on the same cells.
        """
        recipes, tables = recipes_of(self.edges, transform)
        cell = cell_tables(self.colour, transform)
        while phase < _PHASES:
            phase = claims.scan_phases(
                self.pieces, self.places, phase, cell, recipes, tables, self.scratch, self.hits
            )
            met = self.hits[1 : 1 + self.hits[0, 0]]
            most = met[np.argsort(-met[:, 4], kind="stable")[:_MOST_HITS]]
            counts: Counter[Placement] = Counter()
            for *hit, tiles in most.tolist():
                counts[self._place(hit, phase, transform)] += tiles
            yield from (Hit(placement, tiles) for placement, tiles in counts.most_common())
            phase += 1

    def _place(self, hit: list[int], phase: int, transform: Transform) -> Placement:
        """Return the placement under which a tile lies as it claims.

        hit: recipe, cell row, cell column, claim.
        """
        recipe, row, column, claim = hit
        edge = self.edges[recipe // len(PROFILES)]
        return Placement(
            self.orientation,
            (claim >> 8 & 255) * edge - (CELL * row + phase // CELL),
            (claim & 255) * edge - (CELL * column + phase % CELL),
            PROFILES[recipe % len(PROFILES)],
            transform,
            edge,
        )


def _cut(samples: Samples, box: Box) -> NDArray[np.int32]:
    """Return the planes of a part of a picture."""
    top, left, height, width = box
    values = np.ascontiguousarray(samples.values[top : top + height, left : left + width])
    return Samples(values, samples.bits, samples.signed, samples.colour).planes()


def lattice_size(rows: int, columns: int) -> int:
    """Return the places of a lattice of so many samples: a row and a place more than there are
    cells, parts of cells included, for what is read beside the last ones."""
    down, across = -(-rows // CELL), -(-columns // CELL)
    return (down + 1) * across + 1


def lay_out(planes: Sequence[NDArray[np.int32]], lattice: NDArray[np.int32]) -> None:
    """Write planes (h, w) into lattice (c, 64, >= lattice_size(h, w)), which must come zeroed, as
    `kernels.probes` reads it."""
    height, width = planes[0].shape
    down, across = -(-height // CELL), -(-width // CELL)
    for channel, plane in enumerate(planes):
        for sample, line in enumerate(lattice[channel, :, : down * across]):
            part = plane[sample // CELL :: CELL, sample % CELL :: CELL]
            line.reshape(down, across)[: part.shape[0], : part.shape[1]] = part
