"""Group C: the whole frame; and what a local forgery is washed with afterwards."""

from __future__ import annotations

from benchmarks.attacks import filtering, rearrangement, recompression, remapping
from benchmarks.attacks.forgery import Forgery
from benchmarks.contest.repertoire.attack import Apply, Attack, Stage
from watermark.tiles import Box


def _flip(stage: Stage, _: Box, __: float) -> Forgery:
    return rearrangement.flip(stage.values)


def _turn(stage: Stage, _: Box, __: float) -> Forgery:
    return rearrangement.turn(stage.values)


def _cut(stage: Stage, _: Box, share: float) -> Forgery:
    return rearrangement.cut(stage.values, share)


def _move(stage: Stage, _: Box, by: float) -> Forgery:
    return rearrangement.move(stage.values, 0, round(by))


def _bend(stage: Stage, _: Box, gamma: float) -> Forgery:
    return remapping.bend(stage.values, stage.picture.low, stage.picture.high, gamma)


def _stretch(stage: Stage, _: Box, factor: float) -> Forgery:
    return remapping.stretch(stage.values, factor)


def _offset(stage: Stage, _: Box, strength: float) -> Forgery:
    return remapping.offset(stage.values, stage.steps(strength))


def _jpeg(stage: Stage, _: Box, quality: float) -> Forgery:
    picture = stage.picture
    return recompression.compress_jpeg(stage.values, picture.low, picture.high, round(quality))


def _jpeg2000(stage: Stage, _: Box, ratio: float) -> Forgery:
    return recompression.compress_jpeg2000(stage.values, ratio)


def _coarsen(stage: Stage, _: Box, __: float) -> Forgery:
    return remapping.coarsen(stage.values, stage.picture.low, stage.picture.high)


def _resize(stage: Stage, _: Box, factor: float) -> Forgery:
    return filtering.resize(stage.values, factor)


def _smooth(stage: Stage, _: Box, sigma: float) -> Forgery:
    return filtering.smooth(stage.values, sigma)


def _median(stage: Stage, _: Box, size: float) -> Forgery:
    return filtering.take_median(stage.values, round(size))


def _noise(stage: Stage, _: Box, strength: float) -> Forgery:
    sigma = abs(strength / stage.picture.scale)
    return filtering.add_noise(stage.values, sigma, stage.random)


def _whole(
    group: str, name: str, family: str, apply: Apply, strengths: tuple[float, ...] = (0.0,)
) -> Attack:
    """Return an attack on the whole frame."""
    return Attack(group, name, family, apply, 0, 0, None, strengths)


JPEG = _whole("C7", "JPEG", "compression", _jpeg, (95, 75, 50))
JPEG2000 = _whole("C8", "JPEG 2000", "compression", _jpeg2000, (10,))
RESIZE = _whole("C10", "resized and back", "resampling", _resize, (0.5,))
NOISE = Attack("C12", "added noise", "noise", _noise, 0, 0, None, (0.01,), relative=True)

WHOLE: tuple[Attack, ...] = (
    _whole("C1", "flip", "rearrangement", _flip),
    _whole("C2", "rotation by 90", "rearrangement", _turn),
    _whole("C3", "crop and pad", "rearrangement", _cut, (0.3,)),
    _whole("C4", "shift by a sample", "rearrangement", _move, (1,)),
    _whole("C5", "gamma", "intensity", _bend, (0.9,)),
    _whole("C6", "other slope", "intensity", _stretch, (0.98,)),
    Attack("C6", "other intercept", "intensity", _offset, 0, 0, None, (0.02,), relative=True),
    JPEG,
    JPEG2000,
    _whole("C9", "8 bits and back", "intensity", _coarsen),
    RESIZE,
    _whole("C11", "gaussian", "filtering", _smooth, (0.8,)),
    _whole("C11", "median", "filtering", _median, (3,)),
    NOISE,
)
"""Every attack on the whole frame, by group."""

WASHES: tuple[tuple[Attack, tuple[float, ...]], ...] = (
    (JPEG, (95, 85, 75, 50, 30)),
    (JPEG2000, (2, 5, 10, 20, 40)),
    (NOISE, (0.002, 0.005, 0.01, 0.02, 0.05)),
    (RESIZE, (0.9, 0.75, 0.5)),
)
"""What is done to a finished forgery, and how hard; noise in shares of the shown range."""
