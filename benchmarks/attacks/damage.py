"""Damage in patterns: which coding tiles are lost, and noise in their place.

The patterns are those that grouped codes and neighbour chains fall to: facts are in the decision
docs/decisions/0004-code-over-tiles.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array, Flags, Forgery, area, compare, span
from watermark.tiles import Box, Grid

PATTERNS = ("random", "checkerboard", "rectangle", "stripes", "borders")


def choose_tiles(pattern: str, coding: Grid, carrying: Flags, share: float, seed: int) -> list[int]:
    """Return the carrying coding tiles that a pattern takes first.

    carrying: (coding tiles,) bool; share: of the carrying tiles, 0 to 1, rounded down.
    """
    order = np.argsort(_ranks(pattern, coding, seed), kind="stable")
    wanted = int(int(carrying.sum()) * share)
    return [int(index) for index in order if carrying[index]][:wanted]


def _ranks(pattern: str, coding: Grid, seed: int) -> NDArray[np.int64]:
    """Return (coding tiles,) int64: tiles of lower rank are lost first."""
    down, across = np.divmod(np.arange(coding.count, dtype=np.int64), coding.across)
    if pattern == "checkerboard":
        return np.asarray((down + across) % 2)
    if pattern == "stripes":
        return np.asarray(down % 2)
    if pattern == "rectangle":
        far = np.abs(2 * down - coding.down + 1) * coding.across
        wide = np.abs(2 * across - coding.across + 1) * coding.down
        return np.asarray(np.maximum(far, wide))
    if pattern == "borders":
        rows = np.minimum(down, coding.down - 1 - down)
        return np.asarray(np.minimum(rows, np.minimum(across, coding.across - 1 - across)))
    return np.random.default_rng(seed).permutation(coding.count)


def destroy(values: Array, boxes: Iterable[Box], random: np.random.Generator) -> Forgery:
    """Put noise of the frame's range into every box."""
    low, high = span(values)
    after = values.astype(np.int64)
    for box in boxes:
        part = after[area(box)]
        part[:] = random.integers(low, high, part.shape, endpoint=True)
    return compare(values, after)
