"""A scheme on singular values: checks that anybody can compute.

Shehab et al., Secure and robust fragile watermarking scheme for medical images, IEEE Access 6,
2018. The picture is cut into 4x4 blocks; of each, with the two least significant bits cleared, the
sum of the singular values is rounded to 12 bits and kept in the block's own two least significant
bits, beside 20 recovery bits (four means of 2x2, five bits each) of another block, chosen by
Arnold's cat map. Detection compares sum and bits; no key is in it, as in the open
re-implementation of CIMSS 2025. Square grey pictures of 8 bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Flags = NDArray[np.bool_]

_TRACE_BITS = 12


def embed(picture: Picture, key: int) -> Picture:
    """Return the marked picture; (n, n) uint8, n a multiple of 4; key: turns of the cat map."""
    blocks = _split(picture)
    source = _scramble(picture.shape[0] // 4, key)
    quarters = blocks[source].reshape(-1, 2, 2, 2, 2).mean(axis=(2, 4)).astype(np.int64)
    words = _traces(blocks)
    for mean in quarters.reshape(-1, 4).T:
        words = words << 5 | mean >> 3
    pairs = words[:, np.newaxis] >> (2 * np.arange(16)) & 3
    marked = (blocks & np.uint8(0xFC)) | pairs.reshape(blocks.shape).astype(np.uint8)
    return _join(marked.astype(np.uint8), picture.shape[0])


def detect(picture: Picture, key: int) -> Flags:
    """Return (n, n) bool: True where the scheme calls the picture altered; `key` plays no part."""
    del key
    blocks = _split(picture)
    pairs = (blocks & 3).reshape(-1, 16).astype(np.int64)
    words = (pairs << (2 * np.arange(16))).sum(axis=1)
    wrong = _traces(blocks) != words >> 20
    side = picture.shape[0] // 4
    return np.asarray(wrong.reshape(side, side).repeat(4, axis=0).repeat(4, axis=1))


def _traces(blocks: Picture) -> NDArray[np.int64]:
    """Return (blocks,) the 12-bit sums of singular values, two lowest bits cleared first."""
    sums = np.linalg.svd((blocks & 0xFC).astype(np.float64), compute_uv=False).sum(axis=1)
    return np.asarray(np.clip(np.round(sums), 0, (1 << _TRACE_BITS) - 1), dtype=np.int64)


def _scramble(side: int, turns: int) -> NDArray[np.int64]:
    """Return (side^2,) the block that each block keeps the recovery bits of."""
    row, column = np.divmod(np.arange(side * side), side)
    for _ in range(turns):
        row, column = (2 * row + column) % side, (row + column) % side
    return row * side + column


def _split(picture: Picture) -> Picture:
    """Return (blocks, 4, 4) the blocks, row by row."""
    side = picture.shape[0] // 4
    return picture.reshape(side, 4, side, 4).swapaxes(1, 2).reshape(-1, 4, 4)


def _join(blocks: Picture, side: int) -> Picture:
    """Undo `_split`."""
    count = side // 4
    return blocks.reshape(count, count, 4, 4).swapaxes(1, 2).reshape(side, side)
