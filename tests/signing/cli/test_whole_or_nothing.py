"""However a run ends, an output is whole or not there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.signing.cli.shell import ROOT, scanseal

COPIES = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A key, and a folder `in` with copies of one CT."""
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    (tmp_path / "in").mkdir()
    for number in range(COPIES):
        shutil.copyfile(source, tmp_path / "in" / f"{number}.dcm")
    assert scanseal("keygen", "k", folder=tmp_path).code == 0
    return tmp_path


def start_sealing(folder: Path) -> subprocess.Popen[bytes]:
    """Seal `in` into `out` in the background; return once the first output is there."""
    running = subprocess.Popen(
        [sys.executable, "-m", "signing", "seal", "in", "out", "--key", "k.key"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while not (folder / "out" / "0.dcm").exists() and running.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return running


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_leaves_whole_files(folder: Path, number: signal.Signals) -> None:
    running = start_sealing(folder)
    running.send_signal(number)
    _, err = running.communicate(timeout=60)
    if number is signal.SIGINT and running.returncode:
        assert running.returncode == 130
        assert err == b"scanseal: seal: interrupted\n"
    assert 1 <= len(list((folder / "out").glob("*.dcm"))) <= COPIES
    checked = scanseal("verify", "out", "--trust", "k.pub", folder=folder)
    assert checked.code == 0, checked


def test_a_failed_run_leaves_nothing(folder: Path) -> None:
    broken = folder / "in" / "0.dcm"
    broken.write_bytes(broken.read_bytes()[:20000])
    done = scanseal("seal", "in/0.dcm", "out/0.dcm", "--key", "k.key", folder=folder)
    assert done.code == 5
    assert done.err.count("\n") == 1
    assert not (folder / "out" / "0.dcm").exists()


def test_a_folder_that_cannot_be_made_is_one_line(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    done = scanseal("seal", "in/0.dcm", "file/0.dcm", "--key", "k.key", folder=folder)
    assert done.code == 5
    assert done.err == "scanseal: seal: in/0.dcm: file: file exists\n"


def test_a_closed_pipe_ends_quietly(folder: Path) -> None:
    command = f'"{sys.executable}" -m signing verify in --trust k.pub --json | head -n 1'
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
