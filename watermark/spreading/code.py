"""One maximum-distance-separable codeword over all carrying tiles: any k of them suffice.

Row j of the message is the value of a polynomial of degree < k at field element j; a tile
holds its value at the tile's own point. Source: Reed, Solomon, Polynomial codes over certain
finite fields, SIAM J. 8(2), 1960; errors: Gao, A new algorithm for decoding Reed-Solomon
codes, 2003, on hashed combinations of the columns.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.galois import interpolate_points, reduce_pair
from watermark.spreading.field import Field, combine, field_of, lagrange, points_of
from watermark.tiles import Grid

Symbols = NDArray[np.int16]
Flags = NDArray[np.bool_]

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
    message = _interpolate(received, points, use, dimension, field)
    codeword = encode(message, coding)
    if not (present & (codeword != received).any(axis=1)).any():
        return message, codeword
    for draw in range(_DRAWS):
        located = _locate(received, points, present, dimension, field, draw)
        if located is None:
            return None
        use[located] = False
        if int(use.sum()) < (int(present.sum()) + dimension) / 2:
            return None
        message = _interpolate(received, points, use, dimension, field)
        codeword = encode(message, coding)
        if not (use & (codeword != received).any(axis=1)).any():
            return message, codeword
    return None


def _interpolate(
    received: Symbols, points: NDArray[np.int32], use: Flags, dimension: int, field: Field
) -> Symbols:
    """Return the message through the first k used tiles, those that hold its rows first."""
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


def _locate(
    received: Symbols,
    points: NDArray[np.int32],
    present: Flags,
    dimension: int,
    field: Field,
    draw: int,
) -> NDArray[np.intp] | None:
    """Return the indices of present tiles that are seen to hold wrong symbols, or None.

    The columns are combined with coefficients hashed from what was received, so that whoever
    wrote the errors cannot choose them to cancel. A wrong tile escapes one `draw` of the
    coefficients with a chance of 1 in the field's size. None: more errors than can be located.
    """
    tiles = np.flatnonzero(present)
    values = _mix(np.ascontiguousarray(received[tiles]), field, draw)
    count = len(tiles)
    table = np.empty((2, count + 1), dtype=np.int32)
    through = np.zeros(count + 1, dtype=np.int32)
    here = np.ascontiguousarray(points[tiles])
    interpolate_points(here, values, field.exp, field.log, table, through[:count])
    cofactors = np.empty((2, count + 1), dtype=np.int32)
    pair = (table[0].copy(), through)
    bound = (count + dimension + 1) // 2
    which = reduce_pair(pair[0], pair[1], bound, field.exp, field.log, cofactors)
    locator = cofactors[which]
    degree = int(np.flatnonzero(locator)[-1])
    roots = tiles[_evaluate(locator[: degree + 1], here, field) == 0]
    return roots if len(roots) == degree <= (count - dimension) // 2 else None


def _mix(rows: Symbols, field: Field, draw: int) -> NDArray[np.int32]:
    """Return hashed combination number `draw` of the columns of `rows` (n, s), (n,) int32."""
    width = rows.shape[1]
    seed = b"scanseal/1/locator\0" + bytes((draw,)) + rows.tobytes()
    octets = shake_256(seed).digest(2 * width)
    factors = np.frombuffer(octets, dtype=">u2").astype(np.int32) & ((1 << field.width) - 1)
    mixed = combine(factors[np.newaxis], np.ascontiguousarray(rows.T), field)[0]
    values: NDArray[np.int32] = mixed.astype(np.int32) & np.int32((1 << field.width) - 1)
    return values


def _evaluate(
    polynomial: NDArray[np.int32], points: NDArray[np.int32], field: Field
) -> NDArray[np.int32]:
    """Return the values of a polynomial, lowest degree first, at `points`; Horner's rule."""
    value: NDArray[np.int32] = np.zeros(len(points), dtype=np.int32)
    for coefficient in polynomial[::-1]:
        product = field.exp[field.log[value] + field.log[points]]
        value = np.where((value != 0) & (points != 0), product, 0).astype(np.int32) ^ coefficient
    return value
