"""Where valid chunks hold wrong symbols: hashed combinations of the columns, Gao's algorithm.

Source: Gao, A new algorithm for decoding Reed-Solomon codes, 2003.
"""

from __future__ import annotations

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.galois import interpolate_points, reduce_pair
from watermark.spreading.field import Field, combine

Symbols = NDArray[np.int16]
Values = NDArray[np.int32]


def mix(rows: Symbols, field: Field, draw: int) -> Values:
    """Return hashed combination number `draw` of the columns of `rows` (n, s), (n,) int32.

    The coefficients are hashed from the rows, so that whoever wrote errors into them cannot
    choose them to cancel. A wrong row escapes one draw with a chance of 1 in the field's size.
    """
    width = rows.shape[1]
    seed = b"scanseal/1/locator\0" + bytes((draw,)) + rows.tobytes()
    octets = shake_256(seed).digest(2 * width)
    factors = np.frombuffer(octets, dtype=">u2").astype(np.int32) & ((1 << field.width) - 1)
    mixed = combine(factors[np.newaxis], np.ascontiguousarray(rows.T), field)[0]
    values: Values = mixed.astype(np.int32) & np.int32((1 << field.width) - 1)
    return values


def through(values: Values, points: Values, field: Field) -> tuple[Values, Values]:
    """Return the polynomial through (points, values), and the product of all (x - point).

    values, points: (n,) int32, points distinct. Both (n + 1,) int32, lowest degree first.
    """
    count = len(points)
    table = np.empty((2, count + 1), dtype=np.int32)
    polynomial = np.zeros(count + 1, dtype=np.int32)
    interpolate_points(points, values, field.exp, field.log, table, polynomial[:count])
    return polynomial, table[0].copy()


def locate(values: Values, points: Values, most: int, field: Field) -> NDArray[np.intp] | None:
    """Return the indices of the values that lie on no polynomial of low degree, or None.

    values, points: (n,) int32. Up to `most` wrong ones are found if all others lie on one of
    degree less than n - 2 most. None: more errors than can be located.
    """
    small, big = through(values, points, field)
    cofactors = np.empty((2, len(points) + 1), dtype=np.int32)
    bound = len(points) - most
    which = reduce_pair(big, small, bound, field.exp, field.log, cofactors)
    locator = cofactors[which]
    degree = int(np.flatnonzero(locator)[-1])
    roots = np.flatnonzero(_evaluate(locator[: degree + 1], points, field) == 0)
    return roots if len(roots) == degree <= most else None


def _evaluate(polynomial: Values, points: Values, field: Field) -> Values:
    """Return the values of a polynomial, lowest degree first, at `points`; Horner's rule."""
    value: Values = np.zeros(len(points), dtype=np.int32)
    for coefficient in polynomial[::-1]:
        product = field.exp[field.log[value] + field.log[points]]
        value = np.where((value != 0) & (points != 0), product, 0).astype(np.int32) ^ coefficient
    return value
