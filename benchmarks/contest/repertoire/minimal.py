"""Group D: changes too small to be seen."""

from __future__ import annotations

from benchmarks.attacks import points, shading, textures
from benchmarks.attacks.forgery import Forgery
from benchmarks.contest.repertoire.attack import Attack, Stage
from watermark.tiles import Box


def _flip(stage: Stage, _: Box, count: float) -> Forgery:
    """Turn the lowest bits of `count` samples, anywhere."""
    return points.flip_lowest(stage.values, round(count), stage.random)


def _step(stage: Stage, box: Box, strength: float) -> Forgery:
    """Move an area by native units, the other way where the range ends."""
    return shading.step_either_way(stage.values, box, stage.steps(strength))


def _jitter(stage: Stage, box: Box, _: float) -> Forgery:
    """Move every sample of an area by 1, up or down by chance."""
    return textures.jitter(stage.values, box, stage.random)


def _raise(stage: Stage, box: Box, _: float) -> Forgery:
    """Give one sample the greatest value."""
    return points.raise_to_top(stage.values, box[:2])


STEP = Attack("D3", "area by a step", "minimal", _step, 1, 64, None, (1, -1))

MINIMAL: tuple[Attack, ...] = (
    Attack("D1", "one lowest bit", "minimal", _flip, 1, 1, None, (1,)),
    Attack("D2", "lowest bits", "minimal", _flip, 1, 1, None, (4, 64, 1024)),
    STEP,
    Attack("D3", "area by 1, up or down", "minimal", _jitter),
    Attack("D4", "one sample at the top", "minimal", _raise, 1, 1),
)
"""Every minimal attack, by group."""
