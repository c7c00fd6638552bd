"""docs/results/seals.md out of benchmarks/results/seals.jsonl."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from benchmarks.intervals import wilson
from benchmarks.pages.tables import Row, load, page, provenance, table

PASSED = ("authentic", "partial")
"""Verdicts that are no alarm."""

TITLES = {
    "E": "Series",
    "F": "Headers, no sample changed",
    "G": "Aimed at the seal",
    "H": "In good faith",
}

MARKED, DETACHED = ("light", "standard", "full"), ("detached",)
COLUMNS = ((MARKED, "tags"), (MARKED, "stripped"), (DETACHED, "tags"))
NAMES = ("marked, tags", "marked, stripped", "detached, tags")


def render_seals() -> str:
    """Return docs/results/seals.md."""
    rows = load("seals.jsonl")
    files = {row["image"] for row in rows if not row["group"].startswith("E")}
    series = {row["image"] for row in rows if row["group"].startswith("E")}
    patients = {row["patient"] for row in rows}
    return page(
        "# Attacks on the seal, on headers and on series",
        f"{len(files)} files and {len(series)} series of {len(patients)} patients ("
        + ", ".join(sorted({row["kind"] for row in rows}))
        + f"), sealed whole in every profile. {_HEAD}",
        provenance("seals.jsonl"),
        "## In short",
        _short(rows),
        _SHORT,
        "## What is not found",
        _unfound(rows),
        _UNFOUND,
        *(part for group in "GFEH" for part in _part(rows, group)),
        "## Files and series",
        ", ".join(f"`{name}`" for name in sorted(files | series)) + ".",
    )


_HEAD = (
    "An attacker has the file, the public keys and the source, where the level says so also other "
    "images of the same key (T2), an oracle or a key of his own (T3), or the key itself (T4); T0 "
    "knows nothing of seals, T1 the algorithm. Every trial is judged as received, and where the "
    "samples are marked again after all private tags were taken off. Of a series the worst verdict "
    "on five neighbouring slices counts. Profiles `light` and `full` were put through the attacks "
    "on samples and series alone. Command: `python -m benchmarks.seals --out "
    "benchmarks/results/seals.jsonl`."
)
_SHORT = (
    "An alarm is any verdict but `authentic` and `partial`. First come attacks that raised one, "
    "over all profiles and all files (of E, series); then the files or series in which every "
    "attack of the line did, with Wilson's 95 % interval: a single kind of attack that is never "
    "found makes that none. Without the tags the samples prove themselves and nothing else: what "
    "was done to the header is then not seen by anybody, and `partial`, scope `pixels`, says so."
)
_UNFOUND = (
    "Older versions, whole slices that are left out or doubled, and files of another series are "
    "each what was sealed; only a list of what there should be tells "
    "([not promised](../guide/threat-model.md#what-is-not-promised)). A slice of another series "
    "still names its own. Numbers of slices, institutions and what a header lacked may be written "
    "by archives: the report lists them, the verdict stays "
    "([attributes](../spec/attributes.md)); the position of a slice is not among "
    "them. A stolen key signs anything. Taking the seal off is never found from the file: "
    "`unsealed` is an alarm only where a policy expects a seal, and with profile `detached` every "
    "forgery without its tags comes to that."
)
_NOTES = {
    "G": (
        "`partial` after the tags are gone is right where the samples as received were sealed: "
        "an exchanged whole picture proves itself, under its own seal id. A bit that is turned in "
        "the salts may hit an attribute that archives may change: then the verdict stays, and the "
        "attribute is listed as changed. Trials on how files are read are G14."
    ),
    "F": (
        "Salts dropped before a swap make it `partial`: redaction needs no key, and the report "
        "lists what is not disclosed, and what was put in its place."
    ),
    "E": "How many slices there should be is in no seal.",
    "H": (
        "Overlays and windows are what is shown: written into the file they are a change of it, "
        "and `altered` is the documented answer. Archives keep them in presentation states. "
        "De-identified copies and copies without private tags prove less, and say how much. What "
        "real programs, networks and an archive do is on a page of its own "
        "([survival](survival.md))."
    ),
}


def _verdicts(row: Row, profiles: Iterable[str], way: str) -> list[str]:
    """Return the verdicts under profiles, one way."""
    found = (row["verdicts"].get(f"{profile}, {way}") for profile in profiles)
    return [word for word in found if word]


def _short(rows: list[Row]) -> str:
    """Return one line for each group of attacks."""
    lines = []
    for group in "EFG":
        mine = [row for row in rows if row["group"].startswith(group) and row["group"] != "E0"]
        levels = sorted({row["level"] for row in mine})
        for level in levels:
            part = [row for row in mine if row["level"] == level]
            unit = "series" if group == "E" else "files"
            cells = [tell_alarms(part, profiles, way, unit) for profiles, way in COLUMNS]
            lines.append((group, TITLES[group], level, *cells))
    return table(("group", "attacks", "level", *NAMES), lines)


def tell_alarms(rows: list[Row], profiles: Iterable[str], way: str, unit: str) -> str:
    """Return how many attacks raised an alarm, and in how many images all did; "-" of none.

    unit: what images are called; profiles and way: whose verdicts are read.
    """
    images: dict[str, bool] = {}
    found = total = 0
    for row in rows:
        for word in _verdicts(row, profiles, way):
            alarm = word not in PASSED
            images[row["image"]] = images.get(row["image"], True) and alarm
            found, total = found + alarm, total + 1
    if not total:
        return "-"
    whole = sum(images.values())
    low, high = wilson(whole, len(images))
    every = f"all of them in {whole} of {len(images)} {unit} ({low:.0%} to {high:.0%})"
    return f"{found} of {total} attacks alarmed; {every}"


def _unfound(rows: list[Row]) -> str:
    """Return the attacks that are no alarm anywhere from the tags."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["group"][0] != "H" and row["group"] != "E0":
            words = _verdicts(row, (*MARKED, *DETACHED), "tags")
            groups[row["group"], row["attack"], row["level"]] += words
    lines = [
        (group, attack, level, _count(words))
        for (group, attack, level), words in sorted(groups.items(), key=_order)
        if any(word in PASSED for word in words)
    ]
    return table(("group", "attack", "level", "verdicts from the tags"), lines)


def _part(rows: list[Row], group: str) -> tuple[str, str, str]:
    """Return title, table and note of a group."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["group"].startswith(group):
            found[row["group"], row["attack"], row["level"]].append(row)
    lines = []
    for (number, attack, level), mine in sorted(found.items(), key=_order):
        cells = [
            _count(word for row in mine for word in _verdicts(row, profiles, way))
            for profiles, way in COLUMNS
        ]
        lines.append((number, attack, level, len(mine), *cells))
    head = ("group", "attack" if group != "H" else "what happens", "level", "images")
    return f"## {TITLES[group]}", table((*head, *NAMES), lines), _NOTES[group]


def _order(item: tuple[tuple[str, str, str], object]) -> tuple[str, int]:
    """Sort "G2" before "G10"."""
    group = item[0][0]
    return group[0], int(group[1:])


def _count(words: Iterable[str]) -> str:
    """Return words with how often each is there."""
    return "; ".join(f"{count} {word}" for word, count in Counter(words).most_common()) or "-"
