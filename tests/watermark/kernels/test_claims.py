"""Claims: what tiles say at any cell is what the twin reads there, tile by tile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import searches
from tests.watermark.marking import mark
from tests.watermark.mosaics import claimed, picture
from tests.watermark.twins import frame_of
from watermark.geometry import synchronisation, tables
from watermark.geometry.orientation import AS_SEALED
from watermark.kernels import claims
from watermark.parameters import PROFILES, Profile, Transform
from watermark.samples import Samples

steps = pytest.mark.parametrize("step", list(Transform))
profiles = pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
few = settings(max_examples=8)
words64 = st.integers(0, (1 << 60) - 1)


def held(word: int) -> searches.Key:
    """Tag, row and column of a claim."""
    return word >> 16, word >> 8 & 255, word & 255


@profiles
@steps
@settings(max_examples=3)
@given(seed=st.integers(0, 1 << 32))
def test_claims_of_tiles_equal_the_twins(profile: Profile, step: Transform, seed: int) -> None:
    samples = picture(seed, 48, 41)
    found, dull = claimed(samples, profile, step, 32)
    assert found.shape == (3, 2)
    frame, codes = frame_of(samples), (profile.code, int(step))
    for row, column in np.ndindex(found.shape):
        expected = searches.claim(frame, (8 * row, 8 * column), 32, codes)
        assert (expected is None) == (2 * dull[row, column] > 16)
        assert expected in {None, held(int(found[row, column]))}


@pytest.mark.parametrize("edge", [64, 128])
@profiles
def test_claims_of_large_tiles_equal_the_twins(edge: int, profile: Profile) -> None:
    samples = picture(edge, edge, edge)
    found, _ = claimed(samples, profile, Transform.DWT, edge)
    assert found.shape == (1, 1)
    expected = searches.claim(frame_of(samples), (0, 0), edge, (profile.code, 0))
    assert held(int(found[0, 0])) == expected


@given(bits=st.lists(words64, min_size=1, max_size=9), seed=st.integers(0, 99))
def test_a_weight_is_the_xor_of_the_entries_of_the_bytes(bits: list[int], seed: int) -> None:
    table = np.random.default_rng(seed).integers(-(1 << 60), 1 << 60, (8, 256), dtype=np.int64)
    out = np.empty(len(bits), dtype=np.int64)
    claims.weigh_cells(np.array(bits), table, out)
    for word, total in zip(bits, out.tolist(), strict=True):
        expected = 0
        for byte in range(8):
            expected ^= int(table[byte, word >> 8 * byte & 255])
        assert total == expected


@given(dull=st.lists(st.integers(0, 1), min_size=72, max_size=72), wide=st.sampled_from([2, 4, 8]))
def test_the_dull_cells_of_a_tile_are_counted(dull: list[int], wide: int) -> None:
    flat = np.array(dull, dtype=np.int32)
    counts = np.empty((2, 72), dtype=np.int32)
    found = counts[claims.count_dull(flat, 9, wide, counts)].reshape(8, 9)
    square = flat.reshape(8, 9)
    for i in range(8 - wide + 1):
        for j in range(9 - wide + 1):
            assert found[i, j] == square[i : i + wide, j : j + wide].sum()


words = st.builds(
    lambda tag, row, column: tag << 16 | row << 8 | column,
    st.sampled_from([0, 23, 24, 32, 0xFFFF, 0xFFF7]),
    st.sampled_from([0, 1, 2, 3, 34, 35]),
    st.sampled_from([0, 1, 2, 3, 35]),
)
SHAPE, LINE, WIDE = (6, 11), 12, 4
"""Cells of a piece, places of a row of cells, and cells of a tile's side."""
RECIPE = np.array([0, 8, WIDE, 0, tables.MOST_TILES[32]])


def hits_of(hits: NDArray[np.int64], edge: int) -> dict[tuple[int, int, searches.Key], int]:
    """The grids and keys of a list of hits, and how many tiles have each."""
    found = {}
    for _, row, column, word, count in hits[1 : 1 + hits[0, 0]].tolist():
        at = 8 * row, 8 * column
        found[at[0] % edge, at[1] % edge, searches.key(held(word), at, edge)] = count
    return found


