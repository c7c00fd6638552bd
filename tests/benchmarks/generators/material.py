"""Seeded pictures, volumes and simple distributions that the laws are tested on."""

import numpy as np

from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.generators.volumes import Volume
from tests.watermark.phantoms import body


def picture(seed: int = 1, rows: int = 160, columns: int = 176) -> Picture:
    """A body of about 1000 to 2000 in air, unsigned."""
    values = np.clip(np.round(body(rows, columns, seed)), 0, 4095).astype(np.uint16)
    return Picture(values, 12, "CT lung", 0.0, 2000.0)


def coloured(seed: int = 1) -> Picture:
    """The same in three channels that differ by a slope each."""
    grey = picture(seed).native()[:, :, np.newaxis] / 2000 * (200, 120, 60) + (20, 10, 0)
    return Picture(np.clip(np.round(grey), 0, 255).astype(np.uint8), 8, "fundus", 0.0, 255.0)


def ramp(rows: int = 128, columns: int = 128) -> Picture:
    """Rising to the lower right, with little noise."""
    y, x = np.mgrid[0:rows, 0:columns]
    noise = np.random.default_rng(7).normal(0, 4, (rows, columns))
    values = np.clip(np.round(300 + 4 * y + 6 * x + noise), 0, 2000).astype(np.uint16)
    return Picture(values, 12, "MR", 0.0, 2000.0)


def volume(seed: int = 1) -> Volume:
    """A body in air, signed, slices 2 mm apart."""
    slices = [np.round(body(72, 80, seed + z) - 1000) for z in range(24)]
    shift = np.linspace(0, 200, 24)[:, np.newaxis, np.newaxis]
    return Volume(signed(np.stack(slices) + shift), (2.0, 1.0, 1.0), -1000.0, 400.0, -700.0)


def signed(values: Array) -> Array:
    """Return values as int16."""
    return np.round(values).astype(np.int16)


def halves(count: int, shape: tuple[int, ...], seed: int = 1) -> Plane:
    """A simple distribution: dark to the left, bright to the right, with little noise."""
    noise = np.random.default_rng(seed).normal(0, 0.02, (count, *shape))
    step = np.where(np.arange(shape[-1]) < shape[-1] // 2, 0.2, 0.75)
    return (step + noise).astype(np.float32)


def hole(height: int = 20, width: int = 16) -> Array:
    """A box about the middle of a window."""
    inside = np.zeros((64, 64), dtype=bool)
    inside[22 : 22 + height, 24 : 24 + width] = True
    return inside
