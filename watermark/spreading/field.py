"""The two fields of the code and the point at which each coding tile evaluates it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.galois import combine_rows, fill_lagrange, fill_logs
from watermark.tiles import Grid

SMALL_SIDE = 16
"""Most coding tiles along an axis under GF(2^8)."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """GF(2^width) with generator 2."""

    width: int
    """8 or 16 bits a symbol."""
    polynomial: int
    """0x11D or 0x1100B."""
    exp: NDArray[np.int32]
    log: NDArray[np.int32]

    @property
    def side(self) -> int:
        """A tile's point is side times its row plus its column."""
        return SMALL_SIDE if self.width == 8 else 256


@lru_cache(maxsize=2)
def field_named(width: int) -> Field:
    """Return GF(2^width), width 8 or 16."""
    polynomial = 0x11D if width == 8 else 0x1100B
    order = (1 << width) - 1
    exp = np.empty(2 * order, dtype=np.int32)
    log = np.empty(order + 1, dtype=np.int32)
    fill_logs(polynomial, order, exp, log)
    return Field(width, polynomial, exp, log)


def field_of(coding: Grid) -> Field:
    """Return GF(2^8) for at most 16 x 16 coding tiles, else GF(2^16)."""
    return field_named(8 if max(coding.down, coding.across) <= SMALL_SIDE else 16)


def points_of(coding: Grid, field: Field) -> NDArray[np.int32]:
    """Return the (tiles,) int32 points of all coding tiles, row by row; functions of row
    and column only, so that a crop does not move them."""
    down, across = np.divmod(np.arange(coding.count), coding.across)
    return (field.side * down + across).astype(np.int32)


def lagrange(
    sources: NDArray[np.int32], targets: NDArray[np.int32], field: Field
) -> NDArray[np.int32]:
    """Return (t, k) int32: row i gives the value at targets[i] from the values at sources.

    sources: (k,) distinct points; targets: (t,) points.
    """
    out = np.empty((len(targets), len(sources)), dtype=np.int32)
    weights = np.empty(len(sources), dtype=np.int32)
    fill_lagrange(sources, targets, field.exp, field.log, weights, out)
    return out


def combine(matrix: NDArray[np.int32], rows: NDArray[np.int16], field: Field) -> NDArray[np.int16]:
    """Return matrix (t, k) times rows (k, s) over the field, (t, s) int16."""
    out = np.empty((len(matrix), rows.shape[1]), dtype=np.int16)
    scratch = np.empty((field.width // 4, 16, rows.shape[1]), dtype=np.int16)
    combine_rows(matrix, rows, field.polynomial, field.width, scratch, out)
    return out


def to_symbols(octets: NDArray[np.uint8], field: Field) -> NDArray[np.int16]:
    """Return (n, bytes) uint8 as (n, symbols) int16: a byte, or two bytes big-endian, each."""
    if field.width == 8:
        return octets.astype(np.int16)
    return np.ascontiguousarray(octets).view(">i2").astype(np.int16)


def to_octets(symbols: NDArray[np.int16], field: Field) -> NDArray[np.uint8]:
    """Undo `to_symbols`."""
    if field.width == 8:
        return symbols.astype(np.uint8)
    return np.ascontiguousarray(symbols.astype(">i2")).view(np.uint8)
