"""A finding made indistinct: blurred, or denoised until its texture is gone.

Sources: Kirchner, Fridrich, On detection of median filtering in digital images, SPIE 7541, 2010
(local filters as retouching); Lee, Digital image enhancement and noise filtering by use of local
statistics, IEEE PAMI 2(2), 1980 (the denoiser).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from benchmarks.attacks.brushes import Part, disc, grow, lay
from benchmarks.attacks.forgery import Array, Forgery, area
from benchmarks.attacks.graininess import channels, join, noise
from watermark.tiles import Box

_CONTEXT = 16


def soften(values: Array, box: Box, sigma: float) -> Forgery:
    """Blur the soft disc of `box` by a gaussian of `sigma` samples."""
    around, crop = _around(values, box)
    sigmas = (sigma, sigma, 0)[: crop.ndim]
    return _place(values, box, around, np.asarray(gaussian_filter(crop, sigmas, mode="nearest")))


def denoise(values: Array, box: Box, strength: float = 3.0) -> Forgery:
    """Denoise the soft disc of `box`: local means where the variance is that of noise.

    strength: the noise that is taken to be there, in times of what is measured.
    """
    around, crop = _around(values, box)
    planes = []
    for plane in channels(crop):
        mean = uniform_filter(plane, 5, mode="nearest")
        variance = uniform_filter(plane * plane, 5, mode="nearest") - mean * mean
        excess = np.maximum(variance - (strength * noise(plane)) ** 2, 0)
        planes.append(mean + excess / np.maximum(variance, 1e-9) * (plane - mean))
    return _place(values, box, around, join(planes))


def _around(values: Array, box: Box) -> tuple[Box, Part]:
    """Return a box and its surroundings, and their samples."""
    around = grow(box, _CONTEXT, values.shape)
    return around, values[area(around)].astype(np.float64)


def _place(values: Array, box: Box, around: Box, part: Part) -> Forgery:
    """Lay the soft disc of `box` into the frame."""
    top, left = box[0] - around[0], box[1] - around[1]
    inner = part[top : top + box[2], left : left + box[3]]
    return lay(values, box, inner, disc(*box[2:], 0.25))
