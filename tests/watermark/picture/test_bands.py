"""Bands and squares: everything is in exactly one place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import pictures
from watermark.picture.bands import level_count, list_bands, plan

sizes = st.tuples(st.integers(1, 300), st.integers(1, 300))


@settings(max_examples=60)
@given(size=sizes, planes=st.sampled_from([1, 3]))
def test_bands_cover_every_coefficient_once(size: tuple[int, int], planes: int) -> None:
    seen = np.zeros((planes, *size), dtype=int)
    for band in list_bands(planes, *size):
        assert min(band.rows, band.columns) >= 1
        rows = slice(band.top, band.top + band.rows)
        seen[band.plane, rows, band.left : band.left + band.columns] += 1
    assert (seen == 1).all()


@settings(max_examples=60)
@given(size=sizes, planes=st.sampled_from([1, 3]))
def test_bands_and_tiers_equal_the_twins(size: tuple[int, int], planes: int) -> None:
    twins = pictures.all_bands(planes, *size)
    bands = list_bands(planes, *size)
    names = ("plane", "level", "shape", "top", "left", "rows", "columns")
    assert [[getattr(b, n) for n in names] for b in bands] == [
        [getattr(b, n) for n in names] for b in twins
    ]
    layout = plan(planes, *size)
    for i, twin in enumerate(twins):
        tiers = layout.squares[i, : layout.table[i, 0], 2:].tolist()
        assert [tuple(tier) for tier in tiers] == twin.tiers


@settings(max_examples=60)
@given(size=sizes, planes=st.sampled_from([1, 3]))
def test_squares_lie_apart_with_a_margin(size: tuple[int, int], planes: int) -> None:
    layout = plan(planes, *size)
    taken = np.zeros(layout.size, dtype=int)
    for i in range(len(layout.bands)):
        for offset, stride, height, width in layout.squares[i, : layout.table[i, 0]].tolist():
            for row in range(-1, height + 1):
                begin = offset + row * stride - 1
                taken[begin : begin + width + 2] += 1
    assert (taken == 1).all()


@pytest.mark.parametrize(
    ("size", "levels"), [((1, 900), 0), ((6, 9), 0), ((7, 7), 1), ((96, 97), 4), ((512, 512), 7)]
)
def test_levels_follow_from_the_shorter_axis(size: tuple[int, int], levels: int) -> None:
    assert level_count(*size) == levels == pictures.level_count(*size)
