"""A nodule that was never there: a blurred ball, lobed and textured, in the host's own noise.

Sources: the aim is that of Mirsky et al., CT-GAN, USENIX Security 2019; a ball blurred to the
scanner's resolution and added to real scans is the virtual nodule by which programs that look for
nodules are tested (PMC5685125).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.attacks.brushes import Part, Weights, lay, rim, spread
from benchmarks.attacks.forgery import Array, Forgery, area
from watermark.tiles import Box

_LOBES = 5
"""Harmonics of the outline."""
_POINT_SPREAD = 0.8
"""Standard deviation in samples."""
_SMALL = 3
"""A box of less is filled evenly."""


def grow_nodule(values: Array, box: Box, steps: float, random: np.random.Generator) -> Forgery:
    """Add a nodule that fills most of `box` and is `steps` of stored values brighter at its heart.

    The host's noise stays in it, so that noise is matched; vessels and edges below it fade as it
    grows dense. steps: of either sign, not 0.
    """
    ball = outline(box[2], box[3], random)
    old = values[area(box)].astype(np.float64)
    sigmas = (1.5, 1.5, 0)[: old.ndim]
    smooth = gaussian_filter(old, sigmas, mode="nearest")
    level = np.median(rim(values, box), axis=0)
    uneven = float(smooth.std()) + 1
    dense = abs(steps) / (abs(steps) + uneven)
    hidden = spread(ball, values) * dense * (smooth - level)
    bright = spread(ball * texture(ball, random) * steps, values)
    return lay(values, box, old - hidden + bright)


def outline(height: int, width: int, random: np.random.Generator) -> Weights:
    """Return (height, width) float64, 0 to 1: a lobed ball as thick as it is wide, blurred."""
    y = (2 * np.arange(height).reshape(-1, 1) + 1 - height) / height
    x = (2 * np.arange(width).reshape(1, -1) + 1 - width) / width
    angle = np.arctan2(y, x)
    orders = np.arange(2, 2 + _LOBES).reshape(-1, 1, 1)
    sizes = random.normal(0, 0.07, _LOBES).reshape(-1, 1, 1) / (orders - 1)
    phases = random.uniform(0, 2 * np.pi, _LOBES).reshape(-1, 1, 1)
    waves = (sizes * np.cos(orders * angle + phases)).sum(axis=0)
    edge = np.clip(0.76 + waves, 0.6, 0.86)
    solid = np.minimum(1, np.sqrt(np.clip(1 - (np.hypot(y, x) / edge) ** 2, 0, 1)) / 0.6)
    if min(height, width) < _SMALL:
        return np.ones((height, width))
    return np.asarray(gaussian_filter(solid, _POINT_SPREAD, mode="constant"))


def texture(ball: Weights, random: np.random.Generator) -> Part:
    """Return (height, width) float64 about 1: slow changes of density, a twelfth either way."""
    slow = gaussian_filter(random.normal(0, 1, ball.shape), max(1.0, min(ball.shape) / 10))
    scale = float(slow.std())
    return np.asarray(1 + slow / (12 * scale)) if scale > 0 else np.ones(ball.shape)
