"""What the house tests look at: the repository's own files, and nothing that tools left there."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("watermark", "signing", "tests", "benchmarks")
TEXTS = (*CODE, "docs", ".ci")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """Every Python file below the folders, by name; at least one, or the caller proves nothing."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, folders
    return found


def texts() -> Iterator[Path]:
    """Every file that people wrote: code, documents, settings."""
    yield from (ROOT / name for name in ("Makefile", "README.md", "pyproject.toml"))
    for folder in TEXTS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not binary(path):
                yield path


def binary(path: Path) -> bool:
    """Whether a file is no text, by its first bytes."""
    return b"\0" in path.read_bytes()[:4096]


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module, nested ones too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def label(path: Path) -> str:
    """A file's name for messages and test ids."""
    return str(path.relative_to(ROOT))
