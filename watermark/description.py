"""What the certificate says of a frame: parameters, tile maps and digests, as bytes.

The layout is docs/spec/description.md. One encoding per value; `decode` refuses all else.
Knows NumPy, not Numba, so that a check of the tags alone stays light.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from watermark.errors import MalformedDescription
from watermark.parameters import (
    PROFILES,
    TILE,
    Profile,
    Transform,
    dimension,
    level_for,
)
from watermark.samples import LARGEST_AXIS, Colour, Samples
from watermark.tiles import Flags, Grid, Layout, layout_of

VERSION = 1
DIGEST_BYTES = 8
"""Length of a signed digest of a unit; the frame's own digest has 32 bytes."""
_HEADER = struct.Struct(">BBBBBBHH16sII32s")
_SIGNED, _SPREAD, _COLOUR_SHIFT = 1, 8, 1


@dataclass(frozen=True, eq=False)
class Description:
    """Claims about one marked frame; `encoded` goes into the certificate."""

    rows: int
    columns: int
    bits: int
    """Bits stored, 8 to 16."""
    signed: bool
    colour: Colour
    profile: Profile
    transform: Transform
    percent: int
    """Tolerated damage in percent of the carrying tiles, 1 to 49."""
    spread: bool
    """True when every flat area was released."""
    seal_id: bytes
    """16 bytes."""
    frame: int
    """Number of the frame in its instance, from 0."""
    closing: int
    """Index of the closing tile among the 32x32 tiles."""
    carrying: Flags
    """(coding tiles,) True where a chunk is embedded."""
    constant: Flags
    """(units,) True where all samples of a digest unit are one value."""
    canonical: bytes = b""
    """32-byte salted digest of the frame's canonical planes."""
    values: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 1), dtype=np.int32))
    """(constant units, planes): their values."""
    digests: bytes = b""
    """8 bytes for each other unit, in order."""
    overhead: int = 0
    """Bytes that the caller adds to the description in the payload; not encoded."""

    @property
    def layout(self) -> Layout:
        """The grids of the frame."""
        return layout_of(self.rows, self.columns, self.profile)

    @property
    def planes(self) -> int:
        """Number of planes: 1, or 3 for colour."""
        return 1 if self.colour is Colour.GREY else 3

    @property
    def carriers(self) -> int:
        """Number of carrying tiles."""
        return int(self.carrying.sum())

    @property
    def level(self) -> int:
        """Level of the code dimension."""
        level = level_for(self.layout.coding.count, self.carriers, self.percent)
        if level is None:
            raise MalformedDescription("too few carrying tiles")
        return level

    @property
    def dimension(self) -> int:
        """Number k of carrying tiles that suffice to read the payload."""
        return dimension(self.layout.coding.count, self.level)

    @property
    def capacity(self) -> int:
        """Bytes of payload."""
        return self.dimension * self.layout.data_bytes

    @property
    def tolerance(self) -> float:
        """Share of the carrying tiles that may be lost."""
        return 1 - self.dimension / self.carriers

    @property
    def room(self) -> int:
        """Bytes left for recovery data."""
        return self.capacity - self.overhead - len(self.encoded)

    @property
    def closing_coding_tile(self) -> int:
        """Index of the coding tile in which the closing tile stands; it holds no chunk."""
        return coding_tile_of(self.layout, self.closing)

    @cached_property
    def encoded(self) -> bytes:
        """The description's bytes."""
        flags = (
            (_SIGNED if self.signed else 0)
            | self.colour << _COLOUR_SHIFT
            | (_SPREAD if self.spread else 0)
        )
        header = _HEADER.pack(
            VERSION,
            self.profile.code | self.transform << 4,
            self.percent,
            self.level,
            self.bits,
            flags,
            self.rows,
            self.columns,
            self.seal_id,
            self.frame,
            self.closing,
            self.canonical,
        )
        values = self.values.astype(np.int64) & 0xFFFF
        maps = np.packbits(self.carrying).tobytes() + np.packbits(self.constant).tobytes()
        return header + maps + values.astype(">u2").tobytes() + self.digests

    def fits(self, samples: Samples) -> bool:
        """Tell whether `samples` have the described size, depth, sign and colour."""
        return (samples.rows, samples.columns, samples.bits, samples.signed, samples.colour) == (
            self.rows,
            self.columns,
            self.bits,
            self.signed,
            self.colour,
        )

    @classmethod
    def decode(cls, encoded: bytes) -> Description:
        """Return the description whose bytes these are; raises MalformedDescription."""
        description = _parse(encoded)
        _check(description)
        if description.encoded != encoded:
            raise MalformedDescription("not in its one encoding")
        return description


