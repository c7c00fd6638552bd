"""Sizes: a module fits in a head, a function on a screen."""

import ast
from pathlib import Path

import pytest

from tests.house.repository import CODE, Function, functions, label, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
MOST_PARAMETERS = 6
MOST_IN_A_KERNEL = 10  # a compiled loop takes arrays, and cannot take a dataclass of them
CONTRACT_NAMES = {"watermark/survey.py": {"describe"}}
"""Functions whose options users know by name; all of them are keywords with defaults."""
VAGUE_NAMES = {"utils", "util", "common", "manager", "helpers", "misc", "base"}

every_module = pytest.mark.parametrize("path", modules(*CODE), ids=label)
every_package_module = pytest.mark.parametrize("path", modules("watermark", "signing"), ids=label)


@every_module
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@every_module
def test_functions_are_short(path: Path) -> None:
    long = {f.name: size(f) for f in functions(path) if size(f) > LONGEST_FUNCTION}
    if is_subcommand(path):  # its parameters are the options, one to four lines each
        long.pop("command", None)
    assert not long


@every_module
def test_functions_take_few_parameters(path: Path) -> None:
    limit = MOST_IN_A_KERNEL if label(path).startswith("watermark/kernels/") else MOST_PARAMETERS
    many = {f.name: width(f) for f in functions(path) if width(f) > limit}
    if is_subcommand(path):
        many.pop("command", None)
    assert not set(many) - CONTRACT_NAMES.get(label(path), set()), many


@every_module
def test_names_say_something(path: Path) -> None:
    assert path.stem not in VAGUE_NAMES


@every_package_module
def test_a_module_is_no_namesake_of_its_function(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.stem not in {node.name for node in tree.body if isinstance(node, Function)}


@every_package_module
def test_modules_and_public_names_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    public = (
        node
        for node in tree.body
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
    )
    assert not [node.name for node in public if not ast.get_docstring(node)]


def size(function: Function) -> int:
    """Lines from `def` to the end; the docstring is not counted, it shall never be saved on."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return total
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)


def width(function: Function) -> int:
    """Parameters of every kind; the receiver of a method is none."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = sum(star is not None for star in (arguments.vararg, arguments.kwarg))
    return len([a for a in named if a.arg not in {"self", "cls"}]) + extra


def is_subcommand(path: Path) -> bool:
    """Whether the module is one of the command line, where parameters are a user's options."""
    return label(path).startswith("signing/cli/")
