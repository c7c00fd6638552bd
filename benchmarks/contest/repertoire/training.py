"""Forgeries for detectors to learn from: any local attack, any size and strength."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.attacks.forgery import Forgery
from benchmarks.contest.pictures import Picture
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.contest.repertoire.local import LOCAL

LEAST, GREATEST = 12, 64
_TRIES = 8


def training_forgery(
    picture: Picture,
    donor: Picture,
    random: np.random.Generator,
    attacks: Sequence[Attack] = LOCAL,
) -> tuple[str, Forgery]:
    """Return a random forgery and the family it is of.

    picture, donor: of one size, at least 32x32, and different patients. The family is drawn first,
    so that each is as frequent; then the attack; sizes from 12 to 64 or half the picture, evenly on
    a logarithmic scale; strengths between half and one and a half of the usual. Nothing is changed
    only where eight in a row change nothing. Raises ValueError where no attack fits.
    """
    room = min(picture.values.shape[:2]) // 2
    fitting = [one for one in attacks if one.least_size <= room]
    families = sorted({attack.family for attack in fitting})
    if not families:
        raise ValueError("no attack fits so small a picture")
    stage = Stage.set(picture, donor, int(random.integers(2**32)))
    for _ in range(_TRIES):
        family = families[int(random.integers(len(families)))]
        members = [attack for attack in fitting if attack.family == family]
        forgery = _draw(stage, members[int(random.integers(len(members)))])
        if forgery.changed.any():
            return family, forgery
    return family, forgery


def _draw(stage: Stage, attack: Attack) -> Forgery:
    """Return one forgery by an attack."""
    random = stage.random
    room = min(attack.greatest_size, GREATEST, min(stage.values.shape[:2]) // 2)
    least = min(max(LEAST, attack.least_size), room)
    size = round(float(np.exp(random.uniform(np.log(least), np.log(room)))))
    usual = float(random.choice(attack.usual(stage.picture)))
    box = stage.places.draw(size, random, attack.finding)
    return attack.apply(stage, box, usual * random.uniform(0.5, 1.5))
