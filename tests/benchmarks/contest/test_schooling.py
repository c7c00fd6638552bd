"""Detectors learn from training patients alone, the same each time, and without what they must not
have seen."""

import pytest

from benchmarks.contest.collection import Image, shipped_collection
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.schooling import CROP, draw_examples


@pytest.fixture(scope="module")
def images() -> list[Image]:
    """Return the training pictures that are shipped."""
    return shipped_collection().images("train", 2, windows=1)


def test_examples_are_forged_twice_as_often_as_not(images: list[Image]) -> None:
    examples = draw_examples(images, 20, 1)
    forged = [one for one in examples if one.family]
    assert len(examples) == 30
    assert len(forged) == 20
    assert all(one.forged for one in forged)
    assert not any(one.forged for one in examples if not one.family)
    assert {one.patient for one in examples} <= {image.role.patient for image in images}
    assert all(max(one.picture.values.shape[:2]) <= CROP for one in examples)


def test_the_same_seed_draws_the_same(images: list[Image]) -> None:
    first, second = draw_examples(images, 6, 3), draw_examples(images, 6, 3)
    assert all(
        (a.picture.values == b.picture.values).all() for a, b in zip(first, second, strict=True)
    )
    other = draw_examples(images, 6, 4)
    assert any(
        (a.picture.values != b.picture.values).any() for a, b in zip(first, other, strict=True)
    )


def test_families_that_are_left_out_are_not_drawn(images: list[Image]) -> None:
    families = {attack.family for attack in LOCAL}
    kept = sorted(families)[0]
    examples = draw_examples(images, 8, 5, without=families - {kept})
    assert {one.family for one in examples if one.family} == {kept}
