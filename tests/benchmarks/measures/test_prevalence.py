"""Rare forgeries and partly sealed archives, by hand."""

import pytest

from benchmarks.measures.prevalence import Archive, predictive_value


def test_a_perfect_detector_with_1_percent_false_alarms_is_wrong_10_times_of_11() -> None:
    assert predictive_value(1.0, 0.01, 0.001) == pytest.approx(0.001 / (0.001 + 0.00999))
    assert predictive_value(0.0, 0.0, 0.5) == 0


def test_the_crossover_of_perfect_seals_is_the_rate_of_the_detector() -> None:
    archive = Archive(1.0, 0.4, 0.4, 1.0)
    assert archive.crossover() == pytest.approx(0.4)
    assert archive.active_alone(0.4) == pytest.approx(archive.passive_alone(0.4))
    assert archive.hybrid(0.5) == pytest.approx(0.7)


def test_at_the_crossover_both_find_the_same() -> None:
    archive = Archive(0.9, 0.5, 0.3, 0.95)
    share = archive.crossover()
    assert share is not None
    assert archive.active_alone(share) == pytest.approx(archive.passive_alone(share))


def test_seals_that_find_less_never_cross() -> None:
    assert Archive(0.3, 0.6, 0.6, 0.6).crossover() is None
    assert Archive(0.0, 0.0, 0.0, 0.0).crossover() is None
