"""Coding tiles sorted by shape: each shape has one carrier order and one trellis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.order import Order, order_of
from watermark.carrier.trellis import Trellis, trellis_of
from watermark.tiles import Layout


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Coding tiles of one height and width."""

    indices: NDArray[np.intp]
    """(t,) their places in the coding grid."""
    boxes: NDArray[np.int32]
    """(t, 4) row, column, height, width."""
    order: Order
    trellis: Trellis


def group_tiles(layout: Layout, indices: Iterable[int]) -> list[Group]:
    """Return the coding tiles `indices`, grouped by shape (at most four groups).

    Inner tiles come first, then those that absorb the remainder of an axis.
    """
    boxes = layout.coding.boxes
    shapes: dict[tuple[int, int], list[int]] = {}
    for index in indices:
        shapes.setdefault(boxes[index][2:], []).append(index)
    groups = []
    for shape, members in sorted(shapes.items()):
        order = order_of(*shape)
        trellis = trellis_of(len(order.positions), layout.chunk_bytes * 8)
        table = np.array([boxes[index] for index in members], dtype=np.int32)
        groups.append(Group(np.array(members), table, order, trellis))
    return groups
