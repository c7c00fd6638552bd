"""The whole picture filtered, made smaller and larger again, or noisier.

Sources: Kirchner, Fridrich, SPIE 7541, 2010 (median); Popescu, Farid, Exposing digital forgeries
by detecting traces of resampling, IEEE TSP 53(2), 2005 (resizing).
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.attacks.brushes import Part
from benchmarks.attacks.forgery import Array, Forgery
from benchmarks.attacks.graininess import channels, join
from benchmarks.attacks.remapping import settle


def smooth(values: Array, sigma: float) -> Forgery:
    """Blur by a gaussian of `sigma` samples."""
    sigmas = (sigma, sigma, 0)[: values.ndim]
    plane = gaussian_filter(values.astype(np.float32), sigmas, mode="nearest")
    return settle(values, np.asarray(plane, dtype=np.float64))


def take_median(values: Array, size: int = 3) -> Forgery:
    """Replace each sample by the median of its neighbourhood, 3 or 5 samples wide."""
    planes = [
        np.asarray(cv2.medianBlur(plane.astype(np.float32), size), dtype=np.float64)
        for plane in channels(values.astype(np.float64))
    ]
    return settle(values, join(planes))


def resize(values: Array, factor: float) -> Forgery:
    """Make it `factor` (0 to 1) as large by means, and as large as before by cubic splines."""
    rows, columns = values.shape[:2]
    small = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    planes = [
        _back(cv2.resize(plane, small, interpolation=cv2.INTER_AREA), (columns, rows))
        for plane in channels(values.astype(np.float64))
    ]
    return settle(values, join(planes))


def add_noise(values: Array, sigma: float, random: np.random.Generator) -> Forgery:
    """Add white gaussian noise of `sigma` stored values."""
    return settle(values, values + random.normal(0, sigma, values.shape))


def _back(plane: Part, size: tuple[int, int]) -> Part:
    """Return a plane of `size` (columns, rows)."""
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC), dtype=np.float64)
