"""Writes the vectors of the approximation: `python -m tests.vectors.generate_picture`.

Frames follow from an integer formula, so that no picture is stored. A test compares the file
with what this module makes, and the twins with the file.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from watermark import Colour, Samples, Shape, compress, expand
from watermark.picture.priors import CHANCES, WEIGHTS

FILE = Path(__file__).parent / "picture.json"

COMMENT = [
    "Vectors of docs/spec/picture.md, version 1. Numbers are decimal, byte strings hexadecimal.",
    "Sample rule, at row r, column c, channel k (0 for grey): t = (r * 7919 + c * 104729 + r * c",
    "* 31 + k * 977) mod 65521; value = low + (base + (r * r * 5 + c * 7 + k * 11) * span div 4096",
    "+ (t mod 23)) mod 2**bits, low being the least value of the depth. `data` is all that budget",
    "bytes hold; `expanded` gives, by number of leading bytes, SHA-256 of the samples' octets (row",
    "by row, channels of a sample together, 1 byte a value for 8 bits, else 2, low first).",
    "A refused entry is one that a reader MUST refuse for a grey frame of 96x96 at 12 bits.",
    "chances: a digit for each context (docs/spec/picture.md, Coder), weights: each set's, in",
    "64ths.",
]

FRAMES: list[dict[str, Any]] = [
    {"rows": 24, "columns": 24, "bits": 8, "budget": 200},
    {"rows": 23, "columns": 37, "bits": 12, "budget": 2000},
    {"rows": 31, "columns": 17, "bits": 16, "signed": True, "budget": 333},
    {"rows": 9, "columns": 40, "bits": 10, "budget": 4000},
    {"rows": 1, "columns": 13, "bits": 8, "budget": 400},
    {"rows": 7, "columns": 5, "bits": 16, "budget": 400},
    {"rows": 19, "columns": 22, "bits": 8, "colour": 1, "budget": 500},
    {"rows": 20, "columns": 15, "bits": 8, "colour": 2, "budget": 4000},
    {"rows": 33, "columns": 30, "bits": 13, "signed": True, "budget": 16},
    {"rows": 96, "columns": 101, "bits": 12, "budget": 900},
]
CUTS = (3, 4, 9, 40, 150, 1000, 4000)

REFUSED = {"fewer bytes than a header": "0000", "planes": "1d0000", "mean": "031000"}


def picture(entry: dict[str, Any]) -> Samples:
    """Return the frame that an entry names."""
    colour, bits, signed = Colour(entry["colour"]), entry["bits"], entry["signed"]
    channels = 1 if colour is Colour.GREY else 3
    r, c, k = np.mgrid[0 : entry["rows"], 0 : entry["columns"], 0:channels].astype(np.int64)
    t = (r * 7919 + c * 104729 + r * c * 31 + k * 977) % 65521
    slope = (r * r * 5 + c * 7 + k * 11) * entry["span"] // 4096
    low = -(1 << (bits - 1)) if signed else 0
    values = low + (entry["base"] + slope + t % 23) % (1 << bits)
    kind = np.dtype(f"{'i' if signed else 'u'}{1 if bits == 8 else 2}")
    values = values[:, :, 0] if channels == 1 else values
    return Samples(np.ascontiguousarray(values.astype(kind)), bits, signed, colour)


def digest(samples: Samples) -> str:
    """Return the digest of a frame."""
    return hashlib.sha256(samples.octets().tobytes()).hexdigest()


def compressed(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with what follows from it."""
    entry = {"signed": False, "colour": 0, "base": 90, "span": 1 << entry["bits"], **entry}
    samples = picture(entry)
    rows, columns = samples.rows, samples.columns
    shape = Shape(rows, columns, samples.bits, samples.signed, samples.colour)
    data = compress(samples, entry["budget"])
    cuts = [cut for cut in CUTS if cut < len(data)] + [len(data)]
    return {
        **entry,
        "original": digest(samples),
        "data": data.hex(),
        "expanded": {str(cut): digest(expand(data[:cut], shape)) for cut in cuts},
    }


def document() -> str:
    """Return the text of the file."""
    vectors = {
        "_comment": COMMENT,
        "chances": [CHANCES[i : i + 90] for i in range(0, len(CHANCES), 90)],
        "weights": [list(row) for row in WEIGHTS],
        "frames": [compressed(entry) for entry in FRAMES],
        "refused": REFUSED,
    }
    text = json.dumps(vectors, indent=1) + "\n"
    return re.sub(r"\[[-\d,\s]+\]", lambda match: " ".join(match[0].split()), text)


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
