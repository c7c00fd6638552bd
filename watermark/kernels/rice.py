"""Rice code of the gaps between changed samples: the restoration record's hot path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Positions = NDArray[np.int64]
Octets = NDArray[np.uint8]


@kernel
def write_gaps(gaps: Positions, parameter: int, out: Octets) -> int:
    """Write each gap as quotient in unary (ones, then a zero) and `parameter` low bits.

    gaps (n,) >= 0; out comes zeroed and large enough. Returns the number of bits written,
    most significant bit of a byte first.
    """
    at = 0
    for i in range(gaps.shape[0]):
        for _ in range(gaps[i] >> parameter):
            out[at >> 3] |= 128 >> (at & 7)
            at += 1
        at += 1
        for bit in range(parameter - 1, -1, -1):
            if (gaps[i] >> bit) & 1:
                out[at >> 3] |= 128 >> (at & 7)
            at += 1
    return at


@kernel
def read_gaps(octets: Octets, parameter: int, limit: int, gaps: Positions) -> int:
    """Fill gaps (n,) from the bits of `octets`; returns the bits read, -1 if they end early.

    A sum of gaps beyond `limit` also gives -1, so that nothing grows past the frame.
    """
    at = 0
    end = octets.shape[0] * 8
    total = 0
    for i in range(gaps.shape[0]):
        quotient = 0
        while at < end and (octets[at >> 3] >> (7 - (at & 7))) & 1:
            quotient += 1
            at += 1
        at += 1
        if at + parameter > end:
            return -1
        value = np.int64(0)
        for _ in range(parameter):
            value = 2 * value + ((np.int64(octets[at >> 3]) >> (7 - (at & 7))) & 1)
            at += 1
        gaps[i] = (quotient << parameter) + value
        total += gaps[i] + 1
        if total > limit:
            return -1
    return at
