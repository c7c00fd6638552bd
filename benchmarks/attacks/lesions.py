"""Findings put in and taken out, smoothly: what a forger of scans would do.

Source: Mirsky et al., CT-GAN, USENIX Security 2019, for the aim; the means here are plain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array, Forgery, area, compare, span
from watermark.tiles import Box


def add(values: Array, box: Box, share: float = 0.15) -> Forgery:
    """Add a bright, smooth bump of `share` of the frame's range (raised cosine)."""
    low, high = span(values)
    _, _, height, width = box
    bump = np.outer(_rise(height), _rise(width)) * share * (high - low)
    return _blend(values, box, bump)


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
    return _set(values, box, surface)


def _rise(length: int) -> NDArray[np.float64]:
    """Return a window that is 0 beyond both ends and 1 in the middle."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(length) + 0.5) / length)


def _blend(values: Array, box: Box, bump: NDArray[np.float64]) -> Forgery:
    """Add `bump` to all channels of `box`."""
    part = values[area(box)].astype(np.float64)
    return _set(values, box, part + (bump if part.ndim == 2 else bump[:, :, np.newaxis]))


def _set(values: Array, box: Box, surface: NDArray[np.float64]) -> Forgery:
    """Round a surface into `box`, kept inside the frame's range."""
    after = values.astype(np.int64)
    after[area(box)] = np.clip(np.round(surface), *span(values))
    return compare(values, after)
