"""How much of everything a run takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from benchmarks.active.seals import PROFILES
from benchmarks.passive.training import FULL as FULL_NETWORKS
from benchmarks.passive.training import QUICK as QUICK_NETWORKS
from benchmarks.passive.training import Budget


class Portion(NamedTuple):
    """Pictures of each patient, and windows of each large frame, at most."""

    pictures: int
    windows: int


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    name: str
    train: Portion
    validation: Portion
    """Originals; of these some are forged too."""
    test: Portion
    """Pictures that are forged."""
    untouched: Portion
    """Test pictures whose originals are looked at, those that are forged among them."""
    examples: int
    """Forged pictures to learn from."""
    budget: Budget
    profiles: tuple[str, ...] = PROFILES
    """In which pictures are sealed."""
    swept: tuple[str, ...] = ()
    """Kinds of image on which sizes, strengths and processing are varied."""
    sweeps: int = 0
    """Images of each of these."""
    cubes: int = 0
    """Forged in each volume."""
    aimed: int = 0
    """Files on whose seals attacks are aimed, and that are copied as hospitals copy them."""
    rounds: int = 0
    """Models that are trained for each way to split; none where 0."""
    thorough: bool = False
    """Whether whole frames are attacked too, and what cannot be seen."""
    sealed_seen: bool = False
    """Whether detectors judge forgeries of sealed pictures too."""
    again: bool = False
    """Whether some detectors are trained again without a family of attacks."""
    most: int = 1000
    """Pictures of a part at most."""


FULL = Size(
    "full",
    Portion(40, 12),
    Portion(40, 28),
    Portion(2, 2),
    Portion(6, 4),
    720,
    FULL_NETWORKS,
    swept=("CT lung", "CT head", "CT body", "MR"),
    sweeps=1,
    cubes=6,
    aimed=12,
    rounds=5,
    thorough=True,
    sealed_seen=True,
)
BEST_CASE = Size(
    "best case",
    Portion(40, 2),
    Portion(40, 2),
    Portion(5, 1),
    Portion(40, 2),
    1000,
    FULL_NETWORKS,
    profiles=("standard",),
    again=True,
)
"""For `familiar`: detectors learn from the series that they are asked about."""
QUICK = Size(
    "quick",
    Portion(1, 1),
    Portion(1, 1),
    Portion(1, 1),
    Portion(1, 1),
    24,
    QUICK_NETWORKS,
    aimed=1,
    most=2,
)
QUICK_BEST_CASE = replace(QUICK, aimed=0, profiles=BEST_CASE.profiles, again=True)
