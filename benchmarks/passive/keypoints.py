"""Copy-move by matched key points: SIFT, its second-nearest test made general, clusters, a map.

Source: Amerini, Ballan, Caldelli, Del Bimbo, Serra, A SIFT-based forensic method for copy-move
attack detection and transformation recovery, IEEE TIFS 6(3), 2011: key points match as long as the
ratio of one distance to the next stays below 0.5 (g2NN); the places of matched points are
clustered by agglomeration; two clusters that share matches are copies if RANSAC finds an affine
map between them. Ours cuts the tree of single linkage at a fixed gap, where
theirs takes a threshold of inconsistency, and takes points of a quarter of the usual contrast. It
cannot tell the copy from its source: the heat names both.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.cluster import hierarchy

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.sizing import enlarge, reduce

MOST = 1024
"""Longest edge that is examined as it is; larger pictures as means of squares."""
POINTS = 2000
"""Most key points, the strongest first."""
RATIO = 0.5
NEAREST = 16.0
"""Least distance of two matched points, in samples."""
HEIGHT = 32.0
"""Gap between two clusters, in samples."""
INLIERS = 4
"""Matches that fit one affine map (three always do) from which it is a copy."""
Ints = NDArray[np.int64]


class KeyPoints(Detector):
    """Score: matches that fit the best affine map between two clusters, over `INLIERS`.

    Heat: r / (1 + r) of that ratio within the hull of the matches, so 0.5 names copies.
    """

    name = "SIFT"
    trained = False

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn nothing: the method has constants, no training."""

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat."""
        plane, factor = reduce(picture.shown(), MOST)
        grey = np.rint(plane * 255).astype(np.uint8)
        points, found = cv2.SIFT.create(nfeatures=POINTS, contrastThreshold=0.01).detectAndCompute(
            grey, None
        )
        heat = np.zeros(plane.shape, dtype=np.float32)
        score = 0.0
        if found is not None and len(points) > 2:
            places = np.array([point.pt for point in points], dtype=np.float32)
            for one, other in _relate(places, _match(places[:POINTS], found[:POINTS])):
                ratio = len(one) / INLIERS
                score = max(score, ratio)
                for side in (one, other):
                    _fill(heat, side, ratio / (1 + ratio))
        return Opinion(score, enlarge(heat, factor, picture.values.shape), 0.5)


def _match(places: Plane, found: Plane) -> Ints:
    """Return (n, 2) indices of points that match after g2NN, the smaller one first."""
    depth = min(10, len(places))
    squares = np.square(found).sum(axis=1)
    gaps = squares[:, np.newaxis] + squares - 2 * (found @ found.T)
    np.fill_diagonal(gaps, np.inf)
    apart = places[:, np.newaxis] - places
    gaps[np.square(apart).sum(axis=2) < 1] = np.inf  # one place with two orientations
    nearest = np.argpartition(gaps, depth - 1, axis=1)[:, :depth]
    gaps = np.take_along_axis(gaps, nearest, axis=1)
    order = np.argsort(gaps, axis=1, kind="stable")
    nearest = np.take_along_axis(nearest, order, axis=1)
    gaps = np.sqrt(np.maximum(np.take_along_axis(gaps, order, axis=1), 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = gaps[:, :-1] < RATIO * gaps[:, 1:]
    good = np.logical_and.accumulate(steps, axis=1)
    rows, ranks = np.nonzero(good)
    pairs = np.sort(np.column_stack([rows, nearest[rows, ranks]]), axis=1)
    pairs = np.unique(pairs, axis=0).reshape(-1, 2)
    far = np.linalg.norm(places[pairs[:, 0]] - places[pairs[:, 1]], axis=1) >= NEAREST
    return np.asarray(pairs[far], dtype=np.int64)


def _relate(places: Plane, pairs: Ints) -> list[tuple[Plane, Plane]]:
    """Return the places, on both sides, of the matches of each map between two clusters."""
    if len(pairs) < 3:
        return []
    used, number = np.unique(pairs, return_inverse=True)
    number = number.reshape(-1, 2)
    tree = hierarchy.linkage(places[used].astype(np.float64), "single")
    group = hierarchy.fcluster(tree, HEIGHT, "distance")[number]
    swapped = group[:, 0] > group[:, 1]
    pairs, group = np.where(swapped[:, np.newaxis], pairs[:, ::-1], pairs), np.sort(group, axis=1)
    related = []
    for link in np.unique(group, axis=0):
        chosen = pairs[(group == link).all(axis=1)]
        if len(chosen) < 3 or link[0] == link[1]:
            continue
        one, other = places[chosen[:, 0]], places[chosen[:, 1]]
        fitted, inliers = cv2.estimateAffine2D(one, other, ransacReprojThreshold=3.0)
        if fitted is not None:
            kept = inliers.ravel().astype(bool)
            related.append((one[kept], other[kept]))
    return related


def _fill(heat: Plane, places: Plane, value: float) -> None:
    """Write the greater of heat and `value` into the hull of points, 8 samples wider."""
    if len(places) == 0:
        return
    mask = np.zeros(heat.shape, dtype=np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint(places).astype(np.int32)), 1)
    inside = cv2.dilate(mask, np.ones((17, 17), dtype=np.uint8)) > 0
    heat[inside] = np.maximum(heat[inside], np.float32(value))
