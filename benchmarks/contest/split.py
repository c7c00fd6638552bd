"""Which images of a corpus belong to whom, and what they are used for: a CSV file.

A line is `pattern,patient,kind,split`. The first pattern that matches a path below the corpus
counts, as a shell matches it; what none matches is left out. All of a patient is on one side.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

FOLDER = Path(__file__).resolve().parent / "splits"
PARTS = ("train", "validation", "test")
KINDS = (
    "CT lung",
    "CT head",
    "CT body",
    "MR",
    "PET",
    "X-ray",
    "ultrasound",
    "fundus",
)
"""What images are of."""
_COLUMNS = ["pattern", "patient", "kind", "split"]


class MalformedSplit(ValueError):
    """A split file says something that it cannot."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line, self.reason = line, reason

    def __str__(self) -> str:
        """Say where and what."""
        return f"split file, line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Role:
    """What the images of one pattern are for."""

    pattern: str
    patient: str
    """A label; "@folder" and "@file" stand for the name of the folder or file."""
    kind: str
    part: str


@dataclass(frozen=True, slots=True)
class Split:
    """All lines of a file."""

    roles: tuple[Role, ...]

    def role_of(self, name: str) -> Role | None:
        """Return what the image at a path below the corpus is for, with its patient's label."""
        for role in self.roles:
            if fnmatchcase(name, role.pattern):
                path = PurePosixPath(name)
                named = {"@folder": path.parent.name, "@file": path.name}
                label = named.get(role.patient, role.patient)
                return Role(role.pattern, label, role.kind, role.part)
        return None


def read_split(path: Path) -> Split:
    """Return the split of a file; raises MalformedSplit, OSError."""
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        if next(table, None) != _COLUMNS:
            raise MalformedSplit(1, f"the first line must be {','.join(_COLUMNS)}")
        roles = tuple(_role(line, row) for line, row in enumerate(table, start=2) if row)
    sides: dict[str, str] = {}
    for line, role in enumerate(roles, start=2):
        if not role.patient.startswith("@") and sides.setdefault(role.patient, role.part) != (
            role.part
        ):
            raise MalformedSplit(line, f"{role.patient} is on two sides")
    return Split(roles)


def _role(line: int, row: list[str]) -> Role:
    """Return what one line says."""
    if len(row) != len(_COLUMNS) or not all(row):
        raise MalformedSplit(line, f"{len(_COLUMNS)} fields are needed, none empty")
    pattern, patient, kind, part = row
    if part not in PARTS:
        raise MalformedSplit(line, f"split must be one of {', '.join(PARTS)}")
    if kind not in KINDS:
        raise MalformedSplit(line, f"kind must be one of {', '.join(KINDS)}")
    return Role(pattern, patient, kind, part)
