"""The predict steps: weights follow from formulas, and no cell reads another."""

import math
from decimal import Decimal

import numpy as np
import pytest
import pywt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.reference import transforms
from tests.watermark.kernels.strategies import Ints
from watermark.parameters import Transform
from watermark.transform import dct, wavelet
from watermark.transform.prediction import anchors_on, predict, weight_table

steps = pytest.mark.parametrize("step", list(Transform))
lengths = pytest.mark.parametrize("length", range(8, 16))


@lengths
def test_weights_equal_the_formulas(length: int) -> None:
    anchors = anchors_on(length)
    assert anchors == len(range(0, length, 4))
    for offset in range(length):
        assert wavelet.axis_weights(anchors, offset) == transforms.dwt_weights(anchors, offset)
        assert dct.axis_weights(anchors, offset) == transforms.dct_weights(anchors, offset)


@steps
@lengths
def test_weights_of_a_line_sum_to_64(step: Transform, length: int) -> None:
    rows = weight_table(step)[anchors_on(length) - 2, :length]
    assert rows.sum(axis=1).tolist() == [64] * length


@steps
@lengths
def test_anchors_foretell_themselves(step: Transform, length: int) -> None:
    rows = weight_table(step)[anchors_on(length) - 2]
    for anchor in range(anchors_on(length)):
        assert rows[4 * anchor].tolist() == [64 if i == anchor else 0 for i in range(4)]


def test_dwt_interpolates_as_two_levels_of_the_5_3_wavelet() -> None:
    # An anchor without details, taken up two levels by an independent implementation, is the
    # hat that falls to nothing at the next anchors; two levels halve it.
    hat = pywt.upcoef("a", [1.0], "bior2.2", level=2) * 2
    hat = hat[np.abs(hat) > 1e-12]
    assert hat.shape == (7,)
    column = weight_table(Transform.DWT)[2, :, 1]
    assert np.allclose(column[1:8], 64 * hat)
    assert column[0] == column[8] == 0


def test_dct_weights_are_those_of_an_exact_cosine_series() -> None:
    # Offset 7 of two anchors: cosines of pi / 8 and pi / 4 from radicals, no floating point.
    eighth, quarter = (2 + Decimal(2).sqrt()).sqrt() / 2, Decimal(2).sqrt() / 2
    exact = [32 * (1 - sign * 2 * eighth * quarter) for sign in (1, -1)]
    rounded = [math.floor(weight + Decimal("0.5")) for weight in exact]
    assert rounded == [-10, 74]
    assert weight_table(Transform.DCT)[0, 7, :2].tolist() == rounded


@steps
@settings(max_examples=30)
@given(value=st.integers(-32768, 65535), rows=st.integers(8, 40), columns=st.integers(8, 40))
def test_a_constant_leaves_no_coefficient(
    step: Transform, value: int, rows: int, columns: int
) -> None:
    plane = np.full((rows, columns), value, dtype=np.int32)
    coefficients = predict(plane, step)
    assert (coefficients[::4, ::4][: rows // 8 * 2, : columns // 8 * 2] == value).all()
    carriers = np.ones((rows, columns), dtype=bool)
    carriers[::4, ::4] = False
    assert not coefficients[carriers].any()


@steps
@settings(max_examples=30)
@given(
    plane=arrays(np.int32, (24, 27), elements=st.integers(-32768, 65535)),
    y=st.integers(0, 23),
    x=st.integers(0, 26),
)
def test_a_sample_moves_its_own_coefficient_an_anchor_its_own_cell(
    step: Transform, plane: Ints, y: int, x: int
) -> None:
    before = predict(plane, step)
    plane[y, x] += 1
    change = predict(plane, step) - before
    assert change[y, x] == 1
    change[y, x] = 0
    if y % 4 or x % 4:
        assert not change.any()
    top, left = min(y // 8, 2) * 8, min(x // 8, 2) * 8
    change[top : top + 8, left : left + (8 if left < 16 else 11)] = 0
    assert not change.any()
