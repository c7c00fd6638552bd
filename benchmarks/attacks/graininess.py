"""Noise of a picture, estimated and matched: what hides a splice from noise analysis.

Sources: Donoho, Johnstone, Biometrika 81, 1994 (median of the finest diagonal wavelet band);
Mahdian, Saic, Image and Vision Computing 27, 2009 (the analysis this is meant to pass).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.attacks.brushes import Part

_MEDIAN = 0.6745
"""Median absolute value of a standard normal variable."""
_MOST = 4.0
"""The texture of a part is never amplified more."""


def noise(plane: Part) -> float:
    """Return the standard deviation of the noise of a plane of at least 2x2 samples.

    From the undecimated diagonal band of Haar, as the median absolute value over 0.6745.
    """
    diagonal = plane[1:, 1:] - plane[1:, :-1] - plane[:-1, 1:] + plane[:-1, :-1]
    return float(np.median(np.abs(diagonal)) / (2 * _MEDIAN))


def match(plane: Part, sigma: float, random: np.random.Generator) -> Part:
    """Return a plane with its texture scaled, or noise added, until its noise is `sigma`.

    What a gaussian of 1 sample leaves is kept; what it takes away is weakened or, up to four
    times, amplified; the rest, where the plane has no grain of its own, is white noise.
    """
    smooth = gaussian_filter(plane, 1.0, mode="nearest")
    grain = plane - smooth
    low, high = 0.0, _MOST
    for _ in range(16):
        middle = (low + high) / 2
        if noise(smooth + middle * grain) < sigma:
            low = middle
        else:
            high = middle
    matched = smooth + low * grain
    short = sigma * sigma - noise(matched) ** 2
    if low > _MOST * 0.99 and short > 0:
        matched = matched + random.normal(0, np.sqrt(short), plane.shape)
    return np.asarray(matched)


def channels(part: Part) -> list[Part]:
    """Return the planes of a part."""
    return [part] if part.ndim == 2 else [part[:, :, index] for index in range(part.shape[2])]


def join(planes: list[Part]) -> Part:
    """Undo `channels`."""
    return planes[0] if len(planes) == 1 else np.stack(planes, axis=2)
