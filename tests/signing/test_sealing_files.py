"""Sealing a file: whole or not at all, however it ends; the source is never touched."""

import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from signing.errors import AlreadySealed, OutputExists, Unreadable
from signing.restoration import restore_file
from signing.scrubbing import scrub_file
from signing.sealing import SealOptions, seal_file
from signing.verdict import Verdict
from signing.verification import verify_path
from tests.house.repository import ROOT
from tests.signing import images, seals
from tests.signing.seals import TRUST
from tests.signing.strategies import SIGNER

SERVER = """
import os, signal, sys, time
from pathlib import Path
from signing.sealing import SealOptions, seal_file
from tests.signing.strategies import SIGNER
source = Path(sys.argv[1])
seal_file(source, source.with_name("warm.dcm"), SIGNER, SealOptions())
print("ready", flush=True)
for line in sys.stdin:
    patience, target = line.rstrip().split(" ", 1)
    begin = time.perf_counter()
    child = os.fork()
    if child == 0:
        seal_file(source, Path(target), SIGNER, SealOptions())
        os._exit(0)
    if float(patience):
        time.sleep(float(patience))
        os.kill(child, signal.SIGKILL)  # not waited for yet, so the number is still its own
    os.waitpid(child, 0)
    print(time.perf_counter() - begin, flush=True)
"""
"""Seals in children that start warm, so that a kill hits the work and not the imports."""

KILLS = 24


class Server:
    """A process that seals `in.dcm` of a folder, in a child for each request."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder / "in.dcm")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.say() == "ready"

    def say(self) -> str:
        """Return the next line that the server says."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], 120)[0]
        return self.process.stdout.readline().strip()

    def seal(self, target: Path, patience: float = 0) -> float:
        """Seal in a child, killed after `patience` seconds if any; return the time it had."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{patience} {target}\n")
        self.process.stdin.flush()
        return float(self.say())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "in.dcm").write_bytes(images.file_of("multi-frame"))
    running = Server(tmp_path)
    yield running
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(60) == 0
    assert running.process.stdout is not None
    running.process.stdout.close()


def test_a_kill_at_any_moment_leaves_a_whole_output_or_none(server: Server, tmp_path: Path) -> None:
    usual = min(server.seal(tmp_path / f"whole{turn}.dcm") for turn in range(3))
    ended = {"whole": 0, "none": 0}
    for turn in range(KILLS):
        target = tmp_path / f"out{turn}.dcm"
        # A little less than the whole time, too: the last moments are the ones that write.
        server.seal(target, usual * (turn + 1) / (KILLS - 4))
        if target.exists():
            assert verify_path(target, TRUST).verdict is Verdict.AUTHENTIC
        ended["whole" if target.exists() else "none"] += 1
    assert ended["none"] > 0
    assert (tmp_path / "in.dcm").read_bytes() == images.file_of("multi-frame")
    left = {p.name for p in tmp_path.iterdir() if not p.name.endswith(".dcm")}
    assert all(name.startswith(".out") and name.endswith(".tmp") for name in left)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.dcm"
    path.write_bytes(images.file_of("monochrome2-12"))
    return path


def test_a_file_is_sealed_restored_and_scrubbed(source: Path, tmp_path: Path) -> None:
    result = seal_file(source, tmp_path / "out.dcm", SIGNER, SealOptions())
    assert (result.profile, result.reason, result.frames, result.marked_frames) == (
        "standard",
        None,
        1,
        1,
    )
    assert result.psnr is not None and result.psnr > 80
    assert verify_path(tmp_path / "out.dcm", TRUST).verdict is Verdict.AUTHENTIC
    restore_file(tmp_path / "out.dcm", tmp_path / "back.dcm", TRUST)
    scrub_file(tmp_path / "out.dcm", tmp_path / "scrubbed.dcm")
    for name in ("back.dcm", "scrubbed.dcm"):
        assert (tmp_path / name).read_bytes() == source.read_bytes()


def test_nothing_is_overwritten_without_force(source: Path, tmp_path: Path) -> None:
    target, whole = tmp_path / "out.dcm", tmp_path / "whole.dcm"
    target.write_bytes(b"mine")
    whole.write_bytes(seals.file_of("monochrome2-12"))
    with pytest.raises(OutputExists):
        seal_file(source, target, SIGNER, SealOptions())
    for verb in (restore_file, scrub_file):
        with pytest.raises(OutputExists):
            verb(whole, target)
    assert target.read_bytes() == b"mine"
    seal_file(source, target, SIGNER, SealOptions(), force=True)
    assert verify_path(target, TRUST).verdict is Verdict.AUTHENTIC
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.dcm", "out.dcm", "whole.dcm"]


def test_a_file_can_be_sealed_in_its_own_place(source: Path) -> None:
    seal_file(source, source, SIGNER, SealOptions(), force=True)
    assert verify_path(source, TRUST).verdict is Verdict.AUTHENTIC
    with pytest.raises(AlreadySealed):
        seal_file(source, source, SIGNER, SealOptions(), force=True)


@pytest.mark.parametrize("part", range(1, 16))
def test_a_truncated_source_leaves_nothing(part: int, tmp_path: Path) -> None:
    data = images.file_of("jpeg-ls")
    source = tmp_path / "in.dcm"
    source.write_bytes(data[: len(data) * part // 16])
    with pytest.raises(Unreadable):
        seal_file(source, tmp_path / "out.dcm", SIGNER, SealOptions())
    assert [p.name for p in tmp_path.iterdir()] == ["in.dcm"]


def test_a_full_disk_leaves_nothing(source: Path, tmp_path: Path) -> None:
    begin = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, begin[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            seal_file(source, tmp_path / "out.dcm", SIGNER, SealOptions())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, begin)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [p.name for p in tmp_path.iterdir()] == ["in.dcm"]


def test_a_folder_that_is_not_there_leaves_nothing(source: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "missing" / "out.dcm", source / "out.dcm"):
        with pytest.raises(OSError, match=r"No such file|Not a directory"):
            seal_file(source, target, SIGNER, SealOptions())
    assert [p.name for p in tmp_path.iterdir()] == ["in.dcm"]


LOCKED = """
import os, sys
from pathlib import Path
from signing.sealing import SealOptions, seal_file
from tests.signing.strategies import SIGNER
source, target = map(Path, sys.argv[1:])
seal_file(source, source.with_name("warm.dcm"), SIGNER, SealOptions())
if os.geteuid() == 0:
    os.seteuid(65534)  # nobody: permissions do not bind root
try:
    seal_file(source, target, SIGNER, SealOptions())
except PermissionError:
    print("refused")
"""


def test_a_folder_that_may_not_be_written_stays_as_it_is() -> None:
    # Outside pytest's own folder, which nobody else may enter.
    folder = Path(tempfile.mkdtemp())
    locked = folder / "locked"
    locked.mkdir()
    try:
        folder.chmod(0o755)
        (folder / "in.dcm").write_bytes(images.file_of("monochrome2-12"))
        locked.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", LOCKED, str(folder / "in.dcm"), str(locked / "out.dcm")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.returncode) == ("refused\n", 0), done.stderr
        assert list(locked.iterdir()) == []
    finally:
        locked.chmod(0o755)
        shutil.rmtree(folder)
