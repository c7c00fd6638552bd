"""A detector learns, then judges what it may; its scores come back to the rows they belong to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contest.collection import donor_for, shipped_collection
from benchmarks.contest.example import make_strip
from benchmarks.contest.exposing import Exposure, Plan, expose
from benchmarks.contest.jury import Task
from benchmarks.contest.learned import GROUPS, HELD_OUT
from benchmarks.contest.lineup import FAMILIES, Detectors, all_detectors, left_out_detectors
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.scratch import write_batch, write_lesson
from benchmarks.passive.blocks import EqualBlocks
from benchmarks.passive.training import QUICK


@pytest.fixture(scope="module")
def exposures() -> list[Exposure]:
    """Return what is made of a phantom."""
    images = shipped_collection().images("test", 1, windows=1)
    image = next(one for one in images if one.name.startswith("phantom"))
    donor = image.picture.like(donor_for(image, [image]))
    return list(expose(image, donor, Plan(thorough=False)))


def task(exposures: list[Exposure], folder: Path) -> Task:
    """Return the task of block DCT."""
    found = write_batch(folder / "a.npz", exposures)
    rows = {key: row for key, row, _ in found}
    write_lesson(folder / "lesson.npz", [])
    detector = Detectors(EqualBlocks.name, EqualBlocks, False)
    return Task(detector, folder / "lesson.npz", 1, [folder / "a.npz"], rows, make_strip())


def test_every_exposure_gets_its_own_score(exposures: list[Exposure], tmp_path: Path) -> None:
    findings = task(exposures, tmp_path).work()
    seen = [n for n, one in enumerate(exposures) if one.passive]
    assert set(findings.scores) == {("a.npz", n) for n in seen}
    number = next(n for n, e in enumerate(exposures) if e.row.attack == "copy-move")
    direct = EqualBlocks().examine(exposures[number].picture)
    assert findings.scores["a.npz", number] == direct.score
    assert len(findings.maps["a.npz", number]) == 5
    assert findings.timing()["n"] == len(seen)
    assert findings.heat is not None


def test_some_attacks_and_some_patients_may_be_left_out(
    exposures: list[Exposure], tmp_path: Path
) -> None:
    whole = task(exposures, tmp_path)
    detector = replace(whole.detector, only=frozenset({"copy-move"}))
    some = replace(whole, detector=detector).work()
    attacks = {exposures[n].row.attack for _, n in some.scores}
    assert attacks == {"", "copy-move"}
    nobody = replace(whole, skipped=frozenset({exposures[0].row.patient})).work()
    assert nobody.scores == {}


def test_a_family_that_is_left_out_is_the_one_that_is_asked_about() -> None:
    for one in left_out_detectors(QUICK):
        (family,) = one.without
        assert one.name.endswith(f" -{family}")
        assert one.only
    only = {one.without[0]: one.only for one in left_out_detectors(QUICK)}
    assert only["CycleGAN"] == {"CycleGAN", "CycleGAN, planting"}
    assert only["VAE"] == {"VAE"}
    assert "copy-move" in only["copy-move"]
    families = {family for one in left_out_detectors(QUICK) for family in one.without}
    assert families == set(FAMILIES)
    assert families & set(GROUPS) == {"VAE", "pix2pix", "DCGAN", "CycleGAN"}
    assert families - set(GROUPS) <= {attack.family for attack in LOCAL}
    assert HELD_OUT not in families


def test_names_of_detectors_are_their_own() -> None:
    everybody = [*all_detectors(QUICK), *left_out_detectors(QUICK)]
    names = [one.name for one in everybody]
    assert len(names) == len(set(names)) >= 29
    for one in all_detectors(QUICK):
        made = one.make()
        assert made.name == one.name
        assert made.trained is one.trained


def test_the_picture_that_is_shown_is_a_forged_phantom() -> None:
    strip, again = make_strip(), make_strip()
    assert (strip.picture.values == again.picture.values).all()
    assert 100 < strip.changed.sum() < 5000
    for _, named in strip.seals:
        assert np.logical_and(named > 0, strip.changed).sum() >= 0.95 * strip.changed.sum()
    assert strip.render({}).startswith(b"\x89PNG")
