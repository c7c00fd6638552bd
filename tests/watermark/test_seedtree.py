"""Seed tree: every salt follows from the root, each is another, and none gives its neighbour."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import seals
from watermark.seedtree import child, frame_salt, frame_seed, unit_salts

seeds = st.binary(min_size=16, max_size=16)


@given(seed=seeds, frame=st.integers(0, 2**32 - 1))
def test_seeds_and_salts_equal_the_twins(seed: bytes, frame: int) -> None:
    assert frame_seed(seed, frame) == seals.frame_seed(seed, frame)
    assert [frame_salt(seed, n) for n in seals.NAMES] == [
        seals.frame_salt(seed, n) for n in seals.NAMES
    ]
    assert [child(seed, bit) for bit in (0, 1)] == [seals.child(seed, bit) for bit in (0, 1)]


@settings(max_examples=30)
@given(seed=seeds, count=st.integers(1, 70))
def test_unit_salts_equal_the_twins(seed: bytes, count: int) -> None:
    assert unit_salts(seed, count) == seals.unit_salts(seed, count)


def test_no_two_salts_are_alike() -> None:
    seed = bytes(16)
    salts = [*unit_salts(seed, 1280), *(frame_salt(seed, n) for n in seals.NAMES), seed]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {16}


def test_the_depth_depends_on_the_count_alone() -> None:
    seed = bytes(16)
    for count in (2, 3, 4, 5, 8, 9):
        whole = unit_salts(seed, 1 << (count - 1).bit_length())
        assert unit_salts(seed, count) == whole[:count]
