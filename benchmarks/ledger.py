"""The rows of benchmarks/location: sums over cases, written as lists to stay small.

A line is `["location", modality, patient, profile, rows]`, a row the fields of `Row` after these
in their order. Sums end with their last field that is not 0, and those from the samples alone are
null where they are those from the tags. Other lines are `["schemes", field, ...]`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from benchmarks.rivals import SchemeRow
from benchmarks.scoring import Score

GOOD = 0.99
"""Least IoU that counts as placed."""
_DIGITS = 5
"""Of a sum of fractions."""


@dataclass
class Sums:
    """Maps of many cases, added up; only cases within the tolerance."""

    cases: int = 0
    """Cases with at least one content cell: those that have an IoU."""
    iou: float = 0.0
    least: float = 1.0
    worst: str = ""
    """Path of the frame with the least IoU."""
    good: int = 0
    """Cases with an IoU of 0.99 or more."""
    carrying_cases: int = 0
    carrying_iou: float = 0.0
    carrying_least: float = 1.0
    carrying_good: int = 0
    content: int = 0
    hits: int = 0
    parity: int = 0
    parity_hits: int = 0
    false: int = 0
    carrying_false: int = 0
    tiles: int = 0
    units: int = 0

    def add(self, score: Score, path: str) -> None:
        """Add one case."""
        for name in ("content", "hits", "parity", "parity_hits", "false", "carrying_false"):
            setattr(self, name, getattr(self, name) + getattr(score, name))
        self.tiles += score.tiles
        self.units += score.units
        if score.content:
            self.cases += 1
            self.iou += score.iou
            self.good += score.iou >= GOOD
            if score.iou < self.least:
                self.least, self.worst = score.iou, path if score.iou < GOOD else ""
        if score.carrying_content:
            self.carrying_cases += 1
            self.carrying_iou += score.carrying_iou
            self.carrying_good += score.carrying_iou >= GOOD
            self.carrying_least = min(self.carrying_least, score.carrying_iou)


@dataclass
class Row:
    """All cases of one attack and size on the frames of one patient under one profile."""

    modality: str
    patient: int
    profile: str
    family: str
    attack: str
    size: int
    frames: int = 0
    values: int = 0
    """Cells that check bytes are to tell of."""
    told: int = 0
    """Check bytes for them that the payloads have room for."""
    cases: int = 0
    tolerated: int = 0
    """Cases that leave enough of the mark to read it."""
    tags_detected: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    """What the samples alone came to, within the tolerance."""
    beyond: dict[str, int] = field(default_factory=dict)
    """The same beyond it."""
    tags: Sums = field(default_factory=Sums)
    pixels: Sums = field(default_factory=Sums)


_SHARED = 3
"""Fields of a row that all rows of a line have in common."""


def encode_cases(rows: Iterable[Row]) -> Iterator[str]:
    """Yield one line for each patient and profile, in the order of their first rows."""
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for row in rows:
        values = list(asdict(row).values())
        tags, pixels = _pack(row.tags), _pack(row.pixels)
        own = [*values[_SHARED:-2], tags, None if pixels == tags else pixels]
        groups.setdefault(tuple(values[:_SHARED]), []).append(own)
    for shared, mine in groups.items():
        yield json.dumps(["location", *shared, mine], separators=(",", ":"))


def encode_scheme(row: SchemeRow) -> str:
    """Return one line: the table's name, then the fields of the row in their order."""
    values = (_shorten(value) for value in asdict(row).values())
    return json.dumps(["schemes", *values], separators=(",", ":"))


def decode(line: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the table's name and a row as a dictionary, for all rows of a line.

    Undoes `encode_cases` and `encode_scheme` up to rounding.
    """
    table, *values = line
    if table == "schemes":
        yield table, dict(zip((f.name for f in fields(SchemeRow)), values, strict=True))
        return
    *shared, rows = values
    for own in rows:
        row = dict(zip((f.name for f in fields(Row)), (*shared, *own), strict=True))
        tags, pixels = row["tags"], row["pixels"]
        row["tags"], row["pixels"] = _unpack(tags), _unpack(tags if pixels is None else pixels)
        yield table, row


def _pack(sums: Sums) -> list[Any]:
    """Return the fields of sums up to the last that is not 0."""
    values = [_shorten(value) for value in asdict(sums).values()]
    while values and values[-1] == 0:
        values.pop()
    return values


def _unpack(values: list[Any]) -> dict[str, Any]:
    """Return sums as a dictionary; what was left out is 0."""
    names = [f.name for f in fields(Sums)]
    return dict(zip(names, values + [0] * (len(names) - len(values)), strict=True))


def _shorten(value: Any) -> Any:
    """Return a fraction rounded, as an integer where it is one; anything else as it is."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else round(value, _DIGITS)
