"""Where thresholds come from, and what their false alarms came to on test patients."""

from __future__ import annotations

from benchmarks.measures.detection import Threshold
from benchmarks.pages.contest.methods import Passive, passive_methods
from benchmarks.pages.contest.rates import FEW
from benchmarks.pages.contest.records import RATE, Contest, patients_of
from benchmarks.pages.tables import table


def source_of(threshold: Threshold) -> str:
    """Return in words what a threshold was chosen on."""
    chosen = f"validation, n = {threshold.originals}, {100 * threshold.asked:g} %"
    return chosen if threshold.resolved else f"{chosen}: greatest score"


def told_thresholds(contest: Contest) -> str:
    """Return the paragraph that says how thresholds were chosen."""
    rows = contest.originals("validation")
    few = any(not one.resolved for one in contest.thresholds.values())
    note = (
        f" With fewer than {round(1 / RATE)} originals the threshold is the greatest of their "
        "scores: its rate of false alarms is then known no better than 1 in so many."
        if few
        else ""
    )
    return (
        f"Thresholds of passive detectors: on {len(rows)} originals of {patients_of(rows)} "
        f"validation patients, never sealed, the least score that at most {100 * RATE:g} % of "
        f"them pass.{note} Seals have no threshold. Intervals are of 95 %, in percent, by "
        "bootstrap over patients (2000 resamples, thresholds as they are); where nothing or "
        "everything was found, and of a single patient, exact (Clopper and Pearson) over "
        "pictures, as if no two were of one patient; below "
        f"{FEW} patients never narrower than that of Wilson over pictures."
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
