"""The eight ways in which a square can lie, for arrays and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watermark.tiles import Box


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a picture came to lie as it does: first mirrored, then turned clockwise."""

    mirrored: bool = False
    """Left and right exchanged."""
    turns: int = 0
    """Quarter turns clockwise, 0 to 3."""

    @property
    def name(self) -> str:
        """ "mirrored", "rotated 90", "mirrored and rotated 90", ...; "" as sealed."""
        words = ["mirrored"] if self.mirrored else []
        if self.turns:
            words.append(f"rotated {90 * self.turns}")
        return " and ".join(words)

    def apply(self, picture: NDArray[Any]) -> NDArray[Any]:
        """Return a view of `picture` (rows, columns[, channels]) laid in this way."""
        mirrored = picture[:, ::-1] if self.mirrored else picture
        return np.rot90(mirrored, -self.turns)

    def undo(self, picture: NDArray[Any]) -> NDArray[Any]:
        """Return a view of `picture` laid as it was before `apply`."""
        turned = np.rot90(picture, self.turns)
        return turned[:, ::-1] if self.mirrored else turned

    def undone_shape(self, rows: int, columns: int) -> tuple[int, int]:
        """Return rows and columns of a picture of `rows` x `columns` after `undo`."""
        return (columns, rows) if self.turns % 2 else (rows, columns)

    def apply_box(self, box: Box, rows: int, columns: int) -> Box:
        """Return where a box of a picture of `rows` x `columns` lies after `apply`."""
        top, left, height, width = box
        if self.mirrored:
            left = columns - left - width
        for _ in range(self.turns):
            top, left, height, width = left, rows - top - height, width, height
            rows, columns = columns, rows
        return top, left, height, width

    def undo_box(self, box: Box, rows: int, columns: int) -> Box:
        """Return where a box of a picture of `rows` x `columns` lies after `undo`."""
        top, left, height, width = box
        for _ in range(self.turns):
            top, left, height, width = columns - left - width, top, width, height
            rows, columns = columns, rows
        if self.mirrored:
            left = columns - left - width
        return top, left, height, width


AS_SEALED = Orientation()
ORIENTATIONS = tuple(
    Orientation(mirrored, turns)
    for mirrored, turns in (
        (False, 0),
        (True, 0),
        (False, 2),
        (True, 2),
        (False, 1),
        (False, 3),
        (True, 1),
        (True, 3),
    )
)
"""All eight, the likeliest first."""
