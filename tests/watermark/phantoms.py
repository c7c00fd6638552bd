"""Seeded pictures of every kind that the laws are tested on; no file is read."""

import numpy as np
from numpy.typing import NDArray

from watermark.samples import Colour, Samples

Values = NDArray[np.float64]


def distance(rows: int, columns: int) -> Values:
    """0 in the middle, 1 on the ellipse that touches the frame's edges."""
    y = (np.arange(rows)[:, np.newaxis] * 2 + 1 - rows) / rows
    x = (np.arange(columns)[np.newaxis] * 2 + 1 - columns) / columns
    return np.asarray(np.hypot(y, x))


def body(rows: int, columns: int, seed: int, noise: float = 12.0) -> Values:
    """Ellipses around 1000 with noise; about 0 outside the body."""
    random = np.random.default_rng(seed)
    far = distance(rows, columns)
    picture = np.where(far < 0.85, 1000.0, 0.0)
    y, x = np.mgrid[0:rows, 0:columns]
    for _ in range(6):
        top, left = random.uniform(0.25, 0.75, 2) * (rows, columns)
        tall, wide = random.uniform(0.04, 0.2, 2) * (rows, columns)
        inside = ((y - top) / tall) ** 2 + ((x - left) / wide) ** 2 < 1
        picture[inside] += random.uniform(-300, 600)
    return picture + random.normal(0, noise, (rows, columns))


def computed(rows: int, columns: int, seed: int = 1) -> Samples:
    """CT: signed 16 bits, noise in the air, padding of -2000 outside the circle."""
    values = np.round(body(rows, columns, seed) - 1000).astype(np.int16)
    values[distance(rows, columns) > 1.1] = -2000
    return Samples(values, 16, signed=True, padding=(-2000, -2000))


def resonance(rows: int, columns: int, seed: int = 2, bits: int = 12) -> Samples:
    """MR: unsigned, noise everywhere, nothing flat, nothing clipped."""
    peak = (1 << bits) - 1
    scaled = (body(rows, columns, seed, 25.0) + 200) * peak / 4095
    return Samples(np.clip(np.round(scaled), 0, peak).astype(np.uint16), bits)


def airy(rows: int, columns: int, seed: int = 3) -> Samples:
    """CR: exactly 0 outside the body, which fills about half of the frame."""
    values = np.clip(np.round(body(rows, columns, seed)), 0, 4095)
    values[distance(rows, columns) > 0.85] = 0
    return Samples(values.astype(np.uint16), 12)


def saturated(rows: int, columns: int, seed: int = 4) -> Samples:
    """Eight bits, whole areas clipped at 0 and at 255, rough between."""
    values = (body(rows, columns, seed, 20.0) - 1000) * 0.4 + 100
    return Samples(np.clip(np.round(values), 0, 255).astype(np.uint8), 8)


def sonogram(rows: int, columns: int, seed: int = 5) -> Samples:
    """US: eight bits, speckle in a sector, some 65 % exactly 0."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    y, x = (y + 1) / rows, (2 * x + 1 - columns) / columns
    sector = (np.abs(x) < 0.75 * y) & (y > 0.06)
    values = np.where(sector, random.rayleigh(40, (rows, columns)) + 1, 0)
    return Samples(np.clip(np.round(values), 0, 255).astype(np.uint8), 8)


def coloured(rows: int, columns: int, seed: int = 6) -> Samples:
    """RGB: a grey speckled picture with a coloured box, as Doppler has it."""
    grey = saturated(rows, columns, seed).values.astype(np.int64)
    random = np.random.default_rng(seed)
    values = np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    top, left = rows // 3, columns // 3 + 3
    box = values[top : top + rows // 4, left : left + columns // 4]
    box += random.integers(-60, 60, box.shape)
    return Samples(np.clip(values, 0, 255).astype(np.uint8), 8, colour=Colour.RGB)


def chromatic(rows: int, columns: int, seed: int = 7) -> Samples:
    """YBR: rough luma, smooth chroma."""
    luma = saturated(rows, columns, seed).values
    y, x = np.mgrid[0:rows, 0:columns]
    chroma = (128 + 20 * np.sin(y / 17), 128 + 20 * np.cos(x / 13))
    values = np.dstack([luma, *(np.round(c) for c in chroma)]).astype(np.uint8)
    return Samples(values, 8, colour=Colour.YBR)


def noise(rows: int, columns: int, bits: int = 16, *, signed: bool = False) -> Samples:
    """Every value of the depth alike, the least and the greatest once: all texture."""
    low = -(1 << (bits - 1)) if signed else 0
    high = low + (1 << bits) - 1
    values = np.random.default_rng(bits).integers(low + 2, high - 1, (rows, columns))
    values[1, 2], values[2, 1] = low, high
    return Samples(values.astype(np.int16 if signed else np.uint16), bits, signed=signed)


KINDS = {
    "computed": computed,
    "resonance": resonance,
    "airy": airy,
    "saturated": saturated,
    "sonogram": sonogram,
    "coloured": coloured,
    "chromatic": chromatic,
}
"""Every kind by name: rows and columns give the picture."""
