"""The restoration record: which samples embedding changed, as the gaps between them.

Layout: version (1 byte), transform (1), Rice parameter (1), number of changed samples (4,
big-endian), then the gaps, most significant bit first, zero bits to the byte. The parameter
is the least that gives the shortest record, so that a record has one encoding.
Source of the code: Rice, Plaunt, Adaptive variable-length coding, IEEE Trans. COM 19(6), 1971.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from watermark.errors import MalformedRecord
from watermark.kernels.rice import read_gaps, write_gaps
from watermark.parameters import Transform

VERSION = 1
_HEADER = struct.Struct(">BBBI")
_PARAMETERS = 24


def encode_record(flipped: NDArray[np.int8], transform: Transform) -> bytes:
    """Return the record of the changed samples.

    flipped: (rows, columns), non-zero where the sample of the carrying plane changed.
    """
    positions = np.flatnonzero(flipped)
    gaps = np.diff(positions, prepend=-1) - 1
    parameter, bits = _shortest(gaps)
    out = np.zeros(-(-bits // 8), dtype=np.uint8)
    write_gaps(gaps, parameter, out)
    return _HEADER.pack(VERSION, transform, parameter, len(gaps)) + out.tobytes()


def decode_record(record: bytes, rows: int, columns: int) -> tuple[NDArray[np.intp], Transform]:
    """Return the flat positions of the changed samples, ascending, and the transform.

    Raises MalformedRecord unless `record` is the one encoding of positions in the frame.
    """
    if len(record) < _HEADER.size:
        raise MalformedRecord("shorter than its header")
    version, transform, parameter, count = _HEADER.unpack_from(record)
    if version != VERSION or transform > max(Transform) or parameter >= _PARAMETERS:
        raise MalformedRecord("unknown version, transform or parameter")
    if count > rows * columns or count > 8 * (len(record) - _HEADER.size):
        raise MalformedRecord("more changes than samples")
    gaps = np.empty(count, dtype=np.int64)
    octets = np.frombuffer(record, dtype=np.uint8, offset=_HEADER.size)
    bits = read_gaps(octets, parameter, rows * columns, gaps)
    if bits < 0 or -(-bits // 8) != len(octets):
        raise MalformedRecord("its length does not fit its changes")
    flipped = np.zeros(rows * columns, dtype=np.int8)
    positions = np.cumsum(gaps + 1) - 1
    flipped[positions] = 1
    if encode_record(flipped.reshape(rows, columns), Transform(transform)) != record:
        raise MalformedRecord("not in its one encoding")
    return positions, Transform(transform)


def _shortest(gaps: NDArray[np.int64]) -> tuple[int, int]:
    """Return the least parameter with the fewest bits, and that number of bits."""
    best = (0, 0)
    for parameter in range(_PARAMETERS):
        bits = int((gaps >> parameter).sum()) + len(gaps) * (parameter + 1)
        if parameter == 0 or bits < best[1]:
            best = (parameter, bits)
    return best
