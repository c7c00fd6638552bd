"""Plots draw what the rows say, the same bytes each time."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contest.pictures import Picture, Plane
from benchmarks.pages.contest.records import Contest, read_contest
from benchmarks.pages.tables import ROWS
from benchmarks.plots.__main__ import FOLDER, PLOTS, draw_all
from benchmarks.plots.drawing import COLOURS, encode_figure, settings, styles
from benchmarks.plots.payload import draw_payload
from benchmarks.plots.strip import NotShown, draw_strip, render_strip
from tests.benchmarks.synthetic import make_contest

CONTEST = make_contest(3, 3)


@dataclass(frozen=True)
class Point:
    """One point of a payload."""

    series: str
    bits: float
    psnr: float


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (draw_all(CONTEST, tmp_path / name) for name in ("one", "two"))
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert one.read_bytes().count(b"<svg") == 1


@pytest.mark.parametrize("name", sorted(PLOTS))
def test_plots_hold_no_date_and_no_place(name: str) -> None:
    with settings():
        text = encode_figure(PLOTS[name](CONTEST)).decode()
    assert not re.search(r"20\d\d-\d\d-\d\d|<dc:date>", text)
    assert str(Path.home()) not in text


@pytest.mark.parametrize("name", sorted(PLOTS))
def test_axes_are_labelled(name: str) -> None:
    with settings():
        figure = PLOTS[name](CONTEST)
    drawn = [axes for axes in figure.axes if axes.axison]
    assert drawn
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in drawn)
    assert any(axes.get_title() for axes in drawn) or figure.get_suptitle()


@pytest.mark.parametrize("name", sorted(PLOTS))
def test_without_rows_a_plot_says_so(name: str) -> None:
    with settings():
        figure = PLOTS[name](Contest(()))
        assert encode_figure(figure)
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert name == "roc.svg" or "no rows of this kind" in words


def test_the_roc_draws_every_detector_and_both_seals() -> None:
    with settings():
        figure = PLOTS["roc.svg"](CONTEST)
    labels = [line.get_label() for line in figure.axes[0].lines]
    assert {"block DCT", "U-Net", "cascade", "chance"} <= set(labels)
    assert sum(label.startswith("seal (") for label in labels) == 2


def test_the_archive_marks_the_crossover() -> None:
    with settings():
        figure = PLOTS["archive.svg"](CONTEST)
    assert any("% sealed on" in text.get_text() for text in figure.axes[0].texts)


def test_the_best_case_has_a_line_of_its_own() -> None:
    for name in ("roc.svg", "archive.svg", "value.svg"):
        counts = []
        for contest in (CONTEST, make_contest(3, 3, best=True)):
            with settings():
                figure = PLOTS[name](contest)
            labels = [str(line.get_label()) for line in figure.axes[0].lines]
            counts.append(sum(label.startswith("detectors' best case") for label in labels))
        assert counts == [0, 1]


def test_processing_has_a_panel_for_each_process() -> None:
    with settings():
        figure = PLOTS["processing.svg"](CONTEST)
    labels = [axes.get_xlabel() for axes in figure.axes]
    assert labels[0] == "quality of JPEG (8 bits)"
    assert labels[1].startswith("sigma of added noise")
    assert figure.axes[0].get_xlim()[0] > figure.axes[0].get_xlim()[1]


def test_lines_differ_in_more_than_colour() -> None:
    pairs = [next_style for next_style, _ in zip(styles(), range(24), strict=False)]
    looks = {(one["color"], str(one["linestyle"])) for one in pairs}
    assert len(looks) == 24
    first = pairs[: len(COLOURS)]
    assert len({one["marker"] for one in first}) == len(COLOURS)


def test_measured_payloads_are_filled_and_published_ones_empty() -> None:
    points = [
        Point("ours, standard", 0.375, 58.9),
        Point("ours, standard", 0.125, 64.9),
        Point("carried, standard", 0.5, 58.9),
        Point("published: theirs", 0.5, 49.7),
        Point("ceiling", 0.1, 67.0),
    ]
    with settings():
        figure = draw_payload(points, 255)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    assert list(lines["ours, standard"].get_xdata()) == [0.125, 0.375]
    assert lines["ours, standard"].get_fillstyle() == "full"
    assert lines["published: theirs"].get_fillstyle() == "none"
    assert lines["carried, standard"].get_marker() == "x"
    assert lines["carried, standard"].get_color() == lines["ours, standard"].get_color()
    assert lines["ceiling"].get_linestyle() == "-"
    with settings():
        assert encode_figure(draw_payload([], 255))


def test_a_strip_shows_every_map_and_varies_never() -> None:
    shown: Plane = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    changed = np.zeros((64, 64), dtype=bool)
    changed[20:30, 20:30] = True
    heats = [(f"map {number}", shown * number) for number in range(4)]
    with settings():
        figure = draw_strip(shown, changed, heats, "A phantom")
        content = encode_figure(figure, "png")
        again = encode_figure(draw_strip(shown, changed, heats, "A phantom"), "png")
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == ["forged picture", "what was changed", *(name for name, _ in heats)]
    assert content == again
    assert b"matplotlib" not in content.lower()


def test_nobody_s_head_is_shown() -> None:
    values = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    changed = values > 4000
    lungs = Picture(values, 12, "CT lung", 0.0, 4095.0)
    assert render_strip(lungs, changed, [], "A phantom").startswith(b"\x89PNG")
    for kind in ("CT head", "MR", "PET", "fundus"):
        with pytest.raises(NotShown, match=kind):
            render_strip(replace(lungs, kind=kind), changed, [], "")


def test_committed_plots_are_those_of_the_committed_rows(tmp_path: Path) -> None:
    committed = {path.name: path.read_bytes() for path in FOLDER.glob("*.svg")}
    drawn = {}
    if (ROWS / "contest.jsonl").exists():
        files = draw_all(read_contest(), tmp_path)
        drawn = {path.name: path.read_bytes() for path in files}
    mine = {name: content for name, content in committed.items() if name in PLOTS}
    assert mine == drawn, "python -m benchmarks.plots"


def test_what_is_compressed_and_not_forged_stands_beside_what_is_forged() -> None:
    plain = tuple(replace(row, group="C7", attack="after JPEG 95") for row in CONTEST.forgeries)
    with settings():
        figure = PLOTS["processing.svg"](replace(CONTEST, rows=(*CONTEST.rows, *plain)))
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert sum(label.endswith(", nothing forged") for label in labels) == 2
