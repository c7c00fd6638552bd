"""The wavelet: kernels and twin agree to the last bit, and merging undoes splitting."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.reference import wavelets
from tests.watermark.twins import lists
from watermark.kernels.lifting import LIMIT, merge_plane, split_plane
from watermark.picture.transform import merge, split

Ints = NDArray[np.int32]
sizes = st.tuples(st.integers(2, 19), st.integers(2, 19))


def planes(largest: int) -> st.SearchStrategy[Ints]:
    """Planes with values to either side of zero, extremes among them."""
    values = st.one_of(
        st.integers(-9, 9), st.integers(-largest, largest), st.sampled_from([-largest, largest])
    )
    return sizes.flatmap(lambda size: arrays(np.int32, size, elements=values, fill=values))


@settings(max_examples=60)
@given(plane=planes(65535))
def test_a_split_level_equals_the_twins(plane: Ints) -> None:
    out = plane << 5
    rows, columns = plane.shape
    split_plane(out, rows, columns, np.empty((rows // 2 + 1, columns), dtype=np.int32))
    assert lists(out) == wavelets.split(lists(plane), 1)


@settings(max_examples=60)
@given(plane=planes(LIMIT))
def test_a_merged_level_equals_the_twins(plane: Ints) -> None:
    out = plane.copy()
    rows, columns = plane.shape
    merge_plane(out, rows, columns, np.empty((rows // 2 + 1, columns), dtype=np.int32))
    assert lists((out + 16) >> 5) == wavelets.merge(lists(plane), 1)


@settings(max_examples=40)
@given(plane=planes(65535), levels=st.integers(0, 3))
def test_merging_undoes_splitting(plane: Ints, levels: int) -> None:
    levels = min(levels, int(min(plane.shape)).bit_length() - 1)
    coefficients = split(plane.copy(), levels)
    assert lists(coefficients) == wavelets.split(lists(plane), levels)
    assert np.abs(merge(coefficients, levels) - plane).max() <= 1


@settings(max_examples=40)
@given(plane=planes(LIMIT), levels=st.integers(1, 7))
def test_no_coefficients_overflow(plane: Ints, levels: int) -> None:
    wide = np.tile(plane, (7, 7))
    levels = min(levels, int(min(wide.shape)).bit_length() - 1)
    assert lists(merge(wide.copy(), levels)) == wavelets.merge(lists(wide), levels)