def encoded_size(layout: Layout, planes: int, constants: int) -> int:
    """Return the length of a description with `constants` constant units."""
    maps = -(-layout.coding.count // 8) - (-layout.units.count // 8)
    digested = layout.units.count - constants
    return _HEADER.size + maps + 2 * planes * constants + DIGEST_BYTES * digested


def coding_tile_of(layout: Layout, tile: int) -> int:
    """Return the coding tile that holds the 32x32 tile `tile`."""
    top, left, _, _ = layout.tiles.box(tile)
    return layout.coding.index_at(top, left)


def quiet_tiles(layout: Layout, carrying: Flags, closing: int) -> Flags:
    """Return (coding tiles,) bool: True where neither a chunk nor the closing tile is."""
    quiet = ~carrying
    quiet[coding_tile_of(layout, closing)] = False
    return quiet


def units_within(layout: Layout, coding_tiles: Flags) -> Flags:
    """Return (units,) bool: True where every coding tile that a unit touches is set.

    The edges are powers of two times 32, so the finer grid nests in the coarser one.
    """
    if layout.units.edge <= layout.coding.edge:
        return coding_tiles[layout.units.nest_in(layout.coding)]
    inside = np.ones(layout.units.count, dtype=bool)
    np.logical_and.at(inside, layout.coding.nest_in(layout.units), coding_tiles)
    return inside


def _parse(encoded: bytes) -> Description:
    """Split the bytes; lengths follow from the geometry, never from a field."""
    blank = _parse_header(encoded)
    layout, at = blank.layout, _HEADER.size
    carrying, at = _take_map(encoded, at, layout.coding)
    constant, at = _take_map(encoded, at, layout.units)
    constants = int(constant.sum())
    if len(encoded) != encoded_size(layout, blank.planes, constants):
        raise MalformedDescription("its length does not follow from its geometry")
    end = at + 2 * blank.planes * constants
    words = np.frombuffer(encoded[at:end], dtype=">i2" if blank.signed else ">u2")
    values = words.astype(np.int32).reshape(constants, blank.planes)
    return replace(
        blank, carrying=carrying, constant=constant, values=values, digests=encoded[end:]
    )


def _parse_header(encoded: bytes) -> Description:
    """Return what the fixed part says, with empty maps."""
    if len(encoded) < _HEADER.size:
        raise MalformedDescription("shorter than its header")
    version, codes, percent, _, bits, flags, rows, columns, seal, frame, closing, canonical = (
        _HEADER.unpack_from(encoded)
    )
    if version != VERSION:
        raise MalformedDescription(f"version {version}")
    profile = next((p for p in PROFILES if p.code == codes & 15), None)
    colour = flags >> _COLOUR_SHIFT & 3
    if profile is None or codes >> 4 > max(Transform) or flags & ~0b1111 or colour > max(Colour):
        raise MalformedDescription("unknown profile, transform or flag")
    if not profile.smallest <= min(rows, columns) <= max(rows, columns) <= LARGEST_AXIS:
        raise MalformedDescription(f"{rows} x {columns} samples")
    return Description(
        rows=rows,
        columns=columns,
        bits=bits,
        signed=bool(flags & _SIGNED),
        colour=Colour(colour),
        profile=profile,
        transform=Transform(codes >> 4),
        percent=percent,
        spread=bool(flags & _SPREAD),
        seal_id=seal,
        frame=frame,
        closing=closing,
        carrying=np.zeros(0, dtype=bool),
        constant=np.zeros(0, dtype=bool),
        canonical=canonical,
    )


def _take_map(encoded: bytes, at: int, grid: Grid) -> tuple[Flags, int]:
    """Return the bit map of `grid` at offset `at`, and the offset behind it."""
    end = at + -(-grid.count // 8)
    if end > len(encoded):
        raise MalformedDescription("a tile map is cut off")
    bits = np.unpackbits(np.frombuffer(encoded[at:end], dtype=np.uint8), count=grid.count)
    return bits.astype(bool), end


def _check(description: Description) -> None:
    """Refuse a description that contradicts itself."""
    layout = description.layout
    if not 8 <= description.bits <= 16 or not 1 <= description.percent <= 49:
        raise MalformedDescription("bit depth or damage share out of range")
    if description.signed and description.colour is not Colour.GREY:
        raise MalformedDescription("signed colour")
    if description.closing >= layout.tiles.count or layout.tiles.box(description.closing)[2:] != (
        TILE,
        TILE,
    ):
        raise MalformedDescription("no such closing tile")
    if description.carrying[description.closing_coding_tile]:
        raise MalformedDescription("the closing tile carries a chunk")
    quiet = quiet_tiles(layout, description.carrying, description.closing)
    if (description.constant & ~units_within(layout, quiet)).any():
        raise MalformedDescription("a constant unit carries")
    _check_values(description)


def _check_values(description: Description) -> None:
    """Refuse constant values that the bit depth cannot hold."""
    low = -(1 << (description.bits - 1)) if description.signed else 0
    values = description.values
    if len(values) and not low <= values.min() <= values.max() < low + (1 << description.bits):
        raise MalformedDescription("a constant value is out of range")
