"""Copy-move by Zernike moments: a dense field of nearest neighbours that is straight where copied.

Sources: Ryu, Lee, Lee, Detection of copy-rotate-move forgery using Zernike moments, IH 2010 (the
magnitudes of the moments to order 5 on discs do not change with rotation; equal
ones are sought by sorting); Cozzolino, Poggi, Verdoliva, Efficient dense-field copy-move forgery
detection, IEEE TIFS 10(11), 2015 (a dense field of offsets, propagated from neighbour to
neighbour, and a fit of a linear field in small windows: where the error is small, the area is a
copy, moved, turned or scaled). Ours: the moments of all discs come from convolution, first
neighbours from sorting by seeded random projections instead of PatchMatch's random search, and the
window of the fit is a square. Discs have 12 samples, theirs 24 and 16, for some must fit into a
nodule; those without structure are left out.

It cannot tell the copy from its source: the heat names both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import factorial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.sizing import enlarge, reduce

MOST = 512
"""Longest edge that is examined as it is; larger pictures as means of squares."""
DISC = 12
ORDER = 5
NEAREST = 24
"""Least distance of two discs, in samples, on either axis."""
TABLES = 2
"""Sorts by random projections."""
ROUNDS = 1
"""Times that offsets are tried by the neighbours."""
LARGEST_GAP = 0.02
"""Sum of the square differences of equal discs' moments, each over its deviation in the picture."""
WINDOW = 5
"""Edge of the fit, in samples."""
LARGEST_ERROR = 2.5
"""Mean square error, in samples, of a linear field of offsets."""
SMALLEST = 12
"""Samples that fit, side by side, from which it is a copy."""
_ROUGH = 2.5
"""Least deviation, in 1/255 of the shown range, of what has structure."""
_CELL = 1 << 22
"""Keys of one cell differ by less, those of two cells by more."""
_CLOSE = _CELL // 512
"""Keys of discs that are compared differ by less: an eighth of a deviation on the last line."""
Ints = NDArray[np.int64]
Complexes = NDArray[np.complex64]


class MomentField(Detector):
    """Score: the largest area of a linear field, over the area that makes a copy.

    Heat: 0.5 and more where the error of the fit is small enough and the area large enough.
    """

    name = "Zernike field"
    trained = False

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn nothing: the method has constants, no training."""

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat."""
        plane, factor = reduce(picture.shown() * np.float32(255), MOST)
        offsets = _find_neighbours(plane)
        error = _fit_lines(offsets)
        areas, _ = ndimage.label(error <= LARGEST_ERROR)
        sizes = np.bincount(areas.ravel())
        sizes[0] = 0
        fits = LARGEST_ERROR / (LARGEST_ERROR + error)
        near = np.where(sizes[areas] >= SMALLEST, fits, np.minimum(fits, 0.49))
        heat = _mirror(near.astype(np.float32), offsets)
        score = float(sizes.max()) / SMALLEST
        return Opinion(score, enlarge(heat, factor, picture.values.shape), 0.5)


def _find_neighbours(plane: Plane) -> Plane:
    """Return (rows, columns, 2) float32 offsets to the nearest neighbour in moments.

    Where there is no structure, or no neighbour, the offset is a seeded random one, that fits no
    line.
    """
    random = np.random.default_rng(2015)
    rows, columns = plane.shape
    places = np.flatnonzero(_measure_roughness(plane).ravel() >= _ROUGH)
    offsets = random.integers(-columns, columns, (rows * columns, 2)).astype(np.float32)
    if len(places) < 2:
        return offsets.reshape(rows, columns, 2)
    features = _measure_moments(plane).reshape(-1, rows * columns)[:, places].T
    features = np.ascontiguousarray(features / (features.std(axis=0) + np.float32(1e-6)))
    partner = np.full(len(places), -1)
    best = np.full(len(places), LARGEST_GAP, dtype=np.float32)
    spots = np.column_stack(np.divmod(places, columns)).astype(np.int32)
    for _ in range(TABLES):
        _sort_once(features, spots, partner, best, random)
    index = np.full(rows * columns, -1)
    index[places] = np.arange(len(places))
    index = index.reshape(rows, columns)
    for _ in range(ROUNDS):
        for step in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            _propagate(features, spots, partner, best, (index, step))
    found = np.flatnonzero(partner >= 0)
    offsets[places[found]] = spots[partner[found]] - spots[found]
    return offsets.reshape(rows, columns, 2)


def _sort_once(
    features: Plane, spots: Any, partner: Ints, best: Plane, random: np.random.Generator
) -> None:
    """Compare discs that are neighbours in cells of random projections; keep the nearest.

    Each cell is sorted by one more projection. `partner` and `best` are written.
    """
    count = features.shape[1]
    lines = random.normal(size=(count, 6)).astype(np.float32) / np.float32(np.sqrt(count))
    along = features @ lines
    cells = np.floor(along[:, :5] * np.float32(8) + random.random(5, dtype=np.float32))
    keys = ((along[:, 5] - along[:, 5].min()) * np.float32(_CELL / 64)).astype(np.int64)
    for axis, odd in enumerate(random.integers(1, 2**40, 5)):
        keys += cells[:, axis].astype(np.int64) * (odd * _CELL)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    for lag in (1, 2):
        close = np.flatnonzero(keys[lag:] - keys[:-lag] < _CLOSE)
        first, second = order[close + lag], order[close]
        far = (np.abs(spots[first] - spots[second]) >= NEAREST).any(axis=1)
        first, second = first[far], second[far]
        gap = _measure_gap(features[first], features[second])
        for one, other in ((first, second), (second, first)):
            better = np.flatnonzero(gap < best[one])
            best[one[better]], partner[one[better]] = gap[better], other[better]


