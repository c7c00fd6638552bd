"""Writes the vectors of the mark: `python -m tests.vectors.generate_mark`.

Frames follow from integer formulas, so that no picture is stored; everything else follows from
labels. A test compares the file with what this module makes, and the twins with the file.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import watermark
from watermark.carrier.order import cell_carriers
from watermark.carrier.trellis import sub_columns
from watermark.cellchecks import pick_checks
from watermark.parameters import PROFILES, Transform, profile_named
from watermark.samples import Colour, Samples
from watermark.seedtree import child, frame_salt, frame_seed, unit_salts
from watermark.spreading.chunks import bind, seal_tag
from watermark.spreading.code import generator
from watermark.spreading.field import field_of
from watermark.tiles import Grid
from watermark.transform.prediction import weight_table

FILE = Path(__file__).parent / "mark.json"
SEAL_ID = bytes(range(16))
SEED = bytes(range(16, 32))

COMMENT = [
    "Vectors of docs/spec/mark.md, description.md and record.md, version 1. Numbers are decimal,",
    "byte strings hexadecimal.",
    "Sample rule 'grey': at row r, column c: t = (r * 7919 + c * 104729 + r * c * 31) mod 65521;",
    "value = base + (r * 3 + c * 2 + t mod 41) mod span, except that rows 0 to 31 of columns 0 to",
    "31 are base and padding is none. Base and span are given with each frame.",
    "Rule 'rgb': the three channels are the grey value, except where 40 <= c < 56: there red is",
    "(grey + t mod 7) mod 256, blue is (grey + 255 - t mod 5) mod 256, green the grey value.",
    "No sample is protected, flat areas are released only as far as needed, overhead is 120.",
    "Payload rule: as many bytes of SHAKE-256('payload') as the capacity. Closing signature rule:",
    "64 bytes of SHAKE-256('signature' || digest). `marked` is SHA-256 of the marked samples'",
    "octets, `original` that of the original's, `record` SHA-256 of the record, `record_start` its",
    "first bytes; `cells` and `cells_start` the same of the list of cell digests; `checks` has the",
    "check bytes of docs/spec/payload.md by the room that is left for them.",
    "Tables: dct_weights by number of anchors and offset; sub_columns by carriers of a bit; the",
    "generator's rows are of tiles 0, 7 and the last to k = 5 message rows; `order` lists row and",
    "column of a cell's carriers in their order.",
]

FRAMES: list[dict[str, Any]] = [
    {"rule": "grey", "rows": 256, "columns": 259, "bits": 12, "profile": "light"},
    {"rule": "grey", "rows": 288, "columns": 256, "bits": 16, "profile": "light", "signed": True},
    {"rule": "grey", "rows": 128, "columns": 128, "bits": 8, "profile": "standard"},
    {"rule": "grey", "rows": 131, "columns": 129, "bits": 16, "profile": "standard"},
    {"rule": "grey", "rows": 257, "columns": 300, "bits": 10, "profile": "standard"},
    {"rule": "rgb", "rows": 160, "columns": 171, "bits": 8, "profile": "standard"},
    {"rule": "grey", "rows": 128, "columns": 576, "bits": 12, "profile": "standard"},
    {"rule": "grey", "rows": 96, "columns": 96, "bits": 12, "profile": "full"},
    {"rule": "grey", "rows": 97, "columns": 140, "bits": 16, "profile": "full", "signed": True},
    {"rule": "rgb", "rows": 127, "columns": 103, "bits": 8, "profile": "full"},
]


def grey(rows: int, columns: int, base: int, span: int) -> tuple[NDArray[np.int64], Any]:
    """Return the grey values of the rule, and t."""
    r, c = np.mgrid[0:rows, 0:columns].astype(np.int64)
    t = (r * 7919 + c * 104729 + r * c * 31) % 65521
    values = base + (r * 3 + c * 2 + t % 41) % span
    values[:32, :32] = base
    return values, t


def picture(entry: dict[str, Any]) -> Samples:
    """Return the frame that an entry names."""
    values, t = grey(entry["rows"], entry["columns"], entry["base"], entry["span"])
    if entry["rule"] == "rgb":
        coloured = np.repeat(values[:, :, np.newaxis], 3, axis=2)
        coloured[:, 40:56, 0] = ((values + t % 7) % 256)[:, 40:56]
        coloured[:, 40:56, 2] = ((values + 255 - t % 5) % 256)[:, 40:56]
        return Samples(coloured.astype(np.uint8), 8, colour=Colour.RGB)
    kind = np.int16 if entry["signed"] else np.uint16
    return Samples(values.astype(kind), entry["bits"], signed=entry["signed"])


def payload(capacity: int) -> bytes:
    """Return the payload of the rule."""
    return hashlib.shake_256(b"payload").digest(capacity)


def sign(digest: bytes) -> bytes:
    """Return the closing signature of the rule."""
    return hashlib.shake_256(b"signature" + digest).digest(64)


def sealed(entry: dict[str, Any], step: str, number: int) -> dict[str, Any]:
    """Return an entry with what follows from it."""
    signed = bool(entry.get("signed", False))
    base = -200 if signed else 3
    entry = {**entry, "signed": signed, "base": base, "span": 240, "transform": step}
    samples = picture(entry)
    seed = frame_seed(SEED, number)
    claims = watermark.describe(
        samples, SEAL_ID, number, seed=seed, profile=entry["profile"], transform=step
    )
    marked, record = watermark.embed(samples, claims, payload(claims.capacity), sign)
    cells = watermark.list_cells(marked, claims, seed)
    found = {
        "frame": number,
        "seed": seed.hex(),
        "description": claims.encoded.hex(),
        "capacity": claims.capacity,
        "closing_digest": watermark.closing(marked, claims).digest.hex(),
        "original": hashlib.sha256(samples.octets().tobytes()).hexdigest(),
        "marked": hashlib.sha256(marked.octets().tobytes()).hexdigest(),
        "record": hashlib.sha256(record).hexdigest(),
        "record_start": record[:24].hex(),
        "cells": hashlib.sha256(cells).hexdigest(),
        "cells_start": cells[:24].hex(),
        "checks": {str(room): pick_checks(cells, claims, room).hex() for room in (12, 60, 400)},
    }
    return entry | found


def tables() -> dict[str, Any]:
    """Return the tables of the specification."""
    weights = weight_table(Transform.DCT)
    lengths = {2: 8, 3: 12, 4: 15}
    small, wide = Grid(128, 160, 32), Grid(96, 544, 32)
    return {
        "dct_weights": {str(a): weights[a - 2, : lengths[a], :a].tolist() for a in sorted(lengths)},
        "sub_columns": {str(w): list(sub_columns(w)) for w in (*range(1, 13), 16, 29, 128)},
        "order": {
            f"{height}x{width}": [list(place) for place in cell_carriers(height, width)]
            for height, width in ((8, 8), (9, 11))
        },
        "fields": [
            {
                "rows_of_tiles": grid.down,
                "columns_of_tiles": grid.across,
                "polynomial": field_of(grid).polynomial,
                "generator": [generator(grid, 5)[i].tolist() for i in (0, 7, grid.count - 1)],
            }
            for grid in (small, wide)
        ],
        "seed_tree": {
            "seed": SEED.hex(),
            "children": [child(SEED, bit).hex() for bit in (0, 1)],
            "salts": {
                n: frame_salt(SEED, n).hex() for n in ("canonical", "marked", "original", "cells")
            },
            "five_units": [salt.hex() for salt in unit_salts(SEED, 5)],
            "frames": [frame_seed(SEED, f).hex() for f in (0, 1, 256)],
        },
        "check": check(),
    }


def check() -> dict[str, Any]:
    """Return the chunk of one tile."""
    grid, profile = Grid(128, 160, 32), profile_named("standard")
    tag = seal_tag(SEAL_ID, 7, 11)
    data = np.tile(np.arange(44, dtype=np.uint8), (grid.count, 1))
    bound = bind(data, tag, grid, profile, Transform.DCT)
    return {
        "profile": profile.name,
        "transform": "dct",
        "seal_id": SEAL_ID.hex(),
        "frame": 7,
        "level": 11,
        "tag": tag,
        "row": 2,
        "column": 3,
        "data": data[13].tobytes().hex(),
        "chunk": bound[13].tobytes().hex(),
    }


def document() -> str:
    """Return the text of the file."""
    steps = [step.name.lower() for step in Transform]
    pairs = [(entry, step) for entry in FRAMES for step in steps]
    vectors = {
        "_comment": COMMENT,
        "seal_id": SEAL_ID.hex(),
        "master_seed": SEED.hex(),
        "profiles": [profile.name for profile in PROFILES],
        "tables": tables(),
        "frames": [sealed(entry, step, i) for i, (entry, step) in enumerate(pairs)],
    }
    text = json.dumps(vectors, indent=1) + "\n"
    return re.sub(r"\[[-\d,\s]+\]", lambda match: " ".join(match[0].split()), text)


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
