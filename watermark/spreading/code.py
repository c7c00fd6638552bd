"""One maximum-distance-separable codeword over all carrying tiles: any k of them suffice.

Row j of the message is the value of a polynomial of degree < k at field element j; a tile
holds its value at the tile's own point. Source: Reed, Solomon, Polynomial codes over certain
finite fields, SIAM J. 8(2), 1960.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.spreading.field import Field, combine, field_of, lagrange, points_of
from watermark.spreading.locator import locate, mix
from watermark.tiles import Flags, Grid

Symbols = NDArray[np.int16]

_DRAWS = 8
"""Combinations of the columns that are tried; a wrong tile escapes all with 2^-64 at most."""


@lru_cache(maxsize=8)
def generator(coding: Grid, dimension: int) -> NDArray[np.int32]:
    """Return the (tiles, k) int32 matrix from the message to all coding tiles."""
    field = field_of(coding)
    return lagrange(np.arange(dimension, dtype=np.int32), points_of(coding, field), field)


def encode(message: Symbols, coding: Grid) -> Symbols:
    """Return the (tiles, s) symbols of every coding tile for a (k, s) message."""
    field = field_of(coding)
    points = points_of(coding, field)
    own = points < len(message)
    out = np.empty((coding.count, message.shape[1]), dtype=np.int16)
    out[own] = message[points[own]]
    if not own.all():
        out[~own] = combine(generator(coding, len(message))[~own], message, field)
    return out


def decode(
    received: Symbols, present: Flags, dimension: int, coding: Grid
) -> tuple[Symbols, Symbols] | None:
    """Return the (k, s) message and its (tiles, s) codeword from the `present` tiles, or None.

    received: (tiles, s); present: (tiles,) bool, the tiles whose chunk is valid. Erasures are
    all others: any number up to tiles - k. Valid chunks with wrong symbols are located as
    long as they are at most (present - k) / 2; None if there are more, or fewer than k tiles.
    """
    field = field_of(coding)
    points = points_of(coding, field)
    use = present.copy()
    if int(use.sum()) < dimension:
        return None
    message = interpolate(received, points, use, dimension, field)
    codeword = encode(message, coding)
    if not (present & (codeword != received).any(axis=1)).any():
        return message, codeword
    for draw in range(_DRAWS):
        most = (int(present.sum()) - dimension) // 2
        tiles = np.flatnonzero(present)
        values = mix(np.ascontiguousarray(received[tiles]), field, draw)
        located = locate(values, np.ascontiguousarray(points[tiles]), most, field)
        if located is None:
            return None
        use[tiles[located]] = False
        if int(use.sum()) < (int(present.sum()) + dimension) / 2:
            return None
        message = interpolate(received, points, use, dimension, field)
        codeword = encode(message, coding)
        if not (use & (codeword != received).any(axis=1)).any():
            return message, codeword
    return None


def interpolate(
    received: Symbols, points: NDArray[np.int32], use: Flags, dimension: int, field: Field
) -> Symbols:
    """Return the (k, s) message through the first k used tiles, those that hold its rows first.

    received: (tiles, s); points: (tiles,); use: (tiles,) bool, k = `dimension` of them or more.
    """
    order = np.flatnonzero(use)
    chosen = order[np.argsort(points[order] >= dimension, kind="stable")][:dimension]
    sources = points[chosen]
    message = np.empty((dimension, received.shape[1]), dtype=np.int16)
    own = sources < dimension
    message[sources[own]] = received[chosen[own]]
    missing = np.setdiff1d(np.arange(dimension, dtype=np.int32), sources[own])
    if len(missing):
        matrix = lagrange(sources, missing, field)
        message[missing] = combine(matrix, np.ascontiguousarray(received[chosen]), field)
    return message
