"""Every transcript of this folder is true; each needs a program that Debian brings."""

from pathlib import Path

import pytest

from tests.transcripts.test_transcripts import folder, run_transcript

__all__ = ["folder"]

transcripts = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", transcripts, ids=lambda path: path.stem)
def test_the_transcript_is_true(path: Path, folder: Path, tmp_path: Path) -> None:
    run_transcript(path, folder, tmp_path)


def test_there_are_transcripts() -> None:
    assert transcripts
