"""Tables of active against passive, on small rows whose numbers are known."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.contest.rows import Row, write_rows
from benchmarks.measures.detection import Threshold, choose_threshold
from benchmarks.pages.contest import RENDERINGS
from benchmarks.pages.contest.archive import mix, value_of
from benchmarks.pages.contest.conclusions import tell_beyond, tell_lossy
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.falsealarms import render_false_alarms
from benchmarks.pages.contest.methods import (
    Active,
    Hybrid,
    Passive,
    best_hybrid,
    best_passive,
    ranked_passive,
)
from benchmarks.pages.contest.rates import percent, rate_of
from benchmarks.pages.contest.records import (
    FILES,
    PROCESSED,
    PROCESSING,
    Contest,
    labelled,
    read_contest,
)
from benchmarks.pages.contest.summary import render_summary
from benchmarks.pages.contest.unseen import render_unseen
from benchmarks.provenance import BOOK, note
from tests.benchmarks.synthetic import make_contest

EMPTY = Contest((), made="Made of nothing.")
CONTEST = make_contest()
BOTH = make_contest(best=True)


def forged(patient: str, score: float, verdict: str, marked: bool = False) -> Row:
    """One forgery with one score or one verdict."""
    row = Row("a.dcm", patient, "MR", "test", "A1", "copy-move", 16)
    row.marked = marked
    row.scores = {"D": score}
    row.verdicts = {"standard, tags": verdict, "standard, stripped": verdict} if marked else {}
    return row


def original(part: str, score: float, marked: bool = False) -> Row:
    """One original."""
    row = Row("a.dcm", "p", "MR", part, "", "")
    row.marked, row.scores = marked, {"D": score}
    row.verdicts = {"standard, tags": "authentic", "standard, stripped": "partial"}
    return row


def by_hand() -> Contest:
    """A threshold of 5; 3 of 4 found passively, 4 of 5 by their seal, 1 of 5 of those unsealed."""
    validation = [original("validation", score) for score in (1.0, 5.0, 2.0)]
    test = [original("test", 0.0), original("test", 6.0), original("test", 0.0, True)]
    never = [forged("a", 6, ""), forged("a", 7, ""), forged("b", 8, ""), forged("b", 5, "")]
    sealed = [forged("a", 0, "altered", True) for _ in range(4)]
    stripped = [forged("b", 9, "unsealed", True)]
    return Contest((*validation, *test, *never, *sealed, *stripped), made="By hand.")


@pytest.mark.parametrize("name", sorted(RENDERINGS))
def test_every_page_renders_with_everything_and_with_nothing(name: str) -> None:
    for contest in (CONTEST, BOTH, EMPTY):
        text = RENDERINGS[name](contest)
        assert text.startswith("# ")
        assert contest.made in text
        assert "nan" not in text
        assert text.endswith("\n")
        assert "Command: `python -m" in text


@pytest.mark.parametrize("name", sorted(RENDERINGS))
def test_tables_have_one_cell_for_each_heading(name: str) -> None:
    for contest in (CONTEST, BOTH):
        width = 0
        for line in RENDERINGS[name](contest).splitlines():
            bars = line.count("|") if line.startswith("|") else 0
            assert bars in (width, 0) or not width
            width = bars


@pytest.mark.parametrize("name", sorted(RENDERINGS))
def test_pages_render_without_detectors_and_without_seals(name: str) -> None:
    best = BOTH.best_case
    assert best is not None
    for seen in (True, False):
        rows, slices = (
            tuple(
                replace(row, scores={}, maps={}) if seen else replace(row, verdicts={}, placed={})
                for row in some.rows
            )
            for some in (BOTH, best)
        )
        contest = Contest(rows, made="Made in a test.", best_case=replace(best, rows=slices))
        assert RENDERINGS[name](contest).startswith("# ")


def test_rates_are_those_counted_by_hand() -> None:
    contest = by_hand()
    best = best_passive(contest)
    assert best is not None
    assert best.threshold == choose_threshold([1.0, 5.0, 2.0], 0.01)
    assert (best.rate(contest.shared).hit, best.rate(contest.shared).tried) == (3, 4)
    seal = Active("standard, tags").rate(contest.shared)
    assert (seal.hit, seal.tried) == (4, 5)
    strict = Active("standard, tags", strict=True).rate(contest.shared)
    assert (strict.hit, strict.tried) == (5, 5)
    both = Hybrid("standard, tags", best).rate(contest.shared)
    assert (both.hit, both.tried) == (8, 9)


def test_the_archive_is_mixed_of_these_rates() -> None:
    mixture = mix(by_hand())
    assert mixture is not None
    archive = mixture.archive
    assert archive.active == pytest.approx(0.8)
    assert archive.passive == pytest.approx(0.75)
    assert archive.passive_sealed == pytest.approx(0.2)
    assert archive.both == pytest.approx(1.0)
    assert archive.crossover() == pytest.approx(0.75 / (0.8 - 0.2 + 0.75))
    assert mixture.false_alarms(0.0) == pytest.approx((0.0, 0.5, 0.5))
    assert mixture.false_alarms(1.0) == pytest.approx((0.0, 0.0, 0.0))


def test_a_score_at_the_threshold_is_no_alarm() -> None:
    threshold = choose_threshold([5.0], 0.01)
    assert Passive("D", threshold).alarm(forged("a", 5.0, "")) is False


def test_a_detector_is_not_asked_about_what_it_has_not_seen() -> None:
    threshold = choose_threshold([5.0], 0.01)
    assert Passive("E", threshold).alarm(forged("a", 9.0, "")) is None
    assert Passive("D", threshold).alarm(forged("a", 9.0, "", True)) is None
    assert Passive("D", threshold, True).alarm(forged("a", 9.0, "", True)) is True
    assert Active("standard, tags").alarm(forged("a", 9.0, "")) is None


def test_a_forgery_that_was_not_seen_sealed_is_judged_by_its_twin() -> None:
    threshold = choose_threshold([5.0], 0.01)
    twin = forged("a", 9.0, "")
    unseen = replace(forged("a", 0.0, "unsealed", True), scores={})
    other = replace(unseen, size=8)
    contest = Contest((*(original("validation", s) for s in (1.0, 5.0)), twin, unseen, other))
    hybrid = best_hybrid(contest, ", stripped")
    assert hybrid is not None
    assert [hybrid.alarm(row) for row in (twin, unseen, other)] == [True, True, None]
    assert replace(hybrid, unasked=False).alarm(other) is False
    assert Passive("D", threshold, True).alarm(unseen) is None
    mixture = mix(contest, ", stripped")
    assert mixture is not None
    assert (mixture.both.hit, mixture.both.tried) == (1, 1)
    assert (mixture.passive_sealed.hit, mixture.passive_sealed.tried) == (1, 1)


def test_the_value_of_an_alarm_is_bounded_by_false_alarms_that_were_not_seen() -> None:
    found, false = rate_of([("a", True)] * 10), rate_of([("a", False)] * 300)
    value, least = value_of(found, false, 0.001)
    assert value == 1.0
    bound = 1 - 0.025 ** (1 / 300)
    detected = 0.001 * 0.025 ** (1 / 10)
    assert least == pytest.approx(detected / (detected + 0.999 * bound))


def test_sweeps_are_told_from_attacks() -> None:
    swept = PROCESSED.search("copy-move after JPEG 75")
    assert swept
    assert (swept["process"], swept["value"]) == ("JPEG", "75")
    detour = PROCESSED.search("after resize 0.5")
    assert detour
    assert (detour["process"], detour["value"]) == ("resize", "0.5")
    assert not PROCESSED.search("one sample by 1")
    assert {row.attack for row in CONTEST.swept(PROCESSING)} == {
        "copy-move after JPEG 95",
        "copy-move after JPEG 50",
        "copy-move after noise 10",
    }
    assert not {row.attack for row in CONTEST.swept(PROCESSING)} & {
        row.attack for row in CONTEST.forgeries
    }


def test_detectors_that_left_a_family_out_are_none_of_their_own() -> None:
    assert "U-Net -pix2pix" not in CONTEST.detectors
    assert CONTEST.left_out == (("U-Net", "pix2pix"),)
    text = render_unseen(CONTEST)
    line = next(line for line in text.splitlines() if line.startswith("| pix2pix | U-Net"))
    assert "24 / 4" in line


def test_attacks_stand_in_the_order_of_their_groups() -> None:
    names = list(groups_of(CONTEST.forgeries))
    assert names == [
        "A1 copy-move",
        "A13 contrast",
        "B2 pix2pix",
        "C1 flip",
        "D1 one sample by 1",
        "G1 tags taken off",
        "G15 stolen key",
    ]


def test_a_stolen_key_is_printed_and_not_averaged() -> None:
    text = RENDERINGS["detection.md"](CONTEST)
    line = next(line for line in text.splitlines() if line.startswith("| G15 stolen key"))
    assert "| T4 |" in line
    assert "| 0 (0 to" in line
    total = next(line for line in text.splitlines() if line.startswith("| all of A to D"))
    assert total.startswith("| all of A to D | T0 | 4 | 100 (98.1 to 100); n = 192 |")


def test_below_ten_patients_each_ones_values_are_printed() -> None:
    assert "Fewer than 10 patients" in RENDERINGS["detection.md"](CONTEST)
    many = make_contest(patients=24, images=1)
    first = RENDERINGS["detection.md"](many).split("## Passive detectors, all attacks")[0]
    assert "Fewer than 10 patients" not in first
    rare = [replace(row, group="B3") if row.patient == "p1" else row for row in many.rows]
    first = RENDERINGS["detection.md"](replace(many, rows=tuple(rare))).split("## Passive")[0]
    few = first.split("Fewer than 10 patients")[1]
    assert "| B3 " in few
    assert "| A1 " not in few


def test_intervals_of_all_or_nothing_are_exact() -> None:
    none = rate_of([("a", False), ("b", False)] * 15)
    assert none.interval == pytest.approx((0, 1 - 0.025 ** (1 / 30)))
    assert none.cell == "0 (0 to 11.6)"
    assert rate_of([]).cell == "-"


def test_copies_of_a_picture_are_one_picture_to_a_detector() -> None:
    copies = [Row(f"{n}.dcm", f"p{n}", "MR", "test", "H1", f"copy {k}", scores={"a": 0.0})
              for n in range(3) for k in range(20)]  # fmt: skip
    method = Passive("a", Threshold(0.5, 0, 0.0, 0))
    assert method.rate(copies).interval == pytest.approx((0, 1 - 0.025 ** (1 / 3)))
    assert replace(method, threshold=Threshold(-1.0, 0, 0.0, 0)).rate(copies).interval[0] < 0.3
    forged = [replace(row, group="A1") for row in copies]
    assert method.rate(forged).interval == pytest.approx((0, 1 - 0.025 ** (1 / 60)))


def test_patients_who_agree_do_not_make_a_rate_certain() -> None:
    low, high = rate_of([("a", True), ("a", False), ("b", True), ("b", False)]).interval
    assert low < 0.2
    assert high > 0.8


def test_patients_of_one_rate_have_an_interval_however_many_they_are() -> None:
    low, high = rate_of([(f"p{n}", k < 5) for n in range(12) for k in range(6)]).interval
    assert low < 0.8
    assert high > 0.87


def test_no_percentage_is_rounded_to_certainty() -> None:
    assert percent(0.9999) == "99.99"
    assert percent(1.0) == "100"
    assert percent(0.0) == "0"
    assert percent(0.0004) == "0.04"


def test_false_alarms_of_seals_are_all_but_the_accepted() -> None:
    contest = by_hand()
    assert "| standard, stripped | 1 / 1 | 1 partial | 0/1: 0 (0 to 97.5) % |" in (
        render_false_alarms(contest)
    )


def test_the_summary_says_what_seals_alone_miss() -> None:
    text = render_summary(by_hand())
    assert "Here it finds 3/4: 75.0 (" in text
    assert "| 25% | 20.0 |" in text


def test_the_summary_names_attacks_of_which_a_detector_finds_more() -> None:
    rows = [original("validation", score) for score in (1.0, 5.0)] + [original("test", 0.0)]
    for number in range(20):
        for marked in (False, True):
            row = forged(str(number), 6, "unsealed", marked)
            row.group, row.attack = "C7", "JPEG"
            row.verdicts = {"standard, stripped": "unsealed"} if marked else {}
            rows.append(row)
    contest = Contest(tuple(rows))
    assert "C7 JPEG (100 (83.2 to 100) % by `D`, the seal 0 (0 to 16.8) %)" in tell_beyond(contest)
    assert "without them it names 0/20: 0 (0 to 16.8) %" in tell_lossy(contest)
    part = render_false_alarms(contest).split("## Copies that lost something")[1]
    assert "| C7 JPEG | 20 | - | 0 (0 to 16.8); n = 20 | 100 (83.2 to 100); n = 20 |" in part
    assert tell_beyond(EMPTY) == tell_lossy(EMPTY) == "Not measured."


def test_detectors_of_few_forgeries_of_another_sort_lead_nobody() -> None:
    contest = by_hand()
    for number, row in enumerate(contest.rows):
        if number == 7 or not row.group:
            row.scores["E"] = float(row.group != "")
    few = [row for row in contest.shared if "E" in row.scores and not row.marked]
    assert 0 < 2 * len(few) < 4
    assert [method.name for method in ranked_passive(contest)] == ["D", "E"]


def test_a_slice_with_its_neighbours_is_no_picture_more() -> None:
    rows = [original("validation", 1.0), original("test", 1.0)]
    rows.append(replace(rows[0], image="a.dcm in its volume", scores={"3-D network": 1.0}))
    contest = Contest(tuple(rows))
    assert len(contest.pictures("validation")) == contest.thresholds["D"].originals == 1
    assert contest.thresholds["3-D network"].originals == 1
    assert len(contest.originals("validation")) == 2


def test_patients_of_seals_are_labelled_as_in_the_contest() -> None:
    names = ("ct_head_ge_hispeed", "ct_head_ge_hispeed/14.dcm#3", "formats_mr/nobody's.dcm")
    rows = [Row(name, "P1", "MR", "test", "E1", "swapped") for name in names]
    assert [row.patient for row in labelled(rows)] == ["head 1", "head 1", "P1"]


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_rows(tmp_path / FILES[0], list(CONTEST.rows))
    write_rows(tmp_path / FILES[1], list(CONTEST.seals))
    (tmp_path / "learning.json").write_text(json.dumps(CONTEST.learning))
    for name in FILES:
        note(name, tmp_path / BOOK.name)
    read = read_contest(tmp_path)
    raw = [
        replace(one, scores=two.scores) for one, two in zip(read.rows, CONTEST.rows, strict=True)
    ]
    write_rows(tmp_path / "again", raw)
    assert (tmp_path / "again").read_bytes() == (tmp_path / FILES[0]).read_bytes()
    assert read.best_case is None
    assert (read.seals, read.learning, read.timings) == (CONTEST.seals, CONTEST.learning, {})


def test_the_best_detector_is_not_the_one_that_always_alarms() -> None:
    contest = by_hand()
    for row in contest.rows:
        row.scores["always"] = 0.0 if row.part == "validation" else 1.0
        row.scores["useful"] = float(row.group != "" and not row.marked)
    best = best_passive(contest)
    assert best is not None
    assert best.name == "useful"


def test_files_that_were_not_forged_in_their_samples_have_a_table_of_their_own() -> None:
    text = RENDERINGS["detection.md"](CONTEST)
    part = text.split("## Series, headers, and attacks on the seal")[1].split("\n## ")[0]
    assert "| E1 slice swapped | T1 | 4 | 100 (39.8 to 100); n = 4 |" in part
    assert "| G1 tags taken off | T1 | 4 | 0 (0 to 60.2); n = 4 |" in part
    assert "all of A to D" not in part


def test_a_family_is_all_that_was_asked_where_no_attack_bears_its_name() -> None:
    rows = []
    for row in CONTEST.rows:
        scores = {key: score for key, score in row.scores.items() if " -" not in key}
        if row.group in ("", "A13", "A1"):
            scores["U-Net -copy-move"] = scores["U-Net"]
        if row.group in ("", "A13"):
            scores["U-Net -shading"] = scores["U-Net"]
        rows.append(replace(row, scores=scores))
    text = render_unseen(replace(CONTEST, rows=tuple(rows)))
    lines = [line for line in text.splitlines() if "| U-Net | validation" in line]
    assert ["copy-move" in line and "72 / 4" in line for line in lines] == [True, False]
    assert ["shading" in line and "48 / 4" in line for line in lines] == [False, True]
