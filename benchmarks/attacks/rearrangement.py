"""The whole picture elsewhere: mirrored, turned, cut, or one sample aside.

A mirrored scan is a wrong side, which is an operation on the wrong side.
Sources: Petitcolas, Watermarking schemes evaluation, IEEE Signal Processing Magazine 17(5), 2000
(geometric attacks).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery, compare, span


def flip(values: Array) -> Forgery:
    """Exchange left and right."""
    return compare(values, values[:, ::-1])


def turn(values: Array) -> Forgery:
    """Turn by 90 degrees about the middle; of a frame that is not square, what fits remains."""
    turned = np.rot90(values)
    after = np.full_like(values, span(values)[0])
    fits = min(values.shape[:2])
    return compare(values, _centre(after, turned, fits, fits))


def cut(values: Array, share: float) -> Forgery:
    """Paint the outer `share` (0 to 1) of rows and columns with the least value."""
    after = np.full_like(values, span(values)[0])
    rows, columns = (max(1, round(size * (1 - share))) for size in values.shape[:2])
    return compare(values, _centre(after, values, rows, columns))


def move(values: Array, down: int, across: int) -> Forgery:
    """Move by so many samples; the edge that is left behind is repeated."""
    rows = np.clip(np.arange(values.shape[0]) - down, 0, values.shape[0] - 1)
    columns = np.clip(np.arange(values.shape[1]) - across, 0, values.shape[1] - 1)
    return compare(values, values[rows][:, columns])


def _centre(after: Array, picture: Array, rows: int, columns: int) -> Array:
    """Return `after` with the middle of a picture in its middle."""
    to = [(size - part) // 2 for size, part in zip(after.shape, (rows, columns), strict=False)]
    at = [(size - part) // 2 for size, part in zip(picture.shape, (rows, columns), strict=False)]
    middle = picture[at[0] : at[0] + rows, at[1] : at[1] + columns]
    after[to[0] : to[0] + rows, to[1] : to[1] + columns] = middle
    return after
