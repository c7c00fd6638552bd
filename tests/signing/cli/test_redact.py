"""`redact` as a user has it: what to take out must be said, and a folder is one run."""

from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from signing.cli import run
from signing.dicom import part10
from signing.keys import generate_keys
from tests.signing import images


def instance(number: int, **values: Any) -> Dataset:
    """One of several images of a study."""
    given: dict[str, Any] = {
        "PatientID": "4711",
        "StudyInstanceUID": "1.2.3",
        "StudyDate": "20240229",
        **values,
    }
    return images.plain(number, Modality="MR", SOPInstanceUID=f"1.2.3.{number}", **given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder `sealed` of two images of one patient and one of another."""
    (tmp_path / "scans" / "b").mkdir(parents=True)
    part10.write(instance(1), tmp_path / "scans" / "1.dcm")
    part10.write(instance(2), tmp_path / "scans" / "b" / "2.dcm")
    part10.write(instance(3, PatientID="4712"), tmp_path / "scans" / "3.dcm")
    generate_keys("scanner", tmp_path)
    key = str(tmp_path / "scanner.key")
    assert run(["seal", str(tmp_path / "scans"), str(tmp_path / "sealed"), "--key", key]) == 0
    return tmp_path


def redact(folder: Path, name: str, *options: str) -> int:
    return run(["redact", str(folder / "sealed"), str(folder / name), *options])


def values(folder: Path, name: str, keyword: str) -> list[str]:
    return [
        str(dcmread(folder / name / file)[keyword].value) for file in ("1.dcm", "b/2.dcm", "3.dcm")
    ]


def test_a_folder_is_one_run(folder: Path) -> None:
    assert redact(folder, "out", "--basic-profile") == 0
    trust = str(folder / "scanner.pub")
    assert run(["verify", str(folder / "out"), "--trust", trust]) == 6
    for keyword in ("PatientID", "StudyDate"):
        first, second, third = values(folder, "out", keyword)
        assert first == second != third
    assert len(set(values(folder, "out", "StudyInstanceUID"))) == 1
    assert len(set(values(folder, "out", "SOPInstanceUID"))) == 3
    assert redact(folder, "again", "--basic-profile") == 0
    assert values(folder, "again", "PatientID") != values(folder, "out", "PatientID")


def test_the_same_secret_gives_the_same_copies(folder: Path) -> None:
    secret = ("--pseudonyms", str(folder / "secret"))
    assert redact(folder, "out", "--basic-profile", *secret) == 0
    assert redact(folder, "again", "--basic-profile", *secret) == 0
    for keyword in ("PatientID", "StudyDate", "SOPInstanceUID"):
        assert values(folder, "again", keyword) == values(folder, "out", keyword)


def test_dates_are_taken_out_and_attributes_kept_on_demand(folder: Path) -> None:
    options = ("--basic-profile", "--remove-dates", "--keep", "PatientID")
    assert redact(folder, "out", *options) == 0
    assert set(values(folder, "out", "StudyDate")) == {""}
    assert set(values(folder, "out", "PatientID")) == {"4711", "4712"}


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--remove", "PatientID", "--remove-dates"),
        ("--remove", "PatientID", "--keep", "PatientName"),
        ("--keep", "PatientName"),
    ],
)
def test_what_cannot_be_meant_is_misuse(
    options: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert redact(folder, "out", *options) == 2
    assert "--basic-profile" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_a_secret_that_is_none_is_misuse(folder: Path) -> None:
    (folder / "secret").write_text("short")
    assert redact(folder, "out", "--basic-profile", "--pseudonyms", str(folder / "secret")) == 2
