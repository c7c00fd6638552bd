"""The planes that are coded: grey as it is, RGB as YCoCg-R, YBR with its chroma centred."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.samples import Colour, Samples

Planes = list[NDArray[np.int32]]


def analyse(samples: Samples) -> Planes:
    """Return the planes of a frame to be coded, the weightiest first; fresh int32 arrays."""
    if samples.colour is Colour.GREY:
        return [samples.values.astype(np.int32, order="C")]
    first, second, third = (
        np.ascontiguousarray(samples.values[:, :, c], dtype=np.int32) for c in range(3)
    )
    if samples.colour is Colour.YBR:
        middle = 1 << (samples.bits - 1)
        return [first, second - middle, third - middle]
    orange = first - third
    half = third + (orange >> 1)
    green = second - half
    return [half + (green >> 1), orange, green]


def synthesise(planes: Planes, bits: int, signed: bool, colour: Colour) -> Samples:
    """Return the frame of its planes, each sample moved into the range of the depth."""
    low = -(1 << (bits - 1)) if signed else 0
    high = low + (1 << bits) - 1
    kind = np.dtype(f"{'i' if signed else 'u'}{1 if bits == 8 else 2}")
    if colour is Colour.GREY:
        return Samples(np.clip(planes[0], low, high).astype(kind), bits, signed, colour)
    if colour is Colour.YBR:
        middle = 1 << (bits - 1)
        stacked = [planes[0], planes[1] + middle, planes[2] + middle]
    else:
        half = planes[0] - (planes[2] >> 1)
        third = half - (planes[1] >> 1)
        stacked = [third + planes[1], planes[2] + half, third]
    values = np.clip(np.stack(stacked, axis=2), low, high).astype(kind)
    return Samples(values, bits, signed, colour)
