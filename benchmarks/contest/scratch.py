"""Exposures on disk, between those who make them and those who judge them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.contest.exposing import Exposure
from benchmarks.contest.pictures import Picture
from benchmarks.contest.rows import Row

Key = tuple[str, int]
"""File of a batch, and place in it."""


def write_batch(path: Path, exposures: Iterable[Exposure]) -> list[tuple[Key, Row, bool]]:
    """Write those that passive detectors see; return where each lies, its row, and whether."""
    arrays: dict[str, np.ndarray] = {}
    found = []
    for number, one in enumerate(exposures):
        found.append(((path.name, number), one.row, one.passive))
        if one.passive:
            about = one.picture
            arrays[f"v{number}"] = about.values
            arrays[f"m{number}"] = np.packbits(one.aimed)
            arrays[f"p{number}"] = np.array([about.bits, about.low, about.high, about.scale])
    np.savez(path, allow_pickle=False, **arrays)
    return found


def read_batch(path: Path, rows: dict[Key, Row]) -> Iterator[tuple[Key, Exposure]]:
    """Yield the exposures of a batch that were written."""
    with np.load(path, allow_pickle=False) as arrays:
        numbers = [int(name[1:]) for name in arrays.files if name.startswith("v")]
        for number in numbers:
            key = (path.name, number)
            values = arrays[f"v{number}"]
            shape = values.shape[:2]
            flags = np.unpackbits(arrays[f"m{number}"], count=shape[0] * shape[1])
            bits, low, high, scale = arrays[f"p{number}"].tolist()
            row = rows[key]
            picture = Picture(values, int(bits), row.kind, low, high, scale)
            yield key, Exposure(Row(**asdict(row)), picture, flags.reshape(shape).astype(bool))
