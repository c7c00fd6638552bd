from pathlib import Path

import pytest

from signing.cli.inputs import UsageProblem
from signing.cli.places import mirror, refuse_overwriting
from signing.errors import OutputExists


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("in/a.dcm", "in/deep/b.dcm", "other/a.dcm"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_folders_are_mirrored_and_named_files_lie_at_the_top(folder: Path) -> None:
    files = [folder / name for name in ("in/a.dcm", "in/deep/b.dcm")]
    out = folder / "out"
    assert mirror([folder / "in"], files, out) == {
        files[0]: out / "a.dcm",
        files[1]: out / "deep/b.dcm",
    }
    assert mirror([files[1]], files[1:], out) == {files[1]: out / "b.dcm"}


def test_two_files_never_share_their_outputs(folder: Path) -> None:
    paths = [folder / "in", folder / "other"]
    files = [folder / "in/a.dcm", folder / "other/a.dcm"]
    with pytest.raises(UsageProblem, match="same name"):
        mirror(paths, files, folder / "out")


def test_a_file_that_is_named_twice_is_no_clash(folder: Path) -> None:
    file = folder / "in/a.dcm"
    assert mirror([file, file], [file, file], folder / "out") == {file: folder / "out/a.dcm"}


@pytest.mark.parametrize("target", ["in", "in/out", "in/a.dcm"])
def test_outputs_are_not_put_among_the_sources(folder: Path, target: str) -> None:
    with pytest.raises(UsageProblem):
        mirror([folder / "in"], [folder / "in/a.dcm"], folder / target)


def test_a_new_output_is_free(folder: Path) -> None:
    refuse_overwriting(folder / "new.html", {folder / "in/a.dcm"}, False)


def test_what_exists_needs_force(folder: Path) -> None:
    with pytest.raises(OutputExists):
        refuse_overwriting(folder / "other/a.dcm", set(), False)
    refuse_overwriting(folder / "other/a.dcm", {folder / "in/a.dcm"}, True)


def test_a_source_is_never_overwritten(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "in/a.dcm")
    for name in ("in/a.dcm", "link"):
        with pytest.raises(UsageProblem, match="one of the files"):
            refuse_overwriting(folder / name, {folder / "in/a.dcm"}, True)


def test_a_folder_is_no_file(folder: Path) -> None:
    with pytest.raises(UsageProblem, match="folder"):
        refuse_overwriting(folder / "in", set(), True)
