"""Scores count what they say, intervals are those of the textbooks, and the matrix runs."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from benchmarks import cases, intervals, scoring
from benchmarks.attacks import edits
from benchmarks.ledger import Row, decode, encode_cases
from benchmarks.location import examine
from benchmarks.marked import Marked, Subject, mark
from tests.watermark import phantoms
from watermark.parameters import PROFILES


@pytest.fixture(scope="module")
def pair() -> tuple[Marked, Marked]:
    """Two frames under one key."""
    first, second = (phantoms.computed(192, 205, seed) for seed in (1, 2))
    return mark(first, "first", "standard"), mark(second, "second", "standard")


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_rates_have_the_interval_of_wilson(hits: int, tries: int, low: float, high: float) -> None:
    found = intervals.wilson(hits, tries)
    assert found == pytest.approx((low, high), abs=1e-4)


def test_a_bootstrap_contains_the_mean_and_narrows_with_patients() -> None:
    random = np.random.default_rng(4)
    wide, narrow = (random.random(count) for count in (8, 800))
    spans = []
    for values in (wide, narrow):
        low, high = intervals.bootstrap(values.tolist(), [1] * len(values))
        assert low <= values.mean() <= high
        spans.append(high - low)
    assert spans[1] < spans[0] / 4
    assert intervals.bootstrap([3.0], [4]) == (0.75, 0.75)


def test_truth_and_score_count_cells(pair: tuple[Marked, Marked]) -> None:
    marked = pair[0]
    grid = scoring.cells_grid(marked)
    assert (grid.down, grid.across) == (24, 25)
    forgery = edits.keep_parities(marked.samples.values, (64, 64, 16, 24))
    truth = scoring.judge_truth(marked, forgery)
    assert truth.cells.sum() == truth.content.sum() == 6
    assert truth.cells[8:10, 8:11].all() and truth.tolerated
    named = truth.cells.copy()
    named[8, 8], named[0, 0], named[8, 11] = False, True, True
    score = scoring.score_map(marked, truth, named)
    assert (score.content, score.hits, score.false, score.parity) == (6, 5, 2, 0)
    assert (score.tiles, score.units) == (1, 1)
    assert score.iou == pytest.approx(5 / 8)


def test_a_box_covers_its_cells_and_the_remainder(pair: tuple[Marked, Marked]) -> None:
    grid = scoring.cells_grid(pair[0])
    cells = scoring.cells_of(((8, 184, 8, 21), (0, 0, 8, 8)), grid)
    assert np.argwhere(cells).tolist() == [[0, 0], [1, 23], [1, 24]]


def test_bare_parity_flips_are_no_content(pair: tuple[Marked, Marked]) -> None:
    scene = cases.Scene(*pair, np.random.default_rng(1))
    for case in cases.all_cases(scene):
        if case.family == "parity":
            truth = scoring.judge_truth(pair[0], case.forgery)
            assert truth.cells.any() and not truth.content.any()


def test_a_whole_mark_is_proved_and_no_cell_named(pair: tuple[Marked, Marked]) -> None:
    outcome, proof = scoring.prove_alone(pair[0].samples)
    assert outcome == "proved" and not proof.boxes
    assert not scoring.map_from_tags(pair[0], pair[0].samples).any()


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
def test_the_matrix_of_attacks_proves_nothing_and_names_no_untouched_tile(profile: str) -> None:
    size = 288 if profile == "light" else 160
    frames = [phantoms.computed(size, size, seed) for seed in (1, 2)]
    subject = Subject("phantom", "", "CT", 0, replace(frames[0], padding=None))
    marked, donor = (mark(one, f"{seed}", profile) for seed, one in enumerate(frames))
    rows: dict[tuple[str, int, str, str, str, int], Row] = {}
    examine(subject, donor, marked, rows)
    assert len(rows) > 110
    (line,) = encode_cases(rows.values())
    for row, (table, read) in zip(rows.values(), decode(json.loads(line)), strict=True):
        assert table == "location" and read["attack"] == row.attack
        assert read["pixels"] == pytest.approx(asdict(row.pixels), abs=1e-5)
        assert read["outcomes"] == row.outcomes and read["tags"]["hits"] == row.tags.hits
        assert row.tags_detected == row.cases >= 1
        assert "proved" not in row.outcomes | row.beyond
        assert row.tags.units == row.pixels.units == row.tags.tiles == 0
        assert row.tags.hits == row.tags.content
