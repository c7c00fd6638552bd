"""Exact intervals against SciPy, the bootstrap against what is known of it."""

import numpy as np
import pytest
from scipy.stats import binomtest

from benchmarks.intervals import bootstrap, clopper_pearson, cluster_bootstrap, draw_clusters


@pytest.mark.parametrize("tries", [1, 2, 9, 30, 300, 3000])
@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.5, 0.97, 1.0])
def test_exact_intervals_are_those_of_scipy(tries: int, part: float) -> None:
    hits = round(part * tries)
    expected = binomtest(hits, tries).proportion_ci(0.95, method="exact")
    assert clopper_pearson(hits, tries) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_no_event_in_n_is_bounded_as_it_is_known() -> None:
    assert clopper_pearson(0, 300)[1] == pytest.approx(1 - 0.025 ** (1 / 300))


def test_the_bootstrap_of_a_mean_is_that_of_sums() -> None:
    random = np.random.default_rng(5)
    patients = random.integers(0, 9, 120)
    values = random.random(120)
    names = list(dict.fromkeys(patients.tolist()))
    sums = [values[patients == name].sum() for name in names]
    counts = [int((patients == name).sum()) for name in names]
    mine = cluster_bootstrap(patients.tolist(), lambda places: float(values[places].mean()))
    assert mine == pytest.approx(bootstrap(sums, counts))


def test_a_patient_more_is_no_sample_more() -> None:
    """Twenty copies of what one patient shows make nothing narrower."""
    values = np.repeat([0.0, 1.0, 1.0, 0.0, 1.0], 20)
    once = cluster_bootstrap(range(5), lambda places: float(values[::20][places].mean()))
    many = cluster_bootstrap(
        [place // 20 for place in range(100)], lambda places: float(values[places].mean())
    )
    assert many == pytest.approx(once)


def test_as_many_clusters_are_drawn_as_there_are() -> None:
    assert (draw_clusters(7, 50).sum(axis=1) == 7).all()
