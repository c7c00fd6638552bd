"""Filling: what is known stays, what is not follows from the means around it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.reference.fillings import filled
from tests.watermark.twins import lists
from watermark.picture.filling import fill

Case = tuple[NDArray[np.int32], NDArray[np.bool_]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A plane and which of its samples matter."""
    size = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    plane = draw(arrays(np.int32, size, elements=st.integers(-65535, 65535)))
    return plane, draw(arrays(np.bool_, size))


@settings(max_examples=80)
@given(case=cases())
def test_a_filled_plane_equals_the_twins(case: Case) -> None:
    plane, matters = case
    before = plane.copy()
    assert lists(fill(plane, matters)) == filled(lists(plane), lists(matters))
    assert (plane == before).all()


@settings(max_examples=40)
@given(case=cases())
def test_what_matters_stays_and_the_rest_lies_between(case: Case) -> None:
    plane, matters = case
    out = fill(plane, matters)
    assert (out[matters] == plane[matters]).all()
    if matters.any():
        assert plane[matters].min() <= out.min() and out.max() <= plane[matters].max()
    else:
        assert not out.any()
