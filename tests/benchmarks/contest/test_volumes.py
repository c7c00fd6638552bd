"""Forged cubes before detectors, and the same cubes of the sealed volume before its seals."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.contest import volumes
from benchmarks.contest.collection import SHOWN, Collection, Image, shipped_collection
from benchmarks.contest.learned import forge_slices, volume_of
from benchmarks.contest.rows import WITHIN
from benchmarks.contest.split import read_split
from benchmarks.generators.pix2pix3d import Pix2Pix3d
from benchmarks.generators.volumes import Volume

torch.set_num_threads(1)
SLICES = 20


@cache
def series() -> tuple[Volume, list[Image]]:
    """Return the parts of a phantom, one a sample beside the next, as a test patient's volume."""
    found = shipped_collection().images("test", 1, windows=1)
    phantom = next(one for one in found if one.name.startswith("phantom"))
    values = [
        np.ascontiguousarray(np.tile(np.roll(phantom.samples.values, step, 1), (2, 2))[:320, :288])
        for step in range(SLICES)
    ]
    images = [
        replace(
            phantom,
            name=f"slice-{number}",
            role=replace(phantom.role, kind="MR"),
            samples=replace(phantom.samples, values=one),
            picture=replace(phantom.picture.like(one), kind="MR"),
        )
        for number, one in enumerate(values)
    ]
    picture = phantom.picture
    return Volume(np.stack(values), (2.0, 1.0, 1.0), picture.low, picture.high), images


@pytest.fixture
def collection(monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Return a collection whose patients all have that volume."""
    monkeypatch.setattr(volumes, "volume_of", lambda *_: series())
    return shipped_collection()


def test_seals_judge_the_slices_that_detectors_get(collection: Collection) -> None:
    cube = Pix2Pix3d()
    plain = [c for c in volumes.cases_of(collection, "x", cube, 3) if c.exposure.row.group]
    sealed = list(volumes.sealed_cases(collection, "x", cube, 3))
    assert len(plain) == len(sealed) == 3
    for case, exposure in zip(plain, sealed, strict=True):
        mine, theirs = case.exposure.row, exposure.row
        assert (mine.image, mine.attack, mine.size) == (theirs.image, theirs.attack, theirs.size)
        assert theirs.marked and not mine.marked
        assert not exposure.passive
        assert set(theirs.verdicts.values()) == {"altered"}
        assert set(theirs.verdicts) == {"standard, tags", "standard, stripped"}
        both = (case.changed & exposure.changed).sum()
        assert both > 0.9 * case.changed.sum()


def test_a_cube_that_changes_nothing_is_left_out_and_the_others_keep_their_numbers(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = forge_slices(Pix2Pix3d(), series()[0], 1, 3)
    monkeypatch.setattr(volumes, "forge_slices", lambda *_: [made[0], {}, made[2]])
    plain = [c.exposure.row for c in volumes.cases_of(collection, "x", Pix2Pix3d(), 3)]
    sealed = [one.row for one in volumes.sealed_cases(collection, "x", Pix2Pix3d(), 3)]
    numbers = [[row.image[-1] for row in some if row.group] for some in (plain, sealed)]
    assert numbers == [["0", "2"], ["0", "2"]]


def test_detectors_get_windows_that_hold_what_was_changed(collection: Collection) -> None:
    for case in volumes.cases_of(collection, "x", Pix2Pix3d(), 3):
        assert case.exposure.picture.values.shape == (256, 256)
        assert case.exposure.aimed.sum() == case.changed.sum()
        assert case.slices[case.place].values.shape == (320, 288)


def test_a_volume_that_holds_no_mark_has_no_sealed_cases(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "protect_in", lambda *_: None)
    assert not list(volumes.sealed_cases(collection, "x", Pix2Pix3d(), 1))


def test_untouched_slices_are_named_as_such(collection: Collection) -> None:
    untouched = [
        case.exposure.row
        for case in volumes.cases_of(collection, "x", Pix2Pix3d(), 1)
        if not case.exposure.row.group
    ]
    assert untouched
    assert all(row.image.endswith(WITHIN) for row in untouched)


@pytest.mark.parametrize("kind", sorted(SHOWN))
def test_noise_begins_at_700_hu_below_water(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = series()[1][0].picture
    scale, low = 0.5, 100.0
    picture = replace(first, kind=kind, scale=scale, low=low)
    images = [replace(one, picture=picture) for one in series()[1]]
    monkeypatch.setattr(Collection, "volume", lambda *_: images)
    monkeypatch.setattr(Collection, "spacing", lambda *_: (1.0, 1.0, 1.0))
    found = volume_of(shipped_collection(), "x")
    assert found is not None
    assert found[0].tissue is not None
    stored_zero = low - SHOWN[kind][0] / scale
    assert (found[0].tissue - stored_zero) * scale == pytest.approx(-700)


def test_the_first_training_volume_is_learned_from_where_the_usual_one_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "volume_of", lambda _, label: series() if label == "b" else None)
    parts = {"a": "train", "b": "train", "c": "test"}
    lines = [f"{name}.png,{name},MR,{part}" for name, part in parts.items()]
    for name in parts:
        (tmp_path / f"{name}.png").write_bytes(b"")
    (tmp_path / "split.csv").write_text("\n".join(["pattern,patient,kind,split", *lines]) + "\n")
    collection = Collection(tmp_path, read_split(tmp_path / "split.csv"))
    assert len(volumes.volumes_for_training(collection)) == 1
    assert len(volumes.slices_for_training(collection)) == SLICES
    assert volumes.asked_patients(collection) == ["c"]
