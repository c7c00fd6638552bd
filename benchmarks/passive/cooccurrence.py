"""Splicing by residuals: areas whose co-occurrences belong to no picture like the rest.

Source: Cozzolino, Poggi, Verdoliva, Splicebuster: a new blind image splicing detector, WIFS 2015:
third-order residuals in three levels, co-occurrences of four along and across (25 + 25 after
symmetries), square roots of their frequencies in overlapping windows, 25 principal components,
expectation-maximisation of a gaussian (the picture) and a uniform part (the splice), and
Mahalanobis's distance from the gaussian as heat. Written from the paper. Ours: windows of 64
samples every 8 (of 32 in pictures of less than 384), the step of quantisation after the picture
(`residuals`), windows that are mostly clipped left out, the half of the windows nearest to the
median as first gaussian, and a score, for the paper has none: the mean distance of the farthest
hundredth of the windows over the median distance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.residuals import count_words, sum_windows
from benchmarks.passive.sizing import enlarge, reduce, spread

MOST = 1024
"""Longest edge that is examined as it is; larger pictures as means of squares."""
CELL = 8
COMPONENTS = 25
ROUNDS = 20
FAR = 3.0
"""Heat is 0.5 at this many times the median distance."""
Floats = NDArray[np.float64]


class Cooccurrence(Detector):
    """Score: distance of the farthest hundredth of the windows, over the median distance.

    Heat: r / (FAR + r) of each window's distance over the median one.
    """

    name = "residual co-occurrence"
    trained = False

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn nothing: the model is that of each picture itself."""

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat."""
        plane, factor = reduce(picture.native(), MOST)
        edge = 64 if min(plane.shape) >= 384 else 32
        counts = sum_windows(count_words(plane, CELL), edge // CELL)
        used = _find_busy(plane, edge)
        far = np.zeros(counts.shape[:2], dtype=np.float32)
        if np.count_nonzero(used) >= 4:
            distance = _measure_distances(np.sqrt(counts[used].astype(np.float64) / edge**2))
            far[used] = distance / max(float(np.median(distance)), 1e-9)
        extreme = np.sort(far[used])[-max(1, int(used.sum()) // 100) :]
        score = float(extreme.mean()) if extreme.size else 0.0
        heat = spread(far / (FAR + far), edge, CELL, plane.shape)
        return Opinion(score, enlarge(heat, factor, picture.values.shape), 0.5)


def _find_busy(plane: Plane, edge: int) -> NDArray[np.bool_]:
    """Return which windows are, for more than three quarters, unlike the sample to their right."""
    rows, columns = (size // CELL for size in plane.shape)
    moves = np.diff(plane, axis=1, append=plane[:, -2:-1]) != 0
    cells = moves[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL)
    return sum_windows(cells.sum(axis=(1, 3)), edge // CELL) > 0.75 * edge**2


def _measure_distances(features: Floats) -> Plane:
    """Return each window's Mahalanobis distance from the gaussian part, (n,) float32."""
    centred = features - features.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    parts = centred @ axes[:, ::-1][:, : min(COMPONENTS, len(features) // 2)]
    spans = np.maximum(np.ptp(parts, axis=0), 1e-9)
    uniform = -float(np.log(spans).sum())
    core = np.median(parts, axis=0)
    scale = np.median(np.abs(parts - core), axis=0) + 1e-9
    near = np.square((parts - core) / scale).sum(axis=1)
    share = np.where(near <= np.median(near), 1.0, 1e-6)  # a splice must not be in the first fit
    weight = 0.9
    for _ in range(ROUNDS):
        middle = share @ parts / share.sum()
        apart = parts - middle
        square = (apart * share[:, np.newaxis]).T @ apart / share.sum()
        square += np.eye(len(square)) * (np.trace(square) / len(square) * 1e-4 + 1e-12)
        lower = np.linalg.cholesky(square)
        distance = np.square(np.linalg.solve(lower, apart.T)).sum(axis=0)
        level = -0.5 * distance - float(np.log(np.diag(lower)).sum())
        level -= 0.5 * len(square) * np.log(2 * np.pi)
        odds = np.log(weight) + level - np.log1p(-weight) - uniform
        share = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        share = np.maximum(share, 1e-6)
        weight = float(np.clip(share.mean(), 0.5, 0.999))
    return np.asarray(np.sqrt(distance), dtype=np.float32)
