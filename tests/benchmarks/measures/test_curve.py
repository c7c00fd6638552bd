"""The ceiling of changes by one, and the curve of payload against PSNR."""

from math import log2

import pytest

from benchmarks.measures.ceiling import MOST, binary_rate, least_change, most_rate
from benchmarks.measures.curve import CEILING, curve_points, decibels
from benchmarks.measures.reversible import PUBLISHED


@pytest.mark.parametrize(
    ("bits", "psnr"),
    [(10_000 / 512**2, 72.5), (0.1, 67.6), (0.25, 62.8), (0.5, 58.9), (1.0, 54.6)],
)
def test_the_ceiling_is_where_the_formula_puts_it(bits: float, psnr: float) -> None:
    assert decibels(least_change(bits)) == pytest.approx(psnr, abs=0.06)


def test_the_most_that_changes_by_one_carry_is_one_of_three_a_sample() -> None:
    assert most_rate(2 / 3) == pytest.approx(log2(3)) == pytest.approx(MOST)
    assert most_rate(0.9) == MOST
    assert most_rate(0) == 0


@pytest.mark.parametrize("bits", [0.001, 0.1, 0.7, 1.5])
def test_the_least_change_carries_its_rate(bits: float) -> None:
    assert most_rate(least_change(bits)) == pytest.approx(bits)


def test_parities_carry_less_than_signs_do() -> None:
    for change in (0.01, 0.1, 0.4):
        assert binary_rate(change) < most_rate(change)
    assert binary_rate(0.5) == 1
    assert binary_rate(0) == binary_rate(1) == 0


def test_no_published_figure_breaks_the_ceiling() -> None:
    for one in PUBLISHED:
        assert one.psnr < decibels(least_change(one.bits)), one


def test_the_plot_has_ours_the_ceiling_and_the_published() -> None:
    row = {"what": "curve", "profile": "light", "kind": "MR", "mean_square": 0.02}
    row |= {"carried": 0.1, "payload": 0.03}
    points = curve_points([row, {"what": "frame"}])
    ours = [point for point in points if point.label == "MR"]
    assert [(p.series, p.bits) for p in ours] == [("ours, light", 0.03), ("carried, light", 0.1)]
    for point in ours:
        assert point.psnr == pytest.approx(65.12, abs=0.01)
    ceiling = [point for point in points if point.series == CEILING]
    assert [p.psnr for p in ceiling] == sorted((p.psnr for p in ceiling), reverse=True)
    assert len([p for p in points if p.series.startswith("published: ")]) == len(PUBLISHED)
