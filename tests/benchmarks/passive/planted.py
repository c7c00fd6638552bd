"""Phantoms with a part whose noise was taken out: what every detector must find."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from benchmarks.attacks.forgery import Array, compare
from benchmarks.contest.pictures import Example, Picture
from tests.watermark.phantoms import body

EDGE, PLANTED = 128, 28


def plant(seed: int, *, forged: bool, edge: int = EDGE) -> Example:
    """Return a phantom, with a smoothed square of 28 samples in the body where it is forged."""
    random = np.random.default_rng(seed)
    values = np.round(body(edge, edge, seed)).astype(np.int16)
    after = values.copy()
    if forged:
        top, left = random.integers(edge // 5, edge - edge // 5 - PLANTED, 2)
        part = slice(top, top + PLANTED), slice(left, left + PLANTED)
        after[part] = np.round(uniform_filter(values.astype(np.float64), 7))[part]
    changed = compare(values, after)
    picture = Picture(changed.values, 16, "CT lung", -200, 2200)
    return Example(picture, changed.changed, "smoothing" if forged else "", str(seed))


def gather(first: int, count: int) -> list[Example]:
    """Return `count` originals and as many forged, of different phantoms' noise."""
    return [plant(first + n, forged=forged) for n in range(count) for forged in (False, True)]


def show(values: Array) -> Picture:
    """Return any samples as a picture, shown over their whole range."""
    return Picture(values, 16, "other", float(values.min()), float(values.max()) + 1)
