"""How well maps name what was changed, and of how many patients each mean is."""

from dataclasses import replace

import pytest

from benchmarks.pages.contest.placing import ceiling_of, locators, mean_of, render_placing
from benchmarks.pages.contest.records import Contest
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest()


def of_patients(names: set[str]) -> Contest:
    """The contest with some test patients alone."""
    return replace(CONTEST, rows=tuple(row for row in CONTEST.rows if row.patient in names))


def test_whole_cells_name_a_large_square_better_than_a_small_one() -> None:
    assert ceiling_of(1) == pytest.approx(1 / 64)
    assert ceiling_of(8) < ceiling_of(64) < 1


def test_a_mean_of_one_patient_has_no_interval() -> None:
    alone = of_patients({"p1"})
    _, values = locators(alone)[0]
    assert mean_of(alone.shared, values, 1) == "0.90 (1 patient)"
    both = of_patients({"p1", "p3"})
    assert mean_of(both.shared, values, 1) == "0.90 (0.90 to 0.90)"
    assert mean_of((), values, 1) == "-"
    assert "(1 patient)" in render_placing(alone)
    assert "(1 patient)" not in render_placing(CONTEST)


def test_lines_of_few_patients_have_each_ones_mean_behind() -> None:
    text = render_placing(CONTEST).split("## IoU by attack")[1].split("\n## ")[0]
    assert "Means of fewer than 10 patients hang on these few" in text
    behind = text.split("<details>")[1]
    name = "U-Net"
    own = [
        row.maps[name][1]
        for row in CONTEST.shared
        if row.patient == "p3" and row.attack == "pix2pix" and name in row.maps
    ]
    line = next(line for line in behind.splitlines() if line.startswith("| B2 pix2pix | p3 |"))
    assert line.endswith(f" {sum(own) / len(own):.2f} (n = {len(own)}) |")


def test_lines_of_many_patients_have_nothing_behind() -> None:
    many = render_placing(make_contest(patients=12, images=1))
    assert "<details>" not in many
    assert "hang on these few" not in many


def test_the_example_says_how_its_maps_are_drawn() -> None:
    text = render_placing(CONTEST)
    assert "from its own least to its greatest value" in text
    assert "the maps of all" not in text
