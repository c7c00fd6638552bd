"""A command line as a user has it: one that runs in a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


def scanseal(*arguments: str, folder: Path, **environment: str) -> Done:
    """Run `scanseal` in a fresh process, in `folder`."""
    done = subprocess.run(
        [sys.executable, "-m", "signing", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)
