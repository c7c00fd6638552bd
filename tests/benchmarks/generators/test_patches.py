import numpy as np
import pytest

from benchmarks.contest.pictures import Picture
from benchmarks.generators.patches import body, draw_holes, draw_patches, resize, shrink
from tests.benchmarks.generators.material import coloured, picture


def test_patches_are_of_the_shown_range_and_the_same_from_the_same_seed() -> None:
    pictures = [picture(), coloured()]
    patches = draw_patches(pictures, 50, 3)
    assert patches.shape == (50, 64, 64)
    assert patches.dtype == np.float32
    assert patches.min() >= 0
    assert patches.max() <= 1
    assert (patches == draw_patches(pictures, 50, 3)).all()
    assert (patches != draw_patches(pictures, 50, 4)).any()


def test_patches_come_from_inside_the_body() -> None:
    values = np.zeros((400, 400), dtype=np.uint16)
    values[150:300, 200:350] = 1000 + 20 * np.random.default_rng(1).integers(0, 20, (150, 150))
    patches = draw_patches([Picture(values, 12, "MR", 0.0, 2000.0)], 60, 1)
    assert np.median((patches > 0.3).mean(axis=(1, 2))) > 0.7


def test_patches_are_mirrored() -> None:
    values = np.tile(np.arange(64, dtype=np.uint16) * 20, (64, 1))
    patches = draw_patches([Picture(values, 12, "MR", 0.0, 1260.0)], 40, 1)
    assert {bool(patch[0, 0] < patch[0, -1]) for patch in patches} == {False, True}


@pytest.mark.parametrize("shape", [(40, 50), (64, 64), (64, 200)])
def test_small_pictures_are_drawn_from_too(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    assert draw_patches([Picture(values, 8, "other", 0.0, 255.0)], 5, 1).shape == (5, 64, 64)


def test_rare_kinds_are_drawn_more_often_than_their_share() -> None:
    dark = Picture(np.full((64, 64), 50, dtype=np.uint8), 8, "MR", 0.0, 255.0)
    bright = Picture(np.full((64, 64), 200, dtype=np.uint8), 8, "PET", 0.0, 255.0)
    patches = draw_patches([dark] * 9 + [bright], 800, 1)
    assert 0.19 < (patches[:, 0, 0] > 0.5).mean() < 0.31


def test_holes_are_boxes_of_the_promised_edges() -> None:
    holes = draw_holes(np.random.default_rng(1), 300)
    for hole in holes:
        rows, columns = hole.any(axis=1).sum(), hole.any(axis=0).sum()
        assert hole.sum() == rows * columns
        assert 6 <= min(rows, columns)
        assert max(rows, columns) <= 36
    assert holes[:, 32, 32].mean() > 0.7


def test_the_body_has_its_dark_organs_but_no_air() -> None:
    shown = np.zeros((100, 100), dtype=np.float32)
    shown[20:80, 20:80] = 0.8
    shown[40:60, 40:60] = 0.05
    inside = body(shown)
    assert inside[25:75, 25:75].all()
    assert not inside[:15].any()
    assert body(np.zeros((8, 8), dtype=np.float32)).all()


def test_sizes_change_and_means_stay() -> None:
    plane = np.random.default_rng(1).random((96, 128)).astype(np.float32)
    assert shrink(plane, 2)[3, 5] == pytest.approx(plane[6:8, 10:12].mean())
    assert resize(plane, (24, 32)).mean() == pytest.approx(plane.mean(), abs=1e-5)
    assert resize(plane, (200, 300)).shape == (200, 300)
