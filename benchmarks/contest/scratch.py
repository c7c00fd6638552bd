"""Pictures on disk, between those who make them and those who learn from them or judge them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.pictures import Example, Picture
from benchmarks.contest.rows import Row

Key = tuple[str, int]
"""File of a batch, and place in it."""
_ABOUT = np.dtype([("kind", "U32"), ("family", "U32"), ("patient", "U64")])


def write_batch(path: Path, exposures: Iterable[Exposure]) -> list[tuple[Key, Row, bool]]:
    """Write those that passive detectors see, and of all which samples were changed; return where
    each lies, its row, and whether detectors see it.

    Members of the file: `rows`, JSON, the rows in their order before any detector judged; of
    exposure N the picture `vN`, bits and shown range `pN`, and as packed bits row by row
    (numpy.packbits) what detectors should point at, `mN`, and what was changed, `cN`.
    """
    arrays: dict[str, np.ndarray] = {}
    found = []
    for number, one in enumerate(exposures):
        found.append(((path.name, number), one.row, one.passive))
        arrays[f"c{number}"] = np.packbits(one.changed)
        if one.passive:
            _put(arrays, number, one.picture, one.aimed)
    told = json.dumps([asdict(row) for _, row, _ in found])
    np.savez(path, allow_pickle=False, rows=np.array(told), **arrays)
    return found


def read_batch(path: Path, rows: dict[Key, Row]) -> Iterator[tuple[Key, Exposure]]:
    """Yield the exposures of a batch that detectors see."""
    with np.load(path, allow_pickle=False) as arrays:
        numbers = [int(name[1:]) for name in arrays.files if name.startswith("v")]
        for number in numbers:
            key = (path.name, number)
            row = Row(**asdict(rows[key]))
            picture, aimed = _take(arrays, number, row.kind)
            changed = _unpack(arrays[f"c{number}"], picture)
            yield key, Exposure(row, picture, aimed, changed)


def write_lesson(path: Path, examples: Sequence[Example]) -> None:
    """Write what is learned from."""
    arrays: dict[str, np.ndarray] = {}
    about = [(one.picture.kind, one.family, one.patient) for one in examples]
    for number, one in enumerate(examples):
        _put(arrays, number, one.picture, one.changed)
    np.savez(path, allow_pickle=False, about=np.array(about, dtype=_ABOUT), **arrays)


def read_lesson(path: Path, without: Collection[str] = ()) -> list[Example]:
    """Return what is learned from, less some families of forgeries."""
    with np.load(path, allow_pickle=False) as arrays:
        return [
            Example(*_take(arrays, number, str(kind)), str(family), str(patient))
            for number, (kind, family, patient) in enumerate(arrays["about"])
            if str(family) not in without
        ]


def _put(arrays: dict[str, np.ndarray], number: int, picture: Picture, flags: Flags) -> None:
    """Add a picture and flags of its samples."""
    arrays[f"v{number}"] = picture.values
    arrays[f"m{number}"] = np.packbits(flags)
    arrays[f"p{number}"] = np.array([picture.bits, picture.low, picture.high, picture.scale])


def _take(arrays: Mapping[str, Any], number: int, kind: str) -> tuple[Picture, Flags]:
    """Return a picture and the flags of its samples."""
    bits, low, high, scale = arrays[f"p{number}"].tolist()
    picture = Picture(arrays[f"v{number}"], int(bits), kind, low, high, scale)
    return picture, _unpack(arrays[f"m{number}"], picture)


def _unpack(packed: np.ndarray, picture: Picture) -> Flags:
    """Return packed bits as flags of a picture's samples."""
    shape = picture.values.shape[:2]
    return np.unpackbits(packed, count=shape[0] * shape[1]).reshape(shape).astype(bool)
