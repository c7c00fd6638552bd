"""Quality measures: equal to scikit-image's, and to their definitions."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from skimage import metrics

from tests.reference import quality
from tests.watermark.marking import mark
from tests.watermark.phantoms import KINDS
from tests.watermark.twins import lists
from watermark import psnr, ssim
from watermark.errors import UnsupportedSamples

pairs = st.tuples(*[arrays(np.int16, (9, 11), elements=st.integers(-2048, 2047))] * 2)


@settings(max_examples=30)
@given(pair=pairs)
def test_measures_equal_the_twins(pair: tuple[NDArray[np.int16], NDArray[np.int16]]) -> None:
    a, b = pair
    assert psnr(a, b, 4095) == pytest.approx(quality.psnr(lists(a), lists(b), 4095), abs=1e-9)
    assert ssim(a, b, 4095) == pytest.approx(quality.ssim(lists(a), lists(b), 4095), abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_measures_equal_scikit_images(kind: str) -> None:
    done = mark(KINDS[kind](170, 203))
    a, b = done.original.values, done.samples.values
    peak = float((1 << done.original.bits) - 1)
    axis = 2 if a.ndim == 3 else None
    oracle: Any = metrics
    similar = oracle.structural_similarity(a, b, data_range=peak, channel_axis=axis)
    assert abs(ssim(a, b, peak) - similar) < 1e-9
    assert abs(psnr(a, b, peak) - oracle.peak_signal_noise_ratio(a, b, data_range=peak)) < 1e-9


def test_equal_pictures_are_infinitely_and_wholly_alike() -> None:
    a = np.arange(400, dtype=np.uint16).reshape(20, 20)
    assert psnr(a, a, 65535) == math.inf
    assert ssim(a, a, 65535) == pytest.approx(1.0, abs=1e-12)


def test_no_depth_overflows() -> None:
    black, white = np.zeros((64, 64), dtype=np.uint16), np.full((64, 64), 65535, dtype=np.uint16)
    assert psnr(black, white, 65535) == pytest.approx(0.0)
    assert psnr(white, black, 65535) == pytest.approx(0.0)
    assert 0 <= ssim(black, white, 65535) < 1e-3


def test_unequal_or_tiny_pictures_are_refused() -> None:
    a = np.zeros((20, 20), dtype=np.uint8)
    for other in (a[:-1], np.zeros((20, 20, 3), dtype=np.uint8)):
        with pytest.raises(UnsupportedSamples):
            psnr(a, other, 255)
        with pytest.raises(UnsupportedSamples):
            ssim(a, other, 255)
    with pytest.raises(UnsupportedSamples):
        ssim(a[:6], a[:6], 255)
