"""What every attack on the mark itself needs: the carriers of a frame, read and turned.

All of it is public: the transform, the order, the hash of a cell, the code. No key is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Forgery, compare
from watermark.carrier.coefficients import Coefficients, analyse, carrier_bits, flip_carriers
from watermark.carrier.tiles import Group, group_tiles
from watermark.description import Description
from watermark.samples import Samples

Bits = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Carriers:
    """A frame seen as its carriers."""

    samples: Samples
    description: Description
    seen: Coefficients

    @classmethod
    def read(cls, samples: Samples, description: Description) -> Carriers:
        """Return the carriers of `samples` under the transform and grid of a description."""
        return cls(samples, description, analyse(samples, description.transform))

    def groups(self, tiles: list[int]) -> Iterator[Group]:
        """Yield the coding tiles `tiles` by shape."""
        yield from group_tiles(self.description.layout, tiles)

    def bits(self, group: Group) -> Bits:
        """Return (t, n) int8: parities bound to their cells, as the reader takes them."""
        order = group.order
        return carrier_bits(self.seen, group.boxes, order.positions, order.cells)

    def dry(self, group: Group) -> Bits:
        """Return (t, n) int8: 1 where a flip stays inside the range of the bits stored."""
        low, high = self.samples.limits
        plane = self.seen.planes[0]
        moved = plane + np.where(self.seen.bound[0] & 1, -1, 1)
        able = ((moved >= low) & (moved <= high)).astype(np.int8)
        return np.ascontiguousarray(able[self.places(group)])

    def places(self, group: Group) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return rows and columns (t, n) of the carriers of a group's tiles."""
        positions = group.order.positions
        return (
            group.boxes[:, :1] + positions[np.newaxis, :, 0],
            group.boxes[:, 1:2] + positions[np.newaxis, :, 1],
        )

    def flip(self, group: Group, flips: Bits) -> None:
        """Turn the carriers marked in `flips` (t, n); the coefficients stay those before."""
        flipped = np.zeros(self.seen.planes.shape[1:], dtype=np.int8)
        flip_carriers(self.seen, group.boxes, group.order.positions, flips, flipped)

    def forgery(self) -> Forgery:
        """Return what the flips made of the frame."""
        after = self.samples.with_planes(self.seen.planes)
        return compare(self.samples.values, after.values)
