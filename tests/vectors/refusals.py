"""Writes descriptions and records that a reader must refuse: `python -m tests.vectors.refusals`.

Each is wrong in one way alone. What they are made of is accepted, and stands beside them.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

import watermark
from tests.reference import records as twin
from tests.watermark.marking import SEAL_ID, SEED
from tests.watermark.phantoms import KINDS, computed, resonance
from watermark.description import Description
from watermark.parameters import Transform
from watermark.record import encode_record

FILE = Path(__file__).parent / "refusals.json"
COMMENT = [
    "Descriptions (docs/spec/description.md) and records (docs/spec/record.md), hexadecimal. Those",
    "under `accepted` are read and written again; each under `refused` breaks the rule in its name",
    "and no other. Records are of 12-bit frames of 12 rows and 20 columns.",
]
COMPUTED = watermark.describe(computed(288, 270), SEAL_ID, 7, seed=SEED).encoded
COLOURED = watermark.describe(KINDS["coloured"](288, 301), SEAL_ID, seed=SEED).encoded
LIGHT = watermark.describe(resonance(288, 256), SEAL_ID, seed=SEED, profile="light").encoded
DESCRIPTIONS = {"computed": COMPUTED, "coloured": COLOURED, "light": LIGHT}
ROWS, COLUMNS = 12, 20


def put(octets: bytes, at: int, value: int, size: int = 1) -> bytes:
    """Return the bytes with one field changed."""
    return octets[:at] + value.to_bytes(size, "big") + octets[at + size :]


def carrying_closing(octets: bytes) -> bytes:
    """Return the bytes with the closing tile's coding tile said to carry."""
    at = Description.decode(octets).closing_coding_tile
    return put(octets, 66 + at // 8, octets[66 + at // 8] | 128 >> at % 8)


def carrying_constant(octets: bytes) -> bytes:
    """Return the bytes with a unit that carries said to be constant."""
    claims = Description.decode(octets)
    unit = int(np.flatnonzero(claims.carrying)[0])
    constant = claims.constant.copy()
    constant[unit] = True
    at = int(constant[:unit].sum())
    digest = unit - at
    lie = dataclasses.replace(
        claims,
        constant=constant,
        values=np.insert(claims.values, at, 0, axis=0),
        digests=claims.digests[: 8 * digest] + claims.digests[8 * digest + 8 :],
    )
    return lie.encoded


def record_of(positions: list[int], step: Transform = Transform.DWT) -> bytes:
    """Return the record of changes in a small frame."""
    flipped = np.zeros((ROWS, COLUMNS), dtype=np.int8)
    flipped.reshape(-1)[positions] = 1
    return encode_record(flipped, step)


REFUSED_DESCRIPTIONS = {
    "version": put(COMPUTED, 0, 2),
    "profile": put(COMPUTED, 1, 3),
    "transform": put(COMPUTED, 1, 0x21),
    "no damage": put(COMPUTED, 2, 0),
    "half the damage": put(COMPUTED, 2, 50),
    "lower level": put(COMPUTED, 3, COMPUTED[3] - 1),
    "higher level": put(COMPUTED, 3, COMPUTED[3] + 1),
    "no such level": put(COMPUTED, 3, 24),
    "7 bits": put(COMPUTED, 4, 7),
    "17 bits": put(COMPUTED, 4, 17),
    "unknown flag": put(COMPUTED, 5, COMPUTED[5] | 16),
    "unknown colour": put(COMPUTED, 5, 6),
    "signed colour": put(COLOURED, 5, COLOURED[5] | 1),
    "too few rows": put(COMPUTED, 6, 127, 2),
    "too many columns": put(COMPUTED, 8, 16385, 2),
    "other columns": put(COMPUTED, 8, 303, 2),
    "no closing tile": put(COMPUTED, 30, 72, 4),
    "closing tile at the edge": put(COMPUTED, 30, 7, 4),
    "closing tile that carries": carrying_closing(COMPUTED),
    "spare bit of the tiles": put(COLOURED, 76, COLOURED[76] | 1),
    "spare bit of the units": put(COLOURED, 87, COLOURED[87] | 64),
    "value beyond the depth": put(put(COLOURED, 4, 8), 66 + 11 + 11, 256, 2),
    "constant unit that carries": carrying_constant(COMPUTED),
}

RECORD = record_of([1, 3, 90, 91, 150])
RECORDS = {"five changes": RECORD, "none": record_of([]), "dct": record_of([7], Transform.DCT)}
REFUSED_RECORDS = {
    "nothing": b"",
    "head cut": RECORD[:6],
    "version": b"\2" + RECORD[1:],
    "transform": RECORD[:1] + b"\2" + RECORD[2:],
    "parameter": RECORD[:2] + b"\x18" + RECORD[3:],
    "not the least parameter": b"\1\0\1" + bytes(4),
    "one change less": RECORD[:6] + b"\4" + RECORD[7:],
    "one change more": RECORD[:6] + b"\x20" + RECORD[7:],
    "more changes than samples": RECORD[:3] + (ROWS * COLUMNS + 1).to_bytes(4, "big") + RECORD[7:],
    "octets missing": RECORD[:-1],
    "octet to spare": RECORD + b"\0",
    "padding set": RECORD[:-1] + bytes([RECORD[-1] | 1]),
    "an anchor": record_of([4]),
    "beyond the frame": twin.encode([1, ROWS * COLUMNS], 0),
}


def make() -> dict[str, Any]:
    """Return the content of the file."""
    parts = {
        "description": (DESCRIPTIONS, REFUSED_DESCRIPTIONS),
        "record": (RECORDS, REFUSED_RECORDS),
    }
    return {"_comment": COMMENT} | {
        name: {"accepted": _hex(accepted), "refused": _hex(refused)}
        for name, (accepted, refused) in parts.items()
    }


def _hex(octets: dict[str, bytes]) -> dict[str, str]:
    """Return byte strings as the file has them."""
    return {name: one.hex() for name, one in octets.items()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(make(), indent=1) + "\n", encoding="utf-8")
