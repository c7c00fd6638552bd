"""Grids: they cover every sample once, at every size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import frames as twin
from watermark.parameters import PROFILES
from watermark.tiles import Grid, cover, layout_of

axes = st.integers(32, 400)
large = st.integers(32, 16384)


@settings(max_examples=40)
@given(rows=axes, columns=axes, edge=st.sampled_from([8, 32, 64]))
def test_boxes_equal_the_twins_and_cover_the_frame(rows: int, columns: int, edge: int) -> None:
    grid = Grid(rows, columns, edge)
    assert list(grid.boxes) == twin.squares(rows, columns, edge)
    assert grid.count == len(grid.boxes) == grid.down * grid.across
    assert sum(h * w for _, _, h, w in grid.boxes) == rows * columns
    assert [grid.box(i) for i in range(grid.count)] == list(grid.boxes)


@settings(max_examples=40)
@given(rows=axes, columns=axes, data=st.data())
def test_a_sample_is_in_the_box_of_its_index(rows: int, columns: int, data: st.DataObject) -> None:
    grid = Grid(rows, columns, 32)
    y, x = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    assert twin.inside(y, x, grid.box(grid.index_at(y, x)))


@settings(max_examples=40)
@given(rows=axes, columns=axes, coarse=st.sampled_from([32, 64, 128]))
def test_finer_squares_nest_in_the_coarser_ones(rows: int, columns: int, coarse: int) -> None:
    fine, outer = Grid(rows, columns, 32), Grid(rows, columns, coarse)
    for index, around in enumerate(fine.nest_in(outer).tolist()):
        top, left, height, width = fine.boxes[index]
        assert twin.inside(top, left, outer.boxes[around])
        assert twin.inside(top + height - 1, left + width - 1, outer.boxes[around])


@given(rows=large, columns=large)
def test_coding_tiles_equal_the_twins_and_are_few_enough(rows: int, columns: int) -> None:
    for profile in PROFILES:
        layout = layout_of(rows, columns, profile)
        coding = layout.coding
        assert coding.edge == twin.coding_edge(rows, columns)
        assert max(coding.down, coding.across) <= 256
        assert layout.units.edge == twin.UNIT_EDGE[profile.code]
        bits = twin.TILE_BITS[profile.code] * (coding.edge // 32) ** 2
        assert layout.chunk_bytes * 8 == bits
        assert layout.data_bytes == layout.chunk_bytes - 4


@pytest.mark.parametrize(
    ("rows", "columns", "edge"),
    [
        (512, 512, 32),
        (1024, 1280, 32),
        (1056, 1280, 64),
        (96, 8191, 32),
        (96, 8224, 64),
        (4096, 3328, 64),
        (4096, 4096, 64),
        (4160, 4160, 128),
        (96, 16384, 64),
        (16384, 16384, 128),
    ],
)
def test_coding_tiles_grow_with_the_frame(rows: int, columns: int, edge: int) -> None:
    assert layout_of(rows, columns, PROFILES[1]).coding.edge == edge


@settings(max_examples=40)
@given(rows=axes, columns=axes, seed=st.integers(0, 999), share=st.sampled_from([0, 0.1, 0.6, 1]))
def test_boxes_cover_what_is_flagged_once_and_nothing_else(
    rows: int, columns: int, seed: int, share: float
) -> None:
    grid = Grid(rows, columns, 8)
    flags = np.random.default_rng(seed).random((grid.down, grid.across)) < share
    counted = np.zeros((rows, columns), dtype=int)
    for top, left, height, width in cover(flags, grid):
        counted[top : top + height, left : left + width] += 1
    expected = np.zeros((rows, columns), dtype=int)
    for index in np.flatnonzero(flags).tolist():
        top, left, height, width = grid.boxes[index]
        expected[top : top + height, left : left + width] = 1
    assert np.array_equal(counted, expected)


def test_a_rectangle_of_squares_is_one_box() -> None:
    grid = Grid(100, 90, 8)
    flags = np.zeros((grid.down, grid.across), dtype=bool)
    flags[2:5, 3:11] = True
    flags[11:, 0] = True
    assert cover(flags, grid) == ((16, 24, 24, 66), (88, 0, 12, 8))