@few
@given(data=st.data())
def test_tiles_match_where_the_twin_sees_some_agree(data: st.DataObject) -> None:
    corner = data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9))
    flat = np.array(data.draw(st.lists(words, min_size=72, max_size=72)))
    dull = np.array(data.draw(st.lists(st.integers(7, 9), min_size=72, max_size=72)), np.int32)
    hits, seen = np.zeros((17, 5), dtype=np.int64), np.zeros((2, 256), dtype=np.int64)
    claims.match_tiles(flat, dull, (*SHAPE, LINE), corner, RECIPE, (2, 1), seen, hits)
    tiles = {}
    for i in range(SHAPE[0] - WIDE + 1):
        for j in range(SHAPE[1] - WIDE + 1):
            at = i * LINE + j
            if dull[at] <= 8:
                place = 8 * (corner[0] + i), 8 * (corner[1] + j)
                tiles[place] = held(int(flat[at]))
    assert hits_of(hits, 8 * WIDE) == searches.agreeing(tiles, 8 * WIDE)
    for recipe, row, column, word, _ in hits[1 : 1 + hits[0, 0]].tolist():
        assert recipe == 2
        assert flat[(row - corner[0]) * LINE + column - corner[1]] == word


def match(
    word: int, corner: tuple[int, int], which: tuple[int, int], *kept: NDArray[np.int64]
) -> None:
    """Match a single tile."""
    claim = np.full(16, word), np.zeros(16, dtype=np.int32)
    seen, hits = kept
    claims.match_tiles(*claim, (WIDE, WIDE, WIDE), corner, RECIPE, which, seen, hits)


def test_keys_of_one_piece_are_met_again_in_the_next() -> None:
    seen, hits = np.zeros((2, 16), dtype=np.int64), np.zeros((3, 5), dtype=np.int64)
    first, again = 5 << 16 | 1 << 8 | 1, 5 << 16 | 3 << 8 | 4
    match(first, (4, 4), (0, 1), seen, hits)
    assert hits[0, 0] == 0
    match(again, (12, 16), (0, 1), seen, hits)
    assert hits[:2].tolist() == [[1, 0, 0, 0, 0], [0, 12, 16, again, 2]]
    match(first, (4, 4), (0, 1), seen, hits)
    assert hits[:2].tolist() == [[1, 0, 0, 0, 0], [0, 12, 16, again, 3]]


def test_keys_of_another_phase_or_recipe_are_not_met() -> None:
    seen, hits = np.zeros((2, 16), dtype=np.int64), np.zeros((3, 5), dtype=np.int64)
    for number in range(1, 40):
        match(5 << 16, (0, 0), (0, number), seen, hits)
    assert hits[0, 0] == 0


def test_more_keys_than_there_is_room_for_are_passed_over() -> None:
    seen, hits = np.zeros((2, 16), dtype=np.int64), np.zeros((3, 5), dtype=np.int64)
    for tag in (5, 6, 7, 5, 6, 7):
        match(tag << 16, (0, 0), (1, 9), seen, hits)
    assert hits.tolist() == [[2, 0, 0, 0, 0], [1, 0, 0, 5 << 16, 2], [1, 0, 0, 6 << 16, 2]]


@given(keys=st.lists(st.integers(0, (1 << 40) - 1), min_size=1, max_size=7, unique=True))
def test_a_key_is_found_again_where_it_was_put(keys: list[int]) -> None:
    seen = np.zeros((2, 16), dtype=np.int64)
    for key in keys:
        slot = claims.find_key(3 << 40 | key, seen)
        assert seen[0, slot] == 0
        seen[0, slot] = 3 << 40 | key
    for key in keys:
        assert seen[0, claims.find_key(3 << 40 | key, seen)] == 3 << 40 | key
        assert seen[0, claims.find_key(4 << 40 | key, seen)] >> 40 in {0, 3}


def test_a_scan_finds_the_phase_at_which_the_twin_sees_two_tiles_agree() -> None:
    marked = mark(picture(1, 96, 96), "full").samples
    cut = Samples(np.ascontiguousarray(marked.values[5:, 3:]), 12)
    whole = (0, 0, cut.rows, cut.columns)
    scan = synchronisation.Scan.of(cut, AS_SEALED, [whole], (32,))
    # The first whole tile begins at (27, 29): cells begin at row 3 and column 5.
    found = [hit.placement for hit in scan.run(Transform.DWT, 8 * 3 + 4)]
    assert [(p.row, p.column, p.profile.name) for p in found] == [(5, 3, "full")]
    frame = frame_of(cut)
    for phase, same in ((4, False), (5, True)):
        places = [(27, 24 + phase), (27, 56 + phase), (59, 24 + phase), (59, 56 + phase)]
        seen = {at: searches.claim(frame, at, 32, (2, 0)) for at in places if at[1] <= 61}
        tiles = {at: told for at, told in seen.items() if told is not None}
        assert bool(searches.agreeing(tiles, 32)) == same
