"""MS-SSIM: likeness of structure at five sizes."""

from __future__ import annotations

import numpy as np

from benchmarks.measures.filters import Plane, find_moments, gaussian, halve

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the five scales, fine to coarse."""
LEAST_EDGE = 161
"""Rows and columns below which the coarsest scale has no room for its window."""
_WINDOW, _SIGMA = 11, 1.5
_K1, _K2 = 0.01, 0.03


def ms_ssim(a: Plane, b: Plane, peak: float) -> float:
    """Return the likeness, 1 for equal pictures.

    a, b: (rows, columns) float64, each axis at least LEAST_EDGE; peak: as in SSIM.
    Source: Wang, Simoncelli, Bovik, Multi-scale structural similarity, Asilomar 2003; windows
    inside the picture only, means of 2x2 samples between the scales, a scale whose contrasts are
    opposed counts as 0.
    """
    weights = gaussian(_WINDOW, _SIGMA)
    floor_mean, floor_spread = (_K1 * peak) ** 2, (_K2 * peak) ** 2
    result = 1.0
    for scale, power in enumerate(WEIGHTS):
        if scale:
            a, b = halve(a), halve(b)
        m = find_moments(a, b, weights)
        likeness = (2 * m.covariance + floor_spread) / (m.variance_a + m.variance_b + floor_spread)
        if scale == len(WEIGHTS) - 1:
            likeness = likeness * (2 * m.mean_a * m.mean_b + floor_mean)
            likeness = likeness / (m.mean_a**2 + m.mean_b**2 + floor_mean)
        result *= max(0.0, float(np.mean(likeness))) ** power
    return result
