"""Noise whose amount and colour are known."""

import numpy as np
import pytest

from benchmarks.measures.noise import (
    BANDS,
    EDGE,
    find_quiet,
    native_noise,
    spectrum,
    spectrum_ratio,
)
from tests.benchmarks.measures.pictures import Plane


def white(sigma: float, seed: int = 3) -> Plane:
    return np.random.default_rng(seed).normal(1000, sigma, (512, 512))


def test_the_spectrum_of_white_noise_is_flat_at_its_variance() -> None:
    plane = white(10)
    found = spectrum(plane, find_quiet(plane))
    assert found[1:] == pytest.approx(100, rel=0.1)
    assert found[0] < 100  # the smooth surface that is taken away takes a part of this band


def test_a_smooth_surface_is_no_noise() -> None:
    y, x = np.mgrid[:256, :256] / 256
    plane = white(5)[:256, :256]
    places = find_quiet(plane)
    tilted = plane + 300 * x - 200 * y * y + 150 * x * y
    assert spectrum(tilted, places) == pytest.approx(spectrum(plane, places), rel=1e-6)


def test_white_noise_on_top_raises_every_band_by_its_share() -> None:
    plane = white(10)
    ratio = spectrum_ratio(plane, plane + white(5, seed=4) - 1000)
    assert len(ratio) == BANDS
    assert ratio[1:] == pytest.approx([1.25] * (BANDS - 1), rel=0.06)


def test_blur_takes_the_high_bands() -> None:
    plane = white(10)
    ratio = spectrum_ratio(plane, (plane + np.roll(plane, 1, axis=0)) / 2)
    assert ratio == sorted(ratio, reverse=True)
    assert ratio[-1] < 0.6


def test_equal_pictures_have_equal_noise() -> None:
    plane = white(10)
    assert spectrum_ratio(plane, plane) == [1.0] * BANDS


def test_a_flat_picture_has_no_noise_to_compare() -> None:
    plane = np.full((256, 256), 7.0)
    assert spectrum_ratio(plane, plane) == []
    assert native_noise(plane) == 0


def test_the_quietest_regions_are_chosen() -> None:
    plane = white(20)
    plane[:, : 3 * EDGE] = white(2)[:, : 3 * EDGE]
    assert {column for _, column in find_quiet(plane)} <= set(range(0, 2 * EDGE + 1, EDGE // 2))


@pytest.mark.parametrize("sigma", [1.5, 8, 40])
def test_the_amount_of_noise_is_found_beside_edges_and_background(sigma: float) -> None:
    plane = white(sigma)
    plane[:, 256:] += 700
    plane[:, :128] = 0
    assert native_noise(plane) == pytest.approx(sigma, rel=0.05)
