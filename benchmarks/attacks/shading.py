"""An area made brighter, darker, or of more or less contrast.

Source: Farid, Image forgery detection, IEEE Signal Processing Magazine 26(2), 2009 (retouching).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.brushes import disc, lay
from benchmarks.attacks.forgery import Array, Forgery, area, span
from watermark.tiles import Box


def shift(values: Array, box: Box, steps: int) -> Forgery:
    """Add `steps` to every sample of `box`; samples that would leave the frame's range stop there.

    steps: of either sign. Noise and texture stay what they were.
    """
    return lay(values, box, values[area(box)].astype(np.float64) + steps)


def step_either_way(values: Array, box: Box, steps: int) -> Forgery:
    """Move every sample of `box` by `steps`, the other way where the frame's range ends."""
    low, high = span(values)
    part = values[area(box)].astype(np.int64)
    moved = part + steps
    moved = np.where((moved < low) | (moved > high), part - steps, moved)
    return lay(values, box, moved.astype(np.float64))


def stretch(values: Array, box: Box, factor: float) -> Forgery:
    """Multiply what differs from the mean of the soft disc of `box` by `factor`."""
    part = values[area(box)].astype(np.float64)
    mean = part.mean(axis=(0, 1))
    return lay(values, box, mean + (part - mean) * factor, disc(*box[2:], 0.5))
