"""A frame as `watermark` takes it: integers with their depth, sign and colour.

Knows NumPy only; the kernels see `planes`, the hashes see `octets`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from watermark.errors import UnsupportedSamples

LARGEST_AXIS = 16384
"""Rows or columns that a frame may have at most; bounds every allocation."""

Planes = NDArray[np.int32]
"""(c, rows, columns) int32, C-contiguous; plane 0 carries, 1 and 2 are its companions."""


class Colour(IntEnum):
    """What the channels are; the value is the wire form."""

    GREY = 0
    """One channel, (rows, columns)."""
    RGB = 1
    """Red, green, blue; green carries."""
    YBR = 2
    """Luma and two chroma channels at full resolution; luma carries."""


_PLANE_ORDER = {Colour.RGB: (1, 0, 2), Colour.YBR: (0, 1, 2)}
_NATIVE = (np.dtype(np.uint8), np.dtype(np.int8), np.dtype(np.uint16), np.dtype(np.int16))


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """One frame of stored samples and what is needed to mark it without harm.

    Raises UnsupportedSamples on construction when a field is outside its range.
    """

    values: NDArray[np.generic]
    """(rows, columns) for grey, (rows, columns, 3) for colour; (u)int8 or (u)int16, native
    byte order, C-contiguous, each value inside the range that `bits` and `signed` span."""
    bits: int
    """Bits stored, 8 to 16."""
    signed: bool = False
    """Two's complement; colour is never signed."""
    colour: Colour = Colour.GREY
    """What the channels are."""
    padding: tuple[int, int] | None = None
    """First and last value that mean "no image here"; such samples are never changed and
    no other sample is moved into the range."""

    def __post_init__(self) -> None:
        values = self.values
        expected = 2 if self.colour is Colour.GREY else 3
        if values.ndim != expected or (expected == 3 and values.shape[2] != 3):
            raise UnsupportedSamples(f"shape {values.shape} does not fit {self.colour.name}")
        if values.dtype not in _NATIVE or not values.flags.c_contiguous:
            raise UnsupportedSamples(f"{values.dtype} is not (u)int8 or (u)int16, C-contiguous")
        roomy = self.bits <= 8 * values.dtype.itemsize
        if not roomy or not 8 <= self.bits <= 16 or (self.signed and expected == 3):
            raise UnsupportedSamples(f"{self.bits} bits, signed={self.signed}")
        if not 1 <= min(values.shape[:2]) <= max(values.shape[:2]) <= LARGEST_AXIS:
            raise UnsupportedSamples(f"axes must have 1 to {LARGEST_AXIS} samples")
        low, high = self.limits
        if int(values.min()) < low or int(values.max()) > high:
            raise UnsupportedSamples(f"a sample is outside its {self.bits} bits")

    @property
    def limits(self) -> tuple[int, int]:
        """Least and greatest value that `bits` and `signed` allow."""
        if self.signed:
            return -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1
        return 0, (1 << self.bits) - 1

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    @property
    def plane_order(self) -> tuple[int, ...]:
        """The channel of each plane, the carrying plane first."""
        return _PLANE_ORDER.get(self.colour, (0,))

    def planes(self) -> Planes:
        """Return a fresh (c, rows, columns) int32 copy, the carrying plane first."""
        if self.colour is Colour.GREY:
            return np.ascontiguousarray(self.values[np.newaxis], dtype=np.int32)
        planes = np.empty((3, self.rows, self.columns), dtype=np.int32)
        for plane, channel in zip(planes, _PLANE_ORDER[self.colour], strict=True):
            plane[:] = self.values[:, :, channel]
        return planes

    def with_planes(self, planes: Planes) -> Samples:
        """Return these samples with the values of `planes`, laid out as `values` are."""
        return replace(self, values=self._laid_out(planes))

    def octets(self) -> NDArray[np.generic]:
        """Return the values as contiguous little-endian one- or two-byte integers.

        The width follows `bits`, not the container, so that an 8-bit picture kept in
        16-bit words and its 8-bit export have the same octets.
        """
        return self._octets(self.values)

    def octets_of(self, planes: Planes) -> NDArray[np.generic]:
        """As `octets`, with the values of `planes`; one outside the depth is taken modulo the
        width, for a damaged frame may lead there."""
        return self._octets(self._laid_out(planes))

    def _laid_out(self, planes: Planes) -> NDArray[np.generic]:
        """Return `planes` as `values` are: their shape and type."""
        if self.colour is Colour.GREY:
            return np.asarray(planes[0].astype(self.values.dtype))
        values = np.empty_like(self.values)
        for plane, channel in enumerate(_PLANE_ORDER[self.colour]):
            values[:, :, channel] = planes[plane]
        return values

    def _octets(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return values in their wire form."""
        wire = np.dtype(np.uint8) if self.bits <= 8 else np.dtype("<u2")
        return np.ascontiguousarray(values.astype(wire, copy=False))
