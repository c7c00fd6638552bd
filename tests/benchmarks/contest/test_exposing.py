"""One image gives rows of all sorts, the same forgery sealed and not; nothing is lost on disk."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contest.collection import Image, donor_for, shipped_collection
from benchmarks.contest.exposing import Exposure, Plan, expose
from benchmarks.contest.repertoire.attack import Attack
from benchmarks.contest.repertoire.local import COPY_MOVE, NODULE
from benchmarks.contest.rows import Row, digest_flags, read_rows, write_rows
from benchmarks.contest.scratch import read_batch, write_batch


@pytest.fixture(scope="module")
def image() -> Image:
    """Return a phantom of a test patient."""
    images = shipped_collection().images("test", 1, windows=1)
    return next(one for one in images if one.name.startswith("phantom"))


@pytest.fixture(scope="module")
def exposures(image: Image) -> list[Exposure]:
    """Return all that is made of it."""
    donor = image.picture.like(donor_for(image, [image]))
    return list(expose(image, donor, Plan()))


def test_untouched_pictures_are_accepted_and_forged_ones_are_not(
    exposures: list[Exposure],
) -> None:
    sealed = [one.row for one in exposures if one.row.marked]
    untouched = [row for row in sealed if not row.group]
    forged = [row for row in sealed if row.group]
    assert {v for row in untouched for v in row.verdicts.values()} == {"authentic", "partial"}
    assert len(forged) > 60
    for row in forged:
        by_tags = [v for name, v in row.verdicts.items() if name.endswith("tags")]
        assert by_tags == ["altered"], row
        assert "authentic" not in row.verdicts.values()


def test_the_same_forgery_is_made_of_the_sealed_picture(exposures: list[Exposure]) -> None:
    plain = {(e.row.group, e.row.attack): e for e in exposures if not e.row.marked and e.row.group}
    light = [e for e in exposures if e.row.marked and "standard, tags" in e.row.verdicts]
    local = [e for e in light if e.row.group[:1] == "A"]
    assert len(local) >= 12
    for one in local:
        other = plain[(one.row.group, one.row.attack)]
        assert other.row.size == one.row.size
        both = np.count_nonzero(one.aimed & other.aimed)
        assert both >= 0.5 * np.count_nonzero(other.aimed)


def test_rows_tell_what_was_changed(exposures: list[Exposure]) -> None:
    for one in exposures:
        assert (one.row.changed > 0) == bool(one.row.group)
        assert len(one.row.mask) == (16 if one.row.group else 0)
        assert (one.row.kind, one.row.part) == ("CT lung", "test")


def test_passive_detectors_see_one_sealed_version(exposures: list[Exposure]) -> None:
    seen = [one for one in exposures if one.passive and one.row.marked]
    assert all("standard, tags" in one.row.verdicts for one in seen)
    assert {one.row.group[:1] for one in seen} == {"", "A"}


def test_steps_of_sweeps_are_named(image: Image) -> None:
    donor = image.picture.like(donor_for(image, [image]))
    plan = Plan(sweeps=True, thorough=False)
    rows = []
    for one in expose(image, donor, plan):
        if one.row.marked and one.row.group:
            break
        rows.append(one.row)
    names = {row.attack for row in rows if row.sweep == "processing"}
    assert any(name.startswith("copy-move after JPEG") for name in names)
    assert any(name.startswith("nothing after") for name in names)
    assert {row.sweep for row in rows} == {"", "sizes", "strengths", "processing"}


def test_learned_attacks_take_their_place(image: Image) -> None:
    made = replace(COPY_MOVE, group="B9", name="learned", family="learned", apply=NODULE.apply)
    learned: tuple[Attack, ...] = (made,)
    donor = image.picture.like(donor_for(image, [image]))
    rows = [one.row for one in expose(image, donor, Plan(learned, thorough=False))]
    assert sum(row.group == "B9" for row in rows) >= 2


def test_exposures_come_back_from_disk(exposures: list[Exposure], tmp_path: Path) -> None:
    found = write_batch(tmp_path / "a.npz", exposures)
    rows = {key: row for key, row, _ in found}
    back = dict(read_batch(tmp_path / "a.npz", rows))
    assert [key for key, _, passive in found if passive] == list(back)
    for (key, _, passive), one in zip(found, exposures, strict=True):
        if passive:
            assert (back[key].changed == one.changed).all()
            assert (back[key].picture.values == one.picture.values).all()
            assert (back[key].aimed == one.aimed).all()
            assert (back[key].picture.low, back[key].picture.bits) == (
                one.picture.low,
                one.picture.bits,
            )


def test_rows_come_back_from_their_file(exposures: list[Exposure], tmp_path: Path) -> None:
    rows = [one.row for one in exposures]
    write_rows(tmp_path / "rows.jsonl", rows)
    back = list(read_rows(tmp_path / "rows.jsonl"))
    assert [(r.attack, r.size, r.verdicts) for r in back] == [
        (r.attack, r.size, r.verdicts) for r in rows
    ]
    assert all(isinstance(row, Row) for row in back)


def test_the_file_of_a_batch_tells_exactly_what_was_changed(
    exposures: list[Exposure], tmp_path: Path
) -> None:
    write_batch(tmp_path / "a.npz", exposures)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        told = json.loads(str(arrays["rows"]))
        assert len(told) == len(exposures)
        for number, (row, one) in enumerate(zip(told, exposures, strict=True)):
            size = one.changed.size
            flags = np.unpackbits(arrays[f"c{number}"], count=size).astype(bool)
            assert np.count_nonzero(flags) == row["changed"] == one.row.changed
            if row["group"]:
                assert digest_flags(flags) == row["mask"]


def test_a_plan_may_leave_out_forgeries_and_seals(image: Image) -> None:
    donor = image.picture.like(donor_for(image, [image]))
    alone = list(expose(image, donor, Plan(forged=False, profiles=())))
    assert [(one.row.group, one.row.marked) for one in alone] == [("", False)]
    sealed = [one.row for one in expose(image, donor, Plan(forged=False, profiles=("standard",)))]
    assert [row.marked for row in sealed] == [False, True]
    unseen = expose(image, donor, Plan(thorough=False, profiles=("standard",), sealed_seen=False))
    assert not any(one.passive for one in unseen if one.row.marked and one.row.group)
