"""A frame as forgers and passive detectors see it, and a labelled one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array, Flags

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A frame without keys and tags."""

    values: Array
    """(rows, columns) or (rows, columns, 3): integers as stored."""
    bits: int
    """Bits stored, 8 to 16."""
    kind: str
    """"CT lung", "CT head", "MR", "PET", "X-ray", "ultrasound", "fundus" or "other"."""
    low: float
    """Stored value that is shown as black."""
    high: float
    """Stored value that is shown as white; more than `low`."""
    scale: float = 1.0
    """Native units (HU, for CT) for each step of a stored value."""

    def native(self) -> Plane:
        """Return (rows, columns) float32 stored values; of colour, the mean of the channels."""
        plane = self.values if self.values.ndim == 2 else self.values.mean(axis=2)
        return np.asarray(plane, dtype=np.float32)

    def shown(self) -> Plane:
        """Return (rows, columns) float32, 0 at `low` to 1 at `high`, cut there."""
        part = (self.native() - self.low) / (self.high - self.low)
        return np.asarray(np.clip(part, 0, 1), dtype=np.float32)

    def like(self, values: Array) -> Picture:
        """Return other values as a picture of the same sort."""
        return replace(self, values=values)


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A picture of which it is known what was changed."""

    picture: Picture
    changed: Flags
    """(rows, columns) True where a sample is another than in the original."""
    family: str
    """Name of the attack; "" for an original."""
    patient: str

    @property
    def forged(self) -> bool:
        """Whether anything was changed."""
        return bool(self.changed.any())
