"""Change in native units: Hounsfield units for CT, what the modality measures for the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.measures.filters import Plane

PERCENTILES = (50, 95, 99, 99.9)


@dataclass(frozen=True, slots=True)
class Error:
    """Of all samples, in native units."""

    bias: float
    """Mean of the change with its sign."""
    mean: float
    """Mean of its magnitude."""
    root_square: float
    """Root of the mean square."""
    largest: float
    percentiles: tuple[float, ...]
    """Of the magnitude, at PERCENTILES."""


def measure_error(before: Plane, after: Plane) -> Error:
    """Return the error of two pictures in native units, of one shape."""
    change = after - before
    magnitude = np.abs(change)
    return Error(
        float(change.mean()),
        float(magnitude.mean()),
        float(np.sqrt((change * change).mean())),
        float(magnitude.max()),
        tuple(float(value) for value in np.percentile(magnitude, PERCENTILES)),
    )
