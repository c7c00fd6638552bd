"""What the suite knows of an attack, and the stage on which it is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery
from benchmarks.contest.pictures import Picture
from benchmarks.contest.repertoire.places import Survey, survey
from watermark.tiles import Box


@dataclass(frozen=True, eq=False)
class Stage:
    """A picture, and what its forger has at hand."""

    picture: Picture
    donor: Picture
    """Another picture of the same shape: of another patient, or the same one turned."""
    foreign: Array
    """The donor's samples in type, channels and shown range of the picture."""
    places: Survey
    """Where a forgery belongs in the picture."""
    foreign_places: Survey
    """The same of the donor."""
    seed: int
    random: np.random.Generator

    @classmethod
    def set(cls, picture: Picture, donor: Picture, seed: int) -> Stage:
        """Return a stage whose draws all follow from `seed`.

        donor: of the rows and columns of the picture; what it shows from black to white is what
        the picture shows from black to white, so that equal windows in HU keep HU.
        """
        assert donor.values.shape[:2] == picture.values.shape[:2]
        random = np.random.default_rng(seed)
        foreign = _translate(picture, donor)
        return cls(picture, donor, foreign, survey(picture), survey(donor), seed, random)

    def branch(self, *words: str | int | float) -> Stage:
        """Return the same stage with draws of its own, which follow from the seed and `words`."""
        name = crc32("|".join(map(str, words)).encode())
        return replace(self, random=np.random.default_rng([self.seed, name]))

    def seen_as(self, values: Array) -> Stage:
        """Return a stage with other values of the same picture, such as sealed ones.

        Places and draws are the same: what is forged there is the same forgery.
        """
        return replace(self, picture=self.picture.like(values))

    @property
    def values(self) -> Array:
        """The samples that are attacked."""
        return self.picture.values

    @property
    def whole(self) -> Box:
        """The box of the whole frame."""
        return 0, 0, self.values.shape[0], self.values.shape[1]

    def steps(self, strength: float) -> int:
        """Return native units as steps of stored values, 1 at least, of the same sign."""
        whole = max(1, round(abs(strength) / abs(self.picture.scale)))
        return whole if strength >= 0 else -whole


def _translate(mine: Picture, theirs: Picture) -> Array:
    """Return the donor's samples in type, channels and shown range of a picture."""
    part = theirs.values.astype(np.float32)
    if (mine.low, mine.high) != (theirs.low, theirs.high):
        unit = (part - theirs.low) / (theirs.high - theirs.low)
        part = unit * (mine.high - mine.low) + mine.low
    if part.ndim > mine.values.ndim:
        part = part.mean(axis=2)
    elif part.ndim < mine.values.ndim:
        part = np.repeat(part[:, :, np.newaxis], mine.values.shape[2], axis=2)
    ends = np.iinfo(mine.values.dtype)
    return np.clip(np.round(part), ends.min, ends.max).astype(mine.values.dtype)


Apply = Callable[[Stage, Box, float], Forgery]
"""Attacks a box of the stage's picture with a strength; draws from the stage's generator."""


@dataclass(frozen=True)
class Attack:
    """One attack. Learned ones are entries like any other: their `apply` is made when they are."""

    group: str
    """"A1" to "D4", as the suite numbers them."""
    name: str
    """Unique among all."""
    family: str
    """What is left out together when a detector must not have seen it."""
    apply: Apply
    least_size: int = 1
    """Smallest edge of the box in samples; 0 for attacks on the whole frame."""
    greatest_size: int = 64
    finding: bool | None = None
    """Whether it is aimed at a place with a finding (to remove or copy) or at one without."""
    strengths: tuple[float, ...] = (0.0,)
    """Those of the usual trials, in the attack's own unit."""
    relative: bool = False
    """Whether `strengths` are shares of the shown range; strength itself is in native units."""

    def unit(self, picture: Picture) -> float:
        """Return what one of `strengths` is on a picture: 1, or the shown range in native units."""
        return (picture.high - picture.low) * abs(picture.scale) if self.relative else 1.0

    def usual(self, picture: Picture) -> tuple[float, ...]:
        """Return the strengths of the usual trials on a picture."""
        return tuple(share * self.unit(picture) for share in self.strengths)

    def fits(self, size: int) -> bool:
        """Whether the attack can be made on a box of that edge."""
        return self.least_size <= size <= self.greatest_size
