"""One sample, one step, one bit: nothing is too small to be seen."""

import numpy as np
import pytest

from benchmarks.attacks import points
from tests.attacks.subjects import (
    KINDS,
    PROFILES,
    assert_altered,
    assert_located,
    profiled,
    subject,
)


@pytest.mark.parametrize("by", [-1, 1, 2, 100])
@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_one_sample_is_altered(kind: str, by: int) -> None:
    target = subject(kind)
    random = np.random.default_rng(by % 7)
    for _ in range(4):
        place = tuple(int(random.integers(size)) for size in target.values.shape)
        assert_altered(target, points.step(target.values, place, by))


@pytest.mark.parametrize("profile", PROFILES)
def test_each_bit_of_a_sample_is_placed(profile: str) -> None:
    target = profiled(profile)
    random = np.random.default_rng(3)
    for weight in range(target.samples.bits):
        place = tuple(int(random.integers(size)) for size in target.values.shape)
        assert_located(target, points.flip_bit(target.values, place, weight, target.samples.bits))


@pytest.mark.parametrize("kind", ["16-signed", "monochrome1-8", "padding"])
def test_each_bit_of_a_stored_word_is_altered(kind: str) -> None:
    target = subject(kind)
    for weight in range(target.samples.bits):
        place = 11 + weight, 97 - weight
        assert_altered(target, points.flip_bit(target.values, place, weight, target.samples.bits))
