"""docs/results/index.md: the two pages for who decides."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.pages.contest.archive import COVERAGES, PREVALENCES, Mixture, mix, value_of
from benchmarks.pages.contest.conclusions import (
    answer,
    tell_best_case,
    tell_crossovers,
    tell_screening,
    tell_stolen,
    tell_unseen,
)
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Method,
    best_hybrid,
    best_passive,
    our_seal,
)
from benchmarks.pages.contest.rates import percent
from benchmarks.pages.contest.records import BEST_CASE, Contest, level_of, made_of, patients_of
from benchmarks.pages.contest.thresholds import source_of
from benchmarks.pages.tables import page, table

GROUPS = {"A": "edits by hand", "B": "learned forgeries", "C": "whole frame", "D": "smallest"}


def render_summary(contest: Contest) -> str:
    """Return docs/results/index.md."""
    mixture, stripped = mix(contest, TAGS), mix(contest, STRIPPED)
    best = contest.best_case
    return page(
        "# Seal or detector: what to use, and when",
        answer(contest),
        *filled(tell_best_case(contest)),
        _measured(contest),
        made_of(contest),
        "## What each finds",
        _finds(contest),
        f"{_READ}{_READ_BEST if best else ''}",
        "![Detection against false alarms](plots/roc.svg)",
        "## An archive that is sealed in part",
        " ".join((_mixed(mixture, stripped), *filled(tell_crossovers(contest)))),
        "![What is found, by the share of sealed images](plots/archive.svg)",
        _coverages(mixture, stripped),
        "## Where the detector wins",
        _wins(mixture, mix(best) if best else None, tell_stolen(contest)),
        "## What an alarm is worth",
        _worth(mixture, stripped, mix(best) if best else None),
        "![Share of true alarms, by the share of forged images](plots/value.svg)",
        "## What each costs",
        _SEAL_COSTS,
        _DETECTOR_COSTS.format(unseen=tell_unseen(contest)),
        _seconds(contest),
        "## When to use which",
        _WHEN.format(worth=tell_screening(mixture)),
        "## More",
        _MORE,
    )


_READ = (
    "Percent found with the interval of 95 %. *n* is forgeries and patients. Seals judge sealed "
    "pictures, with their tags or after all tags were taken off; the detector is the one whose "
    "detections exceed its false alarms the most on these very pictures, which favours it, and "
    "judges pictures that were never sealed. Nothing here is a promise for other images, other "
    "forgers or other detectors: the detectors are compact ones, trained on few patients, and "
    "large published ones find more of what they know ([opponents](opponents.md)). Values of each "
    "patient stand in [detection](detection.md)."
)
_READ_BEST = (
    " Lines of the best case are of other pictures, seal and detector alike; the detector in them "
    "is the one named above as best there."
)
_SEAL_COSTS = (
    "**A seal** needs a key at the scanner and someone who keeps it, changes samples by 1 (or "
    "none, `detached`), and gives the original back bit for bit ([quality](quality.md), "
    "[speed](speed.md)). Its strict form does not outlive lossy compression. It needs no training "
    "and no second visit to the image: one pass where the image is made."
)
_DETECTOR_COSTS = (
    "**A detector** needs no key and changes nothing. Most need forgeries to learn from.{unseen} "
    "It alarms on sound images too, sees no header and no order of slices, and proves nothing to "
    "anyone else."
)
_WHEN = (
    "1. **Seal first, from today on**, where images are made: only what is sealed can be proved.\n"
    "2. **Screen with a detector what has no seal**: old archives, other houses. An alarm is a "
    "reason to look, not a finding.{worth}\n3. **Say by policy which devices always seal**, so "
    "that a missing seal is an alarm too ([policy file](../spec/policy-file.md)).\n4. **Keep keys "
    "as what they are**: with a stolen one only revocation, time stamps and, perhaps, a detector "
    "help ([trust](../guide/trust.md))."
)
_MORE = (
    "[Each attack](detection.md), [the detectors' best case](best-case.md), [false "
    "alarms](false-alarms.md), [where](placing.md), [unknown forgers](unseen.md), "
    "[splits](splits.md), [timing](timing.md), [who can do "
    "what](capability.md), [opponents](opponents.md). Plots: [size](plots/sizes.svg), "
    "[strength](plots/strengths.svg), [processing](plots/processing.svg)."
)


def filled(*parts: str) -> tuple[str, ...]:
    """Return the parts of a page that hold something."""
    return tuple(part for part in parts if part)


def _measured(contest: Contest) -> str:
    """Return on what all of this was measured."""
    rows, best = contest.shared, best_passive(contest)
    threshold = f" Threshold of the detector: {source_of(best.threshold)}." if best else ""
    within = " Scores are compared within their kind of picture." if contest.standard else ""
    more = f" and `benchmarks/results/{BEST_CASE}`" if contest.best_case else ""
    return (
        f"Measured on {len({row.image for row in rows})} pictures of {patients_of(rows)} test "
        f"patients, {len(contest.originals('validation'))} validation originals of other "
        f"patients; forgers' level: {level_of(rows) or '-'}.{threshold}{within} Command: `python "
        "-m benchmarks.contest --out benchmarks/results`; rows in "
        f"`benchmarks/results/contest.jsonl`{more}, this page by `python -m benchmarks.render`, "
        "plots by `python -m benchmarks.plots`."
    )


def _finds(contest: Contest) -> str:
    """Return one line for each group of attacks, and those of the detectors' best case."""
    columns = _columns(contest)
    lines = _groups(contest, [method for _, method in columns if method])
    best = contest.best_case
    if best and best_passive(best):
        there = [
            own for (_, own), (_, method) in zip(_columns(best), columns, strict=True) if method
        ]
        lines += _groups(best, there, ", best case")
    titles = (title for title, method in columns if method)
    return table(("forgeries", "level", "n / patients", *titles), lines)


