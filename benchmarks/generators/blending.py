"""Seams: a made-up part is lifted until it meets what is around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.ndimage
import scipy.sparse
import scipy.sparse.linalg

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane


def stretch(plane: Plane, hole: Flags) -> Plane:
    """Return a plane with the hole replaced by the membrane through its border.

    plane: (rows, columns) float32; the frame's edge is free. The solution of Laplace's equation
    with the known neighbours as border; unchanged where there is no known sample at all.
    """
    if not hole.any() or hole.all():
        return plane
    order = np.full(hole.shape, -1)
    order[hole] = np.arange(int(hole.sum()))
    rows, columns, sides = [], [], np.zeros(int(hole.sum()))
    degree = np.zeros(int(hole.sum()))
    for near, far in _neighbours(hole.shape):
        here = hole[near]
        own, other = order[near][here], order[far][here]
        degree[own] += 1
        inner = other >= 0
        rows.append(own[inner])
        columns.append(other[inner])
        sides[own[~inner]] += plane[far][here][~inner]
    own = np.arange(len(degree))
    places = (np.concatenate([*rows, own]), np.concatenate([*columns, own]))
    weights = np.concatenate([np.full(sum(map(len, rows)), -1.0), degree])
    matrix = scipy.sparse.csc_matrix((weights, places), shape=(len(degree),) * 2)
    filled = plane.copy()
    filled[hole] = scipy.sparse.linalg.spsolve(matrix, sides)
    return filled


def settle(made: Plane, window: Plane, hole: Flags) -> Plane:
    """Return the window with the made-up part in the hole, its gradients kept, its border met.

    Source: Perez, Gangnet, Blake, Poisson image editing, SIGGRAPH 2003; the difference to the
    surroundings is spread over the hole as a membrane (Farbman et al., SIGGRAPH 2009, eq. 3).
    """
    lift = stretch(np.asarray(window - made, dtype=np.float32), hole)
    return np.where(hole, np.clip(made + lift, 0, 1), window).astype(np.float32)


def extend(made: Plane, hole: Flags) -> Plane:
    """Return a made-up part gone on outside of the hole: each sample there is the nearest in it.

    For networks that make nothing of their own outside, so that `settle` finds a difference.
    """
    if not hole.any():
        return made
    nearest = scipy.ndimage.distance_transform_edt(
        ~hole, return_distances=False, return_indices=True
    )
    return np.asarray(made[tuple(nearest)])


def border(hole: Flags, width: int) -> Flags:
    """Return the samples outside of a hole that are at most `width` steps away from it."""
    return np.asarray(scipy.ndimage.binary_dilation(hole, iterations=width) & ~hole)


def _neighbours(shape: tuple[int, ...]) -> list[tuple[Any, Any]]:
    """Return the areas of the samples that have a neighbour below, above, right, left, and its."""
    whole, head, tail = slice(None), slice(None, -1), slice(1, None)
    return [
        ((head, whole), (tail, whole)),
        ((tail, whole), (head, whole)),
        ((whole, head), (whole, tail)),
        ((whole, tail), (whole, head)),
    ]
