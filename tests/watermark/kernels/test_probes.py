"""Probes: what is read at any phase is what the twin reads there, tile by tile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.reference import searches
from tests.reference.frames import squares
from tests.reference.parities import bound_bits, cell_mask
from tests.watermark.marking import mark
from tests.watermark.twins import frame_of
from watermark.geometry import synchronisation, tables
from watermark.geometry.orientation import AS_SEALED
from watermark.kernels import probes
from watermark.parameters import PROFILES, Profile, Transform
from watermark.samples import Colour, Samples

steps = pytest.mark.parametrize("step", list(Transform))
profiles = pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
few = settings(max_examples=8)
STAGE = synchronisation.STAGES[0]


def picture(seed: int, rows: int, columns: int, colour: Colour = Colour.GREY) -> Samples:
    """Noise with flat parts; in colour with grey cells."""
    random = np.random.default_rng(seed)
    values = random.integers(0, 4096, (rows, columns))
    values[: rows // 3, : columns // 2] = 7
    if colour is Colour.GREY:
        return Samples(values.astype(np.uint16), 12)
    deep = np.repeat(values[:, :, np.newaxis], 3, axis=2)
    deep[rows // 2 :, columns // 2 :, 1:] += random.integers(0, 2, (rows - rows // 2, 1, 2))
    return Samples(np.minimum(deep, 4095).astype(np.uint16), 12, colour=colour)


def carriers(samples: Samples, step: Transform) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The bits of all whole cells from the top left, and which are dull."""
    planes = samples.planes()
    down, across = samples.rows // 8, samples.columns // 8
    block = np.empty((len(planes), 64, down * across), dtype=np.int32)
    probes.load_cells(planes, 0, 0, down, across, block)
    bits = np.empty(down * across, dtype=np.int64)
    scratch = np.empty((4, down * across), dtype=np.int32)
    follows, quads, slots = tables.cell_tables(samples.colour, step)
    probes.bind_lanes(block, follows, quads, slots, scratch, bits)
    return bits, scratch[3]


@steps
@pytest.mark.parametrize("colour", list(Colour))
@few
@given(seed=st.integers(0, 1 << 32))
def test_bits_of_cells_equal_the_twins(step: Transform, colour: Colour, seed: int) -> None:
    samples = picture(seed, 24, 16, colour)
    found, _ = carriers(samples, step)
    cells = squares(samples.rows, samples.columns, 8)
    expected = bound_bits(frame_of(samples), step, cells)
    assert [[bits >> k & 1 for k in range(60)] for bits in found.tolist()] == expected


@st.composite
def cells(draw: st.DrawFn) -> NDArray[np.int32]:
    """A few values of any sign, where hashes could wrap."""
    return draw(arrays(np.int32, 5, elements=st.integers(-(1 << 31), (1 << 31) - 1)))


@given(state=cells(), values=cells())
def test_mixing_equals_integers_modulo_two_to_the_32(
    state: NDArray[np.int32], values: NDArray[np.int32]
) -> None:
    expected = []
    for word, value in zip(state.tolist(), values.tolist(), strict=True):
        mixed = (word ^ value) % (1 << 32) * 0x5BD1E995 % (1 << 32)
        expected.append(mixed ^ mixed >> 15)
    probes.mix_values(state, values)
    assert [word % (1 << 32) for word in state.tolist()] == expected


@given(state=cells())
def test_masks_equal_the_twin(state: NDArray[np.int32]) -> None:
    bits = np.zeros(len(state), dtype=np.int64)
    probes.mask_bits(state, bits)
    expected = [cell_mask(word % (1 << 32), 60) for word in state.tolist()]
    assert [[word >> k & 1 for k in range(60)] for word in bits.tolist()] == expected


def claims(samples: Samples, profile: Profile, step: Transform, edge: int) -> NDArray[np.int64]:
    """What the tile from each cell on claims; -1 where there is none."""
    bits, dull = carriers(samples, step)
    across = samples.columns // 8
    steps, maps = tables.recipes_of(edge, step)
    _, share, wide, start, short = steps[profile.code].tolist()
    shares, out = np.empty_like(bits), np.empty_like(bits)
    probes.fold_bits(bits, tables.folds()[profile.code], shares)
    sums = np.empty((5, len(bits)), dtype=np.int64)
    probes.sum_rows(shares, dull, across, share, wide, maps[profile.code], sums)
    probes.check_tiles(sums, across, wide, start, short, maps[profile.code], out)
    return out


@profiles
@steps
@settings(max_examples=3)
@given(seed=st.integers(0, 1 << 32))
def test_claims_of_tiles_equal_the_twins(profile: Profile, step: Transform, seed: int) -> None:
    samples = picture(seed, 48, 40)
    found = claims(samples, profile, step, 32).tolist()
    frame, codes = frame_of(samples), (profile.code, int(step))
    for at, word in enumerate(found):
        row, column = divmod(at, 5)
        if row > 2 or column > 1:
            assert word == -1
            continue
        expected = searches.claim(frame, (8 * row, 8 * column), 32, codes)
        held = None if word < 0 else (word >> 16, word >> 8 & 255, word & 255)
        assert held == expected


