"""Pictures for the tests of measures: structure, noise, and versions that differ a little."""

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]


def structured(rows: int, columns: int, seed: int = 1) -> Plane:
    """Whole numbers from 0 to 255: blobs, an edge and noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:rows, :columns]
    blobs = 60 * np.sin(y / 9) * np.cos(x / 13) + 40 * (x > columns / 2)
    noisy = 110 + blobs + random.normal(0, 6, (rows, columns))
    return np.asarray(np.clip(np.rint(noisy), 0, 255))


def changed(plane: Plane, share: float, most: int, seed: int = 2) -> Plane:
    """The picture with a share of its samples changed by up to `most`, kept in 0 to 255."""
    random = np.random.default_rng(seed)
    step = random.integers(-most, most + 1, plane.shape)
    return np.clip(plane + step * (random.random(plane.shape) < share), 0, 255)
