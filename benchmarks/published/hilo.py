"""A high-low spatial scheme: keyed bits that know nothing of the picture.

Le Jeune, Hristoskova, Aghili, Fast and robust fragile watermarking enabling real-time self-recovery
for UAS, CIMSS at ACNS 2025. Each 2x2 block keeps, in the two least significant bits of one keyed
sample, a keyed authentication value; the other three samples carry shuffled recovery data: the
upper four bits of a half-size copy, and twice those of a quarter-size copy. Detection compares the
authentication values alone and grows what it found by one block, here to all eight neighbours,
which can only help recall. Grey pictures of 8 bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def embed(picture: Picture, key: int) -> Picture:
    """Return the marked picture; (rows, columns) uint8, both multiples of 4."""
    random, places, values = _secrets(picture.shape, key)
    half, quarter = _shrink(picture, 2), _shrink(picture, 4)
    hi = np.concatenate([half >> 6, half >> 4 & 3])
    lo = np.concatenate([quarter >> 6, quarter >> 4 & 3])
    data = np.concatenate([hi, lo, lo])
    random.shuffle(data)
    blocks = np.empty((len(places), 4), dtype=np.uint8)
    chosen = np.arange(4) == places[:, np.newaxis]
    blocks[chosen] = values
    blocks[~chosen] = data
    return np.asarray((picture & 0xFC) | _join(blocks, picture.shape), dtype=np.uint8)


def detect(picture: Picture, key: int) -> Flags:
    """Return (rows, columns) bool: True where the scheme calls the picture altered."""
    _, places, values = _secrets(picture.shape, key)
    blocks = _split(np.asarray(picture & 3, dtype=np.uint8))
    wrong = blocks[np.arange(len(places)), places] != values
    grid = wrong.reshape(picture.shape[0] // 2, picture.shape[1] // 2)
    grown = np.pad(grid, 1)
    rows, columns = grid.shape
    shifts = [(y, x) for y in range(3) for x in range(3)]
    near = [grown[y : y + rows, x : x + columns] for y, x in shifts]
    return np.asarray(np.logical_or.reduce(near).repeat(2, axis=0).repeat(2, axis=1))


def _secrets(
    shape: tuple[int, ...], key: int
) -> tuple[np.random.Generator, NDArray[np.int64], NDArray[np.uint8]]:
    """Return the generator, the keyed sample of each block and its keyed value."""
    random = np.random.default_rng(key)
    count = shape[0] * shape[1] // 4
    places = random.integers(0, 4, count)
    return random, places, random.integers(0, 4, count).astype(np.uint8)


def _shrink(picture: Picture, by: int) -> NDArray[np.uint8]:
    """Return the means of `by` x `by` blocks, row by row."""
    rows, columns = picture.shape
    means = picture.reshape(rows // by, by, columns // by, by).mean(axis=(1, 3))
    return np.asarray(means.astype(np.uint8).reshape(-1))


def _split(picture: Picture) -> Picture:
    """Return (blocks, 4) the samples of each 2x2 block."""
    rows, columns = picture.shape
    return picture.reshape(rows // 2, 2, columns // 2, 2).swapaxes(1, 2).reshape(-1, 4)


def _join(blocks: Picture, shape: tuple[int, ...]) -> Picture:
    """Undo `_split`."""
    rows, columns = shape
    return blocks.reshape(rows // 2, columns // 2, 2, 2).swapaxes(1, 2).reshape(rows, columns)
