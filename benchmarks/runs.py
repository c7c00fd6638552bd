"""What the runs of all benchmarks share: where the images are, and where the rows go."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.corpus import SHARED
from benchmarks.provenance import note


def options_of(about: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that most benchmarks have; about: the module's docstring."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    parser.add_argument("--only", default="", help="files whose path has this in it")
    parser.add_argument("--out", type=Path, help="file for the rows")
    return parser


def save(out: Path | None, rows: Iterable[Any]) -> None:
    """Write dataclasses as JSON lines, and under what they were made; nothing without a file."""
    write(out, (json.dumps(asdict(row)) for row in rows))


def write(out: Path | None, lines: Iterable[str]) -> None:
    """Write lines that are JSON already."""
    if out is not None:
        out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        note(out.name)
