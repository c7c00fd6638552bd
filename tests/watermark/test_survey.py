"""Describing: what carries, what is released, and why a frame is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.reference import parities, trellises
from tests.reference import wetness as twin
from tests.watermark.marking import SEAL_ID, SEED, mark
from tests.watermark.phantoms import KINDS, airy, computed, resonance, sonogram
from tests.watermark.twins import frame_of
from watermark import Description
from watermark.errors import DoesNotFit, UnknownName, UnsupportedSamples
from watermark.parameters import PROFILES, Profile
from watermark.samples import Samples


def describe(samples: Samples, **options: object) -> Description:
    """The description under the tests' seal and seed."""
    asked: dict[str, object] = {"seed": SEED, **options}
    return watermark.describe(samples, SEAL_ID, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["computed", "saturated", "coloured", "chromatic"])
def test_tiles_that_carry_unreleased_are_those_of_full_rank(kind: str) -> None:
    samples = KINDS[kind](170, 165)
    claims = describe(samples, damage=0.1)
    wet = twin.wet(frame_of(samples), claims.transform, [])
    hard = twin.forbidden(frame_of(samples), claims.transform)
    for index, box in enumerate(claims.layout.coding.boxes):
        order = parities.tile_order(box)
        full = trellises.rank([int(p not in wet) for p in order], 384) == 384
        able = trellises.rank([int(p not in hard) for p in order], 384) == 384
        barred = index == claims.closing_coding_tile
        carries = bool(claims.carrying[index])
        assert carries <= (able and not barred)
        assert carries >= (full and not barred)


@pytest.mark.parametrize("kind", KINDS)
def test_the_closing_tile_is_dry_throughout(kind: str) -> None:
    samples = KINDS[kind](170, 165)
    claims = describe(samples, damage=0.1)
    top, left, height, width = claims.layout.tiles.box(claims.closing)
    assert (height, width) == (32, 32)
    hard = twin.forbidden(frame_of(samples), claims.transform)
    inside = {(top + y, left + x) for y in range(32) for x in range(32)}
    assert not inside & hard
    assert not claims.carrying[claims.closing_coding_tile]


def test_flat_tiles_are_released_only_as_needed() -> None:
    picture = airy(320, 320)
    overhead, seen = 120, []
    while True:
        try:
            claims = describe(picture, overhead=overhead)
        except DoesNotFit as error:
            assert error.reason == "capacity"
            break
        assert claims.room >= 0
        # As long as it fits, no other tile is released; one byte more needs one.
        same = describe(picture, overhead=overhead + claims.room)
        assert (same.carrying == claims.carrying).all()
        seen.append(claims)
        overhead += claims.room + 1
    assert len(seen) > 4
    for fewer, more in itertools.pairwise(seen):
        assert (fewer.carrying <= more.carrying).all()
        assert fewer.carriers < more.carriers


def test_spreading_releases_every_flat_tile() -> None:
    picture = airy(320, 320)
    tight, wide = describe(picture), describe(picture, spread=True)
    assert not tight.spread
    assert wide.spread
    assert wide.carriers > 1.5 * tight.carriers
    assert (tight.carrying & ~wide.carrying).sum() <= 1  # the closing tile may move
    assert watermark.extract(mark(picture, spread=True).samples).payload


def test_constant_tiles_are_described() -> None:
    picture = computed(320, 320)
    claims = describe(picture)
    units = claims.layout.units
    for index, (top, left, height, width) in enumerate(units.boxes):
        block = picture.values[top : top + height, left : left + width]
        assert claims.constant[index] == (block.min() == block.max())
    assert claims.constant.sum() >= 4


def test_nothing_is_too_small_or_too_flat_without_a_reason() -> None:
    for profile in PROFILES:
        below = resonance(profile.smallest - 1, 400)
        with pytest.raises(DoesNotFit) as caught:
            describe(below, profile=profile.name)
        assert caught.value.reason == "small"
        assert profile.name in str(caught.value)
    flat = Samples(np.zeros((256, 256), dtype=np.uint8), 8)
    with pytest.raises(DoesNotFit) as caught:
        describe(flat)
    assert caught.value.reason == "flat"
    with pytest.raises(DoesNotFit) as caught:
        describe(resonance(128, 128), protect=np.ones((128, 128), dtype=bool))
    assert caught.value.reason == "flat"
    with pytest.raises(DoesNotFit) as caught:
        describe(resonance(128, 128), overhead=100_000)
    assert caught.value.reason == "capacity"


def test_misuse_is_refused() -> None:
    picture = resonance(128, 128)
    for options in ({"profile": "heavy"}, {"transform": "fft"}, {"damage": 0.5}):
        with pytest.raises(UnknownName):
            describe(picture, **options)
    with pytest.raises(UnsupportedSamples):
        describe(picture, protect=np.zeros((127, 128), dtype=bool))


@settings(max_examples=15)
@given(percent=st.integers(1, 49), profile=st.sampled_from(PROFILES))
def test_tolerance_and_capacity_follow_from_the_damage(percent: int, profile: Profile) -> None:
    claims = describe(resonance(288, 288), damage=percent / 100, profile=profile.name)
    assert claims.percent == percent
    assert claims.tolerance >= percent / 100 - 1 / claims.carriers
    assert claims.capacity == claims.dimension * claims.layout.data_bytes
    assert claims.room >= 0


def test_an_ultrasound_fits_although_most_of_it_is_flat() -> None:
    picture = sonogram(480, 640)
    claims = describe(picture)
    assert (picture.values == 0).mean() > 0.6
    assert claims.room >= 0
    assert claims.constant.any()
