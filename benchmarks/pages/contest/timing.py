"""T8: seconds and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from benchmarks.contest.rows import LEFT_OUT
from benchmarks.pages.contest.methods import OURS, STRIPPED, TAGS
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.tables import page, table

Values = dict[str, float]
Line = tuple[str, Values]
SEALS = frozenset(f"{profile}{ending}" for profile in OURS for ending in (TAGS, STRIPPED))
"""Seals that judge, as timings name them."""
FORGER, SEALING = "forger: ", "sealing: "
"""What the other lines of timings begin with that are of nobody who judges."""


def render_timing(contest: Contest) -> str:
    """Return docs/results/timing.md."""
    shown = [line for line in contest.timings.items() if LEFT_OUT not in line[0]]
    apart = [line for line in shown if line[0].startswith((FORGER, SEALING))]
    judges = [line for line in shown if line not in apart]
    return page(
        "# Seconds and memory",
        _WHAT,
        contest.made,
        "## Who judges",
        *_weighed(contest, judges),
        _table("judge", judges, JUDGING),
        "## Sealing a picture",
        _table("profile", _named(apart, SEALING), SEALED),
        "## Training forgers",
        "Forgers judge nothing; their training is timed as that of detectors is.",
        _table("forger", _named(apart, FORGER), TRAINED),
    )


_WHAT = (
    "All times are processor time of one thread; seals are timed on untouched pictures of the test "
    "patients, detectors on all that they judged, forged ones too, a detector of volumes by the "
    "slice. "
    "Percentiles are over pictures. A time has no threshold, no level and no interval but its "
    "percentiles; the machine is shared, so that only ratios of lines carry over. A seal that "
    "judges from the tags computes one hash; stripped, its mark is read and every tile checked; "
    "what was forged takes longer to place. Pictures a second are those of the median, to two "
    "figures. How many MB a second that is hangs on the size of the pictures, which the timings do "
    "not hold: frames of known size are sealed and verified in [speed](speed.md), and beside "
    "watermarks of others in [peers](peers.md). Detectors that were trained again without a family "
    "of forgeries are left out. Command: `python -m benchmarks.contest --out benchmarks/results`; "
    "values in `benchmarks/results/timings.json` and `footprints.json` there, this page by "
    "`python -m benchmarks.render`."
)
_OF_DETECTORS = (
    "Memory of detectors: *beyond the start* is the peak of its process, while it learned and "
    "judged, less what the process had before it read what it learns from, which is in it; the "
    "peak is that of the whole process, Python and libraries included. By `python -m "
    "benchmarks.contest.footprints --out benchmarks/results`, in processes of their own, with few "
    "steps of training, on which memory does not depend."
)
_OF_SEALS = (
    "Memory of seals: *held in one call* is the most that judging (below: sealing) the largest "
    "picture held at once beyond what was there before. The two columns are two measures: a "
    "seal learns from nothing, and its process is not counted."
)


def _weighed(contest: Contest, judges: Iterable[Line]) -> list[str]:
    """Return what the columns of memory are of, as far as they are shown."""
    weighed = [name for name, values in judges if {"own_mb", "peak_mb"} & set(values)]
    made = contest.made_footprints
    parts = [_OF_DETECTORS] if set(weighed) - SEALS else []
    parts += [_OF_SEALS] if set(weighed) & SEALS else []
    if made:
        parts.append(f"Memory of detectors was measured apart: {made[:1].lower()}{made[1:]}")
    return parts


Column = tuple[str, Callable[[Line], str]]
"""Heading, and the cell of a line."""


def _of(
    name: str, digits: int, of: Callable[[str], bool] = lambda _: True
) -> Callable[[Line], str]:
    """Return what prints a value of those lines whose names `of` takes, "-" where there is none."""

    def cell(line: Line) -> str:
        value = line[1].get(name)
        # no process has a peak of 0: it was not measured
        known = value is not None and of(line[0]) and (name != "peak_mb" or value > 0)
        return f"{value:.{digits}f}" if known else "-"

    return cell


def _rate(line: Line) -> str:
    """Return how many pictures a second the median makes, to two figures."""
    median = line[1].get("p50_ms", 0.0)
    if not median:
        return "-"
    rate = float(f"{1000 / median:.1e}")
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"


def _is_seal(name: str) -> bool:
    """Tell whether a line is of a seal."""
    return name in SEALS


COUNT: Column = ("pictures", _of("n", 0))
TRAINING: Column = ("training, s", _of("fit_s", 1))
TIMES: tuple[Column, ...] = (
    ("one picture, median, ms", _of("p50_ms", 2)),
    ("95th percentile, ms", _of("p95_ms", 2)),
    ("pictures a second", _rate),
)
HELD = "held in one call, MB"
JUDGING: tuple[Column, ...] = (
    *(COUNT, TRAINING, *TIMES),
    ("detector: beyond the start, MB", _of("own_mb", 0, lambda name: not _is_seal(name))),
    ("detector: peak of the process, MB", _of("peak_mb", 0, lambda name: not _is_seal(name))),
    (f"seal: {HELD}", _of("own_mb", 1, _is_seal)),
)
SEALED: tuple[Column, ...] = (COUNT, *TIMES, (HELD, _of("own_mb", 1)))
TRAINED: tuple[Column, ...] = (TRAINING,)


def _named(lines: Iterable[Line], beginning: str) -> list[Line]:
    """Return the lines whose names begin so, without the beginning."""
    return [
        (name.removeprefix(beginning), values)
        for name, values in lines
        if name.startswith(beginning)
    ]


def _table(title: str, lines: Iterable[Line], columns: Iterable[Column]) -> str:
    """Return a table, fastest first; columns that no line has a value in are left out."""
    ordered = sorted(lines, key=_order)
    if not ordered:
        return "None was timed."
    cells = [(head, [cell(line) for line in ordered]) for head, cell in columns]
    kept = [(head, column) for head, column in cells if set(column) != {"-"}]
    names = [name for name, _ in ordered]
    rows = zip(names, *(column for _, column in kept), strict=True)
    return table((title, *(head for head, _ in kept)), rows)


def _order(line: Line) -> tuple[float, float, str]:
    """Return the place of a line: by the median, where there is none behind, by the training."""
    name, values = line
    return values.get("p50_ms", inf), values.get("fit_s", 0.0), name
