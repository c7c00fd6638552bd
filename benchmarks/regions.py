"""Recovery inside a region of every image: `python -m benchmarks.regions`.

Each distinct frame of the corpus that can carry a mark is sealed with recovery data, flat areas
released or not. A square of 64x64 samples (32x32 in frames below 192) at a seeded place is made
black; the samples alone are proved, the picture is decrypted and the damage filled. Root mean
square error and PSNR inside the square, at the peak of the bits stored and of the range in use.
Writes JSON lines; `python -m benchmarks.render` makes docs/results/regions.md of them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import watermark
from benchmarks.marked import TRUST, Subject, marking_of, subjects
from benchmarks.runs import options_of, save
from signing import recoverydata
from signing.evidence.proving import prove_frame
from signing.keys import RecoveryKey, RecoveryPublicKey
from signing.marking import make_mark
from watermark import Samples, Shape
from watermark.errors import DoesNotFit

PROFILES: Final = ("standard", "full")
SECRET: Final = X25519PrivateKey.from_private_bytes(sha256(b"scanseal benchmark recovery").digest())
KEY: Final = RecoveryKey(SECRET, "benchmark")
PUBLIC: Final = RecoveryPublicKey(SECRET.public_key(), "benchmark")


@dataclass
class Row:
    """One frame under one way of sealing."""

    path: str
    modality: str
    patient: int
    profile: str
    spread: bool
    outcome: str
    """"recovered", "no room" for recovery data, "no mark", or "too much" damage."""
    picture_bytes: int = 0
    error: float = 0.0
    """Root mean square error inside the square, in stored values."""
    stored_db: float = 0.0
    """PSNR at the peak of the bits stored; 999 where nothing differs."""
    used_db: float = 0.0
    """The same at the range in use."""


def examine(subject: Subject, profile: str, spread: bool) -> Row:
    """Return the row of one frame."""
    row = Row(subject.path, subject.modality, subject.patient, profile, spread, "no mark")
    original = subject.samples
    marking = replace(marking_of(subject.path, profile), spread=spread, recovery_for=(PUBLIC,))
    try:
        made, _ = make_mark(original, 0, marking)
    except DoesNotFit:
        return row
    if not made.recovery:
        return replace(row, outcome="no room")
    box = square(original, subject.path)
    values = made.samples.values.copy()
    values[box] = original.limits[0]
    received = Samples(values, original.bits, original.signed, original.colour)
    proof = prove_frame([received], "frame 0", TRUST)
    if proof.description is None or not proof.boxes:
        return replace(row, outcome="too much")
    signed = proof.description
    picture = recoverydata.decrypt(proof.recovery, KEY, signed.seal_id, signed.frame)
    shape = Shape(signed.rows, signed.columns, signed.bits, signed.signed, signed.colour)
    mended, _ = watermark.recover(received, signed, proof.boxes, watermark.expand(picture, shape))
    wide = mended.values[box].astype(np.int64) - original.values[box].astype(np.int64)
    error = math.sqrt(float(np.mean(wide * wide)))
    used = float(original.values.max()) - float(original.values.min())
    stored = (1 << original.bits) - 1
    decibels = [20 * math.log10(peak / error) if error else 999.0 for peak in (stored, used)]
    return replace(
        row,
        outcome="recovered",
        picture_bytes=len(picture),
        error=error,
        stored_db=decibels[0],
        used_db=decibels[1],
    )


def square(samples: Samples, label: str) -> tuple[slice, slice]:
    """Return a seeded square whose samples are not all one value, if there is one."""
    edge = 64 if min(samples.rows, samples.columns) >= 192 else 32
    seed = int.from_bytes(sha256(label.encode()).digest()[:4], "big")
    random = np.random.default_rng(seed)
    box = slice(0, edge), slice(0, edge)
    for _ in range(50):
        row, column = (
            32 * int(random.integers((length - edge) // 32 + 1))
            for length in (samples.rows, samples.columns)
        )
        box = slice(row, row + edge), slice(column, column + edge)
        if samples.values[box].std() > 0.02 * samples.values.std():
            break
    return box


def examine_all(corpus: Path, only: str) -> Iterator[Row]:
    """Yield the rows of every frame."""
    for subject in subjects(corpus, only):
        for profile in PROFILES:
            for spread in (False, True):
                yield examine(subject, profile, spread)


def main() -> int:
    """Measure."""
    options = options_of(__doc__).parse_args()
    rows = []
    for row in examine_all(options.corpus, options.only):
        rows.append(row)
        if row.outcome == "recovered":
            print(f"{row.path} {row.profile}: {row.error:.1f}, {row.stored_db:.1f} dB")
    save(options.out, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
