"""What the documents show is true: examples run, links lead somewhere, help is the real help."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.house import command_line_page
from tests.house.documents import Example, examples, links, named, pages, reached, targets
from tests.house.repository import ROOT, label


def runnable(page: Path) -> list[Example]:
    """Blocks in bash and python; what is only shown has another language, or none."""
    return [example for example in examples(page) if example.language in {"bash", "python"}]


WITH_PROGRAMS = {ROOT / "docs" / "guide" / "trust.md": "openssl"}
"""Pages whose examples need a program of Debian: tests/programs runs them."""
WITH_ANONYMISERS = ROOT / "docs" / "guide" / "anonymisers.md"
"""The page whose examples need an archive and anonymisers of others: tests/interop runs it."""
ELSEWHERE = {*WITH_PROGRAMS, WITH_ANONYMISERS}
LIST = ROOT / "docs" / "README.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where examples run: `scan.dcm` is a CT, `scans` a folder of it, `scanseal` is on the path."""
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    (tmp_path / "scans").mkdir()
    shutil.copyfile(source, tmp_path / "scan.dcm")
    shutil.copyfile(source, tmp_path / "scans" / "one.dcm")
    command = tmp_path / "bin" / "scanseal"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m signing "$@"\n')
    command.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("page", [p for p in pages() if p not in ELSEWHERE], ids=label)
def test_the_examples_of_a_page_run_in_order(page: Path, folder: Path) -> None:
    run_page(page, folder)


def run_page(page: Path, folder: Path) -> None:
    """Run the blocks of a page, one after the other in one folder."""
    for example in runnable(page):
        done = run(example, folder)
        assert done.returncode == 0, f"{example}: {done.stderr}"


def run(example: Example, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one block; a command of it that fails is the block's failure."""
    program = ["/bin/bash", "-euo", "pipefail", "-c"]
    if example.language == "python":
        program = [sys.executable, "-W", "error", "-c"]
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*program, example.text],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("page", pages(), ids=label)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [link for link in links(page) if not (page.parent / link).exists()]
    assert not dead


def test_modules_that_pages_name_are_there() -> None:
    places = {place for page in pages() for place in named(page)}
    assert places
    assert not [label(place) for place in places if not place.is_file()]


def test_every_page_and_picture_is_reached_from_the_readme() -> None:
    pictures = [path for path in (ROOT / "docs" / "pictures").iterdir() if path.is_file()]
    assert not {*pages(), *pictures} - reached(ROOT / "README.md")


def test_the_list_of_pages_names_every_page() -> None:
    assert targets(LIST) == {*pages()} - {LIST}


@pytest.mark.parametrize("page", pages(), ids=label)
def test_fences_are_closed(page: Path) -> None:
    fences = [line for line in page.read_text(encoding="utf-8").splitlines() if line[:3] == "```"]
    assert len(fences) == 2 * len(list(examples(page)))


def test_the_readme_shows_both_ways_to_use_it() -> None:
    assert {example.language for example in runnable(ROOT / "README.md")} == {"bash", "python"}


def test_the_guide_shows_the_real_help() -> None:
    text = command_line_page.PAGE.read_text(encoding="utf-8")
    assert command_line_page.refresh(text) == text, "run: python -m tests.house.command_line_page"


def test_the_guide_shows_the_help_of_every_command() -> None:
    shown = [e.text.splitlines()[0] for e in examples(command_line_page.PAGE) if e.text[:1] == "$"]
    assert shown == [f"$ scanseal {name} --help" for name in command_line_page.COMMANDS]
