"""Features of radiomics, and by how much a change moves them.

Fourteen of the plain ones of the Image Biomarker Standardisation Initiative, as PyRadiomics defines
them: first order, and of the co-occurrence of grey levels at distance 1, mean of four angles.
Source: Zwanenburg et al., Radiology 295(2), 2020; van Griethuysen et al., Cancer Research 77, 2017.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures.filters import Plane

BIN = 25.0
"""Width of a grey level in HU, as PyRadiomics has it."""
MOST_LEVELS = 512
_ANGLES = ((0, 1), (1, 1), (1, 0), (1, -1))
Levels = NDArray[np.int64]


def describe_region(plane: Plane, width: float = BIN) -> dict[str, float]:
    """Return the features of a rectangular region of at least 2x2 samples by name.

    width: of a grey level, in the picture's unit. Raises ValueError above MOST_LEVELS levels.
    """
    levels = discretise(plane, width)
    count = int(levels.max()) + 1
    if count > MOST_LEVELS:
        raise ValueError(f"{count} grey levels are more than {MOST_LEVELS}")
    described = _first_order(plane, levels)
    by_angle = [_co_occurrence(_count_pairs(levels, angle, count)) for angle in _ANGLES]
    for name in by_angle[0]:
        described[name] = float(np.mean([one[name] for one in by_angle]))
    return described


def drift(before: Plane, after: Plane, width: float = BIN) -> dict[str, float]:
    """Return by which share of itself each feature changes, by magnitude; one of 0 is left out."""
    first, second = describe_region(before, width), describe_region(after, width)
    return {
        name: abs(second[name] - value) / abs(value) for name, value in first.items() if value != 0
    }


def discretise(plane: Plane, width: float) -> Levels:
    """Return grey levels from 0, whose borders are multiples of the width."""
    level = np.floor(plane / width).astype(np.int64)
    return np.asarray(level - level.min())


def _first_order(plane: Plane, levels: Levels) -> dict[str, float]:
    """Return features of the values alone."""
    mean = float(plane.mean())
    apart = plane - mean
    variance = float((apart**2).mean())
    share = np.bincount(levels.ravel()) / levels.size
    low, high = np.percentile(plane, (10, 90))
    return {
        "mean": mean,
        "variance": variance,
        "skewness": float((apart**3).mean()) / variance**1.5 if variance else 0.0,
        "kurtosis": float((apart**4).mean()) / variance**2 if variance else 0.0,
        "10th percentile": float(low),
        "90th percentile": float(high),
        "entropy": _entropy(share),
        "uniformity": float((share**2).sum()),
    }


def _count_pairs(levels: Levels, angle: tuple[int, int], count: int) -> Plane:
    """Return (count, count) how often two levels are neighbours at an angle, as shares."""
    down, across = angle
    rows, columns = levels.shape
    first = levels[: rows - down, max(0, -across) : columns - max(0, across)]
    second = levels[down:, max(0, across) : columns - max(0, -across)]
    pairs = np.bincount((first * count + second).ravel(), minlength=count * count)
    table = pairs.reshape(count, count).astype(np.float64)
    table += table.T
    return np.asarray(table / table.sum())


def _co_occurrence(shares: Plane) -> dict[str, float]:
    """Return features of a symmetric table of neighbours."""
    level = np.arange(len(shares), dtype=np.float64)
    apart = level[:, np.newaxis] - level
    own = shares.sum(axis=1)
    mean = float((own * level).sum())
    variance = float((own * (level - mean) ** 2).sum())
    together = float((shares * np.outer(level - mean, level - mean)).sum())
    return {
        "contrast": float((shares * apart**2).sum()),
        "difference": float((shares * np.abs(apart)).sum()),
        "inverse difference moment": float((shares / (1 + apart**2)).sum()),
        "correlation": together / variance if variance else 1.0,
        "joint energy": float((shares**2).sum()),
        "joint entropy": _entropy(shares.ravel()),
    }


def _entropy(shares: Plane) -> float:
    """Return the entropy in bits."""
    some = shares[shares > 0]
    return float(-(some * np.log2(some)).sum())
