"""How well scores tell forged pictures from originals; a score above the threshold is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmarks.intervals import RESAMPLES, draw_clusters

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A receiver operating characteristic, from no alarm to nothing but alarms."""

    false_alarms: Numbers
    """(k,) share of the originals at or above each threshold, 0 to 1, never falling."""
    detections: Numbers
    """(k,) share of the forgeries there."""
    thresholds: Numbers
    """(k,) scores, falling; the first is infinite."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score above which a picture is an alarm, and where it comes from."""

    value: float
    originals: int
    """Validation originals that it was chosen on."""
    asked: float
    """Rate of false alarms that it was chosen for, 0 to 1."""
    allowed: int
    """How many of the originals lie above it at the most; 0: it is the greatest of their scores."""

    @property
    def resolved(self) -> bool:
        """Whether there were originals enough for the rate: at least one could be an alarm."""
        return self.allowed > 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Alarms and silences, right and wrong."""

    hits: int
    misses: int
    false: int
    quiet: int

    @property
    def accuracy(self) -> float:
        """Share of all pictures that were judged rightly."""
        total = self.hits + self.misses + self.false + self.quiet
        return (self.hits + self.quiet) / total if total else 0.0

    @property
    def precision(self) -> float:
        """Share of the alarms that were forgeries; 0 without an alarm."""
        alarms = self.hits + self.false
        return self.hits / alarms if alarms else 0.0

    @property
    def recall(self) -> float:
        """Share of the forgeries that were alarms."""
        forged = self.hits + self.misses
        return self.hits / forged if forged else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        twice = 2 * self.hits
        return twice / (twice + self.false + self.misses) if twice else 0.0


def trace_roc(scores: ArrayLike, forged: ArrayLike) -> Curve:
    """Return the curve of all thresholds, one for each distinct score.

    scores: (n,), higher for what looks forged; forged: (n,) truth, with both values in it.
    Source: Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27, 2006.
    """
    values, truth, _ = _sorted(scores, forged)
    last = np.append(values[1:] != values[:-1], True)
    hits = np.cumsum(truth)[last]
    false = np.cumsum(~truth)[last]
    return Curve(
        np.concatenate(([0.0], false / false[-1])),
        np.concatenate(([0.0], hits / hits[-1])),
        np.concatenate(([np.inf], values[last])),
    )


def area_under(scores: ArrayLike, forged: ArrayLike) -> float:
    """Return the chance that a forgery scores higher than an original, equal ones half (AUC)."""
    curve = trace_roc(scores, forged)
    return float(np.trapezoid(curve.detections, curve.false_alarms))


def average_precision(scores: ArrayLike, forged: ArrayLike) -> float:
    """Return the mean of the precisions at each step of recall, without interpolation (AP)."""
    values, truth, _ = _sorted(scores, forged)
    last = np.append(values[1:] != values[:-1], True)
    hits = np.cumsum(truth)[last]
    alarms = np.flatnonzero(last) + 1
    steps = np.diff(np.concatenate(([0], hits)))
    return float(np.sum(steps * hits / alarms) / hits[-1])


def area_interval(scores: ArrayLike, forged: ArrayLike, patients: ArrayLike) -> tuple[float, float]:
    """Return the interval of 95 % of the area, patients drawn with replacement.

    Every pair of a forgery and an original is counted once, by the patients of both; a resample
    weighs these counts. Resamples without a forgery or without an original are left out.
    """
    values = np.asarray(scores, dtype=np.float64)
    truth = np.asarray(forged, dtype=bool)
    names, label = np.unique(np.asarray(patients), return_inverse=True)
    wins = np.zeros((len(names), len(names)))
    positives, negatives = (
        np.bincount(label[mask], minlength=len(names)) for mask in (truth, ~truth)
    )
    for index in range(len(names)):
        mine = values[truth & (label == index)]
        for other in range(len(names)):
            rest = np.sort(values[~truth & (label == other)])
            below = np.searchsorted(rest, mine, side="left").sum()
            wins[index, other] = (below + np.searchsorted(rest, mine, side="right").sum()) / 2
    weights = draw_clusters(len(names), RESAMPLES)
    pairs = (weights @ positives) * (weights @ negatives)
    areas = np.einsum("ri,ij,rj->r", weights, wins, weights, optimize=True)[pairs > 0]
    low, high = np.percentile(areas / pairs[pairs > 0], [2.5, 97.5])
    return float(low), float(high)


def precision_interval(
    scores: ArrayLike, forged: ArrayLike, patients: ArrayLike
) -> tuple[float, float]:
    """Return the interval of 95 % of `average_precision`, patients drawn with replacement.

    Resamples without a forgery are left out.
    """
    values, truth, label = _sorted(scores, forged, patients)
    last = np.append(values[1:] != values[:-1], True)
    weights = draw_clusters(int(label.max()) + 1, RESAMPLES)[:, label]
    hits = np.cumsum(weights * truth, axis=1)[:, last]
    alarms = np.maximum(np.cumsum(weights, axis=1)[:, last], 1)
    steps = np.diff(hits, axis=1, prepend=0)
    there = hits[:, -1] > 0
    found = (steps * hits / alarms).sum(axis=1)[there] / hits[there, -1]
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def counts_intervals(
    scores: ArrayLike, forged: ArrayLike, patients: ArrayLike, threshold: float
) -> tuple[tuple[float, float], ...]:
    """Return the intervals of 95 % of accuracy, precision and F1 at a threshold, patients drawn
    with replacement."""
    alarm = np.asarray(scores, dtype=np.float64) > threshold
    truth = np.asarray(forged, dtype=bool)
    names, label = np.unique(np.asarray(patients), return_inverse=True)
    cells = (alarm & truth, ~alarm & truth, alarm & ~truth, ~alarm & ~truth)
    counts = np.array([np.bincount(label[cell], minlength=len(names)) for cell in cells])
    drawn = draw_clusters(len(names), RESAMPLES) @ counts.T
    every = [Counts(*(int(count) for count in one)) for one in drawn]
    measures = np.array([(one.accuracy, one.precision, one.f1) for one in every])
    ends = np.percentile(measures, [2.5, 97.5], axis=0)
    return tuple((float(low), float(high)) for low, high in ends.T)


def choose_threshold(originals: ArrayLike, rate: float) -> Threshold:
    """Return the least score of validation originals that at most `rate` of them pass.

    With fewer originals than 1 / rate none may pass, and the threshold is the greatest of their
    scores: what rate that stands for is then known no better than 1 in so many.
    """
    values = np.sort(np.asarray(originals, dtype=np.float64))[::-1]
    allowed = floor(rate * len(values) + 1e-9)
    allowed = min(allowed, len(values) - 1)
    return Threshold(float(values[allowed]), len(values), rate, allowed)


def count_alarms(scores: ArrayLike, forged: ArrayLike, threshold: float) -> Counts:
    """Return what a threshold makes of pictures."""
    alarm = np.asarray(scores, dtype=np.float64) > threshold
    truth = np.asarray(forged, dtype=bool)
    cells = (alarm & truth, ~alarm & truth, alarm & ~truth, ~alarm & ~truth)
    return Counts(*(int(cell.sum()) for cell in cells))


def _sorted(
    scores: ArrayLike, forged: ArrayLike, patients: ArrayLike | None = None
) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.intp]]:
    """Return scores, highest first, their truth, and the number of the patient of each; 0 of none
    given."""
    values = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    label = np.zeros(len(values), dtype=np.intp)
    if patients is not None:
        label = np.unique(np.asarray(patients), return_inverse=True)[1]
    return values[order], np.asarray(forged, dtype=bool)[order], label[order]
