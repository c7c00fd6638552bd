"""A frame in few bytes that can be cut anywhere, for recovery: docs/spec/picture.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.errors import DoesNotFit, MalformedPicture, UnsupportedSamples
from watermark.picture import colours, stream
from watermark.picture.bands import plan
from watermark.picture.filling import fill
from watermark.picture.transform import merge, split
from watermark.samples import LARGEST_AXIS, Colour, Samples

HEADER = 3
"""Bytes before the coded bits: bit planes, and the mean of plane 0 above the least value."""
SMALLEST = 16
"""Bytes that a budget must have."""
LARGEST = (1 << 24) - 1
"""Bytes that an approximation has at most."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader must know of a frame, for none of it is in the bytes.

    Raises UnsupportedSamples on construction when a field is outside the range of `Samples`.
    """

    rows: int
    columns: int
    bits: int
    signed: bool = False
    colour: Colour = Colour.GREY

    def __post_init__(self) -> None:
        if not (1 <= self.rows <= LARGEST_AXIS and 1 <= self.columns <= LARGEST_AXIS):
            raise UnsupportedSamples(f"axes must have 1 to {LARGEST_AXIS} samples")
        if not 8 <= self.bits <= 16 or (self.signed and self.colour is not Colour.GREY):
            raise UnsupportedSamples(f"{self.bits} bits, signed={self.signed}")

    @property
    def planes(self) -> int:
        """Planes that are coded: 1 or 3."""
        return 1 if self.colour is Colour.GREY else 3

    @property
    def least(self) -> int:
        """The least value of the depth."""
        return -(1 << (self.bits - 1)) if self.signed else 0


def compress(samples: Samples, budget: int, matters: NDArray[np.bool_] | None = None) -> bytes:
    """Return an approximation of a frame in at most `budget` bytes, the best first.

    budget: bytes, at least 16; above 2**24 - 1 it counts as that. matters: (rows, columns)
    bool, True where the copy must be good; the other samples are replaced by what costs least.
    Without it all matter. The result depends on nothing else, and a smaller budget gives the
    beginning of what a larger one gives; it is shorter than the budget only when every bit
    plane is in it.
    Raises DoesNotFit when the budget is too small, UnsupportedSamples when `matters` has
    another shape. Source: docs/spec/picture.md; Said and Pearlman 1996; Hsiang and Woods 2000.
    """
    if budget < SMALLEST:
        raise DoesNotFit("capacity", f"an approximation needs {SMALLEST} bytes")
    planes = colours.analyse(samples)
    if matters is not None:
        if matters.shape != (samples.rows, samples.columns):
            raise UnsupportedSamples("what matters has another shape than the frame")
        planes = [fill(plane, matters) for plane in planes]
    # A row of 2**14 samples of 16 bits stays below 2**30: most of the sum is of narrow numbers.
    base = int(planes[0].sum(axis=1, dtype=np.int32).sum(dtype=np.int64)) // planes[0].size
    planes[0] -= base
    layout = plan(len(planes), samples.rows, samples.columns)
    coefficients = [split(plane, layout.levels) for plane in planes]
    room = min(budget, LARGEST) - HEADER
    count, body = stream.write(coefficients, layout, samples.colour is Colour.RGB, room)
    return bytes([count]) + (base - samples.limits[0]).to_bytes(2, "big") + body


def expand(data: bytes, shape: Shape) -> Samples:
    """Return the approximation that bytes from `compress`, cut anywhere, hold of a frame.

    shape: that of the frame. Any bytes give samples in the range of its depth, in (u)int8 or
    (u)int16, or raise MalformedPicture: fewer than 3, more than 2**24 - 1, or a header outside
    its range. Time and memory are bounded by the shape and the number of bytes alone.
    """
    if not HEADER <= len(data) <= LARGEST:
        raise MalformedPicture("too few or too many bytes")
    base = int.from_bytes(data[1:HEADER], "big")
    if data[0] > stream.MOST_PLANES or base >> shape.bits:
        raise MalformedPicture("a field of the header is out of range")
    layout = plan(shape.planes, shape.rows, shape.columns)
    lighter = shape.colour is Colour.RGB
    found = stream.read(data[HEADER:], data[0], layout, lighter)
    planes = [merge(part, layout.levels) for part in found]
    planes[0] += base + shape.least
    return colours.synthesise(planes, shape.bits, shape.signed, shape.colour)
