"""The tables of the coder: logistic function, its inverse, rates; and what is known beforehand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.kernels import partitioning

_KNOTS = (
    *(22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743),
    *(32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269),
    *(65374, 65438, 65476, 65500, 65514),
)
"""65536 / (1 + exp(-x / 2)) for x = -16 to 16, rounded."""


@lru_cache(maxsize=1)
def tables() -> NDArray[np.int32]:
    """Return squash (4096,), stretch (4096,) and rates (256,) in one int32 array."""
    squash = [
        (_KNOTS[i >> 7] * (128 - (i & 127)) + _KNOTS[(i >> 7) + 1] * (i & 127) + 64) >> 7
        for i in range(4096)
    ]
    middle = np.arange(4096) * 16 + 8
    stretch = np.clip(np.searchsorted(np.array(squash), middle) - 2048, -2047, 2047)
    rates = [65536 * 2 // (2 * seen + 3) for seen in range(256)]
    table = np.concatenate([squash, stretch, rates]).astype(np.int32)
    table.flags.writeable = False
    return table


def chances() -> NDArray[np.int32]:
    """Return a fresh (contexts, 2) array: the chance of each context, and its weight in sights."""
    start = np.zeros((partitioning.CONTEXTS, 2), dtype=np.int32)
    start[:, 0] = 32768
    return start


def weights() -> NDArray[np.int32]:
    """Return a fresh (sets, 3) array of mixing weights."""
    return np.full((partitioning.CHOICES, 3), 26000, dtype=np.int32)
