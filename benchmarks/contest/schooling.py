"""What detectors learn from: forged and untouched pictures of training patients, and no others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.contest.collection import Image, donor_for
from benchmarks.contest.pictures import Example, Picture
from benchmarks.contest.repertoire.attack import Attack
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.repertoire.training import training_forgery

CROP = 192
"""Edge of the pictures that are learned from."""
_ORIGINALS = 0.5
"""Originals for each forged one."""


def draw_examples(
    images: Sequence[Image],
    count: int,
    seed: int,
    learned: Sequence[Attack] = (),
) -> list[Example]:
    """Return `count` forged examples and half as many originals, the same from the same seed.

    Each kind of image gives as many as the next; an original follows every other forged one, for
    detectors that compare the two (`cascade`). learned: attacks by generators, drawn as often as
    each family of the others, those on whole frames left out.
    """
    attacks = (*LOCAL, *(one for one in learned if one.least_size))
    random = np.random.default_rng(seed)
    kinds = sorted({image.role.kind for image in images})
    groups = [[image for image in images if image.role.kind == kind] for kind in kinds]
    made = []
    for number in range(count + round(count * _ORIGINALS)):
        members = groups[number % len(groups)]
        image = members[int(random.integers(len(members)))]
        picture, donor = _crop(image, list(images), random)
        if number >= count:
            untouched = np.zeros(picture.values.shape[:2], dtype=bool)
            made.append(Example(picture, untouched, "", image.role.patient))
            continue
        family, forgery = training_forgery(picture, donor, random, attacks)
        changed = forgery.changed
        made.append(Example(picture.like(forgery.values), changed, family, image.role.patient))
    return _mixed(made[:count], made[count:])


def _mixed(forged: list[Example], untouched: list[Example]) -> list[Example]:
    """Return both evenly mixed, each in its order."""
    places = [(at + 0.5) / len(some) for some in (forged, untouched) for at in range(len(some))]
    order = np.argsort(places, kind="stable")
    return [(forged + untouched)[at] for at in order]


def _crop(
    image: Image, others: list[Image], random: np.random.Generator
) -> tuple[Picture, Picture]:
    """Return a part of a picture that is not flat, and the same part of its donor."""
    values, donor = image.picture.values, donor_for(image, others)
    rows, columns = values.shape[:2]
    best, place = -1.0, (slice(0, CROP), slice(0, CROP))
    for _ in range(4):
        top = int(random.integers(max(1, rows - CROP + 1)))
        left = int(random.integers(max(1, columns - CROP + 1)))
        area = slice(top, top + CROP), slice(left, left + CROP)
        lively = float(image.picture.like(values[area]).shown().std())
        if lively > best:
            best, place = lively, area
    mine = image.picture.like(np.ascontiguousarray(values[place]))
    return mine, image.picture.like(np.ascontiguousarray(donor[place]))
