"""The standard display function of DICOM, and what can be seen on such a display."""

import numpy as np
import pytest

from benchmarks.measures.greyscale import (
    BRIGHTEST,
    DARKEST,
    display_range,
    index_map,
    jnd_index,
    luminance,
    see,
)
from benchmarks.measures.windows import BONE, BRAIN, stretch


@pytest.mark.parametrize(
    ("light", "index"), [(0.05, 1.03), (3993, 1022.9), (130.065, 512.0)], ids=str
)
def test_the_index_of_a_luminance_is_that_of_the_table(light: float, index: float) -> None:
    assert jnd_index(np.array([light]))[0] == pytest.approx(index, abs=0.05)


def test_a_display_from_1_to_250_has_533_steps() -> None:
    dark, bright = jnd_index(np.array([1.0, 250.0]))
    assert bright - dark == pytest.approx(533, abs=0.5)


def test_the_first_luminance_of_the_table_is_a_twentieth() -> None:
    assert luminance(np.array([1.0]))[0] == pytest.approx(0.05, abs=1e-4)
    assert luminance(np.array([1023.0]))[0] == pytest.approx(3993.4, abs=0.5)


def test_more_light_is_a_higher_index_and_back() -> None:
    index = np.linspace(1, 1023, 4000)
    light = luminance(index)
    assert (np.diff(light) > 0).all()
    assert (np.diff(jnd_index(light)) > 0).all()
    # The standard's two formulas were fitted apart from each other.
    assert np.abs(jnd_index(light) - index).max() < 0.5


def test_equal_steps_of_the_picture_are_equal_numbers_of_noticeable_steps() -> None:
    indices = index_map(np.linspace(0, 1, 11))
    assert np.diff(indices) == pytest.approx(display_range() / 10)
    assert luminance(indices[[0, -1]]) == pytest.approx([DARKEST, BRIGHTEST], rel=0.01)


def test_nothing_is_seen_of_equal_pictures() -> None:
    shares = np.linspace(0, 1, 100).reshape(10, 10)
    seen = see(shares, shares)
    assert (seen.rounded, seen.exact, seen.largest) == (0, 0, 0)


def test_one_unit_is_seen_in_a_narrow_window_and_not_in_a_wide_one() -> None:
    plane = np.full((10, 10), 40.0)
    after = plane.copy()
    after[0] += 1
    narrow = see(stretch(plane, BRAIN), stretch(after, BRAIN))
    assert narrow.exact == 0.1
    assert narrow.largest == pytest.approx(display_range() / (BRAIN.width - 1))
    wide = see(stretch(plane, BONE), stretch(after, BONE))
    assert wide.exact == 0
    assert 0 < wide.largest < 1


def test_a_grey_level_of_8_bits_is_more_than_one_noticeable_step() -> None:
    shares = np.full((4, 4), 100 / 255)
    assert see(shares, shares + 1 / 255).rounded == 1
    assert see(shares, shares + 0.3 / 255).rounded == 0
    assert display_range() / 255 > 1
