"""Kernels: one decorator decides how they are compiled, and nobody else knows the compiler."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.repository import ROOT, Function, functions, label, modules

KERNELS = ROOT / "watermark" / "kernels"
DECORATOR = KERNELS / "compiler.py"
COMPILER = {"numba", "llvmlite"}
WORN = {"kernel", "tight", "inner"}

kernel_modules = [path for path in modules("watermark/kernels") if path.name != "__init__.py"]


def test_only_kernels_import_the_compiler() -> None:
    importers = [path for path in modules("watermark", "signing") if imported(path) & COMPILER]
    assert DECORATOR in importers
    assert not [label(path) for path in importers if not path.is_relative_to(KERNELS)]


def test_compiler_options_stand_in_one_decorator() -> None:
    options = re.compile(r"\b(?:njit|jit|vectorize|guvectorize|fastmath|parallel)\b\s*[(=]")
    users = [path for path in modules("watermark", "signing") if options.search(code(path))]
    assert users == [DECORATOR]
    assert "fastmath" not in code(DECORATOR)
    assert "parallel" not in code(DECORATOR)


@pytest.mark.parametrize("path", kernel_modules, ids=label)
def test_kernels_raise_and_allocate_nothing(path: Path) -> None:
    for kernel in compiled(path):
        kinds = (ast.Raise, ast.Try, ast.Assert, ast.With)
        assert not [node.lineno for node in ast.walk(kernel) if isinstance(node, kinds)]
        calls = (node.func for node in ast.walk(kernel) if isinstance(node, ast.Call))
        makers = {"empty", "zeros", "ones", "full", "empty_like", "zeros_like", "arange", "copy"}
        assert not [f.attr for f in calls if isinstance(f, ast.Attribute) and f.attr in makers]


def test_there_are_kernels() -> None:
    assert sum(1 for path in kernel_modules for _ in compiled(path)) > 5


def code(path: Path) -> str:
    """A module's text."""
    return path.read_text(encoding="utf-8")


def compiled(path: Path) -> Iterator[Function]:
    """The functions of a module that wear a decorator."""
    for function in functions(path):
        if WORN & {ast.unparse(decorator) for decorator in function.decorator_list}:
            yield function


def imported(path: Path) -> set[str]:
    """Top-level names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
