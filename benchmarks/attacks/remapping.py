"""The whole picture in other values: gamma, another slope, another zero, fewer grey values.

Sources: Stamm, Liu, Forensic detection of image manipulation using statistical intrinsic
fingerprints, IEEE TIFS 5(3), 2010 (contrast); DICOM PS3.3 C.11.1 (slope and intercept, whose edit
in the header a forger can have in the samples instead).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.brushes import Part
from benchmarks.attacks.forgery import Array, Forgery, compare, span


def bend(values: Array, low: float, high: float, gamma: float) -> Forgery:
    """Raise what is shown, 0 at `low` to 1 at `high`, to the power `gamma`; the rest stays."""
    old = values.astype(np.float64)
    unit = (old - low) / (high - low)
    shown = (unit > 0) & (unit < 1)
    bent = np.clip(unit, 0, 1) ** gamma * (high - low) + low
    return settle(values, np.where(shown, bent, old))


def stretch(values: Array, factor: float) -> Forgery:
    """Multiply the distance to the least value by `factor`, as another slope would."""
    low = span(values)[0]
    return settle(values, (values.astype(np.float64) - low) * factor + low)


def offset(values: Array, steps: int) -> Forgery:
    """Add `steps` to all samples, as another intercept would; the range's ends are kept."""
    return settle(values, values.astype(np.float64) + steps)


def coarsen(values: Array, low: float, high: float) -> Forgery:
    """Save as 8 bits from `low` to `high`, and bring back."""
    return settle(values, restore(to_bytes(values, low, high), low, high))


def to_bytes(values: Array, low: float, high: float) -> Array:
    """Return uint8: 0 at `low` to 255 at `high`, cut there."""
    unit = (values.astype(np.float64) - low) / (high - low)
    return np.round(np.clip(unit, 0, 1) * 255).astype(np.uint8)


def restore(shown: Array, low: float, high: float) -> Part:
    """Return float64: what 8 bits mean between `low` and `high`."""
    return shown.astype(np.float64) / 255 * (high - low) + low


def settle(values: Array, after: Part) -> Forgery:
    """Return the forgery of samples that are rounded and cut to the range of the frame."""
    kept = np.clip(np.round(after), *span(values))
    return compare(values, kept.astype(values.dtype))
