"""All passive detectors together: one score from the scores of all.

Sources: Kittler, Hatef, Duin, Matas, On combining classifiers, TPAMI 20(3), 1998 (sum rule on
comparable scores); Wolpert, Stacked generalization, Neural Networks 5(2), 1992 (a fitted sum).
Nothing is computed twice: it is given what the others said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.contest.rows import ENSEMBLE

_LEAST, _MOST = -3.0, 6.0
"""Deviations that a detector may speak with at most, so that none outshouts all."""

Scores = Mapping[str, float]


class Ensemble:
    """A weighted sum of standardised scores."""

    name = ENSEMBLE

    def __init__(self) -> None:
        self.usual: dict[str, tuple[float, float]] = {}
        """Median and deviation of each detector's score of originals."""
        self.weights: dict[str, float] = {}
        """Of each detector; none is negative, their sum is 1."""

    def fit(self, scores: Sequence[Scores], forged: Sequence[bool]) -> None:
        """Learn from the scores of validation pictures, never of those trained on.

        Without forged ones among them every detector counts alike. With forged ones the weights are
        those of a logistic regression (L2), negative ones set to 0: a detector that is wrong more
        often than right is not believed backwards. Raises ValueError where there is no original or
        a score is missing.
        """
        truth = np.asarray(forged, dtype=bool)
        if not scores or truth.all():
            raise ValueError("there is no original to learn from")
        names = sorted(scores[0])
        if any(sorted(one) != names for one in scores):
            raise ValueError("every detector must have judged every picture")
        table = np.array([[one[name] for name in names] for one in scores], dtype=np.float64)
        middle, deviation = _spread(table[~truth])
        self.usual = {
            name: (float(m), float(d)) for name, m, d in zip(names, middle, deviation, strict=True)
        }
        level = np.clip((table - middle) / deviation, _LEAST, _MOST)
        weights = _weigh(level, truth)
        self.weights = {name: float(w) for name, w in zip(names, weights, strict=True)}

    def combine_scores(self, scores: Scores) -> float:
        """Return the weighted mean of the standardised scores; those not learned are left out."""
        if not self.weights:
            raise ValueError("an ensemble must learn before it judges")
        total = sum(w * self._level(name, scores[name]) for name, w in self.weights.items())
        return float(total)

    def _level(self, name: str, score: float) -> float:
        """Return a score in deviations of that of originals."""
        middle, deviation = self.usual[name]
        return float(np.clip((score - middle) / deviation, _LEAST, _MOST))


def _spread(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return median and robust deviation of each column; of a constant one, its own size."""
    middle = np.median(table, axis=0)
    robust = 1.4826 * np.median(np.abs(table - middle), axis=0)
    plain = table.std(axis=0)
    deviation = np.where(robust > 0, robust, plain)
    return middle, np.where(deviation > 0, deviation, np.maximum(np.abs(middle), 1.0))


def _weigh(level: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return weights of the columns."""
    alike = np.full(level.shape[1], 1 / level.shape[1])
    if not truth.any():
        return alike
    model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=1000)
    weights = np.maximum(model.fit(level, truth).coef_[0], 0)
    return np.asarray(weights / weights.sum()) if weights.sum() > 0 else alike
