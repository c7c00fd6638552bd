"""Areas taken out of frames: what a redaction discloses of the seed tree instead of the seed.

For each frame either its own seed, or which cells are gone and what opens all the others. Nothing
of it is signed: what it opens is held against signed digests. Layout: docs/spec/redaction.md.
"""

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from signing import cbor
from signing.digests import MAX_FRAMES, SALT_SIZE
from signing.errors import MalformedDisclosures

MAX_AREA_CELLS: Final = 2**22
"""Cells of 8x8 samples of the largest frame, 16384 x 16384 samples."""

MAX_RUNS: Final = 2**16
"""Runs of redacted cells of one frame: a box of the largest frame has 2048."""

MAX_ALL_RUNS: Final = 2**20
"""Runs of all frames together."""

_RUN: Final = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Area:
    """What is redacted of one frame. Construction raises MalformedDisclosures."""

    frame: int
    """Index from 0."""
    runs: tuple[tuple[int, int], ...]
    """First cell and number of cells of each run of redacted cells, counted row by row over the
    whole frame; ascending, with a cell between one run and the next."""
    nodes: bytes
    """Nodes of the seed tree, 16 bytes each, above all units without a redacted cell."""
    salts: bytes
    """Salts of the other cells in the units that have one, 16 bytes each."""

    def __post_init__(self) -> None:
        if not 0 <= self.frame < MAX_FRAMES:
            raise MalformedDisclosures("the frame of an area is out of range")
        if not 1 <= len(self.runs) <= MAX_RUNS:
            raise MalformedDisclosures("an area has no runs of cells, or too many")
        if any(first < 0 or count < 1 for first, count in self.runs):
            raise MalformedDisclosures("a run of cells is empty")
        ends = [first + count for first, count in self.runs]
        starts = (first for first, _ in self.runs[1:])
        if any(start <= end for start, end in zip(starts, ends, strict=False)):
            raise MalformedDisclosures("runs of cells are not apart and ascending")
        if ends[-1] > MAX_AREA_CELLS:
            raise MalformedDisclosures("an area has cells that no frame has")
        if len(self.nodes) % SALT_SIZE or len(self.salts) % SALT_SIZE:
            raise MalformedDisclosures("nodes or salts have not 16 bytes each")

    @property
    def cells(self) -> int:
        """Number of redacted cells."""
        return sum(count for _, count in self.runs)


@dataclass(frozen=True, slots=True)
class Areas:
    """What is redacted of an instance. Construction raises MalformedDisclosures."""

    seeds: bytes
    """16 bytes for each frame without an area, in frame order."""
    areas: tuple[Area, ...]
    """One for each other frame, ascending; one at least."""

    def __post_init__(self) -> None:
        frames = [area.frame for area in self.areas]
        if not frames or any(one >= after for one, after in itertools.pairwise(frames)):
            raise MalformedDisclosures("areas are none, or not ascending by frame")
        if len(self.seeds) % SALT_SIZE or self.frames > MAX_FRAMES:
            raise MalformedDisclosures("seeds of frames have no possible length")
        if frames[-1] >= self.frames:
            raise MalformedDisclosures("an area is of a frame that is not counted")
        if self.runs > MAX_ALL_RUNS:
            raise MalformedDisclosures("areas have more runs of cells than are read")

    @property
    def frames(self) -> int:
        """Number of frames, those with an area and those with a seed."""
        return len(self.areas) + len(self.seeds) // SALT_SIZE

    @property
    def runs(self) -> int:
        """Number of runs of cells, of all frames together."""
        return sum(len(area.runs) for area in self.areas)

    def by_frame(self) -> dict[int, Area]:
        """Return the areas by frame."""
        return {area.frame: area for area in self.areas}

    def seeds_by_frame(self) -> dict[int, bytes]:
        """Return the seed of each frame that has no area."""
        taken = {area.frame for area in self.areas}
        bare = (frame for frame in range(self.frames) if frame not in taken)
        return {
            frame: self.seeds[SALT_SIZE * place : SALT_SIZE * (place + 1)]
            for place, frame in enumerate(bare)
        }


def list_areas(areas: Areas) -> cbor.Encodable:
    """Return what stands for areas in the disclosures."""
    return [areas.seeds, *(_row(area) for area in areas.areas)]


def read_areas(values: Sequence[cbor.Value]) -> Areas:
    """Return the areas that an array of the disclosures holds; raises MalformedDisclosures."""
    if not values or not isinstance(values[0], bytes):
        raise MalformedDisclosures("areas do not begin with the seeds of frames")
    if len(values) > MAX_FRAMES + 1:
        raise MalformedDisclosures("more areas than frames")
    packed = (row[1] for row in values[1:] if isinstance(row, list) and len(row) > 1)
    if sum(len(cells) for cells in packed if isinstance(cells, bytes)) > _RUN.size * MAX_ALL_RUNS:
        raise MalformedDisclosures("areas have more runs of cells than are read")
    return Areas(values[0], tuple(_area(value) for value in values[1:]))


def _row(area: Area) -> list[cbor.Encodable]:
    """Return one area as an array; each run is its distance from the end of the one before."""
    packed, end = [], 0
    for first, count in area.runs:
        packed.append(_RUN.pack(first - end, count))
        end = first + count
    return [area.frame, b"".join(packed), area.nodes, area.salts]


def _area(value: cbor.Value) -> Area:
    """Return one decoded area."""
    match value:
        case [int(frame), bytes(packed), bytes(nodes), bytes(salts)]:
            return Area(frame, _runs(packed), nodes, salts)
    raise MalformedDisclosures("an area is not frame, cells, nodes, salts")


def _runs(packed: bytes) -> tuple[tuple[int, int], ...]:
    """Return runs of cells; raises MalformedDisclosures."""
    if len(packed) % _RUN.size or len(packed) > MAX_RUNS * _RUN.size:
        raise MalformedDisclosures("cells are not runs of eight bytes each, or too many")
    runs, end = [], 0
    for gap, count in _RUN.iter_unpack(packed):
        runs.append((end + gap, count))
        end += gap + count
    return tuple(runs)
