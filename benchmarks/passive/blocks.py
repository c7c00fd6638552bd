"""Copy-move by equal blocks: the same low frequencies twice, at the same distance, many times.

Source: Fridrich, Soukal, Lukas, Detection of copy-move forgery in digital images, DFRWS 2003:
overlapping blocks, quantised DCT coefficients, equal rows of the sorted matrix, a histogram of
their shift vectors, and a threshold on the count. Ours differs in five things. Of a block only the
lowest coefficients are kept, and their steps are two numbers, one for the mean and one for the
rest, not a matrix of JPEG. Equal rows are found by sorting one hash of 64 bits for each block, not
the row itself. Blocks without structure
(fewer than some coefficients that are not 0) are left out, for the air of one picture would be a
copy of itself. And two passes run, fine blocks of 8x8 for copies of the size of a nodule, coarse
ones of 16x16 for copies that were blended or compressed.

It cannot tell the copy from its source: the heat names both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.sizing import enlarge, reduce

MOST = 1024
"""Longest edge that is examined as it is; larger pictures as means of squares."""
NEAREST = 16
"""Shifts shorter than this, in samples, are those of a smooth structure along itself."""
_WIDE = 1 << 14
"""Two shifts never share a number, for no examined edge is half as long."""
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pass:
    """How blocks are compared."""

    edge: int
    """Samples of a block's edge."""
    kept: int
    """Coefficients that are compared, in the order of frequency."""
    step: float
    """Of quantisation, in 1/255 of the shown range; that of the mean is doubled."""
    needed: int
    """Coefficients beside the mean that must not be 0."""
    copies: int
    """Blocks with one shift from which it is a copy."""


FINE = Pass(8, 15, 2.0, 6, 24)
COARSE = Pass(16, 15, 16.0, 4, 96)


class EqualBlocks(Detector):
    """Score: blocks that share the commonest shift, over the number that makes a copy.

    Heat: r / (1 + r) of that ratio at each block of a shift, so 0.5 names the blocks of copies.
    """

    name = "block DCT"
    trained = False

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn nothing: the method has constants, no training."""

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat."""
        plane, factor = reduce(picture.shown() * np.float32(255), MOST)
        ratios = [_compare(plane, how) for how in (FINE, COARSE)]
        heat = np.maximum(ratios[0], ratios[1])
        return Opinion(
            float(heat.max()), enlarge(heat / (1 + heat), factor, picture.values.shape), 0.5
        )


def _compare(plane: Plane, how: Pass) -> Plane:
    """Return the ratio of the commonest shift of the blocks over each sample."""
    width = plane.shape[1] - how.edge + 1
    keys, places = _key_blocks(plane, how)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    first, second = places[order[same]], places[order[same + 1]]
    down, right = second // width - first // width, second % width - first % width
    far = np.maximum(down, np.abs(right)) >= NEAREST
    first, second = first[far], second[far]
    shifts = down[far] * _WIDE + right[far]
    _, number, counts = np.unique(shifts, return_inverse=True, return_counts=True)
    ratio = (counts / how.copies).astype(np.float32)[number]
    return _paint(plane.shape, how.edge, np.concatenate([first, second]), np.tile(ratio, 2))


def _key_blocks(plane: Plane, how: Pass) -> tuple[Ints, Ints]:
    """Return hashes of the quantised coefficients and places of all blocks with structure.

    Both (n,) int64; a place is row * (columns - edge + 1) + column of the first sample. Equal rows
    have equal hashes, other ones do by a chance of some n**2 / 2**65.
    """
    shape = tuple(size - how.edge + 1 for size in plane.shape)
    waves = _draw_waves(how.edge)
    odd = np.random.default_rng(2003).integers(1, 2**62, how.kept) | 1
    keys = np.zeros(shape, dtype=np.int64)
    filled = np.zeros(shape, dtype=np.int16)
    for index, (down, right) in enumerate(_order_waves(how.kept)):
        part = cv2.sepFilter2D(plane, cv2.CV_32F, waves[right], waves[down], anchor=(0, 0))
        step = how.step if index else 2 * how.step
        level = np.rint(part[: shape[0], : shape[1]] / np.float32(step)).astype(np.int64)
        keys += level * odd[index]
        if index:
            filled += level != 0
    places = np.flatnonzero(filled.ravel() >= how.needed)
    return keys.ravel()[places], places


def _order_waves(count: int) -> list[tuple[int, int]]:
    """Return the first pairs of frequencies, low ones first, as a zig-zag has them."""
    pairs = [(down, right) for down in range(8) for right in range(8)]
    return sorted(pairs, key=lambda pair: (sum(pair), pair))[:count]


def _draw_waves(edge: int) -> Plane:
    """Return the orthonormal DCT-II of `edge` points, (edge, edge) float32."""
    wave, place = np.mgrid[0:edge, 0:edge]
    rows = np.sqrt(2 / edge) * np.cos(np.pi * (place + 0.5) * wave / edge)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, dtype=np.float32)


def _paint(shape: tuple[int, ...], edge: int, places: Ints, values: Plane) -> Plane:
    """Return the greatest of the values of the blocks over each sample, 0 where there is none."""
    rows, columns = (size - edge + 1 for size in shape)
    corners = np.zeros(rows * columns, dtype=np.float32)
    np.maximum.at(corners, places, values)
    padded = np.pad(corners.reshape(rows, columns), ((0, edge - 1), (0, edge - 1)))
    kernel = np.ones((edge, edge), dtype=np.uint8)
    painted = cv2.dilate(padded, kernel, anchor=(edge - 1, edge - 1), borderValue=0)
    return np.asarray(painted, dtype=np.float32)
