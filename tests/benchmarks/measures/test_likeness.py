"""What every measure of likeness must say of pictures whose difference is known."""

from math import log10

import numpy as np
import pytest

from benchmarks.measures.gradients import gmsd
from benchmarks.measures.information import vifp
from benchmarks.measures.structure import ms_ssim
from benchmarks.measures.windows import (
    BRAIN,
    LUNG,
    WHITE,
    Likeness,
    compare,
    show,
    stretch,
    window_of,
)
from tests.benchmarks.measures.pictures import changed, structured


def test_equal_pictures_are_alike_in_every_measure() -> None:
    plane = structured(176, 180)
    assert compare(plane.astype(np.uint8), plane.astype(np.uint8), 255) == Likeness(None, 0.0)
    assert ms_ssim(plane, plane, 255) == pytest.approx(1, abs=1e-12)
    assert gmsd(plane, plane) == 0
    assert vifp(plane, plane) == pytest.approx(1, abs=1e-9)  # it divides by variance + 1e-10


def test_more_damage_is_less_alike_in_every_measure() -> None:
    plane = structured(176, 180)
    little, much = changed(plane, 0.2, 1), changed(plane, 1.0, 30)
    assert ms_ssim(plane, much, 255) < ms_ssim(plane, little, 255) < 1
    assert gmsd(plane, much) > gmsd(plane, little) > 0
    assert vifp(plane, much) < vifp(plane, little) < 1


def test_opposed_structure_is_not_alike() -> None:
    plane = structured(176, 180)
    assert ms_ssim(plane, 255 - plane, 255) == 0


def test_more_contrast_is_more_than_all_the_information() -> None:
    plane = structured(128, 128)
    stronger = plane.mean() + 1.3 * (plane - plane.mean())
    assert vifp(plane, stronger) > 1


@pytest.mark.parametrize(("peak", "decibels"), [(255, 48.13), (4095, 72.25), (65535, 96.33)])
def test_a_change_by_one_everywhere_has_the_psnr_of_its_peak(peak: int, decibels: float) -> None:
    plane = structured(64, 64).astype(np.uint16)
    found = compare(plane, plane + np.uint16(1), peak).psnr
    assert found == pytest.approx(20 * log10(peak), abs=1e-9)
    assert found == pytest.approx(decibels, abs=0.01)


def test_two_thirds_changed_by_one_are_74_decibels_at_12_bits() -> None:
    # -1, 0 and 1 with equal chance: a mean square of 2/3.
    plane = np.full((96, 96), 2000)
    step = np.resize([-1, 0, 1], plane.shape)
    assert compare(plane, plane + step, 4095).psnr == pytest.approx(74.0, abs=0.02)


def test_a_window_shows_its_ends_as_black_and_white() -> None:
    # PS3.3 C.11.2.1.2.1: all up to c - 0.5 - (w - 1) / 2 is black, all above c - 0.5 + ... white.
    values = np.array([-2000.0, -0.5 - 0.5, 0.0, 39.5, 79.0, 79.1, 3000.0])
    assert show(values, BRAIN).tolist() == [0, 0, 0, 128, 255, 255, 255]
    ends = np.array([LUNG.centre - 0.5 - (LUNG.width - 1) / 2])
    assert stretch(ends, LUNG) == pytest.approx(0)
    assert stretch(ends + LUNG.width - 1, LUNG) == pytest.approx(1)


def test_a_window_over_a_range_ends_where_the_range_does() -> None:
    window = window_of("range", -100, 899)
    assert stretch(np.array([-100.0, 899.0]), window).tolist() == [0.0, 1.0]
    grey = np.arange(256.0)
    assert show(grey, window_of("grey", 0, 255)).tolist() == list(range(WHITE + 1))
