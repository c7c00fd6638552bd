"""Closed lists: profiles, transforms, shares of damage, dimensions of the code.

The numbers are on the wire or decide it; docs/spec/mark.md explains each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from watermark.errors import UnknownName

TILE = 32
"""Edge of a tile in samples: the unit of the map and of digests."""
CELL = 8
"""Edge of a cell in samples: the unit of the transform."""
ANCHOR = 4
"""Every sample whose row and column in its cell are multiples of this is an anchor."""
CHECK_BYTES = 4
"""Bytes of a chunk that bind it to its seal and place."""
LEVELS = 24
"""Number of code dimensions to choose from."""
LEVEL_STEPS = 32
"""A level is a multiple of this share of all coding tiles."""
HEIGHT = 9
"""Constraint height of the syndrome-trellis code, in message bits."""
WET = 12000
"""Trellis cost of a carrier that must not change; more than any dry path costs."""


class Transform(IntEnum):
    """The predict step; the value is the wire form."""

    DWT = 0
    """Two-level interpolating wavelet."""
    DCT = 1
    """DCT interpolation with integer weights."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How much a frame carries."""

    name: str
    code: int
    """Wire form."""
    tile_bits: int
    """Message bits in a tile of 32x32 samples."""
    digest_edge: int
    """Edge in samples of the area that one signed digest covers."""
    smallest: int
    """Rows and columns that a frame must have at least."""


PROFILES = (
    Profile("light", 0, 128, 64, 256),
    Profile("standard", 1, 384, 32, 128),
    Profile("full", 2, 576, 32, 96),
)
"""Profiles that mark samples, in the order of their codes."""


def profile_named(name: str) -> Profile:
    """Return the profile called `name`; raises UnknownName."""
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise UnknownName("profile", name, tuple(p.name for p in PROFILES))


def transform_named(name: str) -> Transform:
    """Return the transform called `name` ("dwt" or "dct"); raises UnknownName."""
    known = tuple(t.name.lower() for t in Transform)
    if name not in known:
        raise UnknownName("transform", name, known)
    return Transform[name.upper()]


def damage_percent(share: float) -> int:
    """Return the tolerated share of carrying tiles in percent, 1 to 49; raises UnknownName."""
    percent = round(share * 100)
    if not 1 <= percent <= 49:
        raise UnknownName("damage share", f"{share}", ("0.01 to 0.49",))
    return percent


def dimension(coding_tiles: int, level: int) -> int:
    """Return the code dimension k of `level` (0 to 23) for a frame of `coding_tiles` tiles."""
    return coding_tiles * (level + 1) // LEVEL_STEPS


def level_for(coding_tiles: int, carriers: int, percent: int) -> int | None:
    """Return the largest level whose dimension survives the loss of `percent` of `carriers`.

    None when not even one symbol does. `carriers` <= `coding_tiles`.
    """
    most = carriers - carriers * percent // 100
    for level in range(LEVELS - 1, -1, -1):
        if 1 <= dimension(coding_tiles, level) <= most:
            return level
    return None
