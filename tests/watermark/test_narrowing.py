"""Narrowing: message bits that differ name the cells that the twins name, and no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import narrowings as twin
from tests.reference.parities import cells_of
from watermark.narrowing import suspect_cells
from watermark.parameters import PROFILES, Profile
from watermark.tiles import layout_of

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
        bits = random.random(layout.chunk_bytes * 8) < data.draw(st.sampled_from([0.01, 0.1, 0.5]))
        bits[: data.draw(st.integers(0, len(bits)))] = False
        bits[data.draw(st.integers(0, len(bits))) :] = False
        differing[tile] = np.packbits(bits)
    found = suspect_cells(differing, layout)
    for tile, box in enumerate(layout.coding.boxes):
        flags = np.unpackbits(differing[tile]).astype(bool).tolist()
        certain, possible = twin.name_cells(flags, box)
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
