"""Sealed files for the real programs, and the rule for a program that is missing.

`make interop` and .ci/run ask for every program, and fail without; elsewhere a test whose program
is missing is skipped with a word on how to get it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from benchmarks.interop.programs import MissingProgram
from signing.cli import run
from signing.dicom import part10
from signing.keys import generate_keys
from tests.interop.subjects import SUBJECTS

EVERY = "--every-program"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(EVERY, action="store_true", help="fail where a program is missing")


def told(config: pytest.Config, missing: MissingProgram) -> NoReturn:
    """Skip, or fail where every program must be there."""
    if config.getoption(EVERY):
        pytest.fail(str(missing))
    pytest.skip(str(missing))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    try:
        return (yield)
    except MissingProgram as missing:
        told(pyfuncitem.config, missing)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    try:
        return (yield)
    except MissingProgram as missing:
        told(item.config, missing)


@dataclass(frozen=True)
class Sealed:
    """Files as they were, and sealed by the command line."""

    sources: dict[str, Path]
    files: dict[str, Path]
    trust: Path

    def verify(self, *paths: Path) -> int:
        """The exit code of the command line."""
        return run(["verify", *map(str, paths), "--trust", str(self.trust)])


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    folder = tmp_path_factory.mktemp("sealed")
    sources, files = folder / "sources", folder / "files"
    sources.mkdir()
    for name, make in SUBJECTS.items():
        part10.write(make(), sources / f"{name}.dcm")
    generate_keys("scanner", folder)
    assert run(["seal", str(sources), str(files), "--key", str(folder / "scanner.key")]) == 0
    made = Sealed(
        {name: sources / f"{name}.dcm" for name in SUBJECTS},
        {name: files / f"{name}.dcm" for name in SUBJECTS},
        folder / "scanner.pub",
    )
    assert made.verify(files) == 0
    return made
