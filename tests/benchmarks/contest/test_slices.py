"""Both splits are made of the same examples, and nothing is made of too few patients."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.contest import slices
from benchmarks.contest.collection import Image, shipped_collection
from benchmarks.passive.cascade import Cascade


def images_of(patients: int) -> list[Image]:
    """Return two phantoms of each patient."""
    found = shipped_collection().images("train", 1, windows=1)
    phantoms = [one for one in found if one.name.startswith("phantom")]
    made = []
    for number in range(2 * patients):
        one = phantoms[number % len(phantoms)]
        role = replace(one.role, patient=str(number // 2))
        values = np.roll(one.samples.values, number, axis=1)
        picture = one.picture.like(values)
        made.append(replace(one, name=str(number), role=role, picture=picture))
    return made


def test_fewer_patients_than_parts_give_nothing() -> None:
    assert slices.compare_slices(images_of(4), 1, 1) == {}


def test_both_splits_test_forged_and_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.passive.cascade.STEPS", 4)
    found = slices.compare_slices(images_of(5), 1, 1)
    assert set(found) == {"slice split", "patient split"}
    for split in found.values():
        told = split[Cascade.name]
        assert len(told["scores"]) == len(told["forged"]) == len(told["patients"])
        assert told["threshold"] == 0
    patients = found["patient split"][Cascade.name]["patients"]
    assert len(set(patients)) == 1
