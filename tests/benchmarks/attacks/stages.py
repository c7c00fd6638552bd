"""Frames of every type on which attacks are played, and a lung that nobody has."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture
from benchmarks.contest.repertoire.attack import Stage
from tests.watermark import phantoms

EDGE = 128


def _saturated(seed: int) -> Array:
    return np.asarray(phantoms.saturated(EDGE, EDGE, seed).values)


def _computed(seed: int) -> Array:
    return np.asarray(phantoms.computed(EDGE, EDGE, seed).values)


def _resonance(seed: int) -> Array:
    return np.asarray(phantoms.resonance(EDGE, EDGE, seed).values)


def _coloured(seed: int) -> Array:
    return np.asarray(phantoms.coloured(EDGE, EDGE, seed).values)


def _small(seed: int) -> Array:
    return np.asarray((_saturated(seed).astype(np.int16) - 128).astype(np.int8))


def _deep(seed: int) -> Array:
    return np.asarray(_coloured(seed).astype(np.uint16) * 250)


MAKERS = {
    "8 bits": (_saturated, 0, 255),
    "signed": (_computed, -1024, 1500),
    "12 bits": (_resonance, 0, 2400),
    "colour": (_coloured, 0, 255),
    "signed, 8 bits": (_small, -128, 127),
    "colour, 16 bits": (_deep, 0, 63750),
}


def picture(name: str, seed: int = 1) -> Picture:
    """A picture of one type."""
    maker, low, high = MAKERS[name]
    values = maker(seed)
    return Picture(values, 8 * values.dtype.itemsize, "other", low, high)


@cache
def stage(name: str, seed: int = 7) -> Stage:
    """A picture of one type and a donor of the same type."""
    return Stage.set(picture(name), picture(name, 2), seed)


def lung(seed: int = 3, edge: int = 192) -> Picture:
    """Two dark, grainy ovals in a bright one, in HU; stored with an offset of 1024, as CT is."""
    y, x = np.indices((edge, edge)) / edge - 0.5
    body = (y / 0.4) ** 2 + (x / 0.47) ** 2 < 1
    lungs = (y / 0.28) ** 2 + ((np.abs(x) - 0.21) / 0.15) ** 2 < 1
    hu = np.where(body, 40.0, -1000.0)
    hu[lungs] = -850
    noise = gaussian_filter(np.random.default_rng(seed).normal(0, 40, hu.shape), 0.6)
    values = np.clip(np.round(gaussian_filter(hu, 0.8) + noise + 1024), 0, 4095)
    return Picture(values.astype(np.uint16), 12, "CT lung", 1024 - 1350, 1024 + 150)


def lungs_of(edge: int = 192) -> NDArray[np.bool_]:
    """Where the lungs of `lung` are."""
    y, x = np.indices((edge, edge)) / edge - 0.5
    return np.asarray((y / 0.28) ** 2 + ((np.abs(x) - 0.21) / 0.15) ** 2 < 1)
