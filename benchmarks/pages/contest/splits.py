"""T4: the same detector under a split by slices and under one by patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.intervals import cluster_bootstrap
from benchmarks.measures.detection import Numbers, area_under, count_alarms
from benchmarks.pages.contest.differences import PAIRED, Difference
from benchmarks.pages.contest.published import PUBLISHED
from benchmarks.pages.contest.rates import FEW, Rate, folded, interval_cell, rate_of
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.tables import page, table

Flags = NDArray[np.bool_]
MEASURES = ("accuracy", "precision", "recall", "f1")
LEVEL = "T0"
"""What these forgers know of seals: nothing."""
SHUFFLED = "shuffled slices"
"""How the work that is followed here split, as `published` has it."""


def render_splits(contest: Contest) -> str:
    """Return docs/results/splits.md."""
    lines = [
        _line(detector, split, values)
        for split, detectors in contest.learning.items()
        for detector, values in detectors.items()
    ]
    lines.sort(key=lambda line: str(line[0]))
    head = ("detector", "split", "pictures / patients", "threshold", "level", "AUC")
    told = [values for some in contest.learning.values() for values in some.values()]
    apart = any("rounds" in values for values in told)
    return page(
        "# Split by slices, split by patients",
        f"{_WHAT} {_APART if apart else _MIXED}" if told else _WHAT,
        contest.made,
        table((*head, "accuracy", "precision", "recall", "F1"), lines),
        "## Split by slices less split by patients",
        *(_compared(contest) or ("Both splits are needed for a difference.",)),
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
    "fifth of the slices each, or the patients of a fifth. What the detector has other than its "
    "authors' (grey levels of maps, steps of training, the grid of constants) was set on the split "
    "by slices with other seeds, which favours that split. "
    "Intervals of 95 % by bootstrap over the patients of the tested pictures "
    "(2000 resamples). Command: `python -m benchmarks.contest --out benchmarks/results`; values "
    "in `benchmarks/results/learning.json`, this page by `python -m benchmarks.render`."
)

_APART = (
    "AUC is of pairs of a forgery and an original of one round: scores of two rounds, which are of "
    "two models, compare by their sign alone."
)
_MIXED = (
    "AUC is of the scores of all rounds together, although those of two rounds, which are of two "
    "models, compare by their sign alone."
)


def _line(detector: str, split: str, values: dict[str, Any]) -> tuple[object, ...]:
    """Return one detector under one split."""
    scores = np.asarray(values["scores"], dtype=np.float64)
    forged = np.asarray(values["forged"], dtype=bool)
    patients = list(values["patients"])
    threshold = float(values["threshold"])
    area = _area(scores, forged, patients, values.get("rounds", [0] * len(scores)))

    def measure(name: str) -> str:
        def statistic(places: Any) -> float:
            return float(getattr(count_alarms(scores[places], forged[places], threshold), name))

        every = statistic(np.arange(len(scores)))
        return interval_cell(every, cluster_bootstrap(patients, statistic))

    size = f"{len(scores)} / {len(set(patients))}"
    source = f"{threshold:.3g}, {values.get('source', 'of the detector')}"
    return detector, split, size, source, LEVEL, area, *(measure(name) for name in MEASURES)


def _area(scores: Numbers, forged: Flags, patients: Sequence[str], rounds: Sequence[int]) -> str:
    """Return the area with its interval, of pairs within one round alone; "-" without a pair.

    The rounds' models score each by its own measure.
    """
    of = np.asarray(rounds)

    def statistic(places: NDArray[np.intp]) -> float:
        wins = pairs = 0.0
        for one in np.unique(of[places]):
            mine = places[of[places] == one]
            found = int(forged[mine].sum()) * int((~forged[mine]).sum())
            if found:
                wins, pairs = wins + found * area_under(scores[mine], forged[mine]), pairs + found
        return wins / pairs if pairs else nan

    every = statistic(np.arange(len(scores)))
    if isnan(every):
        return "-"
    return interval_cell(every, cluster_bootstrap(patients, statistic))


def _compared(contest: Contest) -> list[str]:
    """Return what tells of the difference between both splits; nothing where one is missing."""
    slices, patients = (contest.learning.get(f"{name} split", {}) for name in ("slice", "patient"))
    pairs = {
        name: Difference(_rightly(slices[name]), _rightly(patients[name]))
        for name in slices
        if name in patients
    }
    if not pairs:
        return []
    told = (_beside_published(name, pair) for name, pair in pairs.items())
    return [PAIRED, _differences(pairs), _few(pairs), *(text for text in told if text)]


def _differences(pairs: Mapping[str, Difference]) -> str:
    """Return accuracy under both splits, and the difference in points."""
    lines = []
    for detector, pair in pairs.items():
        rates = (pair.first, pair.second)
        sizes = " and ".join(dict.fromkeys(rate.size for rate in rates))
        shares = (f"{100 * rate.share:.1f} %" for rate in rates)
        lines.append((detector, LEVEL, sizes, *shares, f"{pair.cell} points"))
    head = ("detector", "level", "pictures / patients", "accuracy, split by slices")
    return table((*head, "by patients", "difference"), lines)


def _few(pairs: Mapping[str, Difference]) -> str:
    """Return what was judged rightly of each patient, where there are few."""
    lines = [
        (detector, patient, *(_counted(rate, patient) for rate in (pair.first, pair.second)))
        for detector, pair in pairs.items()
        if len(pair.patients) < FEW
        for patient in pair.patients
    ]
    if not lines:
        return f"Every line is of {FEW} patients or more."
    head = ("detector", "patient", "judged rightly, split by slices", "by patients")
    return folded(f"Fewer than {FEW} patients: each one's values", table(head, lines))


def _counted(rate: Rate, patient: str) -> str:
    """Return hits and tries of a patient with the share."""
    hits, tries = rate.hits[patient], rate.tries[patient]
    return f"{hits}/{tries}: {100 * hits / tries:.1f} %"


def _beside_published(detector: str, pair: Difference) -> str:
    """Return what was published under such a split beside ours; "" where nothing was."""
    work = next((one for one in PUBLISHED if SHUFFLED in one.split), None)
    if work is None or not work.stands_for(detector):
        return ""
    certain = "the sign of the difference, not the level"
    if not pair.is_certain:
        certain = "not even the sign of the difference, of which these patients are not enough"
    return (
        f"Under the authors' split `{detector}` comes to an accuracy of "
        f"{100 * pair.first.share:.1f} %; published is: {work.figures} ({work.work}). Ours are "
        f"other forgeries and fewer pictures: what carries over is {certain}."
    )


def _rightly(values: dict[str, Any]) -> Rate:
    """Return how often a detector judged rightly, by patient."""
    alarms = np.asarray(values["scores"], dtype=np.float64) > float(values["threshold"])
    right = alarms == np.asarray(values["forged"], dtype=bool)
    return rate_of(zip(values["patients"], right.tolist(), strict=True))
