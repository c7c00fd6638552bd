"""Salted digests of the canonical coefficients: of each cell, each unit, and the whole frame."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watermark.description import DIGEST_BYTES
from watermark.parameters import CELL, TILE
from watermark.salts import Salts, grow
from watermark.samples import Planes
from watermark.seedtree import frame_salt, unit_salts
from watermark.tiles import Grid

CELL_BYTES = 4
"""Length of a cell's digest in the list that rides in the tags."""
_UNIT = b"scanseal/1/unit\0"
_FRAME = b"scanseal/1/frame/canonical\0"
_CELL = b"scanseal/1/cell/canonical\0"
_SAMPLE_CELL = b"scanseal/1/cell/samples\0"
_SAMPLE_UNIT = b"scanseal/1/unit/samples\0"

Wire = NDArray[Any]
"""(rows, columns, ...) little-endian values; the row of a cell is hashed as it lies."""
Secret = bytes | Salts
"""The frame's 16-byte seed, or what is known of its salts, those of all that is wanted at least."""


def _wire(planes: Planes) -> NDArray[np.int32]:
    """Return the planes as contiguous little-endian int32."""
    return np.ascontiguousarray(planes, dtype="<i4")


def frame_digest(planes: Planes, seal_id: bytes, frame: int, seed: bytes) -> bytes:
    """Return the 32-byte digest of canonical planes (c, rows, columns)."""
    digest = sha256(_FRAME + seal_id + frame.to_bytes(4, "big") + frame_salt(seed, "canonical"))
    digest.update(_wire(planes).data)
    return digest.digest()


def unit_digests(
    planes: Planes, units: Grid, wanted: NDArray[np.bool_], prefix: bytes, seed: Secret
) -> dict[int, bytes]:
    """Return the 8-byte digest of each wanted unit, by its index.

    planes: canonical (c, rows, columns); wanted: (units,) bool; prefix: seal id and frame
    number, 20 bytes. Row and column of the unit are part of what is digested.
    """
    wire = _wire(planes)
    salts = seed.units if isinstance(seed, Salts) else unit_salts(seed, units.count)
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


def cell_digests(
    planes: Planes,
    units: Grid,
    prefix: bytes,
    seed: Secret,
    wanted: NDArray[np.bool_] | None = None,
) -> bytes:
    """Return the 4-byte digests of all 8x8 cells, row by row, joined.

    planes, prefix: as for `unit_digests`; units: the grid whose salts the cells' grow from, so
    that a unit can be disclosed, or hidden, with its cells; wanted: (cell rows, cell columns),
    other cells are zeros.
    """
    wire = _wire(planes).transpose(1, 2, 0)
    return _digest_cells(wire, units, _CELL + prefix, seed, wanted)


def sample_cells(
    frame: NDArray[Any], prefix: bytes, seed: Secret, wanted: NDArray[np.bool_] | None = None
) -> bytes:
    """Return the 4-byte digests of all 8x8 cells of a frame that carries no mark.

    frame: (rows, columns) or (rows, columns, channels), any number type, each sample hashed
    little-endian in its own width; prefix: seal id and frame number, 20 bytes; wanted: as for
    `cell_digests`.
    """
    wire = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("<"))
    units = Grid(frame.shape[0], frame.shape[1], TILE)
    return _digest_cells(wire, units, _SAMPLE_CELL + prefix, seed, wanted)


def sample_units(
    frame: NDArray[Any], prefix: bytes, seed: Secret, wanted: NDArray[np.bool_] | None = None
) -> bytes:
    """Return the 8-byte digests of all 32x32 units of a frame that carries no mark, joined.

    frame, prefix: as for `sample_cells`; wanted: (units,), other units are zeros.
    """
    wire = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("<"))
    units = Grid(frame.shape[0], frame.shape[1], TILE)
    salts = seed.units if isinstance(seed, Salts) else unit_salts(seed, units.count)
    digests = bytearray(DIGEST_BYTES * units.count)
    every = range(units.count)
    for index in every if wanted is None else np.flatnonzero(wanted).tolist():
        top, left, height, width = units.boxes[index]
        row, column = divmod(index, units.across)
        place = row.to_bytes(2, "big") + column.to_bytes(2, "big")
        digest = sha256(_SAMPLE_UNIT + prefix + place + salts[index])
        digest.update(wire[top : top + height, left : left + width].tobytes())
        at = DIGEST_BYTES * index
        digests[at : at + DIGEST_BYTES] = digest.digest()[:DIGEST_BYTES]
    return bytes(digests)


def differing_cells(found: bytes, listed: bytes, rows: int, columns: int) -> NDArray[np.bool_]:
    """Return (cell rows, cell columns) bool: where two lists of cell digests differ.

    All True where the lists have not both the length that the size asks for.
    """
    cells = Grid(rows, columns, CELL)
    shape = (cells.down, cells.across)
    if not len(found) == len(listed) == CELL_BYTES * cells.count:
        return np.ones(shape, dtype=bool)
    pairs = [np.frombuffer(digests, dtype=">u4") for digests in (found, listed)]
    return np.asarray((pairs[0] != pairs[1]).reshape(shape))


def _digest_cells(
    wire: Wire,
    units: Grid,
    start: bytes,
    seed: Secret,
    wanted: NDArray[np.bool_] | None = None,
) -> bytes:
    """Hash each wanted cell of `wire` behind `start`, its place and its salt."""
    cells = Grid(units.rows, units.columns, CELL)
    salts = (seed if isinstance(seed, Salts) else grow(seed, units)).cells
    digests = bytearray(CELL_BYTES * cells.count)
    across = cells.across  # a property, and asked for every cell
    every = range(across)
    for row, band in enumerate(_bands(wire, cells, wanted)):
        down = row.to_bytes(2, "big")
        for column in every if wanted is None else np.flatnonzero(wanted[row]).tolist():
            index = row * across + column
            head = start + down + column.to_bytes(2, "big") + salts[index]
            at = CELL_BYTES * index
            digests[at : at + CELL_BYTES] = sha256(head + band[column]).digest()[:CELL_BYTES]
    return bytes(digests)


def _bands(wire: Wire, cells: Grid, wanted: NDArray[np.bool_] | None) -> Iterator[list[bytes]]:
    """Yield the bytes of the cells of each row of cells, a sample's values side by side.

    A row without a wanted cell yields nothing to look at.
    """
    regular = CELL * (cells.across - 1)
    for row in range(cells.down):
        if wanted is not None and not wanted[row].any():
            yield []
            continue
        bottom = CELL * (row + 1) if row < cells.down - 1 else cells.rows
        band = wire[CELL * row : bottom]
        inner = band[:, :regular].reshape(len(band), cells.across - 1, CELL, *wire.shape[2:])
        octets = inner.swapaxes(0, 1).tobytes()
        size = len(octets) // max(1, cells.across - 1)
        blocks = [octets[at : at + size] for at in range(0, len(octets), max(1, size))]
        yield [*blocks, band[:, regular:].tobytes()]
