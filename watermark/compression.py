"""A frame as few bytes that can be cut anywhere, for recovery: docs/spec/picture.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.errors import MalformedPicture
from watermark.picture import colours, stream
from watermark.picture.bands import plan
from watermark.picture.filling import fill
from watermark.picture.transform import merge, split
from watermark.samples import Colour, Samples

HEADER = 3
LARGEST_BUDGET = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader must know of a frame: it is never part of the bytes."""

    rows: int
    columns: int
    bits: int
    signed: bool = False
    colour: Colour = Colour.GREY


def compress(samples: Samples, budget: int, matters: NDArray[np.bool_] | None = None) -> bytes:
    """Return an approximation of a frame in at most `budget` bytes."""
    planes = colours.analyse(samples)
    if matters is not None:
        planes = [fill(plane, matters) for plane in planes]
    base = int(planes[0].mean())
    planes[0] -= base
    layout = plan(len(planes), samples.rows, samples.columns)
    coefficients = [split(plane, layout.levels) for plane in planes]
    room = min(budget, LARGEST_BUDGET) - HEADER
    lighter = samples.colour is Colour.RGB
    count, body = stream.write(coefficients, layout, lighter, room)
    return bytes([count]) + (base - samples.limits[0]).to_bytes(2, "big") + body


def expand(data: bytes, shape: Shape) -> Samples:
    """Return the approximation that the bytes hold."""
    if len(data) < HEADER or data[0] > stream.MOST_PLANES:
        raise MalformedPicture("header")
    layout = plan(1 if shape.colour is Colour.GREY else 3, shape.rows, shape.columns)
    lighter = shape.colour is Colour.RGB
    found = stream.read(data[HEADER:], data[0], layout, lighter, (shape.rows, shape.columns))
    planes = [merge(part, layout.levels) for part in found]
    low = -(1 << (shape.bits - 1)) if shape.signed else 0
    planes[0] += int.from_bytes(data[1:3], "big") + low
    return colours.synthesise(planes, shape.bits, shape.signed, shape.colour)
