"""Draw docs/results/plots of benchmarks/results: `python -m benchmarks.plots`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measures.curve import PEAK, curve_points
from benchmarks.pages.contest.records import Contest, read_contest
from benchmarks.pages.tables import PAGES, load
from benchmarks.plots.archive import draw_archive, draw_value
from benchmarks.plots.drawing import encode_figure, settings
from benchmarks.plots.payload import draw_payload
from benchmarks.plots.roc import draw_roc
from benchmarks.plots.sweeps import draw_processing, draw_sizes, draw_strengths

FOLDER = PAGES / "plots"
PAYLOAD = "payload.svg"
PLOTS: dict[str, Callable[[Contest], Any]] = {
    "roc.svg": draw_roc,
    "sizes.svg": draw_sizes,
    "strengths.svg": draw_strengths,
    "processing.svg": draw_processing,
    "archive.svg": draw_archive,
    "value.svg": draw_value,
}
"""Files and what draws them of the rows of the contest."""


def draw_all(contest: Contest, folder: Path, kind: str = "svg") -> list[Path]:
    """Write every plot into a folder and return the files; the same rows give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, draw in PLOTS.items():
        with settings():
            content = encode_figure(draw(contest), kind)
        files.append(folder / Path(name).with_suffix(f".{kind}"))
        files[-1].write_bytes(content)
    return files


def encode_payload() -> bytes:
    """Return P5 of the committed rows of fidelity."""
    with settings():
        return encode_figure(draw_payload(curve_points(load("fidelity.jsonl")), PEAK), "svg")


def main() -> int:
    """Write every plot of the committed rows."""
    draw_all(read_contest(), FOLDER)
    (FOLDER / PAYLOAD).write_bytes(encode_payload())
    return 0


if __name__ == "__main__":
    sys.exit(main())
