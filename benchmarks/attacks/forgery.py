"""What an attack hands back: the attacked samples, and exactly which of them it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watermark.tiles import Box

Array = NDArray[Any]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Forgery:
    """An attacked frame."""

    values: Array
    """Samples, of the shape and dtype of the frame that was attacked."""
    changed: Flags
    """(rows, columns) True where a sample, or one of its channels, is another than before."""


def compare(before: Array, after: Array) -> Forgery:
    """Return the forgery that turned `before` into `after`.

    after: of the same shape, any integer type; each value must fit the type of `before`.
    """
    values = np.ascontiguousarray(after).astype(before.dtype)
    assert (values == after).all(), "an attack left the range of the samples"
    differs = values != before
    return Forgery(values, differs if differs.ndim == 2 else differs.any(axis=2))


def area(box: Box) -> tuple[slice, slice]:
    """Return rows and columns of a box."""
    top, left, height, width = box
    return slice(top, top + height), slice(left, left + width)


def draw_box(random: np.random.Generator, shape: tuple[int, ...], edge: int) -> Box:
    """Return a square of `edge` samples, cut to the frame, anywhere in it."""
    height, width = min(edge, shape[0]), min(edge, shape[1])
    top = int(random.integers(shape[0] - height + 1))
    left = int(random.integers(shape[1] - width + 1))
    return top, left, height, width


def span(values: Array) -> tuple[int, int]:
    """Return the least and the greatest value of a frame: no attack leaves them unasked."""
    return int(values.min()), int(values.max())
