"""The detectors' best case stands beside the split by patient, and is never mixed into it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.contest import learned
from benchmarks.contest.lineup import left_out_detectors
from benchmarks.contest.publishing import publish
from benchmarks.contest.rows import Row, write_rows
from benchmarks.pages.contest import RENDERINGS
from benchmarks.pages.contest.archive import mix
from benchmarks.pages.contest.areas import area_of
from benchmarks.pages.contest.bestcase import render_best_case
from benchmarks.pages.contest.conclusions import answer, tell_best_case, tell_crossovers
from benchmarks.pages.contest.methods import Passive, best_passive
from benchmarks.pages.contest.opponents import render_opponents
from benchmarks.pages.contest.rates import compare, percent, rate_of
from benchmarks.pages.contest.records import BEST_CASE, FILES, UNTAUGHT, Contest, read_contest
from benchmarks.pages.contest.summary import render_summary
from benchmarks.pages.contest.unseen import render_unseen
from benchmarks.passive.training import QUICK
from benchmarks.provenance import BOOK, note
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest()
BOTH = make_contest(best=True)


def best_of(contest: Contest) -> Contest:
    """Return the best case, which is there."""
    assert contest.best_case is not None
    return contest.best_case


def line_of(text: str, beginning: str) -> str:
    """Return the first line that begins so."""
    return next(line for line in text.splitlines() if line.startswith(beginning))


def test_without_a_best_case_its_page_says_so_and_no_other_page_speaks_of_it() -> None:
    assert render_best_case(CONTEST).endswith("None was run.\n")
    assert tell_best_case(CONTEST) == tell_crossovers(CONTEST) == ""
    assert ", best case |" not in render_summary(CONTEST)
    assert CONTEST.likewise is None


def test_a_best_case_is_read_from_its_own_file_and_published(tmp_path: Path) -> None:
    write_rows(tmp_path / FILES[0], list(BOTH.rows))
    write_rows(tmp_path / BEST_CASE, list(best_of(BOTH).rows))
    (tmp_path / "timings.json").write_text(json.dumps(BOTH.timings))
    for name in (FILES[0], BEST_CASE):
        note(name, tmp_path / BOOK.name)
    read = read_contest(tmp_path)
    assert len(best_of(read).rows) == len(best_of(BOTH).rows)
    assert best_of(read).standard
    assert best_of(read).made == read.made
    pages = tmp_path / "pages"
    files = {path.name for path in publish(tmp_path, pages)}
    assert set(RENDERINGS) <= files
    assert (pages / "best-case.md").read_text() == render_best_case(read)


def test_the_best_case_is_held_against_the_same_groups_and_kinds() -> None:
    likewise = BOTH.likewise
    assert likewise is not None
    assert {row.group[:1] for row in likewise.shared} == {"A", "B"}
    only = [row for row in best_of(BOTH).rows if row.kind == "MR" or row.part == "validation"]
    narrow = replace(BOTH, best_case=replace(best_of(BOTH), rows=tuple(only))).likewise
    assert narrow is not None
    assert {row.kind for row in narrow.shared} == {"MR"}
    assert narrow.thresholds == BOTH.thresholds


def test_a_detector_stands_there_with_both_splits() -> None:
    best = best_of(BOTH)
    likewise = BOTH.likewise
    assert likewise is not None
    line = line_of(render_best_case(BOTH), "| U-Net | 72 + 18 / 3 |")
    for some in (best, likewise):
        method = Passive("U-Net", some.thresholds["U-Net"])
        assert area_of(some, "U-Net").cell in line
        assert method.rate(some.shared).cell in line
        assert method.rate(some.originals("test")).cell in line


def test_the_forger_that_nobody_learned_from_is_marked() -> None:
    assert learned.HELD_OUT in UNTAUGHT
    taught = {name for pair in (one.without for one in left_out_detectors(QUICK)) for name in pair}
    assert not taught & UNTAUGHT
    assert set(learned.GROUPS) - UNTAUGHT <= taught
    text = render_best_case(BOTH)
    assert "n = 18" in line_of(text, f"| B5 {learned.HELD_OUT} (not taught) | T0 | 3 |")
    assert "B2 pix2pix (not taught)" not in text
    assert f"| detector | {learned.HELD_OUT}: no detector learned from them |" in text


def test_few_patients_have_their_own_values_under_both_splits() -> None:
    text = render_best_case(BOTH)
    assert "Best case: fewer than 10 patients" in text
    assert "Split by patient: fewer than 10 patients" in text
    assert "p0 24/24" in text


def test_areas_of_patients_need_both_sorts_of_picture() -> None:
    best = best_of(BOTH)
    rows = [row for row in best.rows if row.patient != "p1" or row.group]
    area = area_of(replace(best, rows=tuple(rows)), "U-Net")
    assert "p0" in area.by_patient
    assert "p1" not in area.by_patient
    assert area_of(best, "nobody").cell == "-"


def test_families_left_out_are_those_of_the_best_case_where_it_has_any() -> None:
    text = render_unseen(BOTH)
    assert "| pix2pix | U-Net |" in text
    assert f"`benchmarks/results/{BEST_CASE}`" in text
    assert "the same that are tested" in text
    assert "18 / 3" in line_of(text, "| pix2pix | U-Net |")
    scores = [
        {name: score for name, score in row.scores.items() if " -" not in name}
        for row in best_of(BOTH).rows
    ]
    plain = tuple(
        replace(row, scores=one) for row, one in zip(best_of(BOTH).rows, scores, strict=True)
    )
    fallen_back = replace(BOTH, best_case=replace(best_of(BOTH), rows=plain))
    assert "24 / 4" in line_of(render_unseen(fallen_back), "| pix2pix | U-Net |")


def test_the_summary_has_the_best_case_and_both_crossovers() -> None:
    text = render_summary(BOTH)
    best = best_of(BOTH)
    method = best_passive(best)
    assert method is not None
    assert "| all of A and B, best case | T0 | 3 |" in text
    assert f"| best case ({method.name}) |" in RENDERINGS["detection.md"](BOTH)
    mixture, likewise = mix(best), BOTH.likewise
    assert mixture is not None
    assert likewise is not None
    other = mix(likewise)
    assert other is not None
    for one in (mixture, other):
        share = one.archive.crossover()
        assert share is not None
        assert f"**{percent(share)} %**" in tell_crossovers(BOTH)
    assert "Best case: Made by slices." in text


def test_rates_of_the_contest_do_not_change_with_a_best_case() -> None:
    assert answer(BOTH) == answer(CONTEST)
    assert mix(BOTH) == mix(CONTEST)
    assert "AUC, [best case](best-case.md)" in render_opponents(BOTH)
    assert "AUC, [best case](best-case.md)" not in render_opponents(CONTEST)


def test_words_follow_the_figures() -> None:
    many = rate_of([(str(n), True) for n in range(50)])
    none = rate_of([(str(n), False) for n in range(50)])
    assert compare(many, none) == "more than"
    assert compare(none, many) == "less than"
    assert compare(many, many) == "as much, within the intervals, as"
    text = answer(CONTEST)
    assert (
        "With its tags, and with all tags taken off, the seal finds more than the detector" in text
    )
    blunt = tuple(
        replace(row, scores=dict.fromkeys(row.scores, float(row.group == "")))
        for row in CONTEST.rows
    )
    assert "it alarms no more of the forged ones" in answer(replace(CONTEST, rows=blunt))


def test_what_the_summary_says_of_stolen_keys_and_unknown_forgers_is_counted() -> None:
    text = render_summary(BOTH)
    best = best_passive(BOTH)
    assert best is not None
    stolen = [row for row in BOTH.rows if row.level == "T4"]
    rate = Passive(best.name, best.threshold, True).rate(stolen)
    assert f"a detector does not care for keys: it finds {rate.counted}, and alarms at " in text
    assert "when they had to do without" in text
    assert "(in their best case; 18 judgements, 3 patients" in text
    assert "(split by patient; 24 judgements, 4 patients" in render_summary(CONTEST)


def aimed(group: str, **fields: object) -> Row:
    """An attack on a seal, or a copy."""
    made = Row("a.dcm", "p1", "MR", "test", group, "tags taken off", level="T1", marked=True)
    return replace(made, **fields)  # type: ignore[arg-type]


def test_what_both_files_hold_of_one_picture_counts_once() -> None:
    seal = aimed("G1", verdicts={"standard, tags": "altered"})
    ours = aimed(
        "G1", image="a.dcm@0,256", verdicts={"standard, tags": "unsealed"}, scores={"D": 2.0}
    )
    other = aimed("G1", image="b.dcm", verdicts={"standard, tags": "altered"}, scores={"D": 3.0})
    found = Contest((ours, other, aimed("H1", scores={"D": 1.0})), (seal,)).beyond("G")
    assert [row.verdicts for row in found] == [seal.verdicts, other.verdicts]
    assert [row.scores for row in found] == [{"D": 2.0}, {"D": 3.0}]
    assert seal.scores == {}


@pytest.mark.parametrize("name", ["detection.md", "capability.md"])
def test_attacks_on_the_seal_count_in_no_rate_of_forgeries(name: str) -> None:
    rows = tuple(row for row in CONTEST.rows if row.group[:1] != "G")
    without = replace(CONTEST, rows=rows)
    lines = {
        line
        for line in RENDERINGS[name](without).splitlines()
        if line.startswith(("| all of A to D", "| local edits", "| learned", "| originals"))
    }
    assert lines
    assert lines <= set(RENDERINGS[name](CONTEST).splitlines())


def test_detectors_are_asked_about_attacks_on_the_seal_and_about_copies() -> None:
    text = RENDERINGS["detection.md"](CONTEST)
    part = text.split("## Passive detectors on attacks on the seal")[1].split("\n## ")[0]
    assert "n = 4 |" in line_of(part, "| G1 tags taken off | T1 | 4 |")
    assert "n = 24 |" in line_of(part, "| nothing: sealed originals | T0 | 4 |")
    alarms = RENDERINGS["false-alarms.md"](CONTEST)
    copies = alarms.split("## Passive detectors on copies that any archive makes")[1]
    for name in CONTEST.detectors:
        rate = Passive(name, CONTEST.thresholds[name], None).rate(CONTEST.benign)
        assert rate.tried == 4
        assert f"| 4 / 4 | {rate.counted} |" in line_of(copies, f"| {name} |")
