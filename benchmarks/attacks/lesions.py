"""Findings put in and taken out, smoothly: what a forger of scans would do.

Source: Mirsky et al., CT-GAN, USENIX Security 2019, for the aim; the means here are plain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.brushes import lay, spread
from benchmarks.attacks.forgery import Array, Forgery, area, span
from watermark.tiles import Box


def add(values: Array, box: Box, share: float = 0.15) -> Forgery:
    """Add a bright, smooth bump of `share` of the frame's range (raised cosine)."""
    low, high = span(values)
    _, _, height, width = box
    bump = np.outer(_rise(height), _rise(width)) * share * (high - low)
    return lay(values, box, values[area(box)].astype(np.float64) + spread(bump, values))


def remove(values: Array, box: Box) -> Forgery:
    """Replace `box` by a smooth surface through its border (Coons patch), texture and all."""
    part = values[area(box)].astype(np.float64)
    _, _, height, width = box
    y = np.linspace(0, 1, height).reshape(-1, 1, *[1] * (part.ndim - 2))
    x = np.linspace(0, 1, width).reshape(1, -1, *[1] * (part.ndim - 2))
    rows = (1 - y) * part[:1] + y * part[-1:]
    columns = (1 - x) * part[:, :1] + x * part[:, -1:]
    top = (1 - x) * part[:1, :1] + x * part[:1, -1:]
    bottom = (1 - x) * part[-1:, :1] + x * part[-1:, -1:]
    surface = rows + columns - ((1 - y) * top + y * bottom)
    return lay(values, box, surface)


def _rise(length: int) -> NDArray[np.float64]:
    """Return a window that is 0 beyond both ends and 1 in the middle."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(length) + 0.5) / length)
