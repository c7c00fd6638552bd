"""Every transcript of this folder is true. Each runs in a folder of its own, as a user would."""

import shutil
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.transcripts.transcript import (
    FOLDER,
    Step,
    execute,
    install_commands,
    matches,
    parse,
)

FILES = ("CT_small.dcm", "MR_small.dcm", "JPEG2000.dcm", "rtdose.dcm")
"""Files that pydicom ships and that transcripts find in `shipped/`."""

transcripts = sorted(FOLDER.glob("*.txt"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What every transcript starts from: `ct.dcm`, and some shipped files in `shipped`."""
    home = tmp_path / "here"
    (home / "shipped").mkdir(parents=True)
    for name in FILES:
        source = get_testdata_file(name)
        assert isinstance(source, str)
        shutil.copyfile(source, home / "shipped" / name)
    shutil.copyfile(home / "shipped" / "CT_small.dcm", home / "ct.dcm")
    return home


@pytest.mark.parametrize("path", transcripts, ids=lambda path: path.stem)
def test_the_transcript_is_true(path: Path, folder: Path, tmp_path: Path) -> None:
    run_transcript(path, folder, tmp_path)


def run_transcript(path: Path, folder: Path, tmp_path: Path) -> None:
    """Run the commands of a transcript in `folder`, and compare what they print."""
    environment = install_commands(tmp_path / "bin")
    steps = parse(path.read_text(encoding="utf-8"))
    assert steps
    for step in steps:
        code, printed = execute(step, folder, environment)
        place = f"{path.name}:{step.line}: $ {step.command}\n{printed}"
        assert code == step.code, place
        assert matches(step.output, printed), place


def test_there_are_transcripts() -> None:
    assert transcripts


def test_a_transcript_is_parsed_as_documented() -> None:
    text = "# a remark\n$ one --two\nprinted\n? 3\n\n$ next\n"
    assert parse(text) == [Step(2, "one --two", ("printed",), 3), Step(6, "next", (), 0)]
    with pytest.raises(ValueError, match="line 1"):
        parse("stray\n")


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ((), "", True),
        ((), "x\n", False),
        (("a",), "a\n", True),
        (("a",), "b\n", False),
        (("a",), "a\nb\n", False),
        (("a ... c",), "a b c\n", True),
        (("a ... c",), "a b\n c\n", False),
        (("...",), "", True),
        (("...", "z"), "x\ny\nz\n", True),
        (("...", "z"), "x\nz\ny\n", False),
        (("a.c",), "abc\n", False),
    ],
)
def test_output_is_compared_whole(expected: tuple[str, ...], printed: str, same: bool) -> None:
    assert matches(expected, printed) is same
