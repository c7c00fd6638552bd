"""What every page of results is made of: rows, provenance, tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = ROOT / "benchmarks" / "results"
PAGES = ROOT / "docs" / "results"

Row = dict[str, Any]


def provenance(name: str, folder: Path = ROWS) -> str:
    """Return machine, versions and commit under which a results file of a folder was made."""
    made = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))[name]
    return (
        f"Made on one of {made['cores']} cores of a shared {made['machine']}, Python "
        f"{made['python']}, NumPy {made['numpy']}, Numba {made['numba']}, at commit "
        f"`{made['commit']}`{', seed ' + str(made['seed']) if 'seed' in made else ''}."
    )


def load(name: str) -> list[Row]:
    """Return the rows of a results file, "" lines left out."""
    text = (ROWS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def page(*parts: str) -> str:
    """Return the parts of a page with empty lines between them."""
    return "\n\n".join(parts) + "\n"
