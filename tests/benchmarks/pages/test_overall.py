"""Rates of each detector over all attacks, and of the best by kind of picture."""

from dataclasses import replace

from benchmarks.pages.contest.methods import Passive, best_passive
from benchmarks.pages.contest.overall import OVERALL, kinds_table, overall_table
from benchmarks.pages.contest.records import Contest
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest()


def line_of(text: str, beginning: str) -> list[str]:
    """Return the cells of the first line that begins so."""
    found = next(line for line in text.splitlines() if line.startswith(beginning))
    return [cell.strip() for cell in found.strip("|").split("|")]


def table_of(text: str) -> list[str]:
    """Return the head of the first table."""
    return line_of(text, "| ")


def unknown_kind() -> Contest:
    """A contest in which no validation original is of one kind of two."""
    rows = (row for row in CONTEST.rows if row.part == "test" or row.kind != "MR")
    return replace(CONTEST, rows=tuple(rows))


def test_the_precision_that_guessing_comes_to_is_printed() -> None:
    head, line = table_of(overall_table(CONTEST)), line_of(overall_table(CONTEST), "| U-Net |")
    forged, originals = line[1].split(" / ")[0].split(" + ")
    share = int(forged) / (int(forged) + int(originals))
    assert line[head.index("forged")] == f"{share:.3f}"
    assert head.index("AP") == head.index("forged") + 1


def test_a_threshold_of_the_test_originals_is_called_no_operating_point() -> None:
    assert "*At 1 % of the test originals*" in OVERALL
    assert "known only afterwards and no operating point" in OVERALL
    assert "at 1 % of the test originals" in table_of(overall_table(CONTEST))


def test_every_kind_of_test_picture_has_a_line() -> None:
    text = kinds_table(unknown_kind())
    for kind in {row.kind for row in CONTEST.originals("test")}:
        assert line_of(text, f"| {kind} |")
    line = line_of(text, "| MR |")
    assert line[1] == "no validation original of it"
    assert line[4:6] == ["-", "-"]
    assert line_of(text, "| CT lung |")[1].startswith("validation, n = ")


def test_false_alarms_of_a_kind_stand_there_with_both_thresholds() -> None:
    best = best_passive(CONTEST)
    assert best is not None
    for kind in ("MR", "CT lung"):
        threshold = CONTEST.threshold(best.name, best.threshold.asked, kind)
        assert threshold is not None
        quiet = [row for row in CONTEST.originals("test") if row.kind == kind]
        line = line_of(kinds_table(CONTEST), f"| {kind} |")
        assert line[5] == Passive(best.name, threshold).rate(quiet).counted
        assert line[7] == best.rate(quiet).counted
        assert best.rate(quiet).tried


def test_kinds_of_few_patients_have_each_ones_values_behind() -> None:
    best = best_passive(CONTEST)
    assert best is not None
    text = kinds_table(CONTEST)
    table, behind = text.split("<details>")
    assert "patients: each one's values" in behind
    found = best.rate(row for row in CONTEST.shared if row.kind == "MR").by_patient
    assert found in behind
    assert found not in table
    assert "<details>" not in kinds_table(make_contest(patients=40, images=1))


def test_detectors_that_judged_few_patients_have_each_ones_values_behind() -> None:
    assert "| U-Net | p1 " in overall_table(CONTEST).split("<details>")[1]
    assert "<details>" not in overall_table(make_contest(patients=12, images=1))
