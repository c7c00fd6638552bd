"""Pages and plots of the rows in any folder: what a run shows that is not to be committed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pages.contest import RENDERINGS
from benchmarks.pages.contest.records import read_contest
from benchmarks.plots.__main__ import draw_all


def publish(rows: Path, pages: Path) -> list[Path]:
    """Write every table and plot of the rows in one folder into another; return the files."""
    contest = read_contest(rows)
    files = draw_all(contest, pages / "plots")
    for name, render in RENDERINGS.items():
        files.append(pages / name)
        files[-1].write_text(render(contest), encoding="utf-8")
    return files
