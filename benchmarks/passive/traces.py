"""What the networks see of a picture: noise, how much of it, fine structure, and brightness.

Contrast and anatomy are taken away as far as filters can, for networks that see them learn them;
only the brightness around is left, for air may be flat and tissue may not.

Source of the idea: Fridrich, Kodovsky, Rich models for steganalysis, TIFS 7(3), 2012 (detect on
residuals, scaled and cut), as Cozzolino, Poggi, Verdoliva, Splicebuster, WIFS 2015, took it over
for forgeries.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from scipy.ndimage import uniform_filter

from benchmarks.contest.pictures import Picture, Plane

CHANNELS = 4
"""Of what `trace` returns."""
_MOST = 4.0
"""No trace is further from 0."""


@lru_cache(maxsize=1)
def trace(picture: Picture) -> Any:
    """Return (4, rows, columns) torch float32, each within -4 to 4; not to be written to.

    First the difference of a sample from the mean of its 3x3 neighbourhood, in units of the
    picture's own noise; then the shown fine structure (mean of 3x3 less mean of 17x17); then the
    logarithm of the noise around (7x7); then the shown mean of 17x17. The last picture is kept:
    detectors ask one after another.
    """
    native = picture.native()
    residual = native - uniform_filter(native, 3)
    residual /= _noise(residual)
    shown = picture.shown()
    around = uniform_filter(shown, 17)
    fine = uniform_filter(shown, 3) - around
    level = 0.5 * np.log(uniform_filter(np.minimum(residual * residual, 100), 7) + 1e-3) + 0.5
    planes = np.stack([residual / 2, fine * 10, level, around * 2 - 1])
    return torch.from_numpy(np.clip(planes, -_MOST, _MOST).astype(np.float32))


def _noise(residual: Plane) -> float:
    """Return the deviation of a residual, robustly, its exact zeros (flat grounds) left out."""
    size = np.abs(residual)
    size = size[size > 0]
    return max(1.4826 * float(np.median(size)), 1e-6) if size.size else 1.0
