"""What an alarm is worth where forgeries are rare."""

from __future__ import annotations

from benchmarks.pages.contest.archive import PREVALENCES, mix, value_of
from benchmarks.pages.contest.methods import STRIPPED
from benchmarks.pages.contest.rates import percent
from benchmarks.pages.contest.records import Contest
from benchmarks.pages.tables import table

_WHAT = (
    "Alarms that are forgeries, in percent, where so many images are forged. *At least* is at the "
    "lower end of the interval of what is found and the upper end of that of the false alarms "
    "(exact at the least), which no small number of originals can bring down; without a false "
    "alarm it stands alone. A detector with 1 % false alarms that finds everything is right in 9 % "
    "of its alarms where one image in a thousand is forged. Thresholds and levels are those of the "
    "first table."
)


def worth_table(contest: Contest) -> str:
    """Return the share of true alarms at several shares of forged images."""
    mixture, stripped = mix(contest), mix(contest, STRIPPED)
    best = mix(contest.best_case) if contest.best_case else None
    if mixture is None:
        return "Not measured."
    worst = stripped or mixture
    methods = [
        (f"seal ({worst.seal})", worst.active, worst.false_active),
        (f"detector ({mixture.detector})", mixture.passive, mixture.false_passive),
    ]
    if best:
        methods.append((f"best case ({best.detector})", best.passive, best.false_passive))
    lines = []
    for name, found, false in methods:
        cells = []
        for prevalence in PREVALENCES:
            value, least = value_of(found, false, prevalence)
            bound = f"at least {percent(least)}"
            cells.append(f"{percent(value)} ({bound})" if false.hit else bound)
        lines.append((name, found.counted, false.counted, *cells))
    head = ("method", "found", "false alarms", *(f"{100 * one:g} % forged" for one in PREVALENCES))
    return f"{_WHAT}\n\n{table(head, lines)}"
