"""Three classical learners on hand-made features: support vectors, a random forest, a tree.

Source: Solaiyappan, Wen, Machine learning based medical image deepfake detection: a comparative
study, arXiv 2109.12800, 2022: the learners, on local crops around the place that was changed. Its
abstract, all that was read, names no features; ours are those that forensics uses: statistics of
intensity and gradient,
Haralick's of a grey-level co-occurrence matrix (IEEE TSMC 3(6), 1973) and co-occurrences of the
residual (`residuals`). A crop is a window of 32 samples, one every 16; a whole picture is as
suspect as its most suspect window, for nobody tells a detector where to look.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.residuals import count_words, sum_windows
from benchmarks.passive.sizing import enlarge, reduce, spread

MOST = 512
"""Longest edge that is examined as it is; larger pictures as means of squares."""
CELL = 16
WINDOW = 2
"""Cells of a window's edge."""
SHARE = 0.25
"""Part of a window that was changed, from which it is one of forgery."""
WINDOWS = 4000
"""Most windows of each sort that are learned from."""
LEVELS = 16
"""Grey levels of the co-occurrence matrix."""
CALM = 3
"""Windows of originals, for each of forgery in a picture."""
Flags = NDArray[np.bool_]


class WindowLearner(Detector):
    """Score: the greatest probability of a window. Heat: those of the windows, named from 0.5."""

    def __init__(self) -> None:
        self._model: Any = None

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn from windows of forgery and others (`draw_windows`); nothing without both."""
        random = np.random.default_rng(seed)
        rows, labels = draw_windows(examples, random)
        if len(np.unique(labels)) < 2:
            return
        self._model = make_pipeline(StandardScaler(), self._build(seed))
        self._model.fit(rows, labels)

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat; 0 before anything was learned."""
        features, factor, shape = _describe(picture)
        heat = np.zeros(features.shape[:2], dtype=np.float32)
        if self._model is not None:
            heat = self._judge(features.reshape(-1, features.shape[2])).reshape(heat.shape)
        full = spread(heat, CELL * WINDOW, CELL, shape)
        return Opinion(float(heat.max()), enlarge(full, factor, picture.values.shape), 0.5)

    @abstractmethod
    def _build(self, seed: int) -> Any:
        """Return the learner before it learns."""

    def _judge(self, rows: Plane) -> Plane:
        """Return the probability of forgery of each row."""
        return np.asarray(self._model.predict_proba(rows)[:, 1], dtype=np.float32)


class SupportVectors(WindowLearner):
    """Radial kernel; its margin goes through a logistic curve, so that 0 becomes 0.5."""

    name: ClassVar[str] = "features + SVM"

    def _build(self, seed: int) -> Any:
        return SVC(C=10.0, gamma="scale", class_weight="balanced", cache_size=200)

    def _judge(self, rows: Plane) -> Plane:
        margin = self._model.decision_function(rows)
        return np.asarray(1 / (1 + np.exp(-2 * margin)), dtype=np.float32)


class Forest(WindowLearner):
    """A hundred trees."""

    name: ClassVar[str] = "features + random forest"

    def _build(self, seed: int) -> Any:
        return RandomForestClassifier(
            100, min_samples_leaf=2, class_weight="balanced", random_state=seed, n_jobs=1
        )


class Tree(WindowLearner):
    """One tree; leaves of at least ten windows, so that scores differ."""

    name: ClassVar[str] = "features + decision tree"

    def _build(self, seed: int) -> Any:
        return DecisionTreeClassifier(
            min_samples_leaf=10, class_weight="balanced", random_state=seed
        )


def draw_windows(
    examples: Sequence[Example], random: np.random.Generator
) -> tuple[Plane, NDArray[np.int64]]:
    """Return features (n, k) and labels (n,), 1 for forgery, of windows of all examples.

    Of each forged picture, the windows of which a quarter was changed, or the one with most
    changes; and CALM times as many without any change, or 24 of an original.
    """
    rows, labels = [], []
    for example in examples:
        features, _, shape = _describe(example.picture)
        changed, _ = reduce(example.changed.astype(np.float32), MOST)
        part = _average(changed[: shape[0], : shape[1]])[..., 0]
        guilty = (part >= min(SHARE, float(part.max()))) & (part > 0)
        calm = np.flatnonzero(part.ravel() == 0)
        count = max(24, CALM * int(guilty.sum()))
        chosen = random.permutation(calm)[:count]
        flat = features.reshape(-1, features.shape[2])
        rows += [flat[guilty.ravel()], flat[chosen]]
        labels += [np.ones(int(guilty.sum()), np.int64), np.zeros(len(chosen), np.int64)]
    table, label = np.concatenate(rows), np.concatenate(labels)
    kept = [random.permutation(np.flatnonzero(label == sort))[:WINDOWS] for sort in (0, 1)]
    both = np.sort(np.concatenate(kept))
    return table[both], label[both]


