"""T4: the same detector under a split by slices and under one by patients."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.intervals import cluster_bootstrap
from benchmarks.measures.detection import area_interval, area_under, count_alarms
from benchmarks.pages.contest.rates import interval_cell
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.tables import page, table

MEASURES = ("accuracy", "precision", "recall", "f1")


def render_splits(contest: Contest) -> str:
    """Return docs/results/splits.md."""
    lines = [
        _line(detector, split, values)
        for split, detectors in contest.learning.items()
        for detector, values in detectors.items()
    ]
    lines.sort(key=lambda line: str(line[0]))
    head = ("detector", "split", "pictures / patients", "threshold", "level", "AUC")
    return page(
        "# Split by slices, split by patients",
        _WHAT,
        contest.made,
        table((*head, "accuracy", "precision", "recall", "F1"), lines),
        "## By how much the split by slices flatters",
        _differences(contest) or "Both splits are needed for a difference.",
    )


_WHAT = (
    "Published accuracies near 100 % are often of slices that were shuffled before they were "
    "split: neighbours of one slice, and an original with its forged twin, then lie on both sides "
    "([opponents](opponents.md)). Here the same detector learns from the same pictures twice, "
    "once under the authors' split and once with no patient on both sides. The pictures are parts "
    "of slices, from every series of 16 or more: of each cube that was tampered with, after the "
    "authors, the slice in its middle and two on either side, and as many untouched ones, every "
    "other time of the same slices. Parts are easier than whole slices. The series are few, and "
    "most are the only one of their sort: an unseen patient is also another scanner and another "
    "region, so the difference is that of both, not of the leak alone. Rounds of the split test a "
    "fifth of the slices each, or the patients of a fifth. "
    "Intervals of 95 % by bootstrap over the patients of the tested pictures "
    "(2000 resamples). Command: `python -m benchmarks.contest --out benchmarks/results`; values "
    "in `benchmarks/results/learning.json`, this page by `python -m benchmarks.render`."
)


def _line(detector: str, split: str, values: dict[str, Any]) -> tuple[object, ...]:
    """Return one detector under one split."""
    scores = np.asarray(values["scores"], dtype=np.float64)
    forged = np.asarray(values["forged"], dtype=bool)
    patients = list(values["patients"])
    threshold = float(values["threshold"])
    area = "-"
    if forged.any() and not forged.all():
        interval = area_interval(scores, forged, patients)
        area = interval_cell(area_under(scores, forged), interval)

    def measure(name: str) -> str:
        def statistic(places: Any) -> float:
            return float(getattr(count_alarms(scores[places], forged[places], threshold), name))

        every = statistic(np.arange(len(scores)))
        return interval_cell(every, cluster_bootstrap(patients, statistic))

    size = f"{len(scores)} / {len(set(patients))}"
    source = f"{threshold:.3g}, {values.get('source', 'of the detector')}"
    return detector, split, size, source, "T0", area, *(measure(name) for name in MEASURES)


def _differences(contest: Contest) -> str:
    """Return accuracy under both splits, in points."""
    slices, patients = (contest.learning.get(f"{name} split", {}) for name in ("slice", "patient"))
    lines = []
    for detector in slices:
        if detector in patients:
            first, second = (_accuracy(values[detector]) for values in (slices, patients))
            cells = (f"{100 * one:.1f} %" for one in (first, second))
            lines.append((detector, *cells, f"{100 * (first - second):+.1f} points"))
    head = ("detector", "accuracy, split by slices", "by patients", "difference")
    return table(head, lines) if lines else ""


def _accuracy(values: dict[str, Any]) -> float:
    """Return the share that was judged rightly."""
    return count_alarms(values["scores"], values["forged"], float(values["threshold"])).accuracy
