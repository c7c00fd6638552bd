"""T6: how well the changed samples are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from benchmarks.contest.rows import Row
from benchmarks.intervals import bootstrap
from benchmarks.measures.location import block_ceiling
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.rates import FEW, folded, interval_cell
from benchmarks.pages.contest.records import SIZES, Contest, level_of, patients_of
from benchmarks.pages.tables import page, table

MEASURES = ("F1", "IoU", "MCC", "best IoU", "hit")
CELL = 8
"""Edge of the smallest area that a seal places, in samples."""
EDGES = (4, 8, 12, 16, 32, 64)
Values = Callable[[Row], list[float] | None]


def render_placing(contest: Contest) -> str:
    """Return docs/results/placing.md."""
    return page(
        "# Where a forgery is: maps of heat and maps of seals",
        _WHAT.format(ceilings=_ceilings()),
        contest.made,
        _EXAMPLE,
        "## All local forgeries",
        _all(contest),
        _few(contest),
        "## IoU by attack",
        _by_attack(contest),
        "## IoU by size",
        _by_size(contest),
    )


_EXAMPLE = (
    "![A forged phantom, what was changed, and some of the maps](plots/example.png)\n\n"
    "Nobody's picture: a phantom, which the detectors were not trained on. A few of the maps are "
    "shown, each from its own least to its greatest value, so that colours of two do not compare; "
    "the white line is around what was changed."
)
_WHAT = (
    "Local forgeries of test patients, against the exact samples that were changed. F1, IoU and "
    "correlation (MCC) are at the threshold of the map's maker, fixed before any test; *best IoU* "
    "is at the best threshold of each picture, a bound and no operating point; a hit has the "
    "hottest sample in what was changed. A map that names nothing counts as 0. Detectors saw "
    "never sealed pictures, seals sealed ones. Block DCT, Zernike field and SIFT name the source "
    "of a copy beside the copy, which alone was changed: of copy-move they reach an IoU of about "
    "0.5 at most, an F1 of 0.67. Maps of seals are in cells of 8x8 samples: whole "
    "cells have, of a square that lies anywhere, at best these IoUs on average (its edge in "
    "brackets): {ceilings}. Means with their interval of 95 % by bootstrap over patients (2000 "
    "resamples); of a single patient there is none. Command: `python -m benchmarks.contest --out "
    "benchmarks/results`; rows in `benchmarks/results/contest.jsonl`, this page by `python -m "
    "benchmarks.render`."
)


def ceiling_of(edge: int) -> float:
    """Return the mean of the greatest IoU of whole cells, over all places of a square."""
    ceilings = []
    for top in range(CELL):
        for left in range(CELL):
            changed = np.zeros((edge + 2 * CELL, edge + 2 * CELL), dtype=bool)
            changed[top : top + edge, left : left + edge] = True
            ceilings.append(block_ceiling(changed, CELL))
    return float(np.mean(ceilings))


def _ceilings() -> str:
    """Return the ceilings of a few sizes in words."""
    return ", ".join(f"{ceiling_of(edge):.2f} ({edge})" for edge in EDGES)


def locators(contest: Contest) -> list[tuple[str, Values]]:
    """Return everybody who places changes, with where a row holds what came of it."""
    rows = contest.shared
    seals = [name for name in contest.contestants if any(name in row.placed for row in rows)]
    heats = [name for name in contest.detectors if any(name in row.maps for row in rows)]
    return [
        *((name, _in_seals(name)) for name in seals),
        *((name, _in_heats(name)) for name in heats),
    ]


def _in_seals(name: str) -> Values:
    """Return what a seal made of sealed pictures."""
    return lambda row: row.placed.get(name) if row.marked else None


def _in_heats(name: str) -> Values:
    """Return what a detector made of pictures that were never sealed."""
    return lambda row: None if row.marked else row.maps.get(name)


def _by_patient(rows: Iterable[Row], values: Values, index: int) -> dict[str, list[float]]:
    """Return the values of a measure by patient, in the order of their labels."""
    found: dict[str, list[float]] = {}
    for row in rows:
        mine = values(row)
        if mine is not None:
            found.setdefault(row.patient, []).append(mine[index])
    return dict(sorted(found.items()))


def mean_of(rows: Sequence[Row], values: Values, index: int) -> str:
    """Return the mean of a measure with its interval, of one patient without; "-" of nothing."""
    found = _by_patient(rows, values, index)
    if not found:
        return "-"
    sums, counts = [sum(mine) for mine in found.values()], [len(mine) for mine in found.values()]
    mean = sum(sums) / sum(counts)
    if len(found) == 1:
        return f"{mean:.2f} (1 patient)"
    return interval_cell(mean, bootstrap(sums, counts), 2)


def _all(contest: Contest) -> str:
    """Return one line for each that places."""
    lines = []
    for name, values in locators(contest):
        mine = [row for row in contest.shared if values(row) is not None]
        size = f"{len(mine)} / {patients_of(mine)}"
        threshold = "none" if name in contest.contestants else "its own, fixed"
        means = [mean_of(mine, values, index) for index in range(len(MEASURES))]
        if name in contest.contestants:
            means[-1] = "-"  # its map has no hottest sample: what is named is named alike
        lines.append((name, size, threshold, level_of(mine), *means))
    head = ("map of", "n / patients", "threshold", "level", *MEASURES)
    return table(head, lines) if lines else "None was run."


def _few(contest: Contest) -> str:
    """Return the IoU of each patient where there are few."""
    lines = []
    for name, values in locators(contest):
        found = _by_patient(contest.shared, values, 1)
        if len(found) < FEW:
            cells = (f"{patient} {_mean(ious)}" for patient, ious in found.items())
            lines.append((name, ", ".join(cells)))
    if not lines:
        return f"Every line is of {FEW} patients or more."
    content = table(("map of", "mean IoU of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content)


def _mean(ious: Sequence[float]) -> str:
    """Return the mean of a patient's values, and of how many pictures."""
    return f"{sum(ious) / len(ious):.2f} (n = {len(ious)})"


