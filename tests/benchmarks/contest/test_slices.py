"""Tampered cubes are five slices and their untouched likes; both splits are made of them."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.contest import slices
from benchmarks.contest.collection import Collection, Image, shipped_collection
from benchmarks.contest.slices import AROUND, EDGE, Series, tamper_with
from benchmarks.contest.split import Role
from benchmarks.generators.pix2pix3d import Pix2Pix3d
from benchmarks.generators.volumes import Volume
from benchmarks.passive.cascade import Cascade

torch.set_num_threads(1)

FIVE = 2 * AROUND + 1


@cache
def phantom_of_all() -> Image:
    """Return one phantom."""
    found = shipped_collection().images("train", 1, windows=1)
    return next(one for one in found if one.name.startswith("phantom"))


def series_of(_: Collection, patient: str) -> Series:
    """Return a phantom 16 times over, a sample further each time, as a patient's volume."""
    phantom = phantom_of_all()
    start = int(patient)
    values = [
        np.ascontiguousarray(np.roll(phantom.samples.values, step + 20 * start, 1)[:128, :144])
        for step in range(16)
    ]
    images = [
        replace(
            phantom,
            name=f"{patient}-{number}",
            role=replace(phantom.role, patient=patient),
            samples=replace(phantom.samples, values=one),
            picture=phantom.picture.like(one),
        )
        for number, one in enumerate(values)
    ]
    picture = phantom.picture
    return Volume(np.stack(values), (7.0, 3.0, 0.8), picture.low, picture.high), images


def collection_of(patients: int) -> Collection:
    """Return a collection with so many patients."""
    shipped = shipped_collection()
    roles = tuple(
        Role(f"phantom/train-{one}", str(one), "CT lung", "train") for one in range(patients)
    )
    return replace(shipped, split=replace(shipped.split, roles=roles))


def test_fewer_patients_than_parts_give_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(slices, "volume_of", series_of)
    assert slices.compare_slices(collection_of(4), tmp_path, 1, 1) == {}


def test_shipped_pictures_are_no_series(tmp_path: Path) -> None:
    assert slices.compare_slices(shipped_collection(), tmp_path, 1, 1) == {}


@pytest.mark.parametrize("learned", [False, True])
def test_each_cube_gives_five_forged_slices_and_five_untouched(learned: bool) -> None:
    series = series_of(shipped_collection(), "3")
    cube = Pix2Pix3d() if learned else None
    examples = tamper_with([series], cube, 4, 1)
    assert len(examples) == 4 * 2 * FIVE
    forged, untouched = examples[::2], examples[1::2]
    assert all(one.forged for one in forged)
    assert not any(one.forged for one in untouched)
    sizes = {one.picture.values.shape for one in examples}
    assert sizes == {(112, 126)}
    assert max(max(size) for size in sizes) <= EDGE
    same = [
        np.array_equal(one.picture.values != twin.picture.values, one.changed)
        for one, twin in zip(forged, untouched, strict=True)
    ]
    assert same == ([True] * FIVE + [False] * FIVE) * 2


def test_the_same_seed_gives_the_same_examples() -> None:
    series = series_of(shipped_collection(), "3")
    one, again, other = (tamper_with([series], None, 2, seed) for seed in (1, 1, 2))
    alike = [
        np.array_equal(a.picture.values, b.picture.values) for a, b in zip(one, again, strict=True)
    ]
    assert all(alike)
    assert not all(
        np.array_equal(a.picture.values, b.picture.values) for a, b in zip(one, other, strict=True)
    )


def test_both_splits_test_forged_and_untouched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(slices, "volume_of", series_of)
    monkeypatch.setattr(slices, "TAMPERS", 2)
    found = slices.compare_slices(collection_of(5), tmp_path, 1, 1, steps=4)
    assert set(found) == {"slice split", "patient split"}
    for split in found.values():
        told = split[Cascade.name]
        assert len(told["scores"]) == len(told["forged"]) == len(told["patients"])
        assert len(set(told["forged"])) == 2
        assert told["threshold"] == 0
    patients = found["patient split"][Cascade.name]["patients"]
    assert len(set(patients)) == 1
