"""Under what a results file was made: machine, versions, commit."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

import numba
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "benchmarks" / "results" / "provenance.json"


def note(name: str, book: Path = BOOK, seed: int | None = None) -> None:
    """Write down machine, versions, commit and, where it may be another, seed of a results file."""
    entries = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    entries[name] = {
        "machine": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "commit": commit(),
    }
    if seed is not None:
        entries[name]["seed"] = seed
    book.write_text(json.dumps(entries, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def processor() -> str:
    """Return the processor's name as the system gives it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def commit() -> str:
    """Return the short name of the commit that is checked out."""
    words = ["git", "rev-parse", "--short=10", "HEAD"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
