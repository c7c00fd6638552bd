"""The raw rows: one picture that was put before everyone, and what each made of it.

Everything on the pages (thresholds, rates, intervals, curves) is computed from these rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.attacks.forgery import Flags

PLACE = re.compile(r"(#\d+)?(@\d+,\d+)?$")
"""What `Row.image` has behind the path of a file: the frame, the window."""
WITHIN = " in its volume"
"""Behind the image of a row that is of a slice with its neighbours."""
ENSEMBLE = "ensemble"
"""Name of what all detectors come to together."""
LEFT_OUT = " -"
"""Between a detector and the family of forgeries that it did not learn from."""


@dataclass
class Row:
    """One exposure."""

    image: str
    """Path in the corpus, with "#frame" where a file has several."""
    patient: str
    """Label of the split file; never a name or an id of a file."""
    kind: str
    """As `Picture.kind`."""
    part: str
    """"validation" or "test"; nothing is measured on training patients."""
    group: str
    """"A1" to "H9"; "" for originals."""
    attack: str
    """Name within the group; "" for originals."""
    size: int = 0
    """Edge of the attacked area in samples; 0 for the whole frame."""
    strength: float = 0.0
    """Of the attack, in its own unit; 0 where it has none."""
    sweep: str = ""
    """"sizes", "strengths" or "processing" where the row is one step of such a series; "" for the
    usual trials, of which alone rates over many attacks are computed."""
    level: str = "T0"
    """What the forger knows: T0 nothing of the seal, T1 the algorithm, T2 many images sealed with
    the same key, T3 has an oracle or a key of his own, T4 stole the key."""
    marked: bool = False
    """Whether the picture was sealed before it was forged."""
    changed: int = 0
    """Samples that differ from what was sealed, or would have been."""
    mask: str = ""
    """SHA-256 of the packed flags of the changed samples, 16 hexadecimal digits; `--cases` keeps
    the flags themselves."""
    scores: dict[str, float] = field(default_factory=dict)
    """By passive detector."""
    maps: dict[str, list[float]] = field(default_factory=dict)
    """By passive detector that locates, for a local forgery: F1, IoU, MCC at its own threshold, IoU
    at the best threshold, and 1 if the hottest sample is a changed one."""
    verdicts: dict[str, str] = field(default_factory=dict)
    """By active contestant ("standard, tags", "standard, stripped", "full, tags", ...): its
    verdict; those of scanseal are the verdicts of its report."""
    placed: dict[str, list[float]] = field(default_factory=dict)
    """By active contestant, as `maps`."""


def digest_flags(changed: Flags) -> str:
    """Return what `Row.mask` says of flags of samples."""
    return sha256(np.packbits(changed).tobytes()).hexdigest()[:16]


def write_rows(path: Path, rows: list[Row]) -> None:
    """Write rows as JSON lines, empty fields left out; scores to four significant digits, measures
    of location to three."""
    path.write_text("".join(_encode(row) + "\n" for row in rows), encoding="utf-8")


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Row(**json.loads(line))


def _encode(row: Row) -> str:
    """Return one line."""
    kept = {
        key: _short(value, 3 if key in ("maps", "placed") else 4)
        for key, value in asdict(row).items()
        if value or key in _ALWAYS
    }
    return json.dumps(kept, separators=(",", ":"))


def _short(value: Any, digits: int) -> Any:
    """Round the numbers in a value; whole ones lose their point."""
    if isinstance(value, dict):
        return {key: _short(one, digits) for key, one in value.items()}
    if isinstance(value, list):
        return [_short(one, digits) for one in value]
    if not isinstance(value, float):
        return value
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e6 else rounded


_ALWAYS = ("image", "patient", "kind", "part", "group", "attack")