def _by_attack(contest: Contest) -> str:
    """Return the mean IoU of each attack."""
    return _grid(contest, "attack", list(groups_of(contest.shared).items()))


def _by_size(contest: Contest) -> str:
    """Return the mean IoU of each size."""
    rows = [row for row in contest.swept(SIZES) or contest.shared if row.size]
    sizes = sorted({row.size for row in rows})
    groups = [(str(size), [row for row in rows if row.size == size]) for size in sizes]
    return _grid(contest, "size, samples", groups)


def _grid(contest: Contest, title: str, groups: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """Return mean IoUs, one line for each group of rows and one column for each map."""
    everybody = locators(contest)
    lines = []
    for name, rows in groups:
        cells = [mean_of(rows, values, 1) for _, values in everybody]
        if set(cells) - {"-"}:
            mine = [row for row in rows if any(values(row) is not None for _, values in everybody)]
            lines.append((name, level_of(mine), f"{len(mine)} / {patients_of(mine)}", *cells))
    head = (title, "level", "n / patients", *(name for name, _ in everybody))
    few = [line for name, rows in groups for line in _few_of(name, rows, everybody)]
    if not few:
        return table(head, lines) if lines else "None was run."
    content = table((title, "patient", *(name for name, _ in everybody)), few)
    fold = folded(f"Fewer than {FEW} patients: each one's mean IoU", content)
    return f"{table(head, lines)}\n\n{_FEW}\n\n{fold}"


_FEW = (
    f"Means of fewer than {FEW} patients hang on these few, and so do their intervals, which are "
    "too narrow rather than too wide. The values of each patient are below; a dash there stands "
    f"for {FEW} patients or more, or for no picture."
)


def _few_of(
    name: str, rows: Sequence[Row], everybody: Sequence[tuple[str, Values]]
) -> list[tuple[str, ...]]:
    """Return one line for each patient of a group, with the means of those maps that few have."""
    found = [_by_patient(rows, values, 1) for _, values in everybody]
    few = [mine if len(mine) < FEW else {} for mine in found]
    patients = sorted({patient for mine in few for patient in mine})
    return [
        (name, patient, *(_mean(mine[patient]) if patient in mine else "-" for mine in few))
        for patient in patients
    ]
