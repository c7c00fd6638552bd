import numpy as np
import pytest

from benchmarks.generators.blending import border, extend, settle, stretch
from tests.benchmarks.generators.material import hole


def test_a_membrane_through_a_slope_is_the_slope() -> None:
    y, x = np.mgrid[0:64, 0:64].astype(np.float32)
    slope = 0.004 * y + 0.007 * x + 0.1
    spoiled = np.where(hole(), 5, slope).astype(np.float32)
    assert np.abs(stretch(spoiled, hole()) - slope).max() < 1e-5


def test_a_membrane_has_no_value_beyond_its_border() -> None:
    window = np.random.default_rng(1).random((64, 64)).astype(np.float32)
    inside = stretch(window, hole())[hole()]
    around = window[border(hole(), 1)]
    assert inside.min() >= around.min() - 1e-6
    assert inside.max() <= around.max() + 1e-6


def test_a_membrane_reaches_the_edge_and_needs_a_border() -> None:
    window = np.full((64, 64), 0.3, dtype=np.float32)
    corner = np.zeros((64, 64), dtype=bool)
    corner[:20, :9] = True
    assert stretch(np.where(corner, 9, window).astype(np.float32), corner) == pytest.approx(window)
    assert (stretch(window, np.ones((64, 64), dtype=bool)) == window).all()
    assert (stretch(window, np.zeros((64, 64), dtype=bool)) == window).all()


def test_a_settled_part_loses_its_offset_and_keeps_its_texture() -> None:
    random = np.random.default_rng(1)
    window = (0.4 + random.normal(0, 0.01, (64, 64))).astype(np.float32)
    texture = random.normal(0, 0.02, (64, 64))
    texture[border(hole(), 2)] = 0
    made = (0.7 + texture).astype(np.float32)
    settled = settle(made, window, hole())
    assert (settled[~hole()] == window[~hole()]).all()
    assert np.abs(settled - 0.4 - texture)[hole()].max() < 0.05


def test_a_border_lies_outside() -> None:
    ring = border(hole(), 3)
    assert not (ring & hole()).any()
    assert ring.any()
    assert not border(np.zeros((64, 64), dtype=bool), 3).any()


def test_an_extended_part_settles_without_a_step() -> None:
    window = np.full((64, 64), 0.4, dtype=np.float32)
    made = np.where(hole(), np.float32(0.7), window)
    assert settle(extend(made, hole()), window, hole()) == pytest.approx(window)
    assert (settle(made, window, hole())[hole()] == np.float32(0.7)).all()
