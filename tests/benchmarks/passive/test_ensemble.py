import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks.passive.ensemble import Ensemble

SCALES = {"sharp": 1.0, "loud": 1000.0, "blind": 0.01, "wrong": 1.0}


def judge(count: int, seed: int) -> tuple[list[dict[str, float]], list[bool]]:
    """Return scores of detectors of which one knows, one half knows, one guesses, one errs."""
    random = np.random.default_rng(seed)
    truth = [bool(one) for one in random.integers(0, 2, count)]
    knows = {"sharp": 3.0, "loud": 1.0, "blind": 0.0, "wrong": -1.0}
    scores = [
        {name: SCALES[name] * (random.normal() + knows[name] * one) for name in SCALES}
        for one in truth
    ]
    return scores, truth


def test_the_fitted_sum_is_better_than_the_plain_one() -> None:
    scores, truth = judge(200, seed=1)
    fitted, plain = Ensemble(), Ensemble()
    fitted.fit(scores, truth)
    originals = [one for one, forged in zip(scores, truth, strict=True) if not forged]
    plain.fit(originals, [False] * len(originals))
    later, known = judge(300, seed=2)
    areas = [
        roc_auc_score(known, [one.combine_scores(row) for row in later]) for one in (fitted, plain)
    ]
    assert areas[0] > 0.95
    assert areas[0] > areas[1] > 0.5


def test_weights_are_a_share_each_and_none_is_negative() -> None:
    ensemble = Ensemble()
    ensemble.fit(*judge(200, seed=1))
    assert sum(ensemble.weights.values()) == pytest.approx(1)
    assert min(ensemble.weights.values()) >= 0
    assert ensemble.weights["wrong"] == 0


def test_a_scale_of_scores_changes_nothing() -> None:
    scores, truth = judge(80, seed=3)
    one, other = Ensemble(), Ensemble()
    one.fit(scores, truth)
    larger = [{name: 7 * score - 3 for name, score in row.items()} for row in scores]
    other.fit(larger, truth)
    assert one.combine_scores(scores[0]) == pytest.approx(other.combine_scores(larger[0]))


def test_one_detector_cannot_outshout_all() -> None:
    ensemble = Ensemble()
    scores, _ = judge(50, seed=4)
    ensemble.fit(scores, [False] * 50)
    row = dict(scores[0])
    before = ensemble.combine_scores(row)
    row["loud"] = 1e12
    assert ensemble.combine_scores(row) - before <= 9 / 4


def test_a_constant_detector_says_nothing() -> None:
    ensemble = Ensemble()
    ensemble.fit([{"mute": 2.0}] * 5, [False] * 5)
    assert ensemble.combine_scores({"mute": 2.0}) == 0


def test_what_cannot_be_learned_from_is_refused() -> None:
    with pytest.raises(ValueError, match="no original"):
        Ensemble().fit([{"a": 1.0}], [True])
    with pytest.raises(ValueError, match="every detector"):
        Ensemble().fit([{"a": 1.0}, {"b": 1.0}], [False, False])
    with pytest.raises(ValueError, match="must learn"):
        Ensemble().combine_scores({"a": 1.0})
