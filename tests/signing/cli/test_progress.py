import os
import pty
import subprocess
import sys
from pathlib import Path

from signing.cli.progress import track

ROOT = Path(__file__).resolve().parents[3]

SCRIPT = """
from signing.cli.progress import track
print(list(track([1, 2, 3], "seal")))
"""


def test_tracking_changes_nothing() -> None:
    assert list(track([3, 1, 2], "seal")) == [3, 1, 2]
    assert list(track([], "seal")) == []


def test_a_bar_is_shown_on_a_terminal_and_only_on_stderr() -> None:
    out, err = on_a_terminal()
    assert out == "[1, 2, 3]\n"
    assert "seal" in err
    assert "3/3" in err


def test_without_a_terminal_nothing_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("[1, 2, 3]\n", "")


def on_a_terminal() -> tuple[str, str]:
    """Run the script with a terminal as stderr; return what came on stdout and on it."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        check=True,
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:  # Linux says so when the other side is closed and all is read
            break
        if not part:
            break
        shown += part
    os.close(controller)
    return done.stdout, shown.decode()
