"""One detector under two splits: by shuffled slices, as much of the field does, and by patients.

A slice has its neighbours, and a forged one its untouched twin, on the other side of a split by
slices: what is learned by heart counts as found. Source of the practice: Zhang et al., PLOS ONE
19(1) e0290303, 2024; of its effect: Yagis et al., Scientific Reports 11, 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.contest.collection import Image, donor_for
from benchmarks.contest.pictures import Example
from benchmarks.contest.repertoire.training import training_forgery
from benchmarks.passive.cascade import Cascade
from benchmarks.passive.splits import PARTS, Split, compare_splits

KINDS = ("CT lung", "CT head", "CT body", "MR")
"""Kinds of which there are slices."""


def compare_slices(images: Sequence[Image], rounds: int, seed: int) -> dict[str, Any]:
    """Return, by split and detector, scores, truth and patients of the tests, and the threshold.

    images: of all parts of a corpus; those of other kinds than KINDS are left out. Each gives its
    untouched self and one forgery, the same under both splits. Nothing of fewer patients than
    the splits have parts.
    """
    kept = [image for image in images if image.role.kind in KINDS]
    if len({image.role.patient for image in kept}) < PARTS:
        return {}
    twins = [_twins(image, list(images), seed + number) for number, image in enumerate(kept)]
    examples = [example for pair in twins for example in pair]
    splits = compare_splits(examples, seed, rounds)
    return {f"{split.name} split": {Cascade.name: _tell(split)} for split in splits}


def _twins(image: Image, others: list[Image], seed: int) -> list[Example]:
    """Return an untouched picture and a forgery of it."""
    random = np.random.default_rng(seed)
    donor = image.picture.like(donor_for(image, others))
    family, forgery = training_forgery(image.picture, donor, random)
    nothing = np.zeros_like(forgery.changed)
    forged = image.picture.like(forgery.values)
    return [
        Example(image.picture, nothing, "", image.role.patient),
        Example(forged, forgery.changed, family, image.role.patient),
    ]


def _tell(split: Split) -> dict[str, Any]:
    """Return what learning.json holds; the border of the machine is at 0."""
    return {
        "scores": [round(score, 5) for score in split.scores],
        "forged": [bool(one) for one in split.forged],
        "patients": list(split.patients),
        "threshold": 0.0,
    }
