"""Group A: parts put in, taken out, or retouched."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.attacks import (
    exemplars,
    inpainting,
    lesions,
    moves,
    nodules,
    patchmatch,
    poisson,
    shading,
    softening,
    splices,
)
from benchmarks.attacks.brushes import disc
from benchmarks.attacks.forgery import Array, Forgery
from benchmarks.contest.repertoire.attack import Apply, Attack, Stage
from watermark.tiles import Box

_DRAWS = 16
"""Sources that are tried until one does not overlap the place."""
_SOFT = 0.25
"""Share of the radius over which a feathered edge falls."""


def _copy(stage: Stage, box: Box, soft: float) -> Forgery:
    """Double a finding, with a hard or soft edge."""
    weights = disc(*box[2:], soft)
    return splices.splice(stage.values, stage.values, _source(stage, box), box[:2], weights)


def _copy_turned(stage: Stage, box: Box, _: float) -> Forgery:
    """Double a finding, turned and scaled by chance."""
    source = _source(stage, box)
    turn, zoom = stage.random.uniform(10, 350), stage.random.uniform(0.8, 1.25)
    return moves.copy_turned(stage.values, source, box[:2], turn, zoom)


def _splice(stage: Stage, box: Box, _: float) -> Forgery:
    """Paste a finding of the donor."""
    weights = disc(*box[2:])
    return splices.splice(stage.values, stage.foreign, _foreign(stage, box), box[:2], weights)


def _splice_matched(stage: Stage, box: Box, _: float) -> Forgery:
    """Paste a finding of the donor with mean and noise of the host."""
    source, weights = _foreign(stage, box), disc(*box[2:], _SOFT)
    values, foreign, random = stage.values, stage.foreign, stage.random
    return splices.splice_matched(values, foreign, source, box[:2], weights, random)


def _clone(stage: Stage, box: Box, _: float) -> Forgery:
    """Clone a finding of the donor."""
    return poisson.clone(stage.values, stage.foreign, _foreign(stage, box), box[:2])


def _patchmatch(stage: Stage, box: Box, _: float) -> Forgery:
    """Fill by patches that fit together."""
    return patchmatch.fill_patchmatch(stage.values, box, stage.random)


def _soften(stage: Stage, box: Box, strength: float) -> Forgery:
    """Blur; strength in samples."""
    return softening.soften(stage.values, box, strength)


def _grow_nodule(stage: Stage, box: Box, strength: float) -> Forgery:
    """Add a nodule; strength in native units."""
    return nodules.grow_nodule(stage.values, box, stage.steps(strength), stage.random)


def _shift(stage: Stage, box: Box, strength: float) -> Forgery:
    """Add a constant; strength in native units."""
    return shading.shift(stage.values, box, stage.steps(strength))


def _stretch(stage: Stage, box: Box, strength: float) -> Forgery:
    """Change the contrast; strength is the factor."""
    return shading.stretch(stage.values, box, strength)


def _plain(attack: Callable[[Array, Box], Forgery]) -> Apply:
    """Return an attack that needs neither chance nor strength."""
    return lambda stage, box, _: attack(stage.values, box)


def _source(stage: Stage, box: Box) -> Box:
    """Return a box with a finding that does not overlap `box`, if one is drawn in 16 times."""
    for _ in range(_DRAWS):
        source = stage.places.draw(max(box[2:]), stage.random, finding=True)
        if abs(source[0] - box[0]) >= box[2] or abs(source[1] - box[1]) >= box[3]:
            break
    return source


def _foreign(stage: Stage, box: Box) -> Box:
    """Return a box with a finding of the donor."""
    return stage.foreign_places.draw(max(box[2:]), stage.random, finding=True)


COPY_MOVE = Attack("A1", "copy-move", "copy-move", lambda s, b, _: _copy(s, b, 0), finding=False)
SPLICE = Attack("A3", "splice", "splicing", _splice, finding=False)
CLONE = Attack("A5", "Poisson clone", "cloning", _clone, 3, finding=False)
BIHARMONIC = Attack(
    "A8", "biharmonic", "smooth inpainting", _plain(inpainting.fill_biharmonic), finding=True
)
NODULE = Attack(
    "A12", "synthetic nodule", "synthesis", _grow_nodule, 1, 64, False, (0.5, 0.25), relative=True
)
SHIFT = Attack("A13", "brighter area", "shading", _shift, 1, 64, None, (0.1, -0.1), relative=True)

LOCAL: tuple[Attack, ...] = (
    COPY_MOVE,
    Attack(
        "A1", "copy-move, soft edge", "copy-move", lambda s, b, _: _copy(s, b, _SOFT), 4, 64, False
    ),
    Attack("A2", "copy-move, turned and scaled", "copy-move", _copy_turned, 4, finding=False),
    SPLICE,
    Attack("A4", "splice, noise matched", "splicing", _splice_matched, 4, finding=False),
    CLONE,
    Attack("A6", "Telea", "smooth inpainting", _plain(inpainting.fill_telea), finding=True),
    Attack(
        "A7",
        "Navier-Stokes",
        "smooth inpainting",
        _plain(inpainting.fill_navier_stokes),
        finding=True,
    ),
    BIHARMONIC,
    Attack("A8", "Coons patch", "smooth inpainting", _plain(lesions.remove), 3, finding=True),
    Attack(
        "A9", "exemplars", "patch inpainting", _plain(exemplars.fill_exemplars), 4, 32, finding=True
    ),
    Attack("A10", "PatchMatch", "patch inpainting", _patchmatch, 4, 48, finding=True),
    Attack("A11", "blurred finding", "softening", _soften, 2, 64, True, (1.0, 2.0)),
    Attack("A11", "denoised finding", "softening", _plain(softening.denoise), 2, finding=True),
    NODULE,
    Attack("A12", "smooth bump", "synthesis", _plain(lesions.add), 2, finding=False),
    SHIFT,
    Attack("A13", "contrast", "shading", _stretch, 3, 64, True, (0.5, 1.5)),
)
"""Every classical attack on a part, by group."""