@pytest.mark.parametrize("edge", [64, 128])
@profiles
def test_claims_of_large_tiles_equal_the_twins(edge: int, profile: Profile) -> None:
    samples = picture(edge, edge, edge)
    word = int(claims(samples, profile, Transform.DWT, edge)[0])
    expected = searches.claim(frame_of(samples), (0, 0), edge, (profile.code, 0))
    assert (word >> 16, word >> 8 & 255, word & 255) == expected


words = st.builds(
    lambda tag, row, column: tag << 16 | row << 8 | column,
    st.sampled_from([0, 23, 24, 32, 0xFFFF, 0xFFF7]),
    st.integers(0, 3),
    st.integers(0, 3),
)


def hits_of(hits: NDArray[np.int64], edge: int) -> dict[tuple[int, int, searches.Key], int]:
    """The grids and keys of a list of hits, and how many tiles have each."""
    found = {}
    for _, row, column, word, count in hits[1 : 1 + hits[0, 0]].tolist():
        at = 8 * row, 8 * column
        held = word >> 16, word >> 8 & 255, word & 255
        found[at[0] % edge, at[1] % edge, searches.key(held, at, edge)] = count
    return found


@few
@given(data=st.data())
def test_tiles_match_where_the_twin_sees_some_agree(data: st.DataObject) -> None:
    across, wide = 9, 4
    top, left = (data.draw(st.integers(0, 9)) for _ in range(2))
    flat = data.draw(st.lists(words, min_size=27, max_size=27))
    hits, seen = np.zeros((17, 5), dtype=np.int64), np.zeros((wide * wide, 9), dtype=np.int64)
    probes.match_tiles(np.array(flat), across, top, left, wide, 2, seen, hits)
    tiles = {
        (8 * (top + at // across), 8 * (left + at % across)): (
            word >> 16,
            word >> 8 & 255,
            word & 255,
        )
        for at, word in enumerate(flat)
    }
    assert hits_of(hits, 8 * wide) == searches.agreeing(tiles, 8 * wide)
    for recipe, row, column, word, _ in hits[1 : 1 + hits[0, 0]].tolist():
        assert recipe == 2
        assert flat[(row - top) * across + column - left] == word


def test_keys_of_one_window_are_met_again_in_the_next() -> None:
    seen, hits = np.zeros((16, 3), dtype=np.int64), np.zeros((3, 5), dtype=np.int64)
    first, again = 5 << 16 | 1 << 8 | 1, 5 << 16 | 3 << 8 | 4
    probes.match_tiles(np.array([first]), 1, 4, 4, 4, 0, seen, hits)
    assert hits[0, 0] == 0
    probes.match_tiles(np.array([again]), 1, 12, 16, 4, 0, seen, hits)
    assert hits[:2].tolist() == [[1, 0, 0, 0, 0], [0, 12, 16, again, 2]]
    probes.match_tiles(np.array([first]), 1, 4, 4, 4, 0, seen, hits)
    assert hits[:2].tolist() == [[1, 0, 0, 0, 0], [0, 12, 16, again, 3]]


def test_more_keys_than_there_is_room_for_are_passed_over() -> None:
    seen, hits = np.zeros((16, 9), dtype=np.int64), np.zeros((3, 5), dtype=np.int64)
    for tag in (5, 6, 7, 5, 6, 7):
        probes.match_tiles(np.array([tag << 16]), 1, 0, 0, 4, 1, seen, hits)
    assert hits.tolist() == [[2, 0, 0, 0, 0], [1, 0, 0, 5 << 16, 2], [1, 0, 0, 6 << 16, 2]]


def test_a_scan_finds_the_phase_at_which_the_twin_sees_two_tiles_agree() -> None:
    marked = mark(picture(1, 96, 96), "full").samples
    cut = Samples(np.ascontiguousarray(marked.values[5:, 3:]), 12)
    whole = (0, 0, cut.rows, cut.columns)
    scan = synchronisation.Scan.of(cut, AS_SEALED, STAGE, [whole], [cut.planes()])
    # The first whole tile begins at (27, 29): cells begin at row 3 and column 5.
    found = [hit.placement for hit in scan.run(Transform.DWT, 8 * 3 + 4)]
    assert [(p.row, p.column, p.profile.name) for p in found] == [(5, 3, "full")]
    frame = frame_of(cut)
    for phase, same in ((4, False), (5, True)):
        places = [(27, 24 + phase), (27, 56 + phase), (59, 24 + phase), (59, 56 + phase)]
        seen = {at: searches.claim(frame, at, 32, (2, 0)) for at in places if at[1] <= 61}
        tiles = {at: claimed for at, claimed in seen.items() if claimed is not None}
        assert bool(searches.agreeing(tiles, 32)) == same
