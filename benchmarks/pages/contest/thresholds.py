"""Where thresholds come from, and what their false alarms came to on test patients."""

from __future__ import annotations

from collections import Counter

from benchmarks.measures.detection import Threshold
from benchmarks.pages.contest.methods import Passive, passive_methods
from benchmarks.pages.contest.rates import FEW
from benchmarks.pages.contest.records import RATE, Contest, patients_of
from benchmarks.pages.contest.standardising import ENOUGH
from benchmarks.pages.tables import table

SAME = "patients, the same that are tested"
"""Whom the originals show that thresholds of the best case are chosen on."""


def source_of(threshold: Threshold) -> str:
    """Return in words what a threshold was chosen on."""
    chosen = f"validation, n = {threshold.originals}, {100 * threshold.asked:g} %"
    return chosen if threshold.resolved else f"{chosen}: greatest score"


def told_thresholds(contest: Contest, of: str = "validation patients") -> str:
    """Return the paragraph that says how thresholds were chosen. of: whom the originals show."""
    rows = contest.pictures("validation")
    few = any(not one.resolved for one in contest.thresholds.values())
    note = (
        f" With fewer than {round(1 / RATE)} originals the threshold is the greatest of their "
        "scores: its rate of false alarms is then known no better than 1 in so many."
        if few
        else ""
    )
    return (
        f"{told_standards(contest)}Thresholds of passive detectors: on {len(rows)} originals of "
        f"{patients_of(rows)} {of}, never sealed, the least score that at most {100 * RATE:g} % of "
        f"them pass.{note} Seals have no threshold. Intervals are of 95 %, in percent, by "
        "bootstrap over patients (2000 resamples, thresholds as they are); where nothing or "
        "everything was found, and of a single patient, exact (Clopper and Pearson) over "
        "pictures, as if no two were of one patient; below "
        f"{FEW} patients, and where all patients have one rate, never narrower than that of Wilson "
        "over pictures."
    )


def told_standards(contest: Contest) -> str:
    """Return the sentences that say with what scores are compared, and a space; "" where raw."""
    rows = contest.pictures("validation")
    if not contest.standard or not rows:
        return ""
    counts = Counter(row.kind for row in rows)
    own = [f"{count} {kind}" for kind, count in sorted(counts.items()) if count >= ENOUGH]
    rest = [f"{count} {kind}" for kind, count in sorted(counts.items()) if count < ENOUGH]
    tested = {row.kind for row in contest.pictures("test")} - set(counts)
    rest += [f"0 {kind}" for kind in sorted(tested)]
    pooled = f"all {len(rows)} together" + (f" ({', '.join(rest)})" if rest else "")
    among = f"here {', '.join(own)}" if own else "here of no kind"
    return (
        "Scores are standardised by kind of picture: less the mean, over the standard deviation, "
        "of what the detector said of validation originals of that kind, if there are at least "
        f"{ENOUGH} ({among}), else of {pooled}. "
    )


def threshold_table(contest: Contest) -> str:
    """Return one line for each detector: threshold, source, false alarms as they fell."""
    originals, sealed = contest.originals("test"), contest.originals("test", True)
    lines = []
    for method in passive_methods(contest):
        before = method.rate(originals)
        after = Passive(method.name, method.threshold, True).rate(sealed)
        cells = (f"{method.threshold.value:.4g}", source_of(method.threshold), before.size)
        lines.append((method.name, *cells, before.cell, after.size, after.cell))
    head = ("detector", "threshold", "chosen on", "originals / patients", "false alarms, %")
    return table((*head, "sealed originals / patients", "false alarms there, %"), lines)
