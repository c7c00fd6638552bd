"""Images come with their patient's label, in windows of one size, each once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Writer
from pydicom.data import get_testdata_file
from pydicom.filereader import dcmread

from benchmarks.contest.__main__ import main
from benchmarks.contest.collection import (
    EDGE,
    Collection,
    donor_for,
    open_collection,
    shipped_collection,
)
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.split import MalformedSplit, read_split


def eyes(folder: Path) -> Collection:
    """Return two photographs, of which one is there twice, and their split."""
    random = np.random.default_rng(1)
    for name, shape in (("a.png", (600, 700, 3)), ("b.png", (300, 260, 3))):
        values = random.integers(0, 255, shape).astype(np.uint8)
        Writer.fromarray(values).save(folder / name)
    (folder / "c.png").write_bytes((folder / "b.png").read_bytes())
    text = "pattern,patient,kind,split\na.png,1,fundus,test\n*.png,2,fundus,test\n"
    (folder / "split.csv").write_text(text)
    return Collection(folder, read_split(folder / "split.csv"))


def test_large_frames_are_cut_and_equal_pictures_taken_once(tmp_path: Path) -> None:
    images = eyes(tmp_path).images("test", 5, windows=3)
    assert [image.role.patient for image in images] == ["1", "1", "1", "2"]
    assert {image.samples.values.shape for image in images} == {(EDGE, EDGE, 3)}
    assert len({image.name for image in images}) == 4
    assert all("@" in image.name for image in images)
    assert eyes(tmp_path).images("train", 5) == []


def test_windows_are_parts_of_the_frame_as_it_is(tmp_path: Path) -> None:
    for image in eyes(tmp_path).images("test", 5):
        name, corner = image.name.split("@")
        top, left = map(int, corner.split(","))
        with Writer.open(tmp_path / name) as picture:
            whole = np.asarray(picture)
        assert (image.samples.values == whole[top : top + EDGE, left : left + EDGE]).all()


def test_a_donor_is_another_patient_of_the_same_kind_and_size(tmp_path: Path) -> None:
    images = eyes(tmp_path).images("test", 5)
    donor = donor_for(images[0], images)
    assert (donor == images[-1].samples.values).all()
    alone = donor_for(images[0], images[:1])
    assert (alone == images[0].samples.values[::-1, ::-1]).all()


def test_what_is_shipped_has_three_sides_without_a_network() -> None:
    collection = shipped_collection()
    kinds = {}
    for part in ("train", "validation", "test"):
        images = collection.images(part, 2, windows=1)
        assert images
        kinds[part] = {image.role.patient for image in images}
    assert not kinds["train"] & kinds["test"]
    assert not kinds["validation"] & kinds["test"]


def test_phantoms_are_repeatable_and_not_alike() -> None:
    assert (draw_chest(1) == draw_chest(1)).all()
    assert (draw_chest(1) != draw_chest(2)).mean() > 0.5
    assert draw_chest(3).dtype == np.uint16 and draw_chest(3).max() <= 4095


def test_a_volume_is_in_the_order_of_places(tmp_path: Path) -> None:
    source = get_testdata_file("CT_small.dcm", download=False)
    assert isinstance(source, str)
    dataset = dcmread(source)
    for name, depth in (("a", 9.0), ("b", 3.0), ("c", 6.0)):
        dataset.ImagePositionPatient = [0, 0, depth]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.save_as(tmp_path / f"{name}.dcm")
    text = "pattern,patient,kind,split\n*.dcm,1,CT body,test\n"
    (tmp_path / "split.csv").write_text(text)
    collection = Collection(tmp_path, read_split(tmp_path / "split.csv"))
    names = [image.name for image in collection.volume("1")]
    assert names == ["a.dcm", "c.dcm", "b.dcm"]
    assert collection.spacing(names[:2])[0] == 3


def test_a_donor_is_cut_of_a_larger_picture_where_nobody_else_is_as_small(tmp_path: Path) -> None:
    images = eyes(tmp_path).images("test", 5)
    small, large = images[0], images[-1]
    other = replace(large.role, kind="X-ray")
    part = np.ascontiguousarray(small.samples.values[:100, :120])
    cut = replace(small, samples=replace(small.samples, values=part))
    cut = replace(cut, picture=small.picture.like(cut.samples.values))
    assert (donor_for(cut, images) == large.samples.values[78:178, 68:188]).all()
    unlike = replace(large, role=other)
    assert (donor_for(small, [small, unlike]) == large.samples.values).all()
    assert (
        donor_for(large, [large, replace(cut, role=other)]) == large.samples.values[::-1, ::-1]
    ).all()


def test_patients_are_labelled_by_their_folders_where_a_split_says_so(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(b"")
    (tmp_path / "split.csv").write_text("pattern,patient,kind,split\n*/*,@folder,MR,test\n")
    found = Collection(tmp_path, read_split(tmp_path / "split.csv")).patients()
    assert {label: role.part for label, role in found.items()} == {"one": "test", "two": "test"}


def test_a_picture_that_is_no_dicom_file_has_samples_of_one_millimetre(tmp_path: Path) -> None:
    assert eyes(tmp_path).spacing(["a.png", "b.png"]) == (1.0, 1.0, 1.0)


def folders(at: Path, split: str) -> Path:
    """Write a folder of two pictures of one patient and a split; return the folder."""
    (at / "corpus" / "somebody").mkdir(parents=True)
    for name in ("a.png", "b.png"):
        Writer.fromarray(draw_chest(1).astype(np.uint8)).save(at / "corpus" / "somebody" / name)
    (at / "split.csv").write_text("pattern,patient,kind,split\n" + split)
    return at / "corpus"


def test_a_folder_on_two_sides_is_refused(tmp_path: Path) -> None:
    corpus = folders(tmp_path, "*/a.png,@folder,X-ray,train\n*/b.png,@folder,X-ray,test\n")
    with pytest.raises(MalformedSplit, match="line 3: somebody is on two sides"):
        open_collection(corpus, tmp_path / "split.csv")


def test_a_corpus_of_which_the_split_has_nothing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = folders(tmp_path, "*.dcm,1,MR,train\n")
    options = ["--corpus", str(corpus), "--split", str(tmp_path / "split.csv")]
    monkeypatch.setattr("sys.argv", ["contest", *options, "--out", str(tmp_path / "out")])
    assert main() == 2
    assert "no file there matches" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
