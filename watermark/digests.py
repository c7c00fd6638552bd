"""Salted digests of the canonical coefficients: of each unit, and of the whole frame."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from watermark.description import DIGEST_BYTES
from watermark.samples import Planes
from watermark.seedtree import frame_salt, unit_salts
from watermark.tiles import Grid

_UNIT = b"scanseal/1/unit\0"
_FRAME = b"scanseal/1/frame/canonical\0"


def _wire(planes: Planes) -> NDArray[np.int32]:
    """Return the planes as contiguous little-endian int32."""
    return np.ascontiguousarray(planes, dtype="<i4")


def frame_digest(planes: Planes, seal_id: bytes, frame: int, seed: bytes) -> bytes:
    """Return the 32-byte digest of canonical planes (c, rows, columns)."""
    digest = sha256(_FRAME + seal_id + frame.to_bytes(4, "big") + frame_salt(seed, "canonical"))
    digest.update(_wire(planes).data)
    return digest.digest()


def unit_digests(
    planes: Planes, units: Grid, wanted: NDArray[np.bool_], prefix: bytes, seed: bytes
) -> dict[int, bytes]:
    """Return the 8-byte digest of each wanted unit, by its index.

    planes: canonical (c, rows, columns); wanted: (units,) bool; prefix: seal id and frame
    number, 20 bytes. Row and column of the unit are part of what is digested.
    """
    wire = _wire(planes)
    salts = unit_salts(seed, units.count)
    digests = {}
    for index in np.flatnonzero(wanted).tolist():
        top, left, height, width = units.boxes[index]
        row, column = divmod(index, units.across)
        place = row.to_bytes(2, "big") + column.to_bytes(2, "big")
        block = wire[:, top : top + height, left : left + width].tobytes()
        digest = sha256(_UNIT + prefix + place + salts[index])
        digest.update(block)
        digests[index] = digest.digest()[:DIGEST_BYTES]
    return digests
