"""The rows of benchmarks/location: sums over cases, written as lists to stay small."""

from __future__ import annotations

import json
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


TABLES: dict[str, Any] = {"location": Row, "schemes": SchemeRow}
"""What a line of the results file holds, by the name at its start."""


def encode(table: str, row: Row | SchemeRow) -> str:
    """Return one line: the table's name, then the fields of the row in their order."""
    return json.dumps([table, *_values(asdict(row))], separators=(",", ":"))


def decode(line: Any) -> tuple[str, dict[str, Any]]:
    """Return the table's name and the row as a dictionary; undoes `encode` up to rounding."""
    table, *values = line
    row = dict(zip((f.name for f in fields(TABLES[table])), values, strict=True))
    for name in ("tags", "pixels"):
        if name in row:
            row[name] = dict(zip((f.name for f in fields(Sums)), row[name], strict=True))
    return str(table), row


def _values(row: dict[str, Any]) -> list[Any]:
    """Return the values of a row, those of sums as lists, fractions rounded."""
    return [
        _values(value)
        if name in ("tags", "pixels")
        else round(value, _DIGITS)
        if isinstance(value, float)
        else value
        for name, value in row.items()
    ]
