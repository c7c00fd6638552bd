"""Chunks: a check binds data to its seal, its level, its place, its profile and transform."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import chunks as twin
from watermark.parameters import PROFILES, Profile, Transform
from watermark.spreading.chunks import bind, seal_tag, vote
from watermark.tiles import Grid

GRID = Grid(128, 160, 32)
SEAL = bytes(range(16))


@given(seal=st.binary(min_size=16, max_size=16), frame=st.integers(0, 2**32 - 1))
def test_tags_equal_the_twins(seal: bytes, frame: int) -> None:
    for level in range(24):
        assert seal_tag(seal, frame, level) == twin.tag(seal, frame, level)


@settings(max_examples=20)
@given(
    octets=st.binary(min_size=40, max_size=40),
    tag=st.integers(0, 65535),
    profile=st.sampled_from(PROFILES),
    step=st.sampled_from(Transform),
)
def test_checks_equal_the_twins(octets: bytes, tag: int, profile: Profile, step: Transform) -> None:
    data = np.resize(np.frombuffer(octets, dtype=np.uint8), (GRID.count, 11))
    bound = bind(data, tag, GRID, profile, step)
    for index, row in enumerate(bound):
        place, codes = divmod(index, GRID.across), (profile.code, int(step))
        assert row.tobytes() == twin.chunk(codes, data[index].tobytes(), tag, place)
        assert twin.uncover(codes, row.tobytes()) == (tag, *place)


@settings(max_examples=30)
@given(shares=st.lists(st.integers(0, 9), min_size=3, max_size=3), seed=st.integers(0, 999))
def test_votes_equal_the_twins(shares: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    profile, step = PROFILES[1], Transform.DCT
    read = random.integers(0, 256, (GRID.count, 15)).astype(np.uint8)
    order = random.permutation(GRID.count)
    at = 0
    for number, share in enumerate(shares):
        tiles = order[at : at + share]
        tag = seal_tag(SEAL, number, 3)
        read[tiles] = bind(read[:, :-4], tag, GRID, profile, step)[tiles]
        at += share
    received = {divmod(i, GRID.across): row.tobytes() for i, row in enumerate(read)}
    expected = twin.votes((profile.code, int(step)), received)
    found = vote(read, GRID, profile, step)
    across = GRID.across
    assert {
        v.tag: [divmod(int(i), across) for i in np.flatnonzero(v.tiles)] for v in found
    } == expected
    counts = [int(v.tiles.sum()) for v in found]
    assert counts == sorted(counts, reverse=True)
    assert all(v.level == 3 for v in found)


def test_a_chunk_at_another_place_or_of_another_kind_is_none() -> None:
    data = np.zeros((GRID.count, 11), dtype=np.uint8)
    tag = seal_tag(SEAL, 0, 5)
    bound = bind(data, tag, GRID, PROFILES[0], Transform.DWT)
    assert [v.tag for v in vote(bound, GRID, PROFILES[0], Transform.DWT)] == [tag]
    assert vote(np.roll(bound, 1, axis=0), GRID, PROFILES[0], Transform.DWT) == []
    assert vote(bound, GRID, PROFILES[1], Transform.DWT) == []
    assert vote(bound, GRID, PROFILES[0], Transform.DCT) == []


def test_levels_outside_the_closed_list_are_no_vote() -> None:
    data = np.zeros((GRID.count, 11), dtype=np.uint8)
    for level in range(32):
        bound = bind(data, 32 + level, GRID, PROFILES[0], Transform.DWT)
        found = vote(bound, GRID, PROFILES[0], Transform.DWT)
        assert [v.level for v in found] == ([level] if level < 24 else [])
