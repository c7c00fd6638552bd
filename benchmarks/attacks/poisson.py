"""Seamless cloning: the gradients of a donor, the border of the host.

Source: Perez, Gangnet, Blake, Poisson image editing, ACM Transactions on Graphics 22(3), 2003.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu

from benchmarks.attacks.brushes import Part, disc, lay
from benchmarks.attacks.forgery import Array, Flags, Forgery, area
from watermark.tiles import Box

_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def clone(values: Array, donor: Array, source: Box, corner: tuple[int, int]) -> Forgery:
    """Clone the disc of the box `source` of a donor to `corner` of the frame.

    donor: of as many channels as the frame and in its units. The disc's samples on the frame's
    outermost rows and columns stay as they are, for they have no border.
    """
    place = (*corner, *source[2:])
    inside = disc(*place[2:]) > 0
    host = values[_around(place, values.shape)].astype(np.float64)
    guide = donor[_around(source, donor.shape)].astype(np.float64)
    _keep_frame(inside, place, values.shape)
    part = values[area(place)].astype(np.float64)
    if inside.any():
        part[inside] = _solve(host, guide, np.pad(inside, 1))
    return lay(values, place, part)


def _around(box: Box, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], ...]:
    """Return the indices of a box and one sample more on each side, repeated at the ends."""
    top, left, height, width = box
    rows = np.clip(np.arange(top - 1, top + height + 1), 0, shape[0] - 1)
    columns = np.clip(np.arange(left - 1, left + width + 1), 0, shape[1] - 1)
    return np.ix_(rows, columns)


def _keep_frame(inside: Flags, box: Box, shape: tuple[int, ...]) -> None:
    """Take the outermost rows and columns of the frame out of the flags of a box."""
    rows = np.arange(box[0], box[0] + box[2])
    columns = np.arange(box[1], box[1] + box[3])
    inside[(rows == 0) | (rows == shape[0] - 1)] = False
    inside[:, (columns == 0) | (columns == shape[1] - 1)] = False


def _solve(host: Part, guide: Part, inside: Flags) -> Part:
    """Return (samples,) or (samples, 3): the solution of the discrete Poisson equation."""
    count = int(inside.sum())
    order = np.full(inside.shape, -1)
    order[inside] = np.arange(count)
    y, x = np.nonzero(inside)
    right = np.zeros((count, *host.shape[2:]))
    rows, columns = [np.arange(count)], [np.arange(count)]
    for down, across in _STEPS:
        beside = (y + down, x + across)
        right += guide[y, x] - guide[beside]
        within = order[beside] >= 0
        right[~within] += host[beside][~within]
        rows.append(np.flatnonzero(within))
        columns.append(order[beside][within])
    entries = np.full(sum(map(len, rows)), -1.0)
    entries[:count] = 4.0
    places = (np.concatenate(rows), np.concatenate(columns))
    matrix = coo_array((entries, places), shape=(count, count)).tocsc()
    return np.asarray(splu(matrix).solve(right))
