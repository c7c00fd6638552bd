"""docs/results/index.md: the two pages for who decides."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.contest.rows import ENSEMBLE
from benchmarks.pages.contest.archive import COVERAGES, Mixture, mix
from benchmarks.pages.contest.conclusions import (
    answer,
    tell_best_case,
    tell_beyond,
    tell_crossovers,
    tell_lossy,
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
from benchmarks.pages.contest.overall import with_hindsight
from benchmarks.pages.contest.rates import percent
from benchmarks.pages.contest.records import (
    BEST_CASE,
    SHARED,
    TAUGHT,
    Contest,
    level_of,
    made_of,
    patients_of,
)
from benchmarks.pages.contest.thresholds import source_of
from benchmarks.pages.tables import page, table

GROUPS = {
    "A": "edits by hand",
    "B": "learned forgeries",
    "C": "whole frame",
    "D": "smallest changes",
}


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
        _wins(contest, mixture, mix(best) if best else None),
        "## What each costs",
        _SEAL_COSTS,
        _DETECTOR_COSTS.format(unseen=tell_unseen(contest), alarms=_alarms(mixture)),
        _seconds(contest),
        "## When to use which",
        _WHEN.format(worth=tell_screening(mixture)),
        "## More",
        _MORE,
    )


_READ = (
    "Percent found with the interval of 95 %; *n* is forgeries judged. Seals judge sealed "
    "pictures, the detector pictures never sealed; it is the best of all on these very pictures, "
    "chosen with hindsight. Detectors were not taught C and D. They are compact, trained on few "
    "patients; large published ones find more of what they know ([opponents](opponents.md)). Each "
    "attack, kind of picture and patient: [detection](detection.md)."
)
_READ_BEST = " The best case is of other pictures; its detector is the one named above."
_SEAL_COSTS = (
    "**A seal** needs a key at the scanner and someone who keeps it. It changes some samples by 1 "
    "(`detached`: none), and while its tags are there the original comes back bit for bit: counted "
    "in [fidelity](fidelity.md), with HU, noise and lesions. It does not outlive lossy "
    "compression. It needs no training: one pass where the image is made."
)
_DETECTOR_COSTS = (
    "**A detector** needs no key and changes nothing. Most need forgeries to learn from.{unseen}"
    "{alarms} It sees no header and no order of slices, and proves nothing to anyone else."
)
_WHEN = (
    "1. **Seal first, from today on**, where images are made: only what is sealed can be proved.\n"
    "2. **Screen with a detector what has no seal**: old archives, other houses. An alarm is a "
    "reason to look, not a finding.{worth}\n3. **Say by policy which devices always seal**, so "
    "that a missing seal is an alarm too ([policy file](../spec/policy-file.md)).\n4. **Guard the "
    "keys**: against a stolen one only revocation, time stamps and, perhaps, a detector help "
    "([trust](../guide/trust.md))."
)
_MORE = (
    "[Each attack](detection.md), [the detectors' best case](best-case.md), [false "
    "alarms](false-alarms.md), [where](placing.md), [unknown forgers](unseen.md), "
    "[splits](splits.md), [timing](timing.md), [who can do what](capability.md), "
    "[opponents](opponents.md), [other watermarks](peers.md), [what sealing does to an "
    "image](fidelity.md), [attacks on the seal](seals.md). Plots: [size](plots/sizes.svg), "
    "[strength](plots/strengths.svg), [processing](plots/processing.svg), [what an alarm is "
    "worth](plots/value.svg)."
)


def filled(*parts: str) -> tuple[str, ...]:
    """Return the parts of a page that hold something."""
    return tuple(part for part in parts if part)


def _measured(contest: Contest) -> str:
    """Return on what all of this was measured."""
    rows, best = contest.shared, best_passive(contest)
    threshold = (
        f" Threshold of the detector: {source_of(best.threshold)}; at one that at most 1 % of the "
        "test originals pass, known only afterwards, it finds "
        f"{with_hindsight(contest, best.name, rows)} %."
        if best
        else ""
    )
    within = " Scores are compared within their kind of picture." if contest.standard else ""
    more = f" and `benchmarks/results/{BEST_CASE}`" if contest.best_case else ""
    return (
        f"Measured on {len({row.image for row in rows})} pictures of {patients_of(rows)} test "
        f"patients, {len(contest.pictures('validation'))} validation originals of other "
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
        lines += _groups(best, there, ", best case")[-1:]
    titles = (title for title, method in columns if method)
    return table(("forgeries", "level", "patients", *titles), lines)


def _columns(contest: Contest) -> list[tuple[str, Method | None]]:
    """Return seal, seal without tags, detector and both, with their headings."""
    columns: list[tuple[str, Method | None]] = []
    for ending in (TAGS, STRIPPED):
        seal = our_seal(contest, ending)
        columns.append((f"seal ({seal})", Active(seal) if seal else None))
    best, hybrid = best_passive(contest), best_hybrid(contest, TAGS)
    columns.append((f"detector ({best.name})" if best else "", best))
    return [
        *columns,
        (f"seal ({hybrid.seal}), then detector: half sealed" if hybrid else "", hybrid),
    ]


def _groups(
    contest: Contest, methods: Sequence[Method | None], suffix: str = ""
) -> list[tuple[str, ...]]:
    """Return one line for each group of attacks; methods that were not run have a "-"."""
    lines = []
    every = {row.group[:1] for row in contest.shared}
    whole = "all" if every == set(GROUPS) else f"all of {' and '.join(sorted(every))}"
    groups = [
        (f"{title} ({letter})", letter) for letter, title in GROUPS.items() if letter in every
    ]
    if len(every) > len(TAUGHT):
        groups.append(("all but whole frames (A, B, D)", "ABD"))
    for name, letters in (*groups, (whole, SHARED)):
        rows = [row for row in contest.shared if row.group[:1] in letters]
        cells = (method.rate(rows).sized if method else "-" for method in methods)
        lines.append((f"{name}{suffix}", level_of(rows), str(patients_of(rows)), *cells))
    return lines


def _mixed(mixture: Mixture | None, stripped: Mixture | None) -> str:
    """Return what the crossover is."""
    if mixture is None:
        return "Not measured."
    share, span = mixture.archive.crossover(), mixture.crossover_interval
    if share is None:
        return "The detector alone finds more than seals alone at every share of sealed images."
    worst = stripped.archive.crossover() if stripped else None
    bare = f" ({percent(worst)} % where all tags were taken off)" if worst else ""
    if stripped and worst is None:
        bare = " (where all tags were taken off, at no share)"
    between = f" ({percent(span[0])} to {percent(span[1])})" if span else ""
    return (
        f"Who reads seals alone finds more than who runs the detector alone once "
        f"**{percent(share)} %**{between} of the archive are sealed{bare}; below that the "
        "detector finds more."
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
                percent(worst.active_alone(share)),
                percent(archive.passive_alone(share)),
                percent(archive.hybrid(share)),
                percent(worst.hybrid(share)),
                f"{percent(passive_false)} / {percent(hybrid_false)}",
            )
        )
    n = f"{mixture.active.size} sealed, {mixture.passive.size} never sealed"
    head: tuple[str, ...] = ("sealed", "seals alone find, %", "tags taken off, %")
    head += ("detector alone finds, %", "seal, then detector, %", "tags taken off, %")
    note = (
        f"Straight lines between the rates above, whose intervals hold here (forgeries / patients: "
        f"{n}; level T0, threshold as above); forgeries fall on sealed and other images alike. A "
        "forger who chooses what was never sealed meets the detector alone, whatever the share. "
        "False alarms are of the detector alone and of seal, then detector."
    )
    return f"{table((*head, 'false alarms, %'), lines)}\n\n{note}"


def _wins(contest: Contest, mixture: Mixture | None, best: Mixture | None) -> str:
    """Return the cases in which a seal is of no use, or of less than a detector."""
    bound = f" ({best.passive.cell} % of A and B in its best case)" if best else ""
    rates = (
        f" Here it finds {mixture.passive.counted} of them{bound}; seals alone find none."
        if mixture
        else ""
    )
    return (
        f"- **Images that were never sealed.**{rates}\n"
        f"- **Whole frames changed, tags taken off.** {tell_beyond(contest)}\n"
        "- **Edits before sealing**, in the scanner. The seal is good; a detector may see them.\n"
        "- **A stolen key.** What is sealed with it is `authentic` until the key is revoked "
        f"(level T4); a detector does not care for keys{tell_stolen(contest)}.\n"
        "- **Seals that somebody took off**, where no policy says that there must be one: "
        "`unsealed` is no accusation, and the detector is asked.\n"
        f"- **Lossy copies.** {tell_lossy(contest)} What a detector loses there is in a "
        "[plot](plots/processing.svg)."
    )


def _alarms(mixture: Mixture | None) -> str:
    """Return how often the detector alarms on sound images, as a sentence, "" if not measured."""
    if mixture is None:
        return ""
    return f" It alarms at {mixture.false_passive.counted} of the sound images never sealed."


def _seconds(contest: Contest) -> str:
    """Return the median times of seal and detector, "" where they were not measured."""
    tags, best = our_seal(contest), best_passive(contest)
    profile = (tags or "").removesuffix(TAGS)
    names = {f"sealing: {profile}": "sealing", tags: "the seal, tags"}
    names[our_seal(contest, STRIPPED)] = "the seal, stripped"
    if best:
        names[best.name] = f"the detector (`{best.name}`)"
    medians = {
        name: spent["p50_ms"] for name, spent in contest.timings.items() if "p50_ms" in spent
    }
    times = [f"{title} {medians[name]:.1f} ms" for name, title in names.items() if name in medians]
    members = [medians[name] for name in contest.detectors if name in medians]
    if best and best.name == ENSEMBLE and members:
        times.append(f"the detector, all {len(members)} members, {sum(members):.0f} ms")
    if not times:
        return ""
    return f"Median processor time of a picture: {', '.join(times)} ([timing](timing.md))."
