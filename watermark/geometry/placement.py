"""How a received picture lies in the frame that was sealed, and what of the frame it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from watermark.description import Description
from watermark.errors import UnsupportedSamples
from watermark.geometry.orientation import Orientation
from watermark.parameters import CELL, TILE, Profile, Transform
from watermark.samples import Samples
from watermark.tiles import Box, Flags, Grid, cover


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the grid of a mark was found: orientation, corner, and under which parameters."""

    orientation: Orientation
    """How the received picture lies."""
    row: int
    """Row of the sealed frame in which the top row of the received picture lies once its
    orientation is undone; negative where rows were put above the frame."""
    column: int
    """The same for columns."""
    profile: Profile
    transform: Transform
    edge: int
    """Edge of the coding tiles, 32, 64 or 128."""

    @property
    def chunk_bytes(self) -> int:
        """Bytes of a chunk, check included."""
        return self.profile.tile_bits * (self.edge // TILE) ** 2 // 8

    def words(self, rows: int, columns: int, described: Description) -> str:
        """Return how a received picture of `rows` x `columns` lies: "mirrored", "rotated 90",
        "cropped at (r, c)", "shifted to (r, c)", joined by commas; "" where as sealed."""
        down, across = self.orientation.undone_shape(rows, columns)
        words = [self.orientation.name] if self.orientation.name else []
        size = (described.rows, described.columns)
        if (self.row, self.column, down, across) != (0, 0, *size):
            inside = min(self.row, self.column) >= 0
            fits = self.row + down <= size[0] and self.column + across <= size[1]
            kind = "cropped at" if inside and fits else "shifted to"
            words.append(f"{kind} ({self.row}, {self.column})")
        return ", ".join(words)


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A received picture laid into the sealed frame."""

    samples: Samples
    """The size, depth, sign and colour that were sealed; 0 where nothing was received."""
    received: Box
    """Row, column, height, width of what was received, in the sealed frame."""
    placement: Placement
    shape: tuple[int, int]
    """Rows and columns of the picture as it was received."""

    @property
    def whole(self) -> bool:
        """True when no sample of the sealed frame is missing."""
        return self.received == (0, 0, self.samples.rows, self.samples.columns)

    def holds(self, squares: Grid) -> Flags:
        """Return (squares,) bool: True where a square of a grid over the frame was received
        whole. Of the others nothing is known."""
        top, left, height, width = self.received
        boxes = np.array(squares.boxes, dtype=np.int64)
        ends = boxes[:, :2] + boxes[:, 2:]
        inside = (boxes[:, :2] >= (top, left)) & (ends <= (top + height, left + width))
        return np.asarray(inside.all(axis=1))

    def boxes_of(self, cells: Flags, squares: Grid) -> tuple[Box, ...]:
        """Return boxes, in the picture as it was received, of flagged cells.

        cells: (cell rows, cell columns) bool over the frame. Only cells in squares that were
        received whole are taken.
        """
        grid = Grid(self.samples.rows, self.samples.columns, CELL)
        known = self.holds(squares)[grid.nest_in(squares)].reshape(cells.shape)
        upright = self.placement.orientation.undone_shape(*self.shape)
        found = []
        for row, column, height, width in cover(cells & known, grid):
            moved = (row - self.placement.row, column - self.placement.column, height, width)
            found.append(self.placement.orientation.apply_box(moved, *upright))
        return tuple(sorted(found))


def lay(samples: Samples, placement: Placement, description: Description) -> Canvas:
    """Lay a received picture into the frame that was described.

    samples: as received, with the described depth, sign and colour. Raises
    UnsupportedSamples where these are others, or nothing of the picture lies in the frame.
    """
    kind = (samples.bits, samples.signed, samples.colour)
    if kind != (description.bits, description.signed, description.colour):
        raise UnsupportedSamples("depth, sign or colour are not the described ones")
    upright = placement.orientation.undo(samples.values)
    top, left = max(0, placement.row), max(0, placement.column)
    bottom = min(description.rows, placement.row + upright.shape[0])
    right = min(description.columns, placement.column + upright.shape[1])
    if top >= bottom or left >= right:
        raise UnsupportedSamples("nothing of the picture lies in the described frame")
    values: NDArray[np.generic] = np.zeros(
        (description.rows, description.columns, *upright.shape[2:]), upright.dtype
    )
    values[top:bottom, left:right] = upright[
        top - placement.row : bottom - placement.row,
        left - placement.column : right - placement.column,
    ]
    laid = replace(samples, values=values, padding=None)
    return Canvas(
        laid, (top, left, bottom - top, right - left), placement, (samples.rows, samples.columns)
    )


def placed_whole(orientation: Orientation, description: Description) -> Placement:
    """Return the placement of a frame of this description, none of it lost, that lies so."""
    edge = description.layout.coding.edge
    return Placement(orientation, 0, 0, description.profile, description.transform, edge)
