"""Every transcript of this folder is true; each needs a program that Debian brings."""

from pathlib import Path

import pytest

from tests.programs.softhsm import PIN, find_library, prepare
from tests.transcripts.test_transcripts import folder, run_transcript

__all__ = ["folder"]

transcripts = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", transcripts, ids=lambda path: path.stem)
def test_the_transcript_is_true(
    path: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = prepare(tmp_path, "hospital") | {"PKCS11_MODULE_PATH": str(find_library())}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (folder / "pin").write_text(f"{PIN}\n")
    run_transcript(path, folder, tmp_path)


def test_there_are_transcripts() -> None:
    assert transcripts
