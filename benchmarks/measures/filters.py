"""Filters that several measures share: Gaussian windows, moments in them, half the size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means, variances and covariance of two pictures in a window around each sample."""

    mean_a: Plane
    mean_b: Plane
    variance_a: Plane
    variance_b: Plane
    covariance: Plane


def gaussian(length: int, sigma: float) -> Plane:
    """Return (length,) weights of a Gaussian window, with sum 1; `length` is odd."""
    steps = np.arange(length) - (length - 1) / 2
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    return np.asarray(weights / weights.sum())


def blur(planes: Plane, weights: Plane) -> Plane:
    """Return (..., rows, columns) filtered both ways, only where the window lies inside."""
    size = len(weights) - 1
    rows, columns = planes.shape[-2] - size, planes.shape[-1] - size
    down = np.zeros((*planes.shape[:-2], rows, planes.shape[-1]))
    for place, weight in enumerate(weights):
        down += weight * planes[..., place : place + rows, :]
    across = np.zeros((*planes.shape[:-2], rows, columns))
    for place, weight in enumerate(weights):
        across += weight * down[..., place : place + columns]
    return across


def find_moments(a: Plane, b: Plane, weights: Plane) -> Moments:
    """Return the moments of two (rows, columns) pictures in a window, only where it lies inside."""
    blurred = blur(np.stack((a, b, a * a, b * b, a * b)), weights)
    mean_a, mean_b, square_a, square_b, product = blurred
    return Moments(
        mean_a,
        mean_b,
        square_a - mean_a * mean_a,
        square_b - mean_b * mean_b,
        product - mean_a * mean_b,
    )


def halve(plane: Plane) -> Plane:
    """Return the means of 2x2 samples; of odd axes the last row or column counts twice."""
    rows, columns = plane.shape
    even = np.pad(plane, ((0, rows % 2), (0, columns % 2)), mode="edge")
    upper, lower = even[::2], even[1::2]
    return np.asarray((upper[:, ::2] + upper[:, 1::2] + lower[:, ::2] + lower[:, 1::2]) / 4)
