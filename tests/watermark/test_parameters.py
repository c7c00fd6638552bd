"""Closed lists and the choice of the code's dimension."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import codes, frames
from watermark.errors import UnknownName
from watermark.parameters import (
    PROFILES,
    Transform,
    damage_percent,
    dimension,
    level_for,
    profile_named,
    transform_named,
)


@given(data=st.data(), tiles=st.integers(1, 6000), percent=st.integers(1, 49))
def test_the_level_equals_the_twins_and_survives_the_damage(
    data: st.DataObject, tiles: int, percent: int
) -> None:
    carrying = data.draw(st.integers(0, tiles))
    level = level_for(tiles, carrying, percent)
    assert level == codes.best_level(tiles, carrying, percent)
    if level is not None:
        k = dimension(tiles, level)
        assert k == codes.dimension(tiles, level)
        assert 1 <= k <= carrying - carrying * percent // 100


def test_profiles_are_those_of_the_specification() -> None:
    for profile in PROFILES:
        assert profile_named(profile.name) is profile
        assert profile.tile_bits == frames.TILE_BITS[profile.code]
        assert profile.digest_edge == frames.UNIT_EDGE[profile.code]
        assert profile.smallest == frames.SMALLEST[profile.code]
    assert [p.name for p in PROFILES] == ["light", "standard", "full"]
    assert (Transform.DWT, Transform.DCT) == (frames.DWT, frames.DCT)


@pytest.mark.parametrize("name", ["", "Light", "detached", "standard "])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        profile_named(name)
    assert "light" in str(caught.value)
    with pytest.raises(UnknownName):
        transform_named(name)


def test_damage_is_a_whole_percentage_below_half() -> None:
    assert [damage_percent(p / 100) for p in range(1, 50)] == list(range(1, 50))
    for share in (0.0, 0.004, 0.5, 1.0, -0.1, 49.0):
        with pytest.raises(UnknownName):
            damage_percent(share)
