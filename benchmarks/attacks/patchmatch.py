"""A finding taken out by the patches that fit best together, from coarse to fine.

Sources: Barnes et al., PatchMatch: a randomized correspondence algorithm for structural image
editing, ACM Transactions on Graphics 28(3), 2009; Wexler, Shechtman, Irani, Space-time completion
of video, IEEE PAMI 29(3), 2007 (the votes). All places search at once, so that arrays do the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from benchmarks.attacks.brushes import disc, grow, lay, stamp
from benchmarks.attacks.forgery import Array, Flags, Forgery, area
from watermark.tiles import Box

PATCH = 7
_COARSEST = 8
"""Levels are added until the hole has no more than so many samples on an edge."""
_LEVELS = 3
_ROUNDS = 4
"""Of search and vote on each level."""
_SHARP = 8.0
"""Of the last vote."""
_STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))

Real = NDArray[np.float32]
Field = NDArray[np.int64]
"""(2, rows, columns): the row and column of the patch that each target is likened to."""


@dataclass(eq=False)
class Level:
    """A window at one scale."""

    part: Real
    """(rows, columns, channels), float32; the hole holds what is thought of it so far."""
    hole: Flags
    known: Flags
    """(rows - 6, columns - 6) whether the patch that starts here touches no hole."""
    targets: tuple[slice, slice]
    """Starts of the patches that may touch the hole."""

    @classmethod
    def of(cls, part: Real, hole: Flags) -> Level:
        """Return a level; some patch must be wholly known."""
        known = np.logical_not(sliding_window_view(hole, (PATCH, PATCH)).any(axis=(2, 3)))
        touching = np.argwhere(~known)
        (top, left), (bottom, right) = touching.min(axis=0), touching.max(axis=0)
        return cls(part, hole, np.asarray(known), (slice(top, bottom + 1), slice(left, right + 1)))

    def patches(self) -> Real:
        """Return (rows - 6, columns - 6, channels, 7, 7), a view."""
        return sliding_window_view(self.part, (PATCH, PATCH), axis=(0, 1))


def fill_patchmatch(values: Array, box: Box, random: np.random.Generator) -> Forgery:
    """Fill the disc of `box` by patches of 7x7 of its surroundings.

    The frame around the box must be larger than it by 32 samples, on some side.
    """
    around = grow(box, max(24, max(box[2:]) // 2), values.shape)
    crop = values[area(around)].astype(np.float32)
    part = crop.reshape(*crop.shape[:2], -1).copy()
    hole = stamp(values.shape, box)[area(around)]
    part[hole] = _guess(part, hole, max(box[2:]) / 4)[hole]
    levels = _pyramid(part, hole, max(box[2:]))
    field = _scatter(levels[-1], random)
    for level, finer in zip(levels[::-1], [*levels[-2::-1], None], strict=True):
        for _ in range(_ROUNDS):
            field = _search(level, field, random)
            _vote(level, field)
        if finer is not None:
            field = _refine(level, finer, field, random)
    _vote(levels[0], _search(levels[0], field, random), _SHARP)
    top, left = box[0] - around[0], box[1] - around[1]
    filled = levels[0].part[top : top + box[2], left : left + box[3]].astype(np.float64)
    return lay(values, box, filled.reshape(*box[2:], *values.shape[2:]), disc(*box[2:]))


def _guess(part: Real, hole: Flags, sigma: float) -> Real:
    """Return gaussian means of what is known: from what the search sets out."""
    known = (~hole).astype(np.float32)
    weight = gaussian_filter(known, sigma, mode="nearest")[:, :, np.newaxis]
    total = gaussian_filter(part * known[:, :, np.newaxis], (sigma, sigma, 0), mode="nearest")
    return np.asarray(total / np.maximum(weight, 1e-6))


def _pyramid(part: Real, hole: Flags, edge: int) -> list[Level]:
    """Return the levels, the finest first, as long as the hole is large and patches are known."""
    levels = [Level.of(part, hole)]
    while len(levels) < _LEVELS and edge > _COARSEST:
        part, hole, edge = _halve(part), _any(hole), edge // 2
        if min(hole.shape) < 3 * PATCH:
            break
        level = Level.of(part, hole)
        if not level.known.any():
            break
        levels.append(level)
    return levels


def _halve(part: Real) -> Real:
    """Return means of 2x2 samples; an odd last row or column is left out."""
    rows, columns = part.shape[0] // 2 * 2, part.shape[1] // 2 * 2
    blocks = part[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2, -1)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float32))


def _any(hole: Flags) -> Flags:
    """Return whether any of 2x2 samples is missing."""
    rows, columns = hole.shape[0] // 2 * 2, hole.shape[1] // 2 * 2
    blocks = hole[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    return np.asarray(blocks.any(axis=(1, 3)))


def _scatter(level: Level, random: np.random.Generator) -> Field:
    """Return a field of known patches at random."""
    starts = np.argwhere(level.known)
    rows = level.targets[0].stop - level.targets[0].start
    columns = level.targets[1].stop - level.targets[1].start
    return np.moveaxis(starts[random.integers(len(starts), size=(rows, columns))], 2, 0)


def _search(level: Level, field: Field, random: np.random.Generator) -> Field:
    """Return a field no worse: neighbours' patches, then random ones nearer and nearer."""
    errors = _measure(level, field)
    for down, across in _STEPS:
        shifted = np.roll(field, (down, across), axis=(1, 2))
        shifted = shifted + np.reshape([down, across], (2, 1, 1))
        field, errors = _better(level, field, errors, shifted)
    radius = max(level.known.shape)
    while radius >= 1:
        jump = random.integers(-radius, radius, field.shape, endpoint=True)
        field, errors = _better(level, field, errors, field + jump)
        radius //= 3
    return field