def _propagate(
    features: Plane, spots: Any, partner: Ints, best: Plane, way: tuple[Ints, tuple[int, int]]
) -> None:
    """Try each offset that is known at the neighbour on one side; `partner`, `best` are written."""
    index, step = way
    known = np.flatnonzero(partner >= 0)
    ends = np.stack([spots[known], spots[partner[known]]]) + np.asarray(step, dtype=np.int32)
    inside = ((ends >= 0) & (ends < index.shape)).all(axis=(0, 2))
    near, other = (index[end[:, 0], end[:, 1]] for end in ends[:, inside])
    kept = (near >= 0) & (other >= 0)
    known, other = near[kept], other[kept]
    gap = _measure_gap(features[known], features[other])
    better = gap < best[known]
    best[known[better]], partner[known[better]] = gap[better], other[better]


def _measure_gap(one: Plane, other: Plane) -> Plane:
    """Return the square distance of each row of `one` from that of `other`."""
    apart = one - other
    return np.asarray(np.einsum("ij,ij->i", apart, apart), dtype=np.float32)


def _fit_lines(offsets: Plane) -> Plane:
    """Return the mean square error of a linear field of offsets in the window at each sample.

    The middle of the window is the origin, so that the two slopes and the mean are independent.
    """
    half = WINDOW // 2
    flat = np.full(WINDOW, 1 / WINDOW, dtype=np.float32)
    ramp = np.arange(-half, half + 1, dtype=np.float32)
    square = float((ramp * ramp).mean())
    ramp = ramp / np.float32(WINDOW)
    error = np.zeros(offsets.shape[:2], dtype=np.float64)
    for axis in range(2):
        part = np.ascontiguousarray(offsets[:, :, axis])
        mean = cv2.boxFilter(part, cv2.CV_64F, (WINDOW, WINDOW))
        error += cv2.sqrBoxFilter(part, cv2.CV_64F, (WINDOW, WINDOW)) - mean * mean
        for along, across in ((ramp, flat), (flat, ramp)):
            error -= cv2.sepFilter2D(part, cv2.CV_64F, along, across) ** 2 / square
    return np.asarray(np.maximum(error, 0), dtype=np.float32)


def _mirror(near: Plane, offsets: Plane) -> Plane:
    """Return heat at both ends of the offsets, as wide as the window of the fit."""
    heat = near.copy()
    rows, columns = np.nonzero(near >= 0.5)
    down, right = offsets[rows, columns].astype(np.int64).T
    np.maximum.at(heat, (rows + down, columns + right), near[rows, columns])
    widened = cv2.dilate(heat, np.ones((WINDOW, WINDOW), dtype=np.uint8))
    return np.asarray(np.maximum(near, np.where(widened >= 0.5, widened, 0)), dtype=np.float32)


def _measure_roughness(plane: Plane) -> Plane:
    """Return the deviation in a square of the disc's edge around each sample."""
    mean = cv2.boxFilter(plane, cv2.CV_64F, (DISC, DISC))
    square = cv2.sqrBoxFilter(plane, cv2.CV_64F, (DISC, DISC))
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0)), dtype=np.float32)


def _measure_moments(plane: Plane) -> Plane:
    """Return (moments, rows, columns) float32 magnitudes of the disc around each sample."""
    half = DISC // 2
    padded = np.pad(plane, half, mode="symmetric")
    shape = tuple(fft.next_fast_len(size) for size in padded.shape)
    wave = fft.fft2(padded, shape)
    kept = (slice(half, half + plane.shape[0]), slice(half, half + plane.shape[1]))
    parts = [np.abs(fft.ifft2(wave * kernel)[kept]) for kernel in _transform_kernels(shape)]
    return np.asarray(parts, dtype=np.float32)


@lru_cache(maxsize=2)
def _transform_kernels(shape: tuple[int, ...]) -> tuple[Complexes, ...]:
    """Return the transforms of all kernels, the middle of the disc at the first sample."""
    half = DISC // 2
    transforms = []
    for kernel in _draw_kernels():
        frame = np.zeros(shape, dtype=np.complex64)
        frame[:DISC, :DISC] = kernel
        transforms.append(fft.fft2(np.roll(frame, (-half, -half), (0, 1))))
    return tuple(transforms)


def _draw_kernels() -> list[Complexes]:
    """Return the (DISC, DISC) Zernike functions of order 0 to ORDER on the disc."""
    y, x = (np.mgrid[0:DISC, 0:DISC] * 2 + 1 - DISC) / DISC
    radius, angle = np.hypot(y, x), np.arctan2(y, x)
    kernels = []
    for order in range(ORDER + 1):
        for turns in range(order % 2, order + 1, 2):
            wave = _draw_radial(order, turns, radius) * np.exp(-1j * turns * angle)
            disc = np.where(radius <= 1, wave, 0) * (order + 1) / np.pi * (2 / DISC) ** 2
            kernels.append(np.asarray(disc, dtype=np.complex64))
    return kernels


def _draw_radial(order: int, turns: int, radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Zernike's polynomial of the radius."""
    total = np.zeros_like(radius)
    for k in range((order - turns) // 2 + 1):
        down = factorial((order + turns) // 2 - k) * factorial((order - turns) // 2 - k)
        total += (
            (-1) ** k * factorial(order - k) / (factorial(k) * down) * radius ** (order - 2 * k)
        )
    return total
