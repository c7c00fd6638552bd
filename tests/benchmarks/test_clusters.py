"""Means over rows that come in clusters."""

import pytest

from benchmarks.clusters import Row, mean_of, relative_error


def row(patient: str, value: float, psnr: float | None = 40.0) -> Row:
    return {"patient": patient, "value": value, "peaks": {"stored": {"psnr": psnr}}}


def test_the_mean_is_over_rows_and_the_interval_over_patients() -> None:
    rows = [row("a", 1), row("a", 1), row("a", 1), row("b", 5)]
    mean = mean_of(rows, lambda one: float(one["value"]))
    assert (mean.value, mean.low, mean.high, mean.patients) == (2, 1, 5, 2)
    assert mean.text("{:.1f}".format) == "2.0 (1.0 to 5.0)"


def test_one_patient_has_no_interval() -> None:
    assert mean_of([row("a", 1), row("a", 2)], lambda r: float(r["value"])).text(str) == "1.5"


def test_psnr_is_of_the_mean_error_and_the_interval_of_more_error_is_lower() -> None:
    rows = [row("a", 0, 40), row("b", 0, 50)]
    # 10^-4 and 10^-5: their mean is 5.5 * 10^-5.
    assert mean_of(rows, relative_error("stored")).decibels() == "42.6 (40.0 to 50.0)"


def test_equal_pictures_add_no_error() -> None:
    assert relative_error("stored")(row("a", 0, None)) == 0
    assert mean_of([row("a", 0, None)], relative_error("stored")).decibels() == "inf"
    one = [row("a", 0, 40), row("a", 0, None)]
    assert mean_of(one, relative_error("stored")).value == pytest.approx(0.5e-4)
