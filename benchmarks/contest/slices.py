"""One detector under two splits: by shuffled slices, as much of the field does, and by patients.

A slice has its neighbours, and a forged one its untouched twin, on the other side of a split by
slices: what is learned by heart counts as found. Source of the practice: Zhang et al., PLOS ONE
19(1) e0290303, 2024; of its effect: Yagis et al., Scientific Reports 11, 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.contest.collection import Image, donor_for
from benchmarks.contest.pictures import Example
from benchmarks.contest.repertoire.training import training_forgery
from benchmarks.passive.detector import Detector

_SHARES = (0.6, 0.8)
"""Where a shuffled list ends for learning, and for the threshold."""
KINDS = ("CT lung", "CT head", "MR")
"""Kinds of which there are slices that follow each other."""

Sides = tuple[list[Example], list[Example], list[Example]]
"""To learn from, for the threshold, to test."""


def compare_slices(
    images: Sequence[Image], detectors: dict[str, Callable[[], Detector]], seed: int
) -> dict[str, Any]:
    """Return, by split and detector, scores, truth and patients of the test, and the threshold.

    images: of all parts of a corpus; those of other kinds than KINDS are left out. Each gives its
    untouched self and one forgery, the same under both splits.
    """
    kept = [image for image in images if image.role.kind in KINDS]
    twins = [_twins(image, list(images), seed + number) for number, image in enumerate(kept)]
    order = np.random.default_rng(seed).permutation(len(twins))
    first, second = (round(share * len(twins)) for share in _SHARES)
    shuffled = order[:first], order[first:second], order[second:]
    by_slice = tuple(_gather(twins, indices.tolist()) for indices in shuffled)
    parts = ("train", "validation", "test")
    by_patient = tuple(
        _gather(twins, [i for i, image in enumerate(kept) if image.role.part == part])
        for part in parts
    )
    splits = {"slice split": by_slice, "patient split": by_patient}
    return {
        split: {name: _run(make(), sides, seed) for name, make in detectors.items()}
        for split, sides in splits.items()
    }


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


def _gather(twins: list[list[Example]], indices: list[int]) -> list[Example]:
    """Return the examples of some pictures."""
    return [example for index in indices for example in twins[index]]


def _run(detector: Detector, sides: tuple[list[Example], ...], seed: int) -> dict[str, Any]:
    """Return what one detector comes to; its threshold serves the validation pictures best."""
    learned, tuned, tested = sides
    detector.fit(learned, seed)
    scores = [detector.score(one.picture) for one in tested]
    chosen = _choose([detector.score(one.picture) for one in tuned], [e.forged for e in tuned])
    return {
        "scores": [round(score, 5) for score in scores],
        "forged": [one.forged for one in tested],
        "patients": [one.patient for one in tested],
        "threshold": chosen,
    }


def _choose(scores: list[float], forged: list[bool]) -> float:
    """Return the score with the greatest mean of sensitivity and specificity."""
    values, truth = np.array(scores), np.array(forged)

    def balance(threshold: float) -> float:
        named = values > threshold
        return float(named[truth].mean() - named[~truth].mean())

    return float(max(np.unique(values).tolist(), key=balance))
