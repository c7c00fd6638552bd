"""Narrowing: message bits that differ name the cells that the twins name, and no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import narrowings as twin
from tests.reference.parities import cells_of
from tests.watermark.twins import places
from watermark.narrowing import fill_holes, suspect_cells
from watermark.parameters import PROFILES, Profile
from watermark.tiles import layout_of

LIGHT = layout_of(256, 256, PROFILES[0])
SIZES = [(96, 96), (101, 130), (127, 127)]


def named(flags: np.ndarray, box: tuple[int, int, int, int]) -> set[int]:
    """Numbers of the flagged cells of one coding tile."""
    cells = cells_of(box)
    return {i for i, (top, left, _, _) in enumerate(cells) if flags[top // 8, left // 8]}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
@pytest.mark.parametrize("size", SIZES, ids=str)
@settings(max_examples=25)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_cells_equal_the_twins(
    profile: Profile, size: tuple[int, int], data: st.DataObject, seed: int
) -> None:
    layout = layout_of(*size, profile)
    random = np.random.default_rng(seed)
    differing = np.zeros((layout.coding.count, layout.chunk_bytes), dtype=np.uint8)
    for tile in data.draw(st.sets(st.integers(0, layout.coding.count - 1), max_size=3)):
        bits = random.random(layout.chunk_bytes * 8) < data.draw(
            st.sampled_from([0.01, 0.1, 0.5, 0.9])
        )
        bits[: data.draw(st.integers(0, len(bits)))] = False
        bits[data.draw(st.integers(0, len(bits))) :] = False
        differing[tile] = np.packbits(bits)
    shape = (size[0] // 8, size[1] // 8)
    told = random.random(shape) < data.draw(st.sampled_from([0, 0.3, 0.6]))
    changed = told & (random.random(shape) < 0.5)
    settled = told & ~changed
    found = suspect_cells(differing, layout, changed, settled)
    for tile, box in enumerate(layout.coding.boxes):
        flags = np.unpackbits(differing[tile]).astype(bool).tolist()
        known = (frozenset(named(one, box)) for one in (changed, settled))
        certain, possible = twin.name_cells(flags, box, *known)
        assert named(found.certain, box) == certain
        assert named(found.possible, box) == possible


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_bits_that_agree_name_nothing(profile: Profile) -> None:
    layout = layout_of(130, 99, profile)
    found = suspect_cells(np.zeros((layout.coding.count, layout.chunk_bytes), np.uint8), layout)
    assert not found.certain.any()
    assert not found.possible.any()


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_a_tile_in_which_all_bits_differ_is_named_whole(profile: Profile) -> None:
    layout = layout_of(130, 99, profile)
    differing = np.zeros((layout.coding.count, layout.chunk_bytes), dtype=np.uint8)
    differing[5] = 255
    found = suspect_cells(differing, layout)
    box = layout.coding.boxes[5]
    assert named(found.certain | found.possible, box) == set(range(len(cells_of(box))))
    assert (found.certain | found.possible).sum() == len(cells_of(box))


def names(differing: np.ndarray, settled: np.ndarray | None = None) -> set[int]:
    """Numbers of the cells of the sixth tile of a `light` frame that are named at all."""
    found = suspect_cells(differing, LIGHT, np.zeros((32, 32), dtype=bool), settled)
    return named(found.certain | found.possible, LIGHT.coding.boxes[5])


def test_a_gap_in_a_tile_that_changed_all_over_is_taken_for_chance() -> None:
    differing = np.zeros((LIGHT.coding.count, LIGHT.chunk_bytes), dtype=np.uint8)
    differing[5] = 255
    differing[5, 6] = 0  # the bits of one cell: it and the one before are not named by them
    assert names(differing) == set(range(16))
    differing[5, 9] = 0
    assert names(differing) == set(range(16)) - {5, 6, 8, 9}


def test_a_settled_cell_is_named_only_where_bits_need_it() -> None:
    differing = np.zeros((LIGHT.coding.count, LIGHT.chunk_bytes), dtype=np.uint8)
    differing[5, 4:8] = 255  # the bits of three cells in a row, or of the outer two
    settled = np.zeros((32, 32), dtype=bool)
    assert names(differing, settled) == {4, 5, 6}
    top, left = LIGHT.coding.boxes[5][0] // 8 + 1, LIGHT.coding.boxes[5][1] // 8
    settled[top, left + 1] = True
    assert names(differing, settled) == {4, 6}
    settled[top, left : left + 4] = True
    assert names(differing, settled)


@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([0.2, 0.5, 0.8]))
def test_holes_are_filled_as_by_the_twin(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    named = random.random((9, 7)) < share
    holes = ~named & (random.random((9, 7)) < 0.7)
    assert places(fill_holes(named, holes)) == twin.fill_holes(places(named), places(holes))
