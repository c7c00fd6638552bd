"""The trials: which attack, how large, how strong, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.attacks.forgery import Array, Flags, Forgery, compare
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.contest.repertoire.local import (
    BIHARMONIC,
    CLONE,
    COPY_MOVE,
    LOCAL,
    NODULE,
    SHIFT,
    SPLICE,
)
from benchmarks.contest.repertoire.minimal import MINIMAL, STEP
from benchmarks.contest.repertoire.whole import WASHES, WHOLE
from watermark.tiles import Box

SIZES = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64)
STRENGTHS = (1, 2, 5, 10, 20, 50, 100, 200)
"""In native units; each is tried upwards and downwards."""
USUAL = (12, 16, 24, 32, 48)
"""Sizes of nodules and masses, among which the usual trials draw."""
MINIMAL_SIZE = 16
SWEPT_SIZE = 24
SWEPT_BY_SIZE = (COPY_MOVE, SPLICE, CLONE, BIHARMONIC, NODULE, SHIFT)
SWEPT_BY_STRENGTH = (NODULE, SHIFT, STEP)
WASHED = (COPY_MOVE, SPLICE, CLONE, BIHARMONIC, NODULE)
_PLACES = 4
"""Places that are tried until something changes: flat ones cannot be filled otherwise."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One forgery, as the raw rows name it."""

    group: str
    attack: str
    family: str
    size: int
    strength: float
    level: str
    forgery: Forgery
    aimed: Flags
    """(rows, columns) what the forger meant to change: of a washed forgery the forged part, of
    every other all that changed."""
    washed: str = ""
    """Name of what was done to the whole frame afterwards; `strength` is then its own."""

    @property
    def title(self) -> str:
        """The attack, and what it was washed with."""
        return f"{self.attack}, then {self.washed}" if self.washed else self.attack


def play(stage: Stage, attack: Attack, size: int, strength: float, *words: str) -> Trial | None:
    """Return the trial of one attack on a place that is drawn; None if nothing would change.

    size: edge of the box, 0 for the whole frame. Draws follow from the stage's seed, the attack's
    name, the size and `words`, and from nothing else.
    """
    for again in range(_PLACES):
        own = stage.branch(attack.name, size, again, *words)
        box = own.places.draw(size, own.random, attack.finding) if size else own.whole
        trial = _judge(attack, box, strength, attack.apply(own, box, strength))
        if trial is not None:
            return replace(trial, size=size)
    return None


def local_trials(stage: Stage, attacks: Sequence[Attack] = LOCAL) -> Iterator[Trial]:
    """Yield one trial of each attack, its size and strength drawn among the usual ones.

    An attack that no usual size suits is made in its least size; one that needs more than half of
    the frame's shorter edge is left out.
    """
    for attack in attacks:
        own = stage.branch(attack.name, "usual")
        sizes = _limit((*USUAL, attack.least_size), stage, attack)
        strength = float(own.random.choice(attack.usual(stage.picture)))
        if sizes:
            size = int(own.random.choice(sizes[:-1] or sizes))
            yield from _some(play(stage, attack, size, strength))


def whole_trials(stage: Stage, attacks: Sequence[Attack] = WHOLE) -> Iterator[Trial]:
    """Yield one trial of each attack on the whole frame and each of its usual strengths."""
    for attack in attacks:
        for strength in attack.usual(stage.picture):
            yield from _some(play(stage, attack, 0, strength))


def minimal_trials(stage: Stage, attacks: Sequence[Attack] = MINIMAL) -> Iterator[Trial]:
    """Yield one trial of each attack that is too small to be seen, and each of its strengths."""
    for attack in attacks:
        for strength in attack.usual(stage.picture):
            size = min(MINIMAL_SIZE, attack.greatest_size)
            yield from _some(play(stage, attack, size, strength, str(strength)))


def size_sweep(
    stage: Stage, attacks: Sequence[Attack] = SWEPT_BY_SIZE, sizes: Sequence[int] = SIZES
) -> Iterator[Trial]:
    """Yield one trial of each attack and size that suit each other, of the first usual strength."""
    for attack in attacks:
        for size in _limit(sizes, stage, attack):
            yield from _some(play(stage, attack, size, attack.usual(stage.picture)[0], "sizes"))


def strength_sweep(
    stage: Stage,
    attacks: Sequence[Attack] = SWEPT_BY_STRENGTH,
    strengths: Sequence[float] = STRENGTHS,
) -> Iterator[Trial]:
    """Yield trials of attacks whose strength is in native units, both signs, all at one place."""
    for attack in attacks:
        for strength in strengths:
            for signed in (strength, -strength):
                yield from _some(play(stage, attack, SWEPT_SIZE, signed, "strengths"))


def processing_sweep(
    stage: Stage,
    attacks: Sequence[Attack] = WASHED,
    washes: Sequence[tuple[Attack, Sequence[float]]] = WASHES,
) -> Iterator[Trial]:
    """Yield local forgeries after which the whole frame was processed, and what to compare them to.

    For each wash and strength first the picture without a forgery, washed the same (a trial of the
    wash itself); then each attack. The same forgery and the same noise under every wash.
    """
    made = [play(stage, one, SWEPT_SIZE, one.usual(stage.picture)[0], "washed") for one in attacks]
    for wash, strengths in washes:
        for amount in strengths:
            strength = amount * wash.unit(stage.picture)
            yield from _some(play(stage, wash, 0, strength, "wash"))
            for trial in filter(None, made):
                yield _wash(stage, trial, wash, strength)


def _judge(attack: Attack, box: Box, strength: float, forgery: Forgery) -> Trial | None:
    """Return the trial of what an attack did; None if that is nothing."""
    if not forgery.changed.any():
        return None
    named = attack.group, attack.name, attack.family, max(box[2:]), strength
    return Trial(*named, "T0", forgery, forgery.changed)


def _wash(stage: Stage, trial: Trial, wash: Attack, strength: float) -> Trial:
    """Return a trial whose forgery went through a process of the whole frame."""
    own = stage.seen_as(trial.forgery.values).branch(wash.name, 0, 0, "wash")
    after: Array = wash.apply(own, own.whole, strength).values
    return replace(trial, strength=strength, forgery=compare(stage.values, after), washed=wash.name)


def _limit(sizes: Sequence[int], stage: Stage, attack: Attack) -> list[int]:
    """Return the sizes that suit an attack and leave half of the frame's shorter edge."""
    room = max(1, min(stage.values.shape[:2]) // 2)
    return [size for size in sizes if attack.fits(size) and size <= room]


def _some(trial: Trial | None) -> Iterator[Trial]:
    """Yield the trial, if there is one."""
    if trial is not None:
        yield trial
