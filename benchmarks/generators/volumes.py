"""Cubes of volumes as CT-GAN cuts them, equalises them and puts noise over them.

Source: Mirsky, Mahler, Shelef, Elovici, CT-GAN: Malicious tampering of 3D medical imagery
using deep learning, USENIX Security 2019, section 5, and the code published with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array

Cube = NDArray[np.float32]
Place = tuple[int, int, int]
"""Slice, row and column."""

SIDE = 32
"""Samples along a cube's edge, and millimetres."""
INNER = slice(6, 26)
"""What is made up, along each axis."""
FLAT = 0.02
"""Least standard deviation, as a share of the shown range, of a cube to learn from."""
TRIES = 40


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """A series of slices of one size."""

    values: Array
    """(slices, rows, columns): integers as stored."""
    spacing: tuple[float, float, float]
    """Millimetres between slices, rows and columns."""
    low: float
    """Stored value that is shown as black."""
    high: float
    """Stored value that is shown as white; more than `low`."""
    tissue: float | None = None
    """Stored value above which noise is put in: that of -700 HU, for CT. None: everywhere."""
    softness: float = 70.0
    """Stored steps over which that begins: those of 70 HU, for CT."""


@dataclass(frozen=True, slots=True, eq=False)
class Equaliser:
    """Histogram equalisation of a cube, and the way back."""

    knots: NDArray[np.float64]
    """(k) values that occur, rising."""
    ranks: NDArray[np.float64]
    """(k) share of the samples below each, 0 to 1, rising."""

    @classmethod
    def fit(cls, cube: Cube) -> Equaliser:
        """Return the equaliser of the values of a cube."""
        knots, counts = np.unique(cube.astype(np.float64), return_counts=True)
        ranks = (np.cumsum(counts) - counts / 2) / cube.size
        return cls(knots, ranks)

    def equalise(self, cube: Cube) -> Cube:
        """Return ranks less one half, float32 in [-0.5, 0.5]."""
        ranks = np.interp(cube, self.knots, self.ranks) - 0.5
        return np.asarray(ranks, dtype=np.float32)

    def restore(self, cube: Cube) -> Cube:
        """Return the values that have such ranks."""
        return np.asarray(np.interp(cube + 0.5, self.ranks, self.knots), dtype=np.float32)


def cut_cube(volume: Volume, centre: Place) -> Cube:
    """Return (32, 32, 32) float32 stored values, 1 mm apart, about a voxel; edges are repeated."""
    return sample(volume, np.indices((SIDE,) * 3).astype(np.float64) - (SIDE - 1) / 2, centre)


def sample(volume: Volume, millimetres: NDArray[np.float64], centre: Place) -> Cube:
    """Return the values at places (3, ...) given in mm from a voxel, by trilinear interpolation."""
    axes = (-1,) + (1,) * (millimetres.ndim - 1)
    steps = millimetres / np.reshape(volume.spacing, axes) + np.reshape(centre, axes)
    low = [max(0, int(np.floor(axis.min()))) for axis in steps]
    high = [int(np.ceil(axis.max())) + 2 for axis in steps]
    area = tuple(slice(first, last) for first, last in zip(low, high, strict=True))
    part = volume.values[area].astype(np.float32)
    moved = steps - np.reshape(low, axes)
    return np.asarray(scipy.ndimage.map_coordinates(part, moved, order=1, mode="nearest"))


def draw_cubes(volumes: Sequence[Volume], count: int, seed: int) -> Cube:
    """Return (count, 32, 32, 32) float32 in [-0.5, 0.5]: equalised cubes, mirrored at random.

    Cubes are not flat where `TRIES` draws find such a place.
    """
    random = np.random.default_rng(seed)
    cubes = np.empty((count, SIDE, SIDE, SIDE), dtype=np.float32)
    for place in range(count):
        cube = _draw(volumes[int(random.integers(len(volumes)))], random)
        equal = Equaliser.fit(cube).equalise(cube)
        mirrored = tuple(axis for axis in range(3) if random.integers(2))
        cubes[place] = np.flip(equal, mirrored)
    return cubes


def _draw(volume: Volume, random: np.random.Generator) -> Cube:
    """Return a cube with something in it, whole inside the volume where that is thick enough."""
    margins = [min(size // 2, round(SIDE / 2 / gap)) for size, gap in _axes(volume)]
    cube = np.empty(0, dtype=np.float32)
    for _ in range(TRIES):
        slices, rows, columns = (
            int(random.integers(margin, max(size - margin, margin + 1)))
            for margin, size in zip(margins, volume.values.shape, strict=True)
        )
        cube = cut_cube(volume, (slices, rows, columns))
        if cube[INNER, INNER, INNER].std() > FLAT * (volume.high - volume.low):
            break
    return cube


def _axes(volume: Volume) -> list[tuple[int, float]]:
    """Return count and distance of samples along each axis."""
    return list(zip(volume.values.shape, volume.spacing, strict=True))
