"""Noise of a picture: how much, and at which frequencies.

Clinical images have no uniform phantom in them, so that the spectrum is taken where they are
quietest: in the quarter of their regions with the least variance once a smooth surface is taken
away, the same regions before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures.filters import Plane

EDGE = 64
"""Rows and columns of a region; half of it apart from each other."""
BANDS = 8
"""Radial bands from 0 to half a cycle a sample."""
_MOVING = 0.5
"""Share of the samples of a region that differ from their right neighbour, at least: less is
background."""
_QUIET = 0.25
Places = list[tuple[int, int]]


def find_quiet(plane: Plane, edge: int = EDGE) -> Places:
    """Return row and column of the quietest quarter of the regions; none where all are flat."""
    found = []
    for row in range(0, plane.shape[0] - edge + 1, edge // 2):
        for column in range(0, plane.shape[1] - edge + 1, edge // 2):
            region = plane[row : row + edge, column : column + edge]
            if (np.diff(region, axis=1) != 0).mean() >= _MOVING:
                spread = float(_level(region[np.newaxis]).var())
                found.append((spread, row, column))
    found.sort()
    return [(row, column) for _, row, column in found[: max(1, round(_QUIET * len(found)))]]


def spectrum(plane: Plane, places: Places, edge: int = EDGE) -> Plane:
    """Return (BANDS,) the noise power spectrum by radial frequency, in squared units a sample.

    Mean over the regions of |FFT|**2 / samples, a surface of second order taken away: flat at its
    variance for white noise, but for the lowest band, of which the surface takes a part. Times the
    area of a sample it is that of ICRU Report 54; in ratios the area drops out.
    """
    regions = np.stack([plane[row : row + edge, column : column + edge] for row, column in places])
    power = np.abs(np.fft.fft2(_level(regions))) ** 2 / edge**2
    mean = power.mean(axis=0)
    band = _bands(edge)
    return np.array([mean[band == number].mean() for number in range(BANDS)])


def spectrum_ratio(before: Plane, after: Plane) -> list[float]:
    """Return (BANDS,) the spectrum after over the one before; [] where no region has noise."""
    edge = EDGE if min(before.shape) >= 4 * EDGE else EDGE // 2
    places = find_quiet(before, edge)
    if not places:
        return []
    ratio = spectrum(after, places, edge) / spectrum(before, places, edge)
    return [float(value) for value in ratio]


def native_noise(plane: Plane) -> float:
    """Return the standard deviation of the noise of a picture, in its unit; 0 where it is flat.

    Median magnitude of the finest diagonal Haar coefficients over 0.6745, flat ones left out.
    Source: Donoho, Johnstone, Ideal spatial adaptation by wavelet shrinkage, Biometrika 81, 1994.
    """
    rows, columns = (size // 2 * 2 for size in plane.shape)
    upper, lower = plane[:rows:2, :columns], plane[1:rows:2, :columns]
    a, b, c, d = upper[:, ::2], upper[:, 1::2], lower[:, ::2], lower[:, 1::2]
    moving = (a != b) | (a != c) | (a != d)
    if not moving.any():
        return 0.0
    return float(np.median(np.abs(a - b - c + d)[moving]) / 2 / 0.6745)


def _level(regions: Plane) -> Plane:
    """Return regions (n, edge, edge) without their best surface of second order."""
    edge = regions.shape[-1]
    basis = _surfaces(edge)
    flat = regions.reshape(len(regions), -1)
    return np.asarray((flat - (flat @ basis) @ basis.T).reshape(regions.shape))


@cache
def _surfaces(edge: int) -> Plane:
    """Return (edge * edge, 6) orthonormal surfaces of second order."""
    y, x = np.meshgrid(*2 * [np.linspace(-1, 1, edge)], indexing="ij")
    terms: Sequence[Plane] = (np.ones_like(x), x, y, x * x, x * y, y * y)
    basis, _ = np.linalg.qr(np.stack([term.ravel() for term in terms], axis=1))
    return np.asarray(basis)


def _bands(edge: int) -> NDArray[np.int64]:
    """Return (edge, edge) the number of the band of each frequency; BANDS and more: none."""
    steps = np.fft.fftfreq(edge)
    radius = np.hypot(steps[:, np.newaxis], steps[np.newaxis])
    band = np.floor(radius / 0.5 * BANDS).astype(np.int64)
    band[0, 0] = -1
    return np.asarray(band)
