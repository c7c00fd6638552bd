"""Differences of rates of the same patients: of two splits, and of a family that was left out."""

from dataclasses import replace

import pytest

from benchmarks.pages.contest.differences import Difference
from benchmarks.pages.contest.rates import Rate, rate_of
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.contest.splits import render_splits
from benchmarks.pages.contest.unseen import render_unseen
from benchmarks.passive.cascade import Cascade
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest()
BOTH = make_contest(best=True)


def rate(*hits: int, tries: int = 10) -> Rate:
    """Return a rate of so many hits of `tries` in each patient."""
    return rate_of(
        (f"p{patient}", number < hit) for patient, hit in enumerate(hits) for number in range(tries)
    )


def splits(slices: list[int], patients: list[int]) -> Contest:
    """A contest whose detector judged so many of 10 rightly in each patient, under both splits."""
    learning = {}
    for name, hits in (("slice", slices), ("patient", patients)):
        pairs = [(f"p{n}", place < hit) for n, hit in enumerate(hits) for place in range(10)]
        learning[f"{name} split"] = {
            Cascade.name: {
                "scores": [1.0 if right else -1.0 for _, right in pairs],
                "forged": [True] * len(pairs),
                "patients": [patient for patient, _ in pairs],
                "threshold": 0.0,
            }
        }
    return replace(CONTEST, learning=learning)


def test_a_difference_is_that_of_the_same_patients() -> None:
    apart = Difference(rate(9, 5, 1), rate(8, 4, 0))
    assert apart.interval is None
    assert apart.cell == "+10.0 (alike in all 3 patients)"
    turned = Difference(rate(9, 5, 1), rate(0, 5, 9))
    assert turned.interval is not None
    low, high = turned.interval
    assert low == pytest.approx(-0.8)
    assert high == pytest.approx(0.9)


def test_the_interval_turns_round_with_the_difference() -> None:
    there, back = (
        Difference(*pair).interval
        for pair in ((rate(9, 5, 7), rate(5, 5, 1)), (rate(5, 5, 1), rate(9, 5, 7)))
    )
    assert there is not None
    assert back is not None
    assert (-there[1], -there[0]) == pytest.approx(back)


def test_a_single_patient_has_no_interval() -> None:
    assert Difference(rate(9), rate(5)).cell == "+40.0 (1 patient)"
    assert Difference(rate(9), rate_of(())).cell == "-"
    assert not Difference(rate(9), rate(5)).is_certain


def test_a_difference_is_certain_where_its_interval_is_on_one_side() -> None:
    assert Difference(rate(9, 8, 9, 7), rate(5, 5, 4, 6)).is_certain
    assert Difference(rate(5, 5, 4, 6), rate(9, 8, 9, 7)).is_certain
    assert not Difference(rate(9, 1, 5, 5), rate(1, 9, 5, 4)).is_certain


def test_the_difference_of_splits_has_number_level_and_interval() -> None:
    assert (
        "| cascade | T0 | 40 / 4 | 100.0 % | 80.0 % | +20.0 (alike in all 4 patients) points |"
        in (render_splits(CONTEST))
    )
    text = render_splits(splits([9, 8, 9, 7], [5, 5, 4, 6]))
    cell = Difference(rate(9, 8, 9, 7), rate(5, 5, 4, 6)).cell
    assert f"| {Cascade.name} | T0 | 40 / 4 | 82.5 % | 50.0 % | {cell} points |" in text
    assert f"| {Cascade.name} | p1 | 8/10: 80.0 % | 5/10: 50.0 % |" in text.split("<details>")[1]


def test_splits_of_many_patients_have_nothing_behind() -> None:
    assert "<details>" not in render_splits(splits([9, 7] * 6, [5, 6] * 6))


def test_what_carries_over_of_the_splits_follows_from_the_interval() -> None:
    sure = render_splits(splits([9, 8, 9, 7], [5, 5, 4, 6]))
    assert f"Under the authors' split `{Cascade.name}` comes to an accuracy of 82.5 %" in sure
    assert "published is: accuracy 99.80 % (Zhang et al." in sure
    assert "what carries over is the sign of the difference, not the level." in sure
    unsure = render_splits(splits([9, 1, 5, 5], [1, 9, 5, 4]))
    assert "not even the sign of the difference" in unsure
    assert "Under the authors' split `" not in render_splits(CONTEST)


def test_scores_of_two_rounds_are_not_compared() -> None:
    values = {
        "scores": [3.0, 2.0, -2.0, -3.0] * 4,
        "forged": [True, False, True, False] * 4,
        "patients": [f"p{number // 4}" for number in range(16)],
        "threshold": 0.0,
    }
    mixed, apart = (
        render_splits(replace(CONTEST, learning={"slice split": {"D": values | more}}))
        for more in ({}, {"rounds": [0, 0, 1, 1] * 4})
    )
    assert "| T0 | 0.750 (" in mixed
    assert "scores of all rounds together" in mixed
    assert "| T0 | 1.000 (1.000 to 1.000) |" in apart
    assert "of one round" in apart


def test_families_left_out_have_the_interval_of_their_difference() -> None:
    text = render_unseen(BOTH).split("## All families together")[1]
    line = next(line for line in text.splitlines() if line.startswith("| U-Net | 1 | T0 |"))
    assert line.count(" to ") == 3 or "alike in all" in line
    assert "| all together | U-Net | " in text.split("<details>")[1]


def test_where_families_were_left_out_is_said() -> None:
    leaking = render_unseen(BOTH)
    assert "to the forger alone" not in leaking
    assert "none was repeated with another seed" in leaking
    assert "in the best case only" not in leaking
    rows = tuple(
        replace(row, scores={name: one for name, one in row.scores.items() if " -" not in name})
        for row in BOTH.rows
    )
    assert "in the best case only, not split by patient" in render_unseen(replace(BOTH, rows=rows))
    plain = render_unseen(CONTEST)
    assert "none was repeated with another seed" in plain
    assert "best case" not in plain
