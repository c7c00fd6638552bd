"""The tables of active against passive, one module each, out of the rows of the contest."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.pages.contest.bestcase import render_best_case
from benchmarks.pages.contest.capability import render_capability
from benchmarks.pages.contest.detection import render_detection
from benchmarks.pages.contest.falsealarms import render_false_alarms
from benchmarks.pages.contest.opponents import render_opponents
from benchmarks.pages.contest.placing import render_placing
from benchmarks.pages.contest.records import Contest, read_contest
from benchmarks.pages.contest.splits import render_splits
from benchmarks.pages.contest.summary import render_summary
from benchmarks.pages.contest.timing import render_timing
from benchmarks.pages.contest.unseen import render_unseen

RENDERINGS: dict[str, Callable[[Contest], str]] = {
    "index.md": render_summary,
    "opponents.md": render_opponents,
    "detection.md": render_detection,
    "best-case.md": render_best_case,
    "false-alarms.md": render_false_alarms,
    "splits.md": render_splits,
    "unseen.md": render_unseen,
    "placing.md": render_placing,
    "timing.md": render_timing,
    "capability.md": render_capability,
}


def _page(render: Callable[[Contest], str]) -> Callable[[], str]:
    """Return what renders a page of the committed rows."""
    return lambda: render(read_contest())


CONTEST_PAGES = {name: _page(render) for name, render in RENDERINGS.items()}
"""Pages and what renders them, as `benchmarks.render` lists them."""
