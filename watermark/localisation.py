"""Where a frame differs from its description: a map of digest units, and boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, canonical
from watermark.closing_tile import read_closing
from watermark.description import DIGEST_BYTES, Description, units_within
from watermark.digests import frame_digest, unit_digests
from watermark.errors import UnsupportedSamples
from watermark.extraction import Reading
from watermark.samples import Planes, Samples
from watermark.survey import marked_boxes
from watermark.tiles import Box

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class TamperMap:
    """Which digest units of a frame are not as described."""

    canonical: bool
    """True when the 256-bit digest of the whole canonical frame is as signed; parities of
    carriers are beyond it."""
    altered: Flags
    """(unit rows, unit columns) True where a unit differs."""
    boxes: tuple[Box, ...]
    """Row, column, height, width of each altered unit."""

    @property
    def intact(self) -> bool:
        """True when nothing differs."""
        return self.canonical and not bool(self.altered.any())

    @property
    def fraction(self) -> float:
        """Share of units that differ, 0 to 1."""
        return float(self.altered.mean())


def localise(
    samples: Samples, description: Description, seed: bytes, reading: Reading | None = None
) -> TamperMap:
    """Compare a frame with its description.

    samples: as received; description: from a certificate whose signature was verified; seed:
    the frame's 16-byte seed; reading: the blind reading of the same samples, if there is one:
    then units whose chunk is not the payload's are reported too, though only parities differ.
    An untouched unit is never reported. Raises UnsupportedSamples when size, depth, sign or
    colour are not the described ones.
    """
    if not description.fits(samples):
        raise UnsupportedSamples("size, depth, sign or colour are not the described ones")
    coefficients = analyse(samples, description.transform)
    boxes = marked_boxes(description.layout, description.carrying, description.closing)
    planes = canonical(coefficients, boxes)
    same = frame_digest(planes, description.seal_id, description.frame, seed)
    whole = same == description.canonical
    flags = np.zeros(description.layout.units.count, dtype=bool)
    if not whole:
        flags |= _differing_units(planes, coefficients, description, seed)
    if reading is not None and reading.payload is not None:
        flags |= _broken_units(description, reading)
    if not read_closing(samples, coefficients, description).intact:
        top, left, _, _ = description.layout.tiles.box(description.closing)
        flags[description.layout.units.index_at(top, left)] = True
    units = description.layout.units
    altered = flags.reshape(units.down, units.across)
    return TamperMap(whole, altered, tuple(units.box(i) for i in np.flatnonzero(flags).tolist()))


def _differing_units(
    planes: Planes, coefficients: Coefficients, description: Description, seed: bytes
) -> Flags:
    """Return (units,) bool: True where the digest, or the constant value, is another."""
    units, constant = description.layout.units, description.constant
    flags = np.zeros(units.count, dtype=bool)
    prefix = description.seal_id + description.frame.to_bytes(4, "big")
    digests = unit_digests(planes, units, ~constant, prefix, seed)
    for at, index in enumerate(sorted(digests)):
        signed = description.digests[DIGEST_BYTES * at : DIGEST_BYTES * (at + 1)]
        flags[index] = digests[index] != signed
    for values, index in zip(description.values, np.flatnonzero(constant).tolist(), strict=True):
        top, left, height, width = units.box(index)
        block = coefficients.planes[:, top : top + height, left : left + width]
        flags[index] = bool((block != values[:, np.newaxis, np.newaxis]).any())
    return flags


def _broken_units(description: Description, reading: Reading) -> Flags:
    """Return (units,) bool: units in which a carrying tile does not hold its chunk.

    Where a unit is finer than a coding tile the chunk cannot tell which unit it was; such
    units are reported only by the suspect cells inside them.
    """
    layout = description.layout
    broken = description.carrying & reading.broken
    if layout.coding.edge <= layout.units.edge:
        return ~units_within(layout, ~broken)
    flags = np.zeros(layout.units.count, dtype=bool)
    edge = layout.units.edge // 8
    for row, column in np.argwhere(reading.suspect).tolist():
        down = min(row // edge, layout.units.down - 1)
        across = min(column // edge, layout.units.across - 1)
        index = down * layout.units.across + across
        flags[index] = broken[layout.units.nest_in(layout.coding)[index]]
    return flags