def _describe(picture: Picture) -> tuple[Plane, int, tuple[int, ...]]:
    """Return (n, m, features) of all windows, the factor of reduction, and the examined shape."""
    plane, factor = reduce(picture.shown(), MOST)
    words = sum_windows(count_words(plane, CELL), WINDOW)
    words = np.sqrt(words / np.float32(2 * (CELL * WINDOW) ** 2))
    features = np.concatenate([_measure_values(plane), _measure_texture(plane), words], axis=2)
    return features.astype(np.float32), factor, plane.shape


def _measure_values(plane: Plane) -> Plane:
    """Return mean, deviation, skewness, and mean and deviation of gradient and curvature."""
    down, right = np.gradient(plane)
    slope = np.hypot(down, right)
    bend = np.abs(np.gradient(down, axis=0) + np.gradient(right, axis=1))
    powers = np.stack([plane, plane**2, plane**3, slope, slope**2, bend, bend**2], axis=2)
    mean = _average(powers).astype(np.float64)
    spreads = [np.sqrt(np.maximum(mean[..., k + 1] - mean[..., k] ** 2, 0)) for k in (0, 3, 5)]
    first = mean[..., 0]
    third = mean[..., 2] - 3 * first * mean[..., 1] + 2 * first**3
    skew = third / (spreads[0] ** 3 + 1e-6)
    columns = [first, spreads[0], skew, mean[..., 3], spreads[1], mean[..., 5], spreads[2]]
    logs = [np.log(column + 1e-4) for column in (*spreads, mean[..., 3], mean[..., 5])]
    return np.stack([*columns, *logs], axis=2).astype(np.float32)


def _measure_texture(plane: Plane) -> Plane:
    """Return contrast, homogeneity, energy, entropy and correlation of neighbours' grey levels."""
    levels = np.minimum((plane * LEVELS).astype(np.int64), LEVELS - 1)
    rows, columns = (size // CELL for size in plane.shape)
    place = (np.arange(rows * CELL) // CELL * columns)[:, np.newaxis]
    place = place + np.arange(columns * CELL) // CELL
    counts = np.zeros(rows * columns * LEVELS**2)
    for axis in (0, 1):
        pair = levels * LEVELS + np.roll(levels, -1, axis)
        cut = pair[: rows * CELL, : columns * CELL]
        counts += np.bincount((place * LEVELS**2 + cut).ravel(), minlength=len(counts))
    share = sum_windows(counts.reshape(rows, columns, -1), WINDOW).astype(np.float64)
    share /= share.sum(axis=2, keepdims=True)
    one, other = np.divmod(np.arange(LEVELS**2), LEVELS)
    mean = np.stack([share @ one, share @ other])
    spread_of = np.sqrt(np.maximum(np.stack([share @ one**2, share @ other**2]) - mean**2, 0))
    together = share @ (one * other) - mean[0] * mean[1]
    entropy = -(share * np.log(share + 1e-12)).sum(axis=2)
    columns_of = [share @ (one - other) ** 2, share @ (1 / (1 + np.abs(one - other)))]
    columns_of += [(share**2).sum(axis=2), entropy, together / (spread_of.prod(axis=0) + 1e-6)]
    return np.stack(columns_of, axis=2).astype(np.float32)


def _average(values: Plane) -> Plane:
    """Return the mean of (rows, columns[, k]) values over each window, (n, m, k)."""
    deep = values if values.ndim == 3 else values[..., np.newaxis]
    rows, columns = (size // CELL for size in deep.shape[:2])
    cells = deep[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL, -1)
    return sum_windows(cells.mean(axis=(1, 3)), WINDOW) / np.float32(WINDOW**2)