def _columns(contest: Contest) -> list[tuple[str, Method | None]]:
    """Return seal, seal without tags, detector and both, with their headings."""
    columns: list[tuple[str, Method | None]] = []
    for ending in (TAGS, STRIPPED):
        seal = our_seal(contest, ending)
        columns.append((f"seal ({seal})", Active(seal) if seal else None))
    best, hybrid = best_passive(contest), best_hybrid(contest, STRIPPED)
    columns.append((f"detector ({best.name})" if best else "", best))
    return [*columns, ("both, half sealed", hybrid)]


def _groups(
    contest: Contest, methods: Sequence[Method | None], suffix: str = ""
) -> list[tuple[str, ...]]:
    """Return one line for each group of attacks; methods that were not run have a "-"."""
    lines = []
    every = {row.group[:1] for row in contest.shared}
    whole = "all" if every == set(GROUPS) else f"all of {' and '.join(sorted(every))}"
    for letter, title in (*GROUPS.items(), ("", whole)):
        rows = [row for row in contest.shared if row.group[:1] == (letter or row.group[:1])]
        if rows:
            size = f"{len(rows)} / {patients_of(rows)}"
            name = f"{title} ({letter})" if letter else title
            cells = (method.rate(rows).cell if method else "-" for method in methods)
            lines.append((f"{name}{suffix}", level_of(rows), size, *cells))
    return lines


def _mixed(mixture: Mixture | None, stripped: Mixture | None) -> str:
    """Return what the crossover is."""
    if mixture is None:
        return "Not measured."
    share, span = mixture.archive.crossover(), mixture.crossover_interval
    if share is None:
        return (
            "The detector alone finds more than seals alone at every share of sealed images; the "
            "hybrid finds at least as much as either where sealed images are judged by their seal."
        )
    worst = stripped.archive.crossover() if stripped else None
    bare = f" ({percent(worst)} % where all tags were taken off)" if worst else ""
    between = f" ({percent(span[0])} to {percent(span[1])})" if span else ""
    return (
        f"Who reads seals alone finds more than who runs the detector alone once "
        f"**{percent(share)} %**{between} of the archive are sealed{bare}; below that the "
        "detector finds more. Where the seal finds all and the detector does not mind seals, that "
        "share is the detector's own rate. The interval moves with that of the detector's rate. "
        "Who reads the seal first and asks the detector about the rest need not choose."
    )


