"""Rates, areas and thresholds against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn import metrics

from benchmarks.intervals import cluster_bootstrap
from benchmarks.measures.detection import (
    area_interval,
    area_under,
    average_precision,
    choose_threshold,
    count_alarms,
    counts_intervals,
    precision_interval,
    trace_roc,
)


def draws(seed: int, ties: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Scores of which many are equal, and the truth."""
    random = np.random.default_rng(seed)
    forged = random.random(300) < 0.4
    scores = random.normal(size=300) + forged
    return (np.round(scores, 1) if ties else scores), forged


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_areas_are_those_of_scikit_learn(seed: int, ties: bool) -> None:
    scores, forged = draws(seed, ties)
    assert area_under(scores, forged) == pytest.approx(metrics.roc_auc_score(forged, scores))
    expected = metrics.average_precision_score(forged, scores)
    assert average_precision(scores, forged) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_a_curve_has_every_threshold_of_scikit_learns(seed: int) -> None:
    scores, forged = draws(seed)
    curve = trace_roc(scores, forged)
    false, hits, thresholds = metrics.roc_curve(forged, scores, drop_intermediate=False)
    assert np.allclose(curve.false_alarms, false)
    assert np.allclose(curve.detections, hits)
    assert np.allclose(curve.thresholds[1:], thresholds[1:])


@pytest.mark.parametrize("seed", range(5))
def test_counts_are_those_of_scikit_learn(seed: int) -> None:
    scores, forged = draws(seed)
    counts = count_alarms(scores, forged, 0.5)
    alarms = scores > 0.5
    assert counts.accuracy == pytest.approx(metrics.accuracy_score(forged, alarms))
    assert counts.precision == pytest.approx(metrics.precision_score(forged, alarms))
    assert counts.recall == pytest.approx(metrics.recall_score(forged, alarms))
    assert counts.f1 == pytest.approx(metrics.f1_score(forged, alarms))


def test_without_an_alarm_nothing_is_divided_by_nothing() -> None:
    counts = count_alarms([0.0, 0.0], [True, False], 1.0)
    assert (counts.accuracy, counts.precision, counts.recall, counts.f1) == (0.5, 0, 0, 0)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.05, 0.3])
@pytest.mark.parametrize("count", [1, 7, 99, 100, 250, 1000])
def test_a_threshold_keeps_its_rate_and_could_not_be_lower(rate: float, count: int) -> None:
    originals = np.random.default_rng(count).normal(size=count)
    chosen = choose_threshold(originals, rate)
    assert np.sum(originals > chosen.value) <= rate * count
    lower = np.sort(originals[originals < chosen.value])
    if lower.size:
        assert np.sum(originals > lower[-1]) > rate * count


def test_too_few_originals_give_their_greatest_score() -> None:
    chosen = choose_threshold([1.0, 5.0, 3.0], 0.01)
    assert (chosen.value, chosen.originals, chosen.resolved) == (5.0, 3, False)
    assert choose_threshold(range(100), 0.01).value == 98.0


def test_equal_scores_never_pass_the_rate() -> None:
    chosen = choose_threshold([1.0] * 50 + [2.0] * 50, 0.05)
    assert chosen.value == 2.0


def test_the_interval_of_an_area_is_that_of_drawn_patients() -> None:
    scores, forged = draws(3)
    patients = np.arange(300) % 7
    quick = area_interval(scores, forged, patients)
    slow = cluster_bootstrap(
        patients.tolist(), lambda places: area_under(scores[places], forged[places])
    )
    assert quick == pytest.approx(slow, abs=1e-9)


def test_a_resample_without_an_original_is_left_out() -> None:
    low, high = area_interval([3.0, 1.0, 2.0], [True, False, True], ["a", "b", "c"])
    assert (low, high) == (1.0, 1.0)


def drawn(seed: int = 5) -> tuple[list[float], list[bool], list[str]]:
    """Return scores with ties, truth and patients of 120 pictures, patients in order."""
    random = np.random.default_rng(seed)
    forged = random.random(120) < 0.4
    scores = np.round(random.normal(size=120) + forged, 1)
    return scores.tolist(), forged.tolist(), [f"p{n // 10:02}" for n in range(120)]


def test_intervals_of_average_precision_are_those_of_drawn_patients() -> None:
    scores, forged, patients = drawn()
    values, truth = np.array(scores), np.array(forged)
    expected = cluster_bootstrap(patients, lambda at: average_precision(values[at], truth[at]))
    assert precision_interval(scores, forged, patients) == pytest.approx(expected)


def test_intervals_of_counts_are_those_of_drawn_patients() -> None:
    scores, forged, patients = drawn()
    values, truth = np.array(scores), np.array(forged)
    found = counts_intervals(scores, forged, patients, 0.5)
    for name, interval in zip(("accuracy", "precision", "f1"), found, strict=True):

        def measure(at: np.ndarray, name: str = name) -> float:
            return float(getattr(count_alarms(values[at], truth[at], 0.5), name))

        assert interval == pytest.approx(cluster_bootstrap(patients, measure))
