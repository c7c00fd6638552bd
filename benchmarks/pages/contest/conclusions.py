"""What the figures come to, in words that follow from them."""

from __future__ import annotations

from benchmarks.pages.contest.archive import Mixture, mix, value_of
from benchmarks.pages.contest.methods import STRIPPED, TAGS
from benchmarks.pages.contest.rates import Rate, compare, percent
from benchmarks.pages.contest.records import Contest, patients_of

RARE = 0.01
"""Share of forged images at which an alarm is weighed in words."""


def answer(contest: Contest) -> str:
    """Return the answer in a paragraph: what each finds, and what follows."""
    mixture, stripped = mix(contest, TAGS), mix(contest, STRIPPED)
    if mixture is None:
        return "Seals, detectors or both were not run: there is nothing to compare."
    without = (
        f", and {percent(stripped.active.share)} % after all tags were taken off"
        if stripped
        else ""
    )
    found, false = mixture.passive, mixture.false_passive
    return (
        f"**In short.** Of forged sealed images the seal finds {percent(mixture.active.share)} "
        f"%{without}, with {mixture.false_active.hit} false alarms on "
        f"{mixture.false_active.tried} sealed originals. The best of the passive detectors "
        f"(`{mixture.detector}`) finds {percent(found.share)} % of the same forgeries on images "
        f"that were never sealed, with {false.hit} false alarms on {false.tried} originals. "
        f"{_sealed(mixture, stripped)} {_never_sealed(found, false)}"
    )


def _sealed(mixture: Mixture, stripped: Mixture | None) -> str:
    """Return which finds more of sealed images."""
    found = mixture.passive
    words = f"With its tags the seal finds {compare(mixture.active, found)} the detector"
    if stripped:
        words += f"; with all tags taken off, {compare(stripped.active, found)} the detector"
    return f"{words}."


def _never_sealed(found: Rate, false: Rate) -> str:
    """Return what is left to do about images that were never sealed."""
    words = "Of never sealed images the seal says nothing at all, and the detector is all there is"
    if found.interval[0] > false.interval[1]:
        return f"{words}: it alarms more of the forged ones than of the sound ones."
    if found.share > false.share:
        return (
            f"{words}: it alarms more of the forged ones than of the sound ones, but within the "
            "intervals of chance."
        )
    return f"{words}: it alarms no more of the forged ones than of the sound ones."


def tell_best_case(contest: Contest) -> str:
    """Return what the detectors' best case comes to beside the seal, "" where it was not run."""
    best, likewise = contest.best_case, contest.likewise
    mixture = mix(best, TAGS) if best else None
    if best is None or likewise is None or mixture is None:
        return ""
    stripped, other = mix(best, STRIPPED), mix(likewise, TAGS)
    found, false = mixture.passive, mixture.false_passive
    tested = best.originals("test")
    beside = (
        f" Split by patient the best (`{other.detector}`) finds {other.passive.cell} % of "
        f"these groups on the same kinds of picture, with {other.false_passive.hit} false alarms "
        f"on {other.false_passive.tried}."
        if other
        else ""
    )
    bare = (
        f", and {stripped.active.cell} % with all tags taken off "
        f"({compare(stripped.active, found)} that detector)"
        if stripped
        else ""
    )
    return (
        "**The detectors' best case** ([best case](best-case.md)): they learned from every second "
        f"slice of the very series that they are tested on ({len(tested)} slices of "
        f"{patients_of(tested)} patients, groups A and B). The best of them "
        f"(`{mixture.detector}`) then finds {found.cell} %, with {false.hit} false alarms on "
        f"{false.tried}.{beside} Of the same forgeries of the same slices, sealed, the seal finds "
        f"{mixture.active.cell} % ({compare(mixture.active, found)} that detector){bare}."
    )


def tell_crossovers(contest: Contest) -> str:
    """Return from which share on seals alone find more, split by patient and in the best case."""
    best, likewise = contest.best_case, contest.likewise
    mixture = mix(best, TAGS) if best else None
    other = mix(likewise, TAGS) if likewise else None
    if mixture is None:
        return ""
    patient = f"; split by patient, {_crossover(other)}" if other else ""
    return (
        "Against the detectors' best case, groups A and B of the same kinds of picture, "
        f"{_crossover(mixture)}{patient}."
    )


def _crossover(mixture: Mixture) -> str:
    """Return a crossover in words."""
    share, span = mixture.archive.crossover(), mixture.crossover_interval
    if share is None:
        return "seals alone find more at no share"
    between = f" ({percent(span[0])} to {percent(span[1])})" if span else ""
    return f"seals alone find more from **{percent(share)} %** sealed on{between}"


def tell_screening(mixture: Mixture | None) -> str:
    """Return what the detector's alarms are worth, as a sentence, "" where it was not run."""
    if mixture is None:
        return ""
    value, least = value_of(mixture.passive, mixture.false_passive, RARE)
    return (
        f" By the rates above {percent(value)} % of its alarms (at least {percent(least)} %) are "
        f"forgeries where {100 * RARE:g} % of the images are forged."
    )
