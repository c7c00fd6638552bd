"""The run of benchmarks.fidelity on a small folder: what it takes, and what its rows say."""

from pathlib import Path
from shutil import copy

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from benchmarks.fidelity import DIGITS, draw_curve, examine, shorten
from benchmarks.measures.ceiling import binary_rate
from benchmarks.specimens import Specimen, choose, find
from watermark.samples import Colour

ANNOTATION = """<annotation><size><width>128</width><height>128</height></size><object><bndbox>
<xmin>40</xmin><ymin>40</ymin><xmax>71</xmax><ymax>71</ymax></bndbox></object></annotation>"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CT slice with an annotated lesion, twice, and a colour picture, of which one has a name."""
    root = tmp_path_factory.mktemp("corpus")
    for folder in ("ct", "colour"):
        (root / folder).mkdir()
    source = str(get_testdata_file("CT_small.dcm", download=False))
    copy(source, root / "ct" / "1.dcm")
    copy(source, root / "ct" / "2.dcm")
    (root / "ct" / "annotation_1.xml").write_text(ANNOTATION, encoding="utf-8")
    random = np.random.default_rng(1)
    y, x = np.mgrid[:192, :176]
    smooth = np.stack((y / 2 + 40, x / 2 + 60, (x + y) / 3 + 20), axis=2)
    values = np.clip(smooth + random.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8)
    Image.fromarray(values).save(root / "colour" / "eye.png")
    lines = ["path,patient_id", "ct/1.dcm,SECRET^NAME", "ct/2.dcm,SECRET^NAME"]
    (root / "MANIFEST.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def specimens(corpus: Path) -> dict[str, Specimen]:
    """The chosen frames by their paths."""
    return {one.path: one for one in choose(corpus, "")}


def test_equal_frames_are_chosen_once_and_nobody_is_named(specimens: dict[str, Specimen]) -> None:
    assert sorted(specimens) == ["colour/eye.png", "ct/1.dcm"]
    assert specimens["ct/1.dcm"].patient == "patient 1"
    assert specimens["colour/eye.png"].patient == "colour/eye.png"


def test_a_specimen_knows_its_unit_windows_and_lesions(specimens: dict[str, Specimen]) -> None:
    ct, eye = specimens["ct/1.dcm"], specimens["colour/eye.png"]
    assert (ct.slope, ct.intercept, ct.boxes) == (1, -1024, ((39, 39, 71, 71),))
    assert ct.kind.startswith("CT")
    assert {"soft", "bone"} <= {window.name for window in ct.windows}
    assert eye.samples.colour is Colour.RGB
    assert np.array_equal(eye.native(eye.samples), eye.samples.values)


def test_few_frames_of_a_folder_are_taken_and_all_annotated_ones(corpus: Path) -> None:
    assert [one.path for one in choose(corpus, "", few=0)] == ["ct/1.dcm"]
    assert [one.path for one in choose(corpus, "colour", few=1)] == ["colour/eye.png"]


def test_frames_that_are_shipped_stand_in_for_a_folder(corpus: Path, tmp_path: Path) -> None:
    shipped = {one.path: one for one in find(tmp_path / "nowhere", "")}
    assert list(shipped) == ["CT_small.dcm", "examples_overlay.dcm"]
    assert [one.path for one in find(tmp_path / "nowhere", "CT")] == ["CT_small.dcm"]
    assert not list(find(tmp_path, ""))
    assert {one.path for one in find(corpus, "")} == {"colour/eye.png", "ct/1.dcm"}


def test_every_marked_frame_comes_back_and_is_measured(specimens: dict[str, Specimen]) -> None:
    for path, specimen in specimens.items():
        rows = examine(specimen)
        assert len(rows) == 6
        marked = [row for row in rows if row["outcome"] == "marked"]
        assert {row["profile"] for row in marked} == {"standard", "full"}  # light needs 256 rows
        for row in marked:
            assert row["restored"] is True
            assert row["error"]["largest"] == 1
            assert 0 < row["mean_square"] < 0.2
            assert row["peaks"]["stored"]["psnr"] > 50
            assert ("lesion" in row) is ("volumes" in row) is path.startswith("ct")
            assert ("ms_ssim_loss" in row) is path.startswith("colour")  # needs 161 rows


def test_a_larger_profile_changes_more(specimens: dict[str, Specimen]) -> None:
    marked = {
        (row["profile"], row["transform"]): row["mean_square"]
        for row in examine(specimens["ct/1.dcm"])
        if row["outcome"] == "marked"
    }
    for transform in ("dwt", "dct"):
        assert marked["full", transform] > marked["standard", transform]


def test_what_is_carried_stays_below_what_parities_can_carry(
    specimens: dict[str, Specimen],
) -> None:
    rows = draw_curve(specimens["ct/1.dcm"])
    assert {row["profile"] for row in rows} == {"standard", "full"}
    for row in rows:
        assert row["payload"] < row["carried"] < binary_rate(row["mean_square"])


def test_rows_keep_their_whole_numbers_and_few_digits() -> None:
    value = {"a": [1 / 3, 1234567], "b": (True, None, "x")}
    assert shorten(value) == {"a": [0.33333, 1234567], "b": [True, None, "x"]}
    assert DIGITS == 5
