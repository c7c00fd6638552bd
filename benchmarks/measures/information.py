"""VIFp: how much of what the eye can learn from the original is left."""

from __future__ import annotations

import numpy as np

from benchmarks.measures.filters import Plane, blur, find_moments, gaussian

NOISE = 2.0
"""Variance of the noise of the eye, for pictures from 0 to 255: the value depends on the scale, so
every picture is brought to this one."""
LEAST_EDGE = 41
"""Rows and columns below which the fourth scale has no room for its window."""
_SCALES = 4
_NOTHING = 1e-10


def vifp(a: Plane, b: Plane) -> float:
    """Return the visual information fidelity in the pixel domain, 1 for equal pictures.

    a, b: (rows, columns) float64 from 0 to 255, each axis at least LEAST_EDGE; a: the original,
    not constant. Above 1 for what enhances contrast.
    Source: Sheikh, Bovik, Image information and visual quality, IEEE TIP 15(2), 2006, in the
    version on pixels that its authors published.
    """
    kept = whole = 0.0
    for scale in range(_SCALES):
        size = 2 ** (_SCALES - scale) + 1
        weights = gaussian(size, size / 5)
        if scale:
            a, b = blur(a, weights)[::2, ::2], blur(b, weights)[::2, ::2]
        m = find_moments(a, b, weights)
        gain, rest, spread = _channel(
            np.maximum(m.variance_a, 0), np.maximum(m.variance_b, 0), m.covariance
        )
        kept += float(np.log10(1 + gain**2 * spread / (rest + NOISE)).sum())
        whole += float(np.log10(1 + spread / NOISE).sum())
    return kept / whole


def _channel(spread_a: Plane, spread_b: Plane, covariance: Plane) -> tuple[Plane, Plane, Plane]:
    """Return gain and remaining variance of b as a function of a, and the variance of a."""
    gain = covariance / (spread_a + _NOTHING)
    rest = spread_b - gain * covariance
    flat, flat_b = spread_a < _NOTHING, spread_b < _NOTHING
    gain = np.where(flat, 0, gain)
    rest = np.where(flat, spread_b, rest)
    spread = np.where(flat, 0, spread_a)
    gain, rest = np.where(flat_b, 0, gain), np.where(flat_b, 0, rest)
    opposed = gain < 0
    rest = np.where(opposed, spread_b, rest)
    return np.where(opposed, 0, gain), np.maximum(rest, _NOTHING), spread
