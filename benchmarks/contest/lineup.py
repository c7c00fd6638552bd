"""Which detectors take part, and which of them are trained again without a family of attacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.contest.learned import GROUPS, HELD_OUT, MEMBERS
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.rows import LEFT_OUT
from benchmarks.passive.blocks import EqualBlocks
from benchmarks.passive.cascade import Cascade
from benchmarks.passive.cooccurrence import Cooccurrence
from benchmarks.passive.detector import Detector
from benchmarks.passive.keypoints import KeyPoints
from benchmarks.passive.learners import Forest, SupportVectors, Tree
from benchmarks.passive.lineup import networks
from benchmarks.passive.moments import MomentField
from benchmarks.passive.noiselevels import NoiseLevels
from benchmarks.passive.training import Budget

CLASSICAL: tuple[type[Detector], ...] = (
    Cascade,
    MomentField,
    EqualBlocks,
    Cooccurrence,
    SupportVectors,
    Forest,
    Tree,
    KeyPoints,
    NoiseLevels,
)
"""Detectors that are no networks, or more than one."""
AGAIN = ("FCN", "CNN, DenseNet-type", "features + random forest")
"""Detectors that are trained again: a segmenter, a classifier of windows, a classical learner."""
FAMILIES = (
    *("copy-move", "splicing", "smooth inpainting", "patch inpainting"),
    *(name for name in GROUPS if name not in (HELD_OUT, "pix2pix 3-D", "whole VAE")),
)
"""What they have to do without, one at a time: the families of local attacks of which detectors
find much, and every forger that lessons are drawn of."""


@dataclass(frozen=True)
class Detectors:
    """A detector and how it takes part."""

    name: str
    make: Callable[[], Detector]
    trained: bool
    only: frozenset[str] = frozenset()
    """Attacks that it is asked about; all where none is named."""
    without: tuple[str, ...] = ()
    """Families that it does not learn from."""


def all_detectors(budget: Budget) -> list[Detectors]:
    """Return every detector of pictures, those that take longest first."""
    plain = [Detectors(one.name, one, one.trained) for one in CLASSICAL]
    deep = [Detectors(name, partial(_network, name, budget), True) for name in networks(budget)]
    return [*plain, *deep]


def left_out_detectors(budget: Budget) -> list[Detectors]:
    """Return the detectors that learn without a family and are asked about it."""
    known = {one.name: one for one in all_detectors(budget)}
    return [
        Detectors(f"{name}{LEFT_OUT}{family}", known[name].make, True, _members(family), (family,))
        for name in AGAIN
        for family in FAMILIES
    ]


def _network(name: str, budget: Budget) -> Detector:
    """Return an untrained network by name."""
    return networks(budget)[name]


def _members(family: str) -> frozenset[str]:
    """Return the attacks of a family; a generator is one of its own."""
    names = {attack.name for attack in LOCAL if attack.family == family}
    return frozenset(names or MEMBERS.get(family, (family,)))