def _better(level: Level, field: Field, errors: Real, other: Field) -> tuple[Field, Real]:
    """Return the better of two fields at each place; patches that are not known are none."""
    top = np.reshape(level.known.shape, (2, 1, 1)) - 1
    inside = ((other >= 0) & (other <= top)).all(axis=0)
    other = np.clip(other, 0, top)
    there = _measure(level, other)
    wins = inside & level.known[other[0], other[1]] & (there < errors)
    return np.where(wins, other, field), np.where(wins, there, errors)


def _measure(level: Level, field: Field) -> Real:
    """Return (rows, columns) float32: the square error of each target against its patch."""
    patches = level.patches()
    difference = patches[field[0], field[1]] - patches[level.targets]
    flat = difference.reshape(*difference.shape[:2], -1)
    return np.asarray(np.einsum("yxk,yxk->yx", flat, flat))


def _vote(level: Level, field: Field, sharp: float = 1.0) -> None:
    """Put the mean of all patches that cover it into each sample of the hole.

    sharp: the greater, the more the patches that fit best decide alone, and grain stays grain.
    """
    chosen = level.patches()[field[0], field[1]]
    errors = _measure(level, field)
    trust = np.exp(-sharp * errors / (2 * max(float(np.median(errors)), 1e-6))) + 1e-6
    total, weight = np.zeros_like(level.part), np.zeros(level.hole.shape, dtype=np.float32)
    top, left = level.targets[0].start, level.targets[1].start
    rows, columns = trust.shape
    for down in range(PATCH):
        for across in range(PATCH):
            place = (
                slice(top + down, top + down + rows),
                slice(left + across, left + across + columns),
            )
            total[place] += trust[:, :, np.newaxis] * chosen[:, :, :, down, across]
            weight[place] += trust
    level.part[level.hole] = total[level.hole] / weight[level.hole][:, np.newaxis]


def _refine(level: Level, finer: Level, field: Field, random: np.random.Generator) -> Field:
    """Return the field of a coarser level for a finer one, whose hole takes its picture over."""
    fresh = _scatter(finer, random)
    y = np.arange(fresh.shape[1]).reshape(-1, 1) + finer.targets[0].start
    x = np.arange(fresh.shape[2]).reshape(1, -1) + finer.targets[1].start
    row = np.clip(y // 2 - level.targets[0].start, 0, field.shape[1] - 1)
    column = np.clip(x // 2 - level.targets[1].start, 0, field.shape[2] - 1)
    carried = 2 * field[:, row, column] + np.stack(np.broadcast_arrays(y % 2, x % 2))
    top = np.reshape(finer.known.shape, (2, 1, 1)) - 1
    carried = np.clip(carried, 0, top)
    usable = finer.known[carried[0], carried[1]]
    rows, columns = np.nonzero(finer.hole)
    last = np.reshape(level.hole.shape, (2, 1)) - 1
    half = np.minimum(np.stack([rows, columns]) // 2, last)
    finer.part[rows, columns] = level.part[half[0], half[1]]
    return np.where(usable, carried, fresh)
