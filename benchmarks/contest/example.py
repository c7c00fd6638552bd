"""P7: one forged phantom, and what everybody makes of it; nobody's picture is published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.active.seals import Sealing, Stripped, both_ways, name_of
from benchmarks.attacks.forgery import Flags
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.contest.repertoire.attack import Stage
from benchmarks.contest.repertoire.local import COPY_MOVE
from benchmarks.contest.repertoire.trials import play
from benchmarks.plots.strip import render_strip

SHOWN = (
    "block DCT",
    "Zernike field",
    "residual co-occurrence",
    "CNN, ResNet-type",
    "U-Net",
    "FCN",
)
"""Detectors whose maps are drawn, as far as they took part."""
_PROFILE = "standard"
_SEED, _SIZE = 77, 40


@dataclass(frozen=True, eq=False)
class Strip:
    """A sealed and forged phantom."""

    picture: Picture
    changed: Flags
    seals: tuple[tuple[str, Plane], ...]
    """What the seal names, from its tags and from the samples alone."""

    def render(self, heats: dict[str, Plane]) -> bytes:
        """Return the PNG; heats: by detector."""
        drawn = [(f"detector: {name}", heats[name]) for name in SHOWN if name in heats]
        title = f"A sealed phantom in which a finding of {_SIZE} samples was doubled"
        return render_strip(self.picture, self.changed, [*self.seals, *drawn], title)


def make_strip() -> Strip:
    """Return the phantom, sealed and then forged, always the same."""
    values = draw_chest(_SEED)
    original = Picture(values, 12, "CT lung", 24.0, 1424.0)
    seal = Sealing(_PROFILE, False).protect(original, "example")
    tags, stripped = both_ways(seal)
    stage = Stage.set(seal.picture, original.like(draw_chest(_SEED + 1)), _SEED)
    trial = play(stage, COPY_MOVE, _SIZE, 0.0, "example")
    assert trial is not None
    forged = original.like(trial.forgery.values)
    named = []
    for judge in (tags, stripped):
        flags = judge.judge(forged).named
        assert flags is not None
        label = name_of(_PROFILE, isinstance(judge, Stripped))
        named.append((f"seal: {label}", np.asarray(flags, dtype=np.float32)))
    return Strip(forged, trial.aimed, tuple(named))
