"""T8: seconds and memory."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.contest.rows import LEFT_OUT
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.tables import page, table

FIELDS = {
    "fit_s": ("training, s", 1),
    "p50_ms": ("one picture, median, ms", 1),
    "p95_ms": ("95th percentile, ms", 1),
    "own_mb": ("memory of its own, MB", 1),
    "peak_mb": ("peak of the process, MB", 0),
    "embed_mb_s": ("sealing, MB/s", 1),
    "verify_mb_s": ("judging, MB/s", 1),
}
"""Values of a line: heading and digits."""


def render_timing(contest: Contest) -> str:
    """Return docs/results/timing.md."""
    present = [name for name in FIELDS if any(name in one for one in contest.timings.values())]
    shown = [item for item in contest.timings.items() if LEFT_OUT not in item[0]]
    ordered = sorted(shown, key=lambda item: item[1].get("p50_ms", 0.0))
    lines = [
        (name, _count(values), *_cells(values, present), _rate(values)) for name, values in ordered
    ]
    head = ("method", "pictures", *(FIELDS[name][0] for name in present), "pictures a second")
    return page(
        "# Seconds and memory of who judges",
        _WHAT.format(memory=_memory(present)),
        contest.made,
        f"Memory of detectors: {contest.made_footprints}" if contest.made_footprints else "",
        table(head, lines) if lines else "None was run.",
    )


_WHAT = (
    "One thread each, over the pictures of the test patients; percentiles are over pictures. A "
    "time has no threshold, no level and no interval but its percentiles; the machine "
    "is shared, so that only ratios of lines carry over. Seals are timed on untouched pictures, in "
    "processor time: judging from the tags is one hash, stripped the mark is read and every tile "
    "checked; what was forged takes longer to place.{memory} How fast files are sealed and "
    "verified is in [speed](speed.md), and of a seal beside watermarks of others in "
    "[peers](peers.md). Detectors that were trained again without a family of forgeries are "
    "left out. Command: `python -m benchmarks.contest --out benchmarks/results`; values in "
    "`benchmarks/results/timings.json` and `footprints.json` there, this page by `python -m "
    "benchmarks.render`."
)


def _memory(present: Iterable[str]) -> str:
    """Return what the memory that is shown is of."""
    peak = (
        " The peak is that of the whole process, Python, libraries and the pictures that it "
        "learned from included; memory of detectors by `python -m benchmarks.contest.footprints "
        "--out benchmarks/results`, in processes of their own, with few steps of training, on "
        "which memory does not depend."
    )
    own = (
        " Memory of its own is two measures: of a detector, the peak less what its process had "
        "before it read what it learns from; of a seal, the most that sealing or judging the "
        "largest picture held at once beyond what was there before."
    )
    return (peak if "peak_mb" in present else "") + (own if "own_mb" in present else "")


def _count(values: dict[str, float]) -> str:
    """Return of how many pictures the percentiles are."""
    return f"{values['n']:.0f}" if "n" in values else "-"


def _cells(values: dict[str, float], names: Iterable[str]) -> list[str]:
    """Return the values that are there."""
    return [
        f"{values[name]:.{FIELDS[name][1]}f}" if _is_known(values, name) else "-" for name in names
    ]


def _is_known(values: dict[str, float], name: str) -> bool:
    """Tell whether a value was measured; no process has a peak of 0."""
    return name in values and (name != "peak_mb" or values[name] > 0)


def _rate(values: dict[str, float]) -> str:
    """Return how many pictures a second the median makes."""
    median = values.get("p50_ms", 0.0)
    return f"{1000 / median:.1f}" if median else "-"
