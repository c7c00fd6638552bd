"""What the figures come to, in words that follow from them."""

from __future__ import annotations

from benchmarks.pages.contest.archive import Mixture, mix, value_of
from benchmarks.pages.contest.detection import groups_of
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Passive,
    best_passive,
    our_seal,
    passive_methods,
)
from benchmarks.pages.contest.rates import Rate, compare, percent, rate_of
from benchmarks.pages.contest.records import LOSSY, Contest, patients_of
from benchmarks.pages.contest.unseen import pairs_of, pool

RARE = 0.01
"""Share of forged images at which an alarm is weighed in words."""
STOLEN = "T4"
"""Level of a forger who has the key."""


def answer(contest: Contest) -> str:
    """Return the answer in a paragraph: what each finds, and what follows."""
    mixture, stripped = mix(contest, TAGS), mix(contest, STRIPPED)
    if mixture is None:
        return "Seals, detectors or both were not run: there is nothing to compare."
    without = f", and {stripped.active.counted} after all tags were taken off" if stripped else ""
    found, false = mixture.passive, mixture.false_passive
    return (
        f"**In short.** Of forged sealed images the seal finds {mixture.active.counted}{without}; "
        f"it alarms at {mixture.false_active.counted} of the sealed originals. The best passive "
        f"detector (`{mixture.detector}`) finds {found.counted} of the same forgeries on images "
        f"that were never sealed, and alarms at {false.counted} of the originals. "
        f"{_sealed(mixture, stripped)} {_never_sealed(found, false)}"
    )


def _sealed(mixture: Mixture, stripped: Mixture | None) -> str:
    """Return which finds more of sealed images."""
    found = mixture.passive
    tags = compare(mixture.active, found)
    bare = compare(stripped.active, found) if stripped else ""
    if bare == tags:
        return f"With its tags, and with all tags taken off, the seal finds {tags} the detector."
    rest = f"; with all tags taken off, {bare} the detector" if bare else ""
    return f"With its tags the seal finds {tags} the detector{rest}."


def _never_sealed(found: Rate, false: Rate) -> str:
    """Return what is left to do about images that were never sealed."""
    words = "Of never sealed images the seal says nothing at all, and the detector is all there is"
    if found.interval[0] > false.interval[1]:
        return f"{words}: it alarms more of the forged ones than of the sound ones."
    if found.share > false.share:
        return (
            f"{words}: it alarms more of the forged ones than of the sound ones, but the intervals "
            "of both overlap."
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
        "these groups on the same kinds of picture, and alarms at "
        f"{other.false_passive.counted} of their originals."
        if other
        else ""
    )
    return (
        "**The detectors' best case** ([best case](best-case.md)): they learned from every second "
        f"slice of the very series that they are tested on ({len(tested)} originals of "
        f"{patients_of(tested)} patients, groups A and B). The best of them "
        f"(`{mixture.detector}`) then finds {found.cell} %, and alarms at {false.counted}."
        f"{beside} Of the same forgeries, sealed, the seal finds "
        f"{_beside(mixture.active, stripped.active if stripped else None, found)}."
    )


def _beside(tags: Rate, bare: Rate | None, found: Rate) -> str:
    """Return what a seal finds, and how that is to what a detector finds."""
    first = compare(tags, found)
    if bare is None:
        return f"{tags.cell} %, {first} that detector"
    second = compare(bare, found)
    if first == second:
        return f"{tags.cell} %, and {bare.cell} % with all tags taken off: {first} that detector"
    return (
        f"{tags.cell} %, {first} that detector; with all tags taken off {bare.cell} %, {second} "
        "that detector"
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


def tell_stolen(contest: Contest) -> str:
    """Return what the best detector finds of what was sealed with a stolen key, "" if not asked."""
    best = best_passive(contest)
    if best is None:
        return ""
    rows = [row for row in contest.beyond("G") if row.level == STOLEN]
    rate = Passive(best.name, best.threshold, True).rate(rows)
    if not rate.tried:
        return ""
    sound = Passive(best.name, best.threshold, True).rate(contest.originals("test", True))
    return f": it finds {rate.counted}, and alarms at {sound.counted} of sealed originals"


def tell_unseen(contest: Contest) -> str:
    """Return what detectors find of forgers that they learned from and of others, "" if not run."""
    source, pairs = pairs_of(contest)
    if not pairs:
        return ""
    known, unknown = (pool(source, pairs, place) for place in (0, 1))
    where = "in their best case" if source is contest.best_case else "split by patient"
    detectors = sorted({detector for detector, _ in pairs})
    return (
        f" Of families of forgeries that they learned from {len(detectors)} of them find "
        f"{known.cell} %, of the same families when they had to do without {unknown.cell} % "
        f"({where}; {known.tried} judgements, {known.patients} patients; [unseen](unseen.md))."
    )


def tell_beyond(contest: Contest) -> str:
    """Return of which attacks a detector finds more than a seal without its tags."""
    seal = our_seal(contest, STRIPPED)
    if seal is None:
        return "Not measured."
    wins: list[tuple[float, str, str]] = []
    for name, rows in groups_of(contest.shared).items():
        bare = Active(seal).rate(rows)
        rates = [(method.rate(rows), method.name) for method in passive_methods(contest)]
        best = max(rates, key=lambda pair: pair[0].share, default=None)
        if bare.tried and best and compare(bare, best[0]) == "less than":
            words = f"{name} ({best[0].cell} % by `{best[1]}`, the seal {bare.cell} %)"
            wins.append((bare.share - best[0].share, name, words))
    if not wins:
        return "No detector finds more of any attack than the seal does, intervals apart."
    first, *others = sorted(wins)
    rest = f", and of {', '.join(name for _, name, _ in others)}" if others else ""
    return (
        "Samples that were all changed carry no seal any more: without its tags the image is "
        f"`unsealed`. Some detector finds more, intervals apart, of {first[2]}{rest}."
    )


def tell_lossy(contest: Contest) -> str:
    """Return what our seal says of copies that lost something and in which nothing was forged."""
    rows = [row for row in contest.shared if row.group in LOSSY]
    parts = []
    for ending, words in ((TAGS, "with its tags"), (STRIPPED, "without them")):
        seal = our_seal(contest, ending)
        rate = Active(seal).rate(rows) if seal else rate_of(())
        if rate.tried:
            parts.append(f"{words} it names {rate.counted}")
    if not parts:
        return "Not measured."
    return (
        "JPEG, JPEG 2000, 8 bits and resizing with nothing forged (C7 to C10, counted above as "
        f"forgeries) are changes to a strict seal: {', '.join(parts)}, the rest is `unsealed` "
        "([false alarms](false-alarms.md))."
    )
