"""The pages of results say what the committed rows say."""

import pytest

from benchmarks.pages.tables import PAGES
from benchmarks.render import PAGE_OF


@pytest.mark.parametrize("name", sorted(PAGE_OF))
def test_a_page_of_results_is_the_rendering_of_its_rows(name: str) -> None:
    rendered = PAGE_OF[name]()
    assert (PAGES / name).read_text(encoding="utf-8") == rendered, "python -m benchmarks.render"
