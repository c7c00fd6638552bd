"""Areas taken out, for vectors: two frames of which the first has one, and all that is refused."""

import dataclasses
import struct
from typing import Any

from signing.areas import Area, Areas
from signing.commitments import Disclosures
from tests.reference import redactions, seals
from tests.signing.strategies import noise
from tests.vectors.subjects import REDACTED, SEED

SIZE, EDGE = (64, 64), 32
CELLS = {18, 19, 26}
"""Redacted cells of the first frame: two of row 2 and one of row 3, in the first unit."""
PARTS = redactions.disclosure(seals.frame_seed(SEED, 0), SIZE, EDGE, CELLS)
AREA = Area(0, ((18, 2), (26, 1)), *PARTS)
AREAS = Areas(seals.frame_seed(SEED, 1), (AREA,))
TAKEN_OUT: Disclosures = dataclasses.replace(REDACTED, areas=AREAS)

SEEDS = AREAS.seeds
ROW: list[Any] = [0, struct.pack(">4I", 18, 2, 6, 1), *PARTS]


def runs(*pairs: int) -> bytes:
    """Return gaps and counts as they travel."""
    return struct.pack(f">{len(pairs)}I", *pairs)


def row(**change: Any) -> list[Any]:
    """Return the area with one part replaced."""
    names = ("frame", "cells", "nodes", "salts")
    return list((dict(zip(names, ROW, strict=True)) | change).values())


def refused_areas() -> dict[str, Any]:
    """Return values of key 6 that break one rule each, with what is wrong."""
    return {
        "empty-areas": ("an array of nothing", []),
        "no-areas": ("seeds without an area", [SEEDS]),
        "areas-number": ("a number for the array", 0),
        "areas-first": ("an area before the seeds", [ROW, SEEDS]),
        "areas-null-seeds": ("null for the seeds", [None, ROW]),
        "areas-short-seeds": ("15 bytes of seeds", [SEEDS[1:], ROW]),
        "areas-frame": ("an area of the frame behind the last", [SEEDS, row(frame=2)]),
        "areas-negative-frame": ("a frame below 0", [SEEDS, row(frame=-1)]),
        "areas-twice": ("a frame twice", [SEEDS, ROW, ROW]),
        "areas-unsorted": ("frames descending", [SEEDS, row(frame=1), ROW]),
        "areas-three-parts": ("an area without its salts", [SEEDS, ROW[:3]]),
        "areas-null-nodes": ("null for the nodes", [SEEDS, row(nodes=None)]),
        "areas-no-cells": ("no runs of cells", [SEEDS, row(cells=b"")]),
        "areas-cut-cells": ("half a run", [SEEDS, row(cells=runs(18, 2, 6))]),
        "areas-empty-run": ("a run of no cell", [SEEDS, row(cells=runs(18, 0, 8, 1))]),
        "areas-joined-runs": ("runs with no cell between", [SEEDS, row(cells=runs(18, 2, 0, 1))]),
        "areas-far-cells": ("cells that no frame has", [SEEDS, row(cells=runs(2**22, 1))]),
        "areas-short-node": ("15 bytes of a node", [SEEDS, row(nodes=ROW[2][:-1])]),
        "areas-short-salt": ("15 bytes of a salt", [SEEDS, row(salts=ROW[3][:-1])]),
        "areas-text": ("text for the seeds", [noise("seeds", 8).hex(), ROW]),
    }
