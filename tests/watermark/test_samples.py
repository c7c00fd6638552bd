"""Samples: what is accepted, and that planes and octets hold every value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.watermark.kernels.strategies import frames
from tests.watermark.twins import frame_of, lists
from watermark.errors import UnsupportedSamples
from watermark.samples import Colour, Samples

GREY = np.zeros((4, 5), dtype=np.uint16)
RGB = np.zeros((4, 5, 3), dtype=np.uint8)


@given(samples=frames)
def test_planes_and_octets_equal_the_twins(samples: Samples) -> None:
    frame = frame_of(samples)
    assert [lists(plane) for plane in samples.planes()] == frame.planes()
    assert samples.octets().tobytes() == frame.octets()
    assert (samples.rows, samples.columns) == (frame.rows, frame.columns)


@given(samples=frames)
def test_planes_go_back_to_where_they_came_from(samples: Samples) -> None:
    again = samples.with_planes(samples.planes())
    assert (again.values == samples.values).all()
    assert again.values.dtype == samples.values.dtype
    assert again.padding == samples.padding


def test_planes_are_a_copy() -> None:
    samples = Samples(GREY.copy(), 12)
    samples.planes()[:] = 7
    assert not samples.values.any()


def test_octets_follow_the_depth_and_not_the_container() -> None:
    values = np.arange(20).reshape(4, 5)
    narrow, wide = Samples(values.astype(np.uint8), 8), Samples(values.astype(np.uint16), 8)
    assert narrow.octets().tobytes() == wide.octets().tobytes()
    assert len(Samples(values.astype(np.uint16), 9).octets().tobytes()) == 40


@pytest.mark.parametrize(
    ("values", "bits", "signed", "colour"),
    [
        (GREY, 7, False, Colour.GREY),
        (GREY, 17, False, Colour.GREY),
        (GREY, 12, False, Colour.RGB),
        (RGB, 8, True, Colour.RGB),
        (RGB, 8, False, Colour.GREY),
        (RGB[:, :, :2], 8, False, Colour.YBR),
        (GREY.astype(np.int32), 12, False, Colour.GREY),
        (GREY.astype(np.float32), 12, False, Colour.GREY),
        (GREY.astype(">u2"), 12, False, Colour.GREY),
        (GREY.T, 12, False, Colour.GREY),
        (GREY[:, ::2], 12, False, Colour.GREY),
        (GREY[:0], 12, False, Colour.GREY),
        (np.zeros((1, 16385), dtype=np.uint8), 8, False, Colour.GREY),
        (GREY + np.uint16(4096), 12, False, Colour.GREY),
        (GREY.astype(np.int16) - np.int16(1), 12, False, Colour.GREY),
        (GREY.astype(np.int16) - np.int16(2049), 12, True, Colour.GREY),
        (GREY.astype(np.int16) + np.int16(2048), 12, True, Colour.GREY),
    ],
)
def test_everything_else_is_refused(
    values: NDArray[np.generic], bits: int, signed: bool, colour: Colour
) -> None:
    with pytest.raises(UnsupportedSamples):
        Samples(values, bits, signed=signed, colour=colour)


@given(values=arrays(np.int16, (3, 4), elements=st.integers(-2048, 2047)))
def test_the_whole_range_of_a_depth_is_accepted(values: NDArray[np.int16]) -> None:
    samples = Samples(values, 12, signed=True)
    assert samples.limits == (-2048, 2047)
    assert samples.octets().tobytes() == values.astype("<i2").tobytes()
