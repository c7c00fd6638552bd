"""Pages whose examples need a program of Debian."""

from pathlib import Path

import pytest

from tests.house.repository import label
from tests.house.test_documents import WITH_PROGRAMS, folder, run_page
from tests.programs.find import find_program

__all__ = ["folder"]


@pytest.mark.parametrize("page", sorted(WITH_PROGRAMS), ids=label)
def test_the_examples_of_a_page_run_in_order(page: Path, folder: Path) -> None:
    find_program(WITH_PROGRAMS[page], WITH_PROGRAMS[page])
    run_page(page, folder)
