"""Scores are compared with those of sound pictures of their own kind."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.contest.rows import Row, write_rows
from benchmarks.measures.detection import area_under
from benchmarks.pages.contest.methods import Hybrid, Passive
from benchmarks.pages.contest.records import FILES, RATE, Contest, read_contest
from benchmarks.pages.contest.standardising import ENOUGH, Standard, standardise
from benchmarks.pages.contest.thresholds import told_thresholds
from benchmarks.provenance import BOOK, note


def original(kind: str, number: int, **scores: float) -> Row:
    """A validation original that was never sealed."""
    row = Row(f"{kind}/{number}", f"p{number}", kind, "validation", "", "")
    row.scores = dict(scores)
    return row


def forgery(kind: str, **scores: float) -> Row:
    """A forgery of a test patient."""
    row = Row(f"{kind}/forged", "q", kind, "test", "A1", "copy-move", 16)
    row.scores = dict(scores)
    return row


MANY = [original("MR", n, D=100.0 + 2 * (n % 2)) for n in range(ENOUGH)]
"""Mean 101, deviation 1."""
FEW = [original("CT lung", n, D=1.0) for n in range(ENOUGH - 1)]


def scores_of(rows: list[Row], kind: str, detector: str = "D") -> float:
    """Return the standard score of the only forgery of a kind."""
    return next(row.scores[detector] for row in standardise(rows) if row.group and row.kind == kind)


def test_a_kind_with_enough_originals_has_mean_and_deviation_of_its_own() -> None:
    assert scores_of([*MANY, *FEW, forgery("MR", D=104.0)], "MR") == pytest.approx(3.0)


def test_a_kind_with_too_few_is_compared_with_all_together() -> None:
    rows = [*MANY, *FEW, forgery("CT lung", D=1.0), forgery("fundus", D=1.0)]
    every = Standard.of([row.scores["D"] for row in (*MANY, *FEW)])
    assert every.deviation > 40
    for kind in ("CT lung", "fundus"):
        assert scores_of(rows, kind) == pytest.approx((1.0 - every.mean) / every.deviation)


def test_of_scores_that_are_all_alike_the_mean_alone_is_taken_off() -> None:
    alike = [original("MR", n, D=0.1) for n in range(ENOUGH)]
    placed = standardise([*alike, forgery("MR", D=0.35)])
    assert {row.scores["D"] for row in placed if not row.group} == {0.0}
    assert scores_of([*alike, forgery("MR", D=0.35)], "MR") == pytest.approx(0.25)


def test_a_detector_that_lacks_some_rows_is_compared_with_those_it_has() -> None:
    some = [replace(row, scores={"D": 100.0, "E": float(n)}) for n, row in enumerate(MANY[:4])]
    rows = [*some, *MANY[4:], forgery("MR", D=100.0, E=7.0), forgery("CT lung", F=5.0)]
    few = Standard.of([0.0, 1.0, 2.0, 3.0])
    assert scores_of(rows, "MR", "E") == pytest.approx((7.0 - few.mean) / few.deviation)
    assert scores_of(rows, "CT lung", "F") == 5.0
    assert "E" not in standardise(rows)[-1].scores


@pytest.mark.parametrize(
    "change",
    [{"part": "test"}, {"marked": True}, {"group": "A1"}, {"sweep": "sizes"}],
)
def test_nothing_but_sound_validation_pictures_is_compared_with(change: dict[str, object]) -> None:
    other = replace(original("MR", 99, D=1e6), **change)  # type: ignore[arg-type]
    assert scores_of([*MANY, forgery("MR", D=104.0)], "MR") == pytest.approx(
        next(r.scores["D"] for r in standardise([*MANY, forgery("MR", D=104.0), other]) if r.group)
    )


def test_the_order_within_a_kind_stays_and_rows_given_are_not_touched() -> None:
    rows = [*MANY, *(forgery("MR", D=score) for score in (101.0, 90.0, 300.0))]
    before = [dict(row.scores) for row in rows]
    placed = standardise(rows)
    assert [row.scores for row in rows] == before
    truth = [bool(row.group) for row in rows]
    areas = [area_under([row.scores["D"] for row in some], truth) for some in (rows, placed)]
    assert areas[0] == areas[1]


def test_one_threshold_serves_kinds_whose_scores_differ() -> None:
    loud = [original("CT lung", n, D=1000.0 + n % 2) for n in range(ENOUGH)]
    rows = [*MANY, *loud, forgery("MR", D=110.0), forgery("CT lung", D=1010.0)]
    found = []
    for some in (tuple(rows), standardise(rows)):
        contest = Contest(some)
        threshold = contest.threshold("D", RATE)
        assert threshold is not None
        found.append(Passive("D", threshold).rate(contest.shared).hit)
    assert found == [1, 2]


def test_sweeps_sealed_pictures_and_hybrids_use_the_same_standards() -> None:
    usual = forgery("MR", D=104.0)
    swept = replace(usual, sweep="sizes")
    sealed = replace(usual, marked=True, verdicts={"standard, tags": "unsealed"})
    placed = standardise([*MANY, usual, swept, sealed])
    assert [row.scores["D"] for row in placed[-3:]] == pytest.approx([3.0] * 3)
    contest = Contest(placed)
    threshold = contest.threshold("D", RATE)
    assert threshold is not None
    assert threshold.value == pytest.approx(1.0)
    both = Hybrid("standard, tags", Passive("D", threshold)).rate(contest.shared)
    assert (both.hit, both.tried) == (2, 2)
    assert Passive("D", threshold).rate(contest.swept("sizes")).hit == 1


def test_read_scores_are_standard_ones_and_the_pages_say_of_which_kinds(tmp_path: Path) -> None:
    rows = [*MANY, *FEW, forgery("MR", D=104.0)]
    write_rows(tmp_path / FILES[0], rows)
    note(FILES[0], tmp_path / BOOK.name)
    read = read_contest(tmp_path)
    assert read.rows[-1].scores["D"] == pytest.approx(3.0)
    told = told_thresholds(read)
    assert f"if there are at least {ENOUGH} (here {ENOUGH} MR)" in told
    assert f"else of all {2 * ENOUGH - 1} together ({ENOUGH - 1} CT lung)" in told
    assert "own kind" not in told_thresholds(Contest(tuple(rows)))
