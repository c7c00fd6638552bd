"""Pictures of any size for detectors of bounded cost, and their maps back in full size."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.contest.pictures import Plane


def reduce(plane: Plane, most: int) -> tuple[Plane, int]:
    """Return means of factor x factor samples so that no edge is longer than `most`, and factor.

    plane: (rows, columns) float32. The last rows and columns that fill no square are left out; a
    factor of 1 gives the plane itself.
    """
    factor = -(-max(plane.shape) // most)
    if factor == 1:
        return plane, 1
    rows, columns = (size // factor for size in plane.shape)
    cut = plane[: rows * factor, : columns * factor]
    small = cut.reshape(rows, factor, columns, factor).mean(axis=(1, 3))
    return np.asarray(small, dtype=np.float32), factor


def enlarge(heat: Plane, factor: int, shape: tuple[int, ...]) -> Plane:
    """Return a map as large as the picture: each value factor x factor times, the edges repeated.

    heat: (rows, columns) float32; shape: of the picture, in samples.
    """
    if heat.shape == shape[:2]:
        return heat
    large = np.repeat(np.repeat(heat, factor, axis=0), factor, axis=1)[: shape[0], : shape[1]]
    missing = [(0, full - have) for full, have in zip(shape, large.shape, strict=False)]
    return np.asarray(np.pad(large, missing, mode="edge"), dtype=np.float32)


def spread(values: Plane, edge: int, stride: int, shape: tuple[int, ...], start: int = 0) -> Plane:
    """Return a map of windows as one of samples, bilinear between the windows' middles.

    values: (n, m) float32, one for each window of `edge` samples whose first one begins at
    `start`, the next `stride` samples further; shape: of the picture. Beyond the outermost middles
    their value is kept.
    """
    middle = start + (edge - 1) / 2
    rows, columns = (
        ((np.arange(size, dtype=np.float32) - middle) / stride).astype(np.float32)
        for size in shape[:2]
    )
    x, y = np.meshgrid(columns, rows)
    kept = cv2.remap(
        np.ascontiguousarray(values), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(kept, dtype=np.float32)