def _coverages(mixture: Mixture | None, stripped: Mixture | None) -> str:
    """Return what is found and missed at each share of sealed images."""
    if mixture is None:
        return ""
    lines = []
    for share in COVERAGES:
        archive = mixture.archive
        worst = (stripped or mixture).archive
        active = archive.active_alone(share)
        _, passive_false, hybrid_false = mixture.false_alarms(share)
        lines.append(
            (
                f"{share:.0%}",
                percent(active),
                percent(1 - active),
                percent(worst.active_alone(share)),
                percent(archive.passive_alone(share)),
                percent(worst.hybrid(share)),
                f"{percent(passive_false)} / {percent(hybrid_false)}",
            )
        )
    n = f"{mixture.active.size} sealed, {mixture.passive.size} never sealed"
    head: tuple[str, ...] = ("sealed", "seals alone find, %", "seals alone miss, %")
    head += ("find, tags taken off, %",)
    head += ("detector alone finds, %", "both find, tags taken off, %")
    note = (
        f"From the rates above (forgeries / patients: {n}); forgeries fall on sealed and other "
        "images alike. A forger who chooses what was never sealed meets the detector alone, "
        "whatever the share."
    )
    return f"{table((*head, 'false alarms, detector / both, %'), lines)}\n\n{note}"


def _wins(mixture: Mixture | None, best: Mixture | None, stolen: str) -> str:
    """Return the cases in which a seal is of no use."""
    bound = f" ({best.passive.cell} % of A and B in its best case)" if best else ""
    rates = (
        f" Here it finds {mixture.passive.cell} % of them{bound}, the seal 0." if mixture else ""
    )
    missed = (
        f" An archive that reads seals alone misses, of {mixture.passive.tried} such forgeries, "
        f"{mixture.passive.tried}."
        if mixture
        else ""
    )
    return (
        f"- **Images that were never sealed.**{rates}{missed}\n"
        "- **Edits before sealing**: in the scanner, or by who holds it. The seal is good and says "
        "so; a detector may see the edit, as if the image were not sealed.\n"
        "- **A stolen key.** A forgery that is sealed with it is `authentic` until the key is "
        "revoked ([detection](detection.md), level T4); a detector does not care for "
        f"keys{stolen}.\n"
        "- **Seals that somebody took off**, where no policy says that there must be one: "
        "`unsealed` is no accusation, and the detector is asked.\n"
        "- **Lossy copies.** A strict seal calls every one of them altered, forged or "
        "not; what a detector loses is in a [plot](plots/processing.svg)."
    )


def _worth(mixture: Mixture | None, stripped: Mixture | None, best: Mixture | None) -> str:
    """Return the share of true alarms at several shares of forged images."""
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
        pairs = [value_of(found, false, prevalence) for prevalence in PREVALENCES]
        cells = [f"{percent(value)} (at least {percent(least)})" for value, least in pairs]
        lines.append((name, false.counted, *cells))
    head = ("method", "false alarms", *(f"{100 * one:g} % forged" for one in PREVALENCES))
    return (
        "Alarms that are forgeries, in percent, where so many images are forged. *At least* is at "
        "the upper end of the exact interval of the false alarms, which no small number of "
        "originals can bring down: a detector with 1 % false alarms that finds everything is right "
        "in 9 % of its alarms where one image in a thousand is forged.\n\n" + table(head, lines)
    )


def _seconds(contest: Contest) -> str:
    """Return the median times of seal and detector, "" where they were not measured."""
    best = best_passive(contest)
    names = [name for name in contest.timings if name.startswith(our_seal(contest) or "-")]
    names += [best.name] if best and best.name in contest.timings else []
    times = [
        f"`{name}` {contest.timings[name]['p50_ms']:.1f} ms"
        for name in names
        if "p50_ms" in contest.timings[name]
    ]
    return f"Median for one picture: {', '.join(times)} ([timing](timing.md))." if times else ""
