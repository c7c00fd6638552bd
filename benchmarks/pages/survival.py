"""docs/results/survival.md out of benchmarks/results/survival.jsonl."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from pydicom.datadict import keyword_for_tag

from benchmarks.pages.tables import Row, load, page, provenance, table


def render_survival() -> str:
    """Return docs/results/survival.md."""
    rows = load("survival.jsonl")
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    files = {row["path"] for row in kinds["route"]}
    caught = sum(row["verdict"] == row["promised"] for row in kinds["attack"])
    green = sum(row["dcmsign"] == "passes" for row in kinds["attack"])
    return page(
        "# What a seal outlives, and what it catches",
        f"{len(files)} files went through programs that keep what they mean, one through an "
        f"archive, and one through {len(kinds['attack'])} attacks: {caught} were answered as "
        f"promised, and {green} of them passed dcmsign.",
        _HEAD,
        provenance("survival.jsonl"),
        "## Programs that rewrite files",
        _routes(kinds["route"]),
        _ROUTES,
        _exceptions(kinds["route"]),
        "## An archive",
        _archive(kinds["archive"]),
        _ARCHIVE,
        "## Attacks",
        _attacks(kinds["attack"]),
        _ATTACKS,
        "## Files",
        ", ".join(f"`{path}`" for path in sorted(files)) + ".",
    )


_HEAD = (
    "Each file was sealed, and then signed by dcmsign of DCMTK 3.6.7 (RSA 2048, SHA-256, "
    "Creator RSA profile, every attribute that it covers), so that both verifiers judge the same "
    "bytes; dcmsign was told to require a creator's signature and to trust its certificate. "
    "Programs of Debian 12: DCMTK 3.6.7, GDCM 3.0.21, Orthanc 1.10.1 with DICOMweb 1.7; from "
    "PyPI: pydicom 3.0.2, GDCM 3.2.6, imagecodecs 2026.3.6 for HTJ2K. Command: `python -m "
    "benchmarks.survival --out benchmarks/results/survival.jsonl`."
)
_ROUTES = (
    "`files` are those that the program took. Compressed sources go only where the program "
    "decodes them. What differs and is only noted does not change the verdict "
    "([attributes](../spec/attributes.md)). dcmsign covers encoded bytes in explicit VR: it fails "
    "while a file is compressed or implicit, and after private attributes came out of implicit VR."
)
_ARCHIVE = (
    "`altered` and `partial` are the right answers where they stand: an instance with new "
    "identifiers is another instance until somebody answers for it, and what was anonymised "
    "proves its pixels alone, or all but what was redacted. Kept private attributes keep the salts "
    "too, so that a changed patient is a contradiction: redact first, or keep only what "
    "the seal needs."
)
_ATTACKS = (
    "The verdict of a swap of patients after their salts were dropped is `partial`: the report "
    "lists them as replaced, and nothing proves them. Without seal and signature what "
    "is left is the proof in the pixels. Spacings and slopes in items are what programs find "
    "that read a file as one long list: dcm2niix scales the image by them. 200,000 nested "
    "sequences end dcmsign with a crash, not with an answer; the gigabyte it inflates."
)


MOST_NOTES = 6
"""Attributes that are named of a route."""


def _routes(rows: list[Row]) -> str:
    """Return the table of programs."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["tool"], row["name"]].append(row)
    lines = []
    for (tool, name), mine in groups.items():
        taken = [row for row in mine if not row["refused"]]
        notes = sorted({d for r in taken if r["verdict"] == "authentic" for d in r["differing"]})
        lines.append(
            (
                tool,
                f"`{name}`",
                len(taken),
                _count(row["verdict"] for row in taken),
                _count(row["pixels"] for row in taken),
                _count(row["attributes"] for row in taken),
                _some(notes, MOST_NOTES),
                _count(row["dcmsign"] for row in taken),
            )
        )
    head = ("tool", "route", "files", "verdict", "pixels", "attributes", "noted", "dcmsign")
    return table(head, lines)


def _exceptions(rows: list[Row]) -> str:
    """Return what the programs really changed, by file."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["verdict"] not in ("", "authentic"):
            differing = ", ".join(map(_named, row["differing"])) or "samples"
            groups[row["tool"], row["path"], differing].append(row["name"])
    lines = [
        (tool, ", ".join(f"`{name}`" for name in names), f"`{path}`", differing)
        for (tool, path, differing), names in groups.items()
    ]
    text = (
        "Where the verdict is `altered`, the program changed what the file says: it wrote "
        "geometry that was not there, took units away, or gave the instance another SOP class."
    )
    return page(text, table(("tool", "routes", "file", "what it changed"), lines)).strip()


def _archive(rows: list[Row]) -> str:
    """Return the table of passages through the archive."""
    lines = [
        (
            row["name"],
            row["verdict"] + (f", {row['scope']}" if row["scope"] else ""),
            row["pixels"],
            row["attributes"],
            _some(row["differing"]),
            row["dcmsign"],
        )
        for row in rows
    ]
    head = ("passage through Orthanc", "verdict", "pixels", "attributes", "differing", "dcmsign")
    return table(head, lines)


def _attacks(rows: list[Row]) -> str:
    """Return the table of attacks."""
    lines = [
        (
            row["name"],
            row["verdict"] + (f", {row['scope']}" if row["scope"] else ""),
            ", ".join(f"`{code}`" for code in row["codes"]),
            _some(row["differing"]),
            row["dcmsign"],
        )
        for row in rows
    ]
    return table(("attack", "verdict", "findings", "named", "dcmsign"), lines)


def _count(words: Iterable[str]) -> str:
    """Return words with how often each is there; one that is always there, alone."""
    counts = Counter(word for word in words if word)
    if len(counts) == 1:
        return next(iter(counts))
    return "; ".join(f"{count} {word}" for word, count in counts.most_common())


def _some(differing: list[str], most: int = 4) -> str:
    """Return the first of the attributes that differ, by name."""
    more = f" and {len(differing) - most} more" if len(differing) > most else ""
    return ", ".join(map(_named, differing[:most])) + more


def _named(differing: str) -> str:
    """Return "added (0028,1054) RescaleType" for "added 00281054"."""
    what, _, path = differing.partition(" ")
    if len(path) != 8:
        return f"{what} `{path}`"
    return f"{what} ({path[:4]},{path[4:]}) {keyword_for_tag(int(path, 16))}".strip()
