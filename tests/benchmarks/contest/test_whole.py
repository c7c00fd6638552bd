"""The detectors' best case from end to end: a corpus of series, rows, pages."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Writer

from benchmarks.contest.__main__ import keep, run_best_case
from benchmarks.contest.collection import open_collection
from benchmarks.contest.familiar import LEAST
from benchmarks.contest.lineup import all_detectors, left_out_detectors
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.publishing import publish
from benchmarks.contest.rows import Row, read_rows
from benchmarks.contest.running import Run
from benchmarks.contest.size import QUICK_BEST_CASE
from benchmarks.generators.training import CLASSES, weights_file
from benchmarks.pages.contest.records import BEST_CASE
from benchmarks.passive.training import QUICK, Budget

PARTS = ("train", "validation", "test")
EDGE = 256
SIZE = replace(QUICK_BEST_CASE, budget=Budget(steps=2, batch=4, windows=40), examples=10)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of rows and pages of three short series, by forgers that learned nothing
    and detectors that learned next to nothing."""
    folder = tmp_path_factory.mktemp("whole")
    lines = ["pattern,patient,kind,split"]
    for patient, part in enumerate(PARTS):
        (folder / "corpus" / part).mkdir(parents=True)
        lines.append(f"{part}/*,{patient},X-ray,{part}")
        for number in range(LEAST):
            chest = draw_chest(patient)[100 + number :, 100:][:EDGE, :EDGE]
            values = (chest >> 4).astype(np.uint8)
            Writer.fromarray(values).save(folder / "corpus" / part / f"{number:02}.png")
    (folder / "split.csv").write_text("\n".join(lines) + "\n")
    (folder / "weights").mkdir()
    for kind in CLASSES:
        kind().save(weights_file(folder / "weights", kind))
    (folder / "weights" / "spent.json").write_text("{}")
    collection = open_collection(folder / "corpus", folder / "split.csv")
    run = Run(collection, SIZE, 1, folder)
    run.train_forgers(folder / "weights")
    best = run_best_case(run, SIZE)
    assert best is not None
    keep(best, BEST_CASE, folder)
    publish(folder, folder / "pages")
    return folder


@pytest.fixture(scope="module")
def rows(out: Path) -> list[Row]:
    """Return the rows of the best case."""
    return list(read_rows(out / BEST_CASE))


def test_every_series_is_learned_from_and_asked_about(rows: list[Row]) -> None:
    tested = {row.patient for row in rows if row.part == "test"}
    assert len(tested) > 1
    assert tested == {row.patient for row in rows if row.part == "validation"} & tested
    assert {row.group[:1] for row in rows if row.part == "test"} >= {"", "A", "B"}


def test_every_detector_judges_every_forgery_that_was_never_sealed(rows: list[Row]) -> None:
    names = {one.name for one in all_detectors(QUICK)}
    for row in rows:
        if not row.marked:
            assert names <= set(row.scores), row.attack


def test_detectors_that_learned_without_a_family_are_asked_about_it_and_originals(
    rows: list[Row],
) -> None:
    made = {row.attack for row in rows}
    assert len(made & {"copy-move", "VAE", "pix2pix", "DCGAN"}) == 4
    for one in left_out_detectors(QUICK):
        asked = {row.attack for row in rows if one.name in row.scores}
        assert asked == {""} | (one.only & made), one.name


def test_the_seal_judges_what_was_sealed(rows: list[Row]) -> None:
    forged = [row for row in rows if row.marked and row.group]
    assert forged
    assert all(row.verdicts["standard, tags"] == "altered" for row in forged)


def test_the_page_of_the_best_case_has_its_detectors(out: Path) -> None:
    page = (out / "pages" / "best-case.md").read_text(encoding="utf-8")
    for one in all_detectors(QUICK):
        assert f"| {one.name} |" in page
