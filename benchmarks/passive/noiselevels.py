"""Splicing by noise: areas whose noise is another than that around them.

Source: Mahdian, Saic, Using noise inconsistencies for blind image forensics, Image and Vision
Computing 27(10), 2009: the diagonal details HH1 of the wavelet db8, the median of their absolute
values / 0.6745 as deviation of each block, and blocks with like noise merged. Ours keeps all
details (no decimation), so that blocks of 16 samples have enough of them; and, as the paper has no
score for a picture: each merged area of at most a quarter of the picture is held against the
blocks that border it, and the difference of the logarithms of noise counts by the root of the
blocks (up to 16 of them), as its certainty does. Blocks without noise (most details exactly 0: air
that was set to one value) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.sizing import enlarge, reduce

MOST = 1024
"""Longest edge that is examined as it is; larger pictures as means of squares."""
BLOCK = 16
LIKE = log(1.25)
"""Neighbours whose noise differs by less than this factor are merged."""
UNLIKE = log(2)
"""Heat is 0.5 where the noise differs by this factor from that around."""
DETAIL = (
    -0.05441584224308161, 0.3128715909144659, -0.6756307362980128, 0.5853546836548691,
    0.015829105256023893, -0.2840155429624281, -0.00047248457399797254, 0.128747426620186,
    0.01736930100202211, -0.04408825393106472, -0.013981027917015516, 0.008746094047015655,
    0.00487035299301066, -0.0003917403729959771, -0.0006754494059985568, -0.00011747678400228192,
)  # fmt: skip
"""High-pass filter of db8 (Daubechies, Ten lectures on wavelets, 1992, table 6.1)."""
_UNLIKELY = 1e-6
Flags = NDArray[np.bool_]


class NoiseLevels(Detector):
    """Score: the greatest difference of a merged area's noise from that of its border.

    Heat: 1 - 2 ** -(difference of logarithms / log 2), so that 0.5 names twice or half the noise.
    """

    name = "noise level"
    trained = False

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn nothing: the method has constants, no training."""

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat."""
        plane, factor = reduce(picture.native(), MOST)
        noise, known = measure_noise(plane)
        areas = _merge(noise, known)
        unlike = _contrast(noise, areas)
        sizes = np.bincount(areas.ravel())[areas]
        certain = unlike * np.sqrt(np.minimum(sizes, 16))
        heat = np.asarray(1 - np.exp2(-unlike / UNLIKE), dtype=np.float32)
        full = enlarge(heat, BLOCK, plane.shape)
        return Opinion(float(certain.max()), enlarge(full, factor, picture.values.shape), 0.5)


def measure_noise(plane: Plane) -> tuple[Plane, Flags]:
    """Return the logarithm of each block's deviation of noise, and whether it has any.

    plane: (rows, columns) float32, at least BLOCK each; the last rows and columns that fill no
    block are left out.
    """
    taps = np.asarray(DETAIL, dtype=np.float64)
    details = np.abs(cv2.sepFilter2D(plane, cv2.CV_32F, taps, taps))
    rows, columns = (size // BLOCK for size in plane.shape)
    blocks = details[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    blocks = blocks.transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    middle = BLOCK * BLOCK // 2
    deviation = np.partition(blocks, middle, axis=2)[:, :, middle] / np.float32(0.6745)
    known = deviation > _UNLIKELY * max(1.0, float(np.abs(plane).max()))
    return np.log(np.where(known, deviation, 1)).astype(np.float32), known


def _merge(noise: Plane, known: Flags) -> NDArray[np.int64]:
    """Return the number of each block's area, 0 for unknown blocks."""
    index = np.arange(noise.size).reshape(noise.shape)
    ends = []
    for one, other in (((slice(None, -1),), (slice(1, None),)), (_LEFT, _RIGHT)):
        alike = known[one] & known[other] & (np.abs(noise[one] - noise[other]) < LIKE)
        ends.append(np.stack([index[one][alike], index[other][alike]]))
    first, second = np.concatenate(ends, axis=1)
    links = sparse.coo_matrix((np.ones(len(first)), (first, second)), (noise.size, noise.size))
    _, number = sparse.csgraph.connected_components(links, directed=False)
    return np.where(known, number.reshape(noise.shape).astype(np.int64) + 1, 0)


def _contrast(noise: Plane, areas: NDArray[np.int64]) -> Plane:
    """Return for each block of a small area how far its noise is from the blocks around the area.

    Areas of more than a quarter of the known blocks, of one block, or with fewer than four
    neighbours have 0: there is nothing to hold them against.
    """
    unlike = np.zeros(noise.shape, dtype=np.float32)
    sizes = np.bincount(areas.ravel())
    boxes = ndimage.find_objects(areas)
    for number in np.flatnonzero((sizes > 1) & (sizes <= (sizes[1:].sum() // 4))):
        if number == 0:
            continue
        box = tuple(slice(max(0, part.start - 1), part.stop + 1) for part in boxes[number - 1])
        inside = areas[box] == number
        border = ndimage.binary_dilation(inside, np.ones((3, 3))) & ~inside & (areas[box] > 0)
        if np.count_nonzero(border) >= 4:
            gap = np.median(noise[box][inside]) - np.median(noise[box][border])
            unlike[box][inside] = abs(float(gap))
    return unlike


_LEFT = (slice(None), slice(None, -1))
_RIGHT = (slice(None), slice(1, None))
