from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import uniform_filter
from sklearn.metrics import roc_auc_score

from benchmarks.contest.pictures import Example, Picture
from benchmarks.passive.training import Budget
from benchmarks.passive.volumes import VolumeDetector
from tests.benchmarks.passive.planted import plant, show
from tests.watermark.phantoms import body, coloured, noise

BUDGET = Budget(steps=160, batch=16, windows=400)


def cuboid(seed: int, *, planted: bool) -> tuple[list[Picture], list[bool]]:
    """Return 12 slices, and in which of them a cube of 6x28x28 was smoothed."""
    volume = np.stack([body(160, 160, seed) for _ in range(12)])
    volume += np.random.default_rng(seed).normal(0, 12, volume.shape)
    if planted:
        cube = slice(3, 9), slice(50, 78), slice(84, 112)
        volume[cube] = uniform_filter(volume, 5)[cube]
    slices = [Picture(one.round().astype(np.int16), 16, "CT lung", -200, 2200) for one in volume]
    return slices, [planted and 3 <= n < 9 for n in range(12)]


@pytest.fixture(scope="module")
def fitted() -> VolumeDetector:
    torch.set_num_threads(1)
    detector = VolumeDetector(BUDGET)
    detector.fit(study(), seed=1)
    return detector


def study() -> list[Example]:
    """Return two volumes of another modality, slice by slice."""
    clean = np.zeros((96, 80), bool)
    slices = []
    for patient in ("a", "b"):
        for n in range(10):
            values = body(96, 80, n // 5, 25.0) + np.random.default_rng(n).normal(0, 9, (96, 80))
            picture = Picture(values.round().astype(np.int16), 12, "MR", 0, 2000)
            slices.append(Example(picture, clean, "", patient))
    return slices


def test_planted_slices_rank_above_pristine_ones(fitted: VolumeDetector) -> None:
    scores, truth = [], []
    for seed in range(4):
        slices, planted = cuboid(seed, planted=True)
        opinions = fitted.examine_volume(slices)
        scores += [one.score for one in opinions]
        truth += planted
    assert roc_auc_score(truth, scores) > 0.9


def test_heat_is_higher_in_the_planted_cube(fitted: VolumeDetector) -> None:
    slices, planted = cuboid(7, planted=True)
    inside, outside = [], []
    for opinion, forged in zip(fitted.examine_volume(slices), planted, strict=True):
        assert opinion.heat is not None
        assert opinion.heat.shape == (160, 160)
        if forged:
            inside.append(opinion.heat[50:78, 84:112].mean())
            outside.append(opinion.heat.mean())
    assert np.mean(inside) > 2 * np.mean(outside)


def test_a_long_volume_is_judged_slice_by_slice(fitted: VolumeDetector) -> None:
    slices = [plant(n, forged=False, edge=64).picture for n in range(19)]
    assert len(fitted.examine_volume(slices)) == 19


def test_every_sort_of_slice_is_judged(fitted: VolumeDetector) -> None:
    for values in (noise(65, 97).values, coloured(64, 64).values, np.zeros((64, 70), np.uint8)):
        opinion = fitted.examine(show(values))
        assert np.isfinite(opinion.score)
        assert opinion.heat is not None
        assert opinion.heat.shape == values.shape[:2]


def test_one_seed_learns_one_thing() -> None:
    picture = plant(3, forged=True).picture
    scores = []
    for seed in (1, 1, 2):
        detector = VolumeDetector(Budget(steps=6, batch=8, windows=80))
        detector.fit(study(), seed)
        scores.append(detector.score(picture))
    assert scores[0] == scores[1] != scores[2]


def test_saved_weights_judge_alike(fitted: VolumeDetector, tmp_path: Path) -> None:
    fitted.save(tmp_path / "weights.npz")
    other = VolumeDetector(BUDGET)
    other.load(tmp_path / "weights.npz")
    picture = plant(3, forged=True).picture
    assert fitted.score(picture) == other.score(picture)


def test_too_few_slices_are_refused() -> None:
    with pytest.raises(ValueError, match="no volume"):
        VolumeDetector(BUDGET).fit(study()[:7], seed=1)
