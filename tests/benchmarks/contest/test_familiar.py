"""Slices of one series are on all sides, each once; short series are left out."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Writer

from benchmarks.contest.collection import Collection
from benchmarks.contest.familiar import LEAST, FamiliarSeries
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.size import BEST_CASE
from benchmarks.contest.split import read_split
from benchmarks.contest.staging import make_exposures, make_jobs

SLICES = LEAST + 4


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Return a series that is long enough and one that is not."""
    corpus = tmp_path / "corpus"
    for name, count in (("long", SLICES), ("short", LEAST - 1)):
        (corpus / name).mkdir(parents=True)
        for number in range(count):
            values = (draw_chest(number)[128:384, 128:384] >> 4).astype(np.uint8)
            Writer.fromarray(values).save(corpus / name / f"{number:02}.png")
    text = "pattern,patient,kind,split\nlong/*,1,X-ray,train\nshort/*,2,X-ray,test\n"
    (tmp_path / "split.csv").write_text(text)
    return Collection(corpus, read_split(tmp_path / "split.csv"))


def test_every_slice_of_a_long_series_is_on_one_side(collection: Collection) -> None:
    series = FamiliarSeries(collection.corpus, collection.split)
    parts = {part: series.images(part, 99) for part in ("train", "validation", "test")}
    names = [one.name for images in parts.values() for one in images]
    assert sorted(names) == [f"long/{number:02}.png" for number in range(SLICES)]
    assert [len(images) for images in parts.values()] == [SLICES // 2, SLICES // 4, SLICES // 4]
    for part, images in parts.items():
        assert {one.role.part for one in images} == {part}
        assert {one.role.patient for one in images} == {"1"}
    trained = {one.name for one in parts["train"]}
    for one in parts["test"]:
        number = int(one.name[5:7])
        assert f"long/{number - 1:02}.png" in trained
    assert len(series.images("train", 3)) == 3


def test_the_best_case_forges_tested_slices_alone(collection: Collection, tmp_path: Path) -> None:
    series = FamiliarSeries(collection.corpus, collection.split)
    jobs = make_jobs(series, BEST_CASE, tmp_path / "weights", tmp_path)
    assert len({job.path for job in jobs}) == len(jobs) == SLICES // 2
    forged = [job for job in jobs if job.plan.forged]
    assert {job.image.role.part for job in forged} == {"validation", "test"}
    tested = next(job for job in forged if job.image.role.part == "test")
    rows = [row for _, row, _ in make_exposures(tested)]
    assert {row.group[:1] for row in rows} == {"", "A"}
    assert {name for row in rows for name in row.verdicts} == {
        "standard, tags",
        "standard, stripped",
    }
    validation = next(job for job in forged if job.image.role.part == "validation")
    assert not any(row.marked for _, row, _ in make_exposures(validation))
