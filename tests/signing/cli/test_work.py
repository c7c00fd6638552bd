from pathlib import Path

import pytest

from signing.cli.inputs import Job, Selection
from signing.cli.work import process
from signing.errors import OutputExists, Unreadable

NOTHING_SKIPPED = Selection((), ())


def jobs(folder: Path, *names: str) -> list[Job]:
    return [Job(folder / name, folder / "out" / name) for name in names]


def test_one_bad_file_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = []

    def do(job: Job) -> int:
        if job.source.name == "b":
            raise Unreadable("structure.order", "second Pixel Data")
        done.append(job.source.name)
        return 0

    assert process("seal", jobs(tmp_path, "a", "b", "c"), NOTHING_SKIPPED, do) == 5
    assert done == ["a", "c"]
    err = capsys.readouterr().err
    assert err == f"scanseal: seal: {tmp_path / 'b'}: unreadable: second Pixel Data\n"


def test_the_worst_code_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    errors = {"b": OutputExists("b"), "c": ValueError("Doe^John")}

    def do(job: Job) -> int:
        if job.source.name in errors:
            raise errors[job.source.name]
        return 0

    assert process("seal", jobs(tmp_path, "a", "b"), NOTHING_SKIPPED, do) == 2
    assert process("seal", jobs(tmp_path, "a", "b", "c"), NOTHING_SKIPPED, do) == 5
    assert "Doe" not in capsys.readouterr().err


def test_an_interrupt_stops_everything(tmp_path: Path) -> None:
    done = []

    def do(job: Job) -> int:
        done.append(job)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process("seal", jobs(tmp_path, "a", "b"), NOTHING_SKIPPED, do)
    assert len(done) == 1


def test_folders_of_targets_are_made(tmp_path: Path) -> None:
    def do(job: Job) -> int:
        job.target.write_text("x")
        return 0

    assert process("seal", jobs(tmp_path, "deep/down/a"), NOTHING_SKIPPED, do) == 0
    assert (tmp_path / "out" / "deep" / "down" / "a").is_file()


def test_skipped_files_are_named_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skipped = ((Path("x.txt"), "not a DICOM file"), (Path("DICOMDIR"), "a media directory"))
    assert process("seal", [], Selection((), skipped), lambda job: 0) == 2
    assert capsys.readouterr().err.splitlines() == [
        "scanseal: seal: x.txt: skipped: not a DICOM file",
        "scanseal: seal: DICOMDIR: skipped: a media directory",
        "scanseal: seal: 2 files skipped",
    ]
