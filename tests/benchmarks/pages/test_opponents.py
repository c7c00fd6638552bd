"""What others published stands beside those of our detectors that were made after it."""

import re
from dataclasses import replace

import pytest

from benchmarks.contest.lineup import all_detectors
from benchmarks.pages.contest.opponents import matching, render_opponents
from benchmarks.pages.contest.published import PUBLISHED, Published
from benchmarks.passive.cascade import Cascade
from benchmarks.passive.training import FULL
from benchmarks.passive.volumes import VolumeDetector
from tests.benchmarks.synthetic import make_contest

LINEUP = [*(one.name for one in all_detectors(FULL)), VolumeDetector.name]
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def work_of(beginning: str) -> Published:
    """Return the work whose name begins so."""
    return next(one for one in PUBLISHED if one.work.startswith(beginning))


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: one.work)
def test_every_word_of_a_work_is_in_the_name_of_a_detector_that_takes_part(one: Published) -> None:
    for word in one.ours:
        assert any(word in name.casefold() for name in LINEUP), word
    assert one.figures
    assert one.source
    assert one.split


def test_the_cascade_stands_under_the_work_that_it_follows_alone() -> None:
    works = [one.work for one in PUBLISHED if one.stands_for(Cascade.name)]
    assert works == ["Zhang et al., PLOS ONE 2024, e0290303"]


def test_every_detector_that_follows_a_work_is_found_by_it() -> None:
    found = {name for name in LINEUP if any(one.stands_for(name) for one in PUBLISHED)}
    assert found == set(LINEUP)
    solaiyappan = work_of("Solaiyappan")
    assert sorted(name for name in LINEUP if solaiyappan.stands_for(name)) == [
        "CNN, DenseNet-type",
        "CNN, ResNet-type",
        "CNN, VGG-type",
        "features + SVM",
        "features + decision tree",
        "features + random forest",
    ]


def test_only_detectors_that_were_run_stand_beside_a_work() -> None:
    contest = make_contest()
    rows = tuple(replace(row, scores={Cascade.name: row.scores["cascade"]}) for row in contest.rows)
    contest = replace(contest, rows=rows)
    assert matching(contest, work_of("Zhang")) == [Cascade.name]
    assert matching(contest, work_of("Gite")) == []
    lines = render_opponents(contest).splitlines()
    line = next(line for line in lines if line.startswith(f"| {Cascade.name} |"))
    assert "| Zhang et al., PLOS ONE 2024, e0290303 | by patient |" in line


def test_every_figure_in_short_stands_in_the_table() -> None:
    text = render_opponents(make_contest())
    short = next(line for line in text.splitlines() if line.startswith("In short:"))
    figures = {number for one in PUBLISHED for number in NUMBER.findall(one.figures)}
    said = set(NUMBER.findall(short.replace("M3Dsynth", ""))) - {"1"}
    assert said
    assert {float(number) for number in said} <= {float(number) for number in figures}


def test_the_extremes_in_short_are_those_of_the_table() -> None:
    text = render_opponents(make_contest())
    areas = [float(one) for one in re.findall(r"(\d+\.\d) /", work_of("HexMIL").figures)]
    assert f"AUC {min(areas)} to {max(areas)} %" in text
    found = work_of("TruFor, fine-tuned").figures.split(":")[1]
    trained = [[float(one) for one in NUMBER.findall(part)] for part in found.split(";")]
    across = [
        value
        for place, values in enumerate(trained)
        for other, value in enumerate(values)
        if other != place
    ]
    assert f"detection of {min(across)} to {max(across)} % at 1 % false alarms" in text
    accuracies = work_of("M3Dsynth, the same").figures.replace("accuracy", "")
    shares = [float(one) for one in NUMBER.findall(accuracies)]
    assert f"accuracy of {min(shares)} to {max(shares)} %" in text
