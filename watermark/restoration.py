"""The way back: the original frame from its record, or a mark destroyed for good."""

from __future__ import annotations

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, flip_carriers
from watermark.carrier.wetness import find_wet
from watermark.errors import MalformedRecord
from watermark.parameters import ANCHOR, Transform
from watermark.record import decode_record
from watermark.samples import Samples


def restore(marked: Samples, record: bytes) -> Samples:
    """Return the original frame, bit for bit, from a marked one and its record.

    Whether the result is the sealed original is for the signed digest to say: on samples
    that were altered the flips are taken back all the same. Raises MalformedRecord.
    """
    positions, transform = decode_record(record, marked.rows, marked.columns)
    rows, columns = positions // marked.columns, positions % marked.columns
    if (((rows % ANCHOR) | (columns % ANCHOR)) == 0).any():
        raise MalformedRecord("an anchor is said to have changed")
    flips = np.zeros((marked.rows, marked.columns), dtype=np.int8)
    flips[rows, columns] = 1
    restored = _flip(marked, analyse(marked, transform), flips)
    low, high = marked.limits
    if int(restored.min()) < low or int(restored.max()) > high:
        raise MalformedRecord("it leads out of the range of the samples")
    return marked.with_planes(restored)


def redraw(
    marked: Samples,
    randomness: bytes,
    transform: Transform = Transform.DWT,
    within: NDArray[np.bool_] | None = None,
) -> Samples:
    """Return the frame with every dry parity drawn anew: no mark is left, none comes back.

    randomness: at least 16 unpredictable bytes; transform: the mark's, where that is known;
    within: (rows, columns), True where the mark may have changed samples, None for everywhere.
    Samples change by 1 at most; range and padding are kept, flat neighbourhoods are drawn too
    since a mark may have used them.
    """
    coefficients = analyse(marked, transform)
    wet = find_wet(marked, coefficients).hard
    count = marked.rows * marked.columns
    octets = np.frombuffer(shake_256(randomness).digest(-(-count // 8)), dtype=np.uint8)
    flips = np.unpackbits(octets, count=count).astype(np.int8).reshape(wet.shape)
    flips[wet != 0] = 0
    flips[::ANCHOR, ::ANCHOR] = 0
    if within is not None:
        flips[~within] = 0
    return marked.with_planes(_flip(marked, coefficients, flips))


def _flip(
    marked: Samples, coefficients: Coefficients, flips: NDArray[np.int8]
) -> NDArray[np.int32]:
    """Return the planes with the flips of (rows, columns) `flips` made."""
    positions = np.ascontiguousarray(np.argwhere(flips), dtype=np.int32)
    frame = np.array([(0, 0, marked.rows, marked.columns)], dtype=np.int32)
    every = np.ones((1, len(positions)), dtype=np.int8)
    flip_carriers(coefficients, frame, positions, every, np.zeros_like(flips))
    return coefficients.planes
