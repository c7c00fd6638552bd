"""Volumes that are counted by a threshold: emphysema below -950 HU, calcium above 130 HU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.measures.filters import Plane

LOW, HIGH = -950.0, 130.0
"""HU. Sources: Gevenois et al., AJRCCM 154, 1996 (on macroscopic emphysema); Agatston et al., JACC
15(4), 1990 (coronary calcium)."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """Voxels of a frame beyond each threshold, background included."""

    below: int
    above: int
    voxels: int


@dataclass(frozen=True, slots=True)
class Crossings:
    """How a change moves the counts."""

    before: Volumes
    after: Volumes
    below_swapped: int
    """Voxels that went over the lower threshold, either way: the counts hide those that cancel."""
    above_swapped: int


def count_crossings(before: Plane, after: Plane) -> Crossings:
    """Return the counts of two pictures in HU."""
    low_before, low_after = before < LOW, after < LOW
    high_before, high_after = before > HIGH, after > HIGH
    return Crossings(
        Volumes(int(low_before.sum()), int(high_before.sum()), before.size),
        Volumes(int(low_after.sum()), int(high_after.sum()), after.size),
        int(np.count_nonzero(low_before != low_after)),
        int(np.count_nonzero(high_before != high_after)),
    )
