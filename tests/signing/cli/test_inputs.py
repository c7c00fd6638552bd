import os
from pathlib import Path

import pytest

from signing.cli.inputs import Job, UsageProblem, pair, select

PART10 = bytes(128) + b"DICM" + bytes(8)
BARE = b"\x08\x00\x05\x00CS"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files as they lie about in a hospital export."""
    root = tmp_path / "in"
    (root / "b").mkdir(parents=True)
    (root / "b" / "image").write_bytes(PART10)
    (root / "a.dcm").write_bytes(b"broken")
    (root / "bare").write_bytes(BARE)
    (root / "DICOMDIR").write_bytes(PART10)
    (root / ".a.dcm.scanseal-0123abcd.tmp").write_bytes(PART10)
    (root / "notes.txt").write_text("hello")
    (root / "picture.png").write_bytes(b"\x89PNG")
    os.mkfifo(root / "pipe")
    return root


def names(paths: tuple[Path, ...], root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in paths]


def test_folders_are_searched_in_one_order(folder: Path) -> None:
    assert names(select([folder]).files, folder) == ["a.dcm", "bare", "b/image"]


def test_what_is_left_out_is_named_with_the_reason(folder: Path) -> None:
    skipped = {path.name: reason for path, reason in select([folder]).skipped}
    assert skipped == {
        ".a.dcm.scanseal-0123abcd.tmp": "left by a run that was killed; it can be deleted",
        "DICOMDIR": "a media directory, it holds no image",
        "notes.txt": "not a DICOM file",
        "picture.png": "not a DICOM file",
        "pipe": "not a regular file",
    }


def test_exports_are_taken_when_asked_for(folder: Path) -> None:
    assert folder / "picture.png" in select([folder], exports=True).files


def test_masks_of_recovered_samples_are_no_exports(folder: Path) -> None:
    (folder / "a.mask.png").write_bytes(b"\x89PNG")
    selection = select([folder], exports=True)
    assert folder / "a.mask.png" not in selection.files
    assert dict(selection.skipped)[folder / "a.mask.png"] == "a mask of recovered samples"
    jobs, _ = pair(folder, folder.with_name("out"), exports=True)
    assert folder / "picture.png" in [job.source for job in jobs]


def test_a_named_file_is_always_taken(folder: Path) -> None:
    assert select([folder / "notes.txt"]).files == (folder / "notes.txt",)


def test_links_to_folders_are_not_followed(folder: Path, tmp_path: Path) -> None:
    before = select([folder]).files
    (folder / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert select([folder]).files == before


def test_nothing_to_do_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no DICOM file"):
        select([tmp_path])
    with pytest.raises(UsageProblem, match="no such file"):
        select([tmp_path / "absent"])


def test_folders_are_mirrored(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    jobs, selection = pair(folder, out)
    assert jobs[-1] == Job(folder / "b" / "image", out / "b" / "image")
    assert len(selection.skipped) == 5


def test_a_file_goes_to_a_file(folder: Path, tmp_path: Path) -> None:
    source = folder / "a.dcm"
    assert pair(source, tmp_path / "x")[0] == (Job(source, tmp_path / "x"),)
    with pytest.raises(UsageProblem, match="is a folder"):
        pair(source, tmp_path)


def test_a_folder_never_goes_into_itself(folder: Path) -> None:
    with pytest.raises(UsageProblem, match="inside the source"):
        pair(folder, folder / "out")
    with pytest.raises(UsageProblem, match="is a file"):
        pair(folder, folder / "a.dcm")


def test_a_folder_may_be_written_over_itself(folder: Path) -> None:
    assert all(job.source == job.target for job in pair(folder, folder)[0])
