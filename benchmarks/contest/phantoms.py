"""Seeded chests for those who have no images: bright walls, dark textured lungs, vessels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EDGE = 256
"""Rows and columns."""


def draw_chest(seed: int) -> NDArray[np.uint16]:
    """Return (256, 256) uint16 of 12 bits, CT numbers plus 1024.

    Noise is blurred, as reconstruction does to it, so that it has the colour of a scanner's.
    """
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:EDGE, 0:EDGE] / EDGE - 0.5
    picture = np.full((EDGE, EDGE), 24.0)
    picture[(y / 0.36) ** 2 + (x / 0.46) ** 2 < 1] = 1060
    for side in (-1, 1):
        middle = side * random.uniform(0.18, 0.22)
        lung = ((y - random.uniform(-0.03, 0.03)) / 0.26) ** 2 + ((x - middle) / 0.15) ** 2 < 1
        picture[lung] = 170
        for _ in range(24):
            top, left = random.uniform(-0.24, 0.24), middle + random.uniform(-0.13, 0.13)
            radius = random.uniform(0.004, 0.014)
            vessel = np.exp(-((y - top) ** 2 + (x - left) ** 2) / (2 * radius**2))
            picture[lung] += 700 * vessel[lung]
    picture += _blur(random.normal(0, 60, picture.shape)) + _blur(
        random.normal(0, 25, picture.shape)
    )
    return np.clip(np.round(picture), 0, 4095).astype(np.uint16)


def _blur(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a field smoothed by 1, 2, 1 along both axes, wrapped at its ends."""
    for axis in (0, 1):
        field = (2 * field + np.roll(field, 1, axis) + np.roll(field, -1, axis)) / 4
    return field
