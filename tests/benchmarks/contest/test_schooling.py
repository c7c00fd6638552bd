"""Detectors learn from training patients alone, the same each time, and without what they must not
have seen."""

from pathlib import Path

import pytest

from benchmarks.contest.collection import Image, shipped_collection
from benchmarks.contest.schooling import CROP, draw_examples
from benchmarks.contest.scratch import read_lesson, write_lesson


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


def test_an_original_follows_every_other_forgery(images: list[Image]) -> None:
    forged = [one.forged for one in draw_examples(images, 8, 2)]
    assert forged == [True, False, True] * 4


def test_the_same_seed_draws_the_same(images: list[Image]) -> None:
    first, second = draw_examples(images, 6, 3), draw_examples(images, 6, 3)
    assert all(
        (a.picture.values == b.picture.values).all() for a, b in zip(first, second, strict=True)
    )
    other = draw_examples(images, 6, 4)
    assert any(
        (a.picture.values != b.picture.values).any() for a, b in zip(first, other, strict=True)
    )


def test_lessons_come_back_from_disk_less_what_is_left_out(
    images: list[Image], tmp_path: Path
) -> None:
    examples = draw_examples(images, 12, 5)
    write_lesson(tmp_path / "lesson.npz", examples)
    for without in (set[str](), {examples[0].family}):
        kept = [one for one in examples if one.family not in without]
        back = read_lesson(tmp_path / "lesson.npz", without)
        assert len(back) == len(kept) >= 6
        for one, other in zip(kept, back, strict=True):
            assert (one.picture.values == other.picture.values).all()
            assert (one.changed == other.changed).all()
            assert (one.picture.bits, one.picture.kind) == (other.picture.bits, other.picture.kind)
            assert (one.picture.low, one.picture.high) == (other.picture.low, other.picture.high)
            assert one.picture.scale == other.picture.scale
            assert (one.family, one.patient) == (other.family, other.patient)
    assert len(back) < len(examples)
