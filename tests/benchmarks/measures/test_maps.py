"""Measures of heat maps against scikit-learn, and by trying everything."""

from itertools import product

import numpy as np
import pytest
from sklearn import metrics

from benchmarks.measures.location import best_iou, block_ceiling, compare_flags, is_hit, judge_heat


def flags(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A heat map of few values, and what was changed."""
    random = np.random.default_rng(seed)
    changed = np.zeros((40, 56), dtype=bool)
    changed[10:22, 30:45] = True
    heat = np.round(random.random(changed.shape) * 0.7 + 0.3 * changed, 2)
    return heat.astype(np.float32), changed


@pytest.mark.parametrize("seed", range(5))
def test_measures_of_samples_are_those_of_scikit_learn(seed: int) -> None:
    heat, changed = flags(seed)
    named = heat >= 0.5
    f1, iou, correlation = compare_flags(named, changed)
    truth, said = changed.ravel(), named.ravel()
    assert f1 == pytest.approx(metrics.f1_score(truth, said))
    assert iou == pytest.approx(metrics.jaccard_score(truth, said))
    assert correlation == pytest.approx(metrics.matthews_corrcoef(truth, said))


def test_nothing_and_everything_have_no_correlation() -> None:
    _, changed = flags(0)
    assert compare_flags(np.zeros_like(changed), changed) == (0, 0, 0)
    assert compare_flags(np.ones_like(changed), changed)[2] == 0
    assert compare_flags(changed, changed) == (1, 1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_threshold_is_found_among_all(seed: int) -> None:
    heat, changed = flags(seed)
    tried = [compare_flags(heat >= value, changed)[1] for value in np.unique(heat)]
    assert best_iou(heat, changed) == max(tried)
    assert best_iou(heat, np.zeros_like(changed)) == 0


def test_a_hit_is_the_hottest_sample() -> None:
    heat, changed = flags(1)
    assert is_hit(changed.astype(np.float32), changed)
    assert not is_hit(1 - changed.astype(np.float32), changed)
    assert judge_heat(heat, 0.5, changed)[3:] == [best_iou(heat, changed), is_hit(heat, changed)]


@pytest.mark.parametrize("seed", range(8))
def test_no_set_of_blocks_passes_the_ceiling(seed: int) -> None:
    random = np.random.default_rng(seed)
    changed = random.random((10, 13)) < random.random()
    changed[0, 0] = True
    blocks = [(r, c) for r in range(0, 10, 4) for c in range(0, 13, 4)]
    best = 0.0
    for chosen in product([False, True], repeat=len(blocks)):
        named = np.zeros_like(changed)
        for (row, column), taken in zip(blocks, chosen, strict=True):
            named[row : row + 4, column : column + 4] = taken
        best = max(best, compare_flags(named, changed)[1])
    assert block_ceiling(changed, 4) == pytest.approx(best)


def test_whole_blocks_can_be_named_exactly() -> None:
    changed = np.zeros((64, 64), dtype=bool)
    changed[16:32, 8:40] = True
    assert block_ceiling(changed, 8) == 1.0
    assert block_ceiling(changed, 1) == 1.0
    # Shares of the three blocks: a half, all, a half; the middle one alone gives 1/2.
    assert block_ceiling(changed, 16) == pytest.approx(2 / 3)
