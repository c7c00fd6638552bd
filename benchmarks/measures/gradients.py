"""GMSD: how unevenly the likeness of gradients is spread."""

from __future__ import annotations

import numpy as np

from benchmarks.measures.filters import Plane, halve

_FLOOR = 170.0
"""Of the paper, for pictures from 0 to 255."""


def gmsd(a: Plane, b: Plane) -> float:
    """Return the standard deviation of the likeness of gradients, 0 for equal pictures.

    a, b: (rows, columns) float64 from 0 to 255. Source: Xue, Zhang, Mou, Bovik, Gradient magnitude
    similarity deviation, IEEE TIP 23(2), 2014: means of 2x2 samples, then Prewitt's filters, zero
    beyond the borders.
    """
    one, other = _magnitude(halve(a)), _magnitude(halve(b))
    likeness = (2 * one * other + _FLOOR) / (one**2 + other**2 + _FLOOR)
    return float(np.std(likeness))


def _magnitude(plane: Plane) -> Plane:
    """Return the magnitude of Prewitt's gradient at every sample."""
    p = np.pad(plane, 1)
    across = p[:, 2:] - p[:, :-2]
    down = p[2:] - p[:-2]
    x = (across[:-2] + across[1:-1] + across[2:]) / 3
    y = (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / 3
    return np.asarray(np.hypot(x, y))
