"""Decode where the sealed size is not known, and with it neither dimension nor field.

Symbols of k rows lie on polynomials of degree k - 1, so more than k of them tell k.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.parameters import LEVEL_STEPS
from watermark.spreading.code import interpolate
from watermark.spreading.field import SMALL_SIDE, Field, combine, field_named, lagrange, to_symbols
from watermark.spreading.locator import Symbols, Values, locate, mix, through

_DRAWS = 3
"""Combinations of the columns that are interpolated: k is too small for one with a chance of
1 in the field's size, for all with 2^-24 at most."""
_MOST_CORRECTED = 4096
"""Tiles up to which wrong ones are looked for, and k = n is tried: both take as many steps, or as
much memory, as the square of the tiles."""


def decode_unframed(
    data: NDArray[np.uint8], places: NDArray[np.int64], level: int
) -> tuple[Symbols, Field] | None:
    """Return the (k, s) message and its field from valid chunks, or None.

    data: (n, octets) uint8, the chunks without their checks; places: (n, 2), row and column
    of each in the sealed grid; level: 0 to 23, as the tag says. Wrong symbols are located as
    long as they are at most a third of the tiles beyond k. Where no tile is left beyond k
    nothing tells k: then as many as there are is taken, which the signature has to prove.
    """
    fields = [8, 16] if int(places.max()) < SMALL_SIDE else [16]
    for width in fields:
        field = field_named(width)
        symbols = to_symbols(np.ascontiguousarray(data), field)
        points = (field.side * places[:, 0] + places[:, 1]).astype(np.int32)
        message = _decode(symbols, points, field)
        if message is not None:
            return message, field
    if len(data) > _MOST_CORRECTED:
        return None
    # As many tiles as rows: the level tells how many tiles the frame had.
    small = len(data) * LEVEL_STEPS // (level + 1) <= SMALL_SIDE**2
    field = field_named(fields[0] if small else 16)
    symbols = to_symbols(np.ascontiguousarray(data), field)
    points = (field.side * places[:, 0] + places[:, 1]).astype(np.int32)
    return interpolate(symbols, points, np.ones(len(data), dtype=bool), len(data), field), field


def _decode(symbols: Symbols, points: Values, field: Field) -> Symbols | None:
    """Return the message, with no errors or after they were located; None if k stays unknown."""
    count = len(points)
    message = _fit(symbols, points, np.ones(count, dtype=bool), field)
    surplus, most = 0, 1
    while 2 * most < count <= _MOST_CORRECTED and (message is None or surplus):
        corrected, agreeing = _correct(symbols, points, most, field)
        # Leaving one tile out may bring any set of tiles down by a degree: the message with
        # the most tiles beyond its rows is the one that was sent.
        if corrected is not None and agreeing - len(corrected) > surplus:
            message, surplus = corrected, agreeing - len(corrected)
        most *= 2
    return message


def _correct(
    symbols: Symbols, points: Values, most: int, field: Field
) -> tuple[Symbols | None, int]:
    """Return the message once wrong tiles were located, at most `most` a draw, and how many
    tiles agree on it."""
    use = np.ones(len(points), dtype=bool)
    for draw in range(_DRAWS):
        located = locate(mix(symbols, field, draw), points, most, field)
        if located is None:
            break
        use[located] = False
        agreeing = int(use.sum())
        message = _fit(symbols, points, use, field)
        if message is not None and 2 * agreeing >= len(points) + len(message):
            return message, agreeing
    return None, 0


def _fit(symbols: Symbols, points: Values, use: NDArray[np.bool_], field: Field) -> Symbols | None:
    """Return the message on which all used tiles lie; None where they are no more than its rows."""
    rows, here = np.ascontiguousarray(symbols[use]), np.ascontiguousarray(points[use])
    dimension = 1
    for draw in range(_DRAWS):
        polynomial, _ = through(mix(rows, field, draw), here, field)
        dimension = max(
            dimension, int(np.flatnonzero(polynomial)[-1]) + 1 if polynomial.any() else 0
        )
        if dimension >= len(rows):
            return None
    message = interpolate(symbols, points, use, dimension, field)
    matrix = lagrange(np.arange(dimension, dtype=np.int32), here, field)
    return message if (combine(matrix, message, field) == rows).all() else None
