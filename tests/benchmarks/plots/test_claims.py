"""Plots claim no more than the rows: how many were judged, how sure, and what was not measured."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.archive import PREVALENCES, value_of
from benchmarks.pages.contest.methods import STRIPPED, TAGS, Active, best_passive, our_seal
from benchmarks.pages.contest.records import Contest
from benchmarks.plots.__main__ import PLOTS
from benchmarks.plots.archive import _operating_points, draw_value
from benchmarks.plots.drawing import settings
from benchmarks.plots.lines import best_detectors, tell_judged, tell_span
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest(3, 3, best=True)
COUNTED = ("roc.svg", "sizes.svg", "strengths.svg", "processing.svg", "archive.svg")


def draw(name: str, contest: Contest = CONTEST) -> Any:
    """Return a figure."""
    with settings():
        return PLOTS[name](contest)


def title_of(figure: Any) -> str:
    """Return the title of a figure, or of its first axes."""
    return str(figure.get_suptitle() or figure.axes[0].get_title())


def lines_of(figure: Any) -> dict[str, Any]:
    """Return the lines of the first axes that a legend names, by label."""
    handles, labels = figure.axes[0].get_legend_handles_labels()
    return dict(zip(labels, handles, strict=True))


def other_profile(contest: Contest) -> Contest:
    """Return a contest in which every sealed forgery was made of another profile as well."""
    more = [
        replace(row, verdicts={"full, tags": "altered"}, scores={})
        for row in contest.rows
        if row.marked and row.group
    ]
    return replace(contest, rows=(*contest.rows, *more))


@pytest.mark.parametrize("name", COUNTED)
def test_titles_count_what_was_judged_and_not_what_lies_in_the_rows(name: str) -> None:
    title = title_of(draw(name))
    assert title_of(draw(name, other_profile(CONTEST))) == title
    assert "sealed, " in title
    assert "never sealed forgeries, " in title


def test_seals_and_detectors_are_counted_apart() -> None:
    seal = our_seal(CONTEST, TAGS)
    best = best_passive(CONTEST)
    assert seal is not None
    assert best is not None
    rows = CONTEST.shared[:-4]
    marked = [row for row in rows if row.marked]
    told = tell_judged([Active(seal), best], rows)
    patients = len({row.patient for row in rows})
    plain = len(rows) - len(marked)
    assert told == f"{len(marked)} sealed, {plain} never sealed forgeries, {patients} patients"
    assert tell_judged([best], marked) == "0 sealed, 0 never sealed forgeries, 0 patients"


def test_a_span_of_one_count_is_that_count() -> None:
    assert tell_span([]) == "0"
    assert tell_span([7, 7]) == "7"
    assert tell_span([9, 7, 8]) == "7 to 9"


def test_who_asks_the_seal_first_finds_no_less_than_who_asks_it_alone() -> None:
    lines = lines_of(draw("archive.svg"))
    for ending in (TAGS, STRIPPED):
        seal = our_seal(CONTEST, ending)
        both = lines[f"seal first, then detector ({seal})"].get_ydata()
        alone = lines[f"seals alone ({seal})"].get_ydata()
        assert np.all(np.asarray(both) >= np.asarray(alone))


def test_what_is_less_than_one_original_is_shaded() -> None:
    figure = draw("roc.svg")
    axes = figure.axes[0]
    best = best_detectors(CONTEST)[0]
    originals = best.rate(CONTEST.originals("test")).tried
    assert any(text.get_text() == "less than one original" for text in axes.texts)
    shade = axes.patches[-1].get_extents().transformed(axes.transData.inverted())
    assert shade.x1 == pytest.approx(1 / originals)
    assert f"n = {originals};" in axes.get_xlabel()
    for method in best_detectors(CONTEST):
        assert min(lines_of(figure)[method.name].get_xdata()) >= 1 / originals


def test_the_best_case_tells_how_many_originals_it_has() -> None:
    assert CONTEST.best_case is not None
    originals = len(CONTEST.best_case.originals("test"))
    labels = [label for label in lines_of(draw("roc.svg")) if "best case" in label]
    assert [label.rsplit(", ", 1)[1] for label in labels] == [f"n = {originals}"]


@pytest.mark.parametrize("name", ["sizes.svg", "strengths.svg", "processing.svg"])
def test_seals_and_the_first_detector_alone_have_bars(name: str) -> None:
    lines = lines_of(draw(name))
    seals = [f"seal ({our_seal(CONTEST, ending)})" for ending in (TAGS, STRIPPED)]
    barred = {label for label, line in lines.items() if line.has_yerr}
    assert barred == {*seals, best_detectors(CONTEST)[0].name}
    assert len(lines) > len(barred)


@pytest.mark.parametrize("name", ["sizes.svg", "strengths.svg", "processing.svg"])
def test_the_seal_without_tags_lies_above_all_and_is_hollow(name: str) -> None:
    lines = {label: line.lines[0] for label, line in lines_of(draw(name)).items()}
    bare = lines.pop(f"seal ({our_seal(CONTEST, STRIPPED)})")
    assert bare.get_zorder() > max(line.get_zorder() for line in lines.values())
    assert bare.get_markerfacecolor() == "white"
    assert all(line.get_markerfacecolor() != "white" for line in lines.values())


def test_marks_move_aside_by_points_and_places_stay() -> None:
    figure = draw("sizes.svg")
    figure.canvas.draw()
    axes = figure.axes[0]
    sizes = sorted({row.size for row in CONTEST.shared if row.size})
    lines = [line.lines[0] for line in lines_of(figure).values()]
    assert all(list(line.get_xdata()) == sizes for line in lines)
    moved = [line.get_transform().transform((sizes[0], 0))[0] for line in lines]
    assert len({round(place, 6) for place in moved}) == len(moved)
    home = axes.transData.transform((sizes[0], 0))[0]
    assert max(abs(place - home) for place in moved) < 20 * figure.dpi / 72
    low, high = axes.get_xlim()
    assert sizes[0] / 2 < low < sizes[0] < sizes[-1] < high < 2 * sizes[-1]


def test_prevalence_is_in_percent_as_in_the_table() -> None:
    ticks = [text.get_text() for text in draw("value.svg").axes[0].get_xticklabels()]
    assert ticks == [f"{100 * one:g} %" for one in PREVALENCES]


def at_half(line: Any) -> float:
    """Return where a line ends."""
    return float(line.get_ydata()[-1])


def test_without_a_false_alarm_the_least_is_drawn_and_else_what_was_measured() -> None:
    lines = lines_of(draw_value(CONTEST))
    seal = our_seal(CONTEST, TAGS)
    assert seal is not None
    judge = Active(seal)
    found, false = judge.rate(CONTEST.shared), judge.rate(CONTEST.originals("test", True))
    assert false.hit == 0
    label = f"seal ({seal}): 0/{false.tried} false alarms, at least"
    assert at_half(lines[label]) == pytest.approx(100 * value_of(found, false, 0.5)[1])
    assert at_half(lines[label]) < 100
    alarmed = noisy(CONTEST)
    best = best_detectors(alarmed)[0]
    found, false = best.rate(alarmed.shared), best.rate(alarmed.originals("test"))
    assert false.hit > 0
    label = f"{best.name}: {false.hit}/{false.tried} false alarms"
    measured = lines_of(draw_value(alarmed))[label]
    assert at_half(measured) == pytest.approx(100 * value_of(found, false, 0.5)[0])


def noisy(contest: Contest) -> Contest:
    """Return a contest in which every detector alarms at one original of the test patients."""
    first = contest.originals("test")[0]
    loud = {name: 1e6 for name in first.scores}
    rows: list[Row] = [replace(row, scores=loud) if row is first else row for row in contest.rows]
    return replace(contest, rows=tuple(rows))


def test_the_first_detector_and_the_best_case_have_bands_down_to_the_least() -> None:
    assert CONTEST.best_case is not None
    alarmed = replace(noisy(CONTEST), best_case=noisy(CONTEST.best_case))
    points = [point for point in _operating_points(alarmed) if point.banded]
    assert len(points) == 2
    bands = draw_value(alarmed).axes[0].collections
    for band, point in zip(bands, points, strict=True):
        ends = [y for x, y in band.get_paths()[0].vertices if x == PREVALENCES[-1]]
        worth = value_of(point.found, point.false, PREVALENCES[-1])
        assert (max(ends), min(ends)) == pytest.approx([100 * one for one in worth])
