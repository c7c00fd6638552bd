"""What is made of sealed files on purpose is shown as it is decoded, with the true verdict."""

import secrets
from io import BytesIO
from itertools import chain
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image as Writer

from benchmarks.contest.adaptive import on_samples
from benchmarks.contest.aimed import PROFILE, aimed_exposures, aimed_sources
from benchmarks.contest.collection import Collection, shipped_collection
from benchmarks.contest.controls import on_controls
from benchmarks.contest.counterfeits import on_seals
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.rows import digest_flags
from benchmarks.contest.scenes import Scene, Trial, scene_of
from benchmarks.contest.split import read_split
from signing.dicom import part10
from tests.signing import images
from tests.watermark import phantoms

TAGS, STRIPPED = f"{PROFILE}, tags", f"{PROFILE}, stripped"
SPLIT = """pattern,patient,kind,split
a*.dcm,a,CT lung,test
b.dcm,b,CT lung,test
c.dcm,c,MR,test
colour.dcm,d,ultrasound,test
large.dcm,e,CT head,test
several.dcm,f,PET,test
trained.dcm,g,X-ray,train
picture.png,h,X-ray,test
"""


@pytest.fixture(scope="module")
def exposures() -> list[Exposure]:
    """Return all that is made of the files that are shipped."""
    return list(aimed_exposures(shipped_collection(), 10))


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Return the one such file, sealed once more."""
    ((_, source),) = aimed_sources(shipped_collection(), 10)
    found = scene_of(source, PROFILE)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def trials(scene: Scene) -> dict[tuple[str, str], Trial]:
    """Return the trials on it by group and name."""
    found = chain(on_samples(scene), on_seals(scene), on_controls(scene))
    return {(one.group, one.attack): one for one in found}


def copied(exposures: list[Exposure]) -> Exposure:
    (one,) = (one for one in exposures if one.row.group == "H1")
    return one


def test_attacks_change_the_sealed_frame_where_their_mask_says(exposures: list[Exposure]) -> None:
    sealed = copied(exposures).picture.values
    attacks = [one for one in exposures if one.row.group.startswith("G")]
    named = {f"G{number}" for number in (*range(1, 9), 10, 11, 12, 13, 15)}
    assert {one.row.group for one in attacks} == named
    for one in attacks:
        differs = one.picture.values != sealed
        assert differs.any()
        assert np.array_equal(one.changed, differs)
        assert one.row.changed == np.count_nonzero(differs)
        assert one.row.mask == digest_flags(differs)


def test_detectors_should_point_at_what_is_seen_and_not_at_the_mark(
    exposures: list[Exposure],
) -> None:
    attacks = {(one.row.group, one.row.attack): one for one in exposures if one.row.group[0] == "G"}
    stolen = attacks["G15", "edited, sealed anew with the stolen key"]
    assert stolen.local and stolen.aimed.sum() <= stolen.row.size**2 < stolen.row.changed
    for key, one in attacks.items():
        drawn_anew = key[0] == "G13" or key[0] == "G2"
        assert one.aimed.any() != drawn_anew
        if one.row.size:
            rows, columns = np.nonzero(one.aimed)
            swapped = key[0] == "G4"
            assert swapped or max(np.ptp(rows), np.ptp(columns)) < one.row.size


def test_copies_are_the_sealed_frame_sample_by_sample(exposures: list[Exposure]) -> None:
    sealed = copied(exposures).picture.values
    copies = [one for one in exposures if one.row.group.startswith("H")]
    assert {one.row.group for one in copies} >= {"H1", "H2", "H4", "H5", "H6", "H8"}
    for one in copies:
        assert np.array_equal(one.picture.values, sealed)
        assert not one.aimed.any()
        assert (one.row.changed, one.row.mask, one.row.placed) == (0, "", {})


def test_another_reader_decodes_the_same_samples(
    scene: Scene, trials: dict[tuple[str, str], Trial]
) -> None:
    copies = [trial for trial in trials.values() if trial.group.startswith("H")]
    assert len(copies) > 20
    for trial in copies:
        (data,) = trial.files
        assert np.array_equal(pydicom.dcmread(BytesIO(data)).pixel_array, scene.values)


def test_verdicts_are_those_that_are_promised(
    exposures: list[Exposure], trials: dict[tuple[str, str], Trial]
) -> None:
    for one in exposures:
        trial = trials[one.row.group, one.row.attack]
        assert one.row.verdicts[TAGS] in trial.tags, one.row
        assert (STRIPPED in one.row.verdicts) == bool(trial.stripped)
        assert one.row.verdicts.get(STRIPPED) in (trial.stripped or {None}), one.row
        assert (one.row.level, one.row.size) == (trial.level, trial.size)


def test_every_trial_with_a_picture_of_its_own_is_shown(
    exposures: list[Exposure], trials: dict[tuple[str, str], Trial]
) -> None:
    shown = {(one.row.group, one.row.attack) for one in exposures}
    assert len(shown) == len(exposures)
    assert shown == {
        key for key, one in trials.items() if one.picture is not None or key[0].startswith("H")
    }


def test_pictures_are_shown_as_those_of_the_collection(exposures: list[Exposure]) -> None:
    known = {image.name: image for image in shipped_collection().images("test", 1, 1)}
    for one in exposures:
        image, row = known[one.row.image], one.row
        seen, picture = one.picture, image.picture
        assert (seen.kind, seen.bits, seen.low, seen.high, seen.scale) == (
            (picture.kind, picture.bits, picture.low, picture.high, picture.scale)
        )
        assert seen.values.dtype == picture.values.dtype
        assert (row.patient, row.kind, row.part) == (image.role.patient, image.role.kind, "test")
        assert row.marked and one.passive
    moved = copied(exposures).picture.values.astype(np.int64)
    original = known[copied(exposures).row.image].picture.values
    assert np.abs(moved - original).max() == 1


def test_every_run_makes_the_same(exposures: list[Exposure]) -> None:
    true = secrets.token_bytes
    again = list(aimed_exposures(shipped_collection(), 10))
    assert secrets.token_bytes is true
    assert [one.row for one in again] == [one.row for one in exposures]
    for one, other in zip(again, exposures, strict=True):
        assert np.array_equal(one.picture.values, other.picture.values)


def test_one_grey_frame_of_each_test_patient_is_taken_and_kinds_take_turns(tmp_path: Path) -> None:
    made = {
        "a1.dcm": images.plain(1),
        "a2.dcm": images.plain(2),
        "b.dcm": images.plain(3),
        "c.dcm": images.plain(4),
        "colour.dcm": images.of(phantoms.coloured(160, 171)),
        "large.dcm": images.of(phantoms.resonance(520, 160)),
        "several.dcm": images.series(),
        "trained.dcm": images.plain(5),
    }
    for name, dataset in made.items():
        part10.write(dataset, tmp_path / name)
    values = phantoms.resonance(160, 171, bits=8).values
    Writer.fromarray(values).save(tmp_path / "picture.png")
    (tmp_path / "split.csv").write_text(SPLIT, encoding="utf-8")
    collection = Collection(tmp_path, read_split(tmp_path / "split.csv"))
    assert len(collection.images("test", 1, 1)) == 7
    for most, names in ((2, ["a1.dcm", "c.dcm"]), (9, ["a1.dcm", "c.dcm", "b.dcm"])):
        assert [image.name for image, _ in aimed_sources(collection, most)] == names
    for image, source in aimed_sources(collection, 9):
        assert np.array_equal(pydicom_frame(source.dataset), image.picture.values)
        assert not np.array_equal(pydicom_frame(source.donor), image.picture.values)


def pydicom_frame(dataset: pydicom.Dataset) -> np.ndarray:
    found: np.ndarray = pydicom.dcmread(BytesIO(part10.encode(dataset))).pixel_array
    return found
