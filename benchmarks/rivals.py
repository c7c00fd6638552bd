"""Published schemes and ours under the same forgeries, on 8-bit versions of the same frames.

A picture is windowed from the 1st to the 99th percentile, cut to a square, and marked by each
scheme; so is another one, with the same key. A square of half the edge, on the grid of 32 as a
forger would choose it, is attacked in each; what a scheme names is held against the samples that
truly differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from benchmarks.attacks import collage, edits, points, textures
from benchmarks.attacks.forgery import Array, Flags, Forgery, area
from benchmarks.marked import Marked, Subject, donor_for, mark
from benchmarks.published import hilo, svd
from benchmarks.scoring import prove_alone
from watermark.errors import DoesNotFit
from watermark.samples import Samples
from watermark.tiles import Box

KEY = 11
"""Key of the published schemes; turns of the cat map."""
PROFILE = "standard"

Detect = Callable[[Array], tuple[bool, Flags]]


@dataclass
class SchemeRow:
    """All forgeries of one kind on the frames of one patient under one scheme."""

    scheme: str
    attack: str
    patient: int
    cases: int = 0
    detected: int = 0
    recall: float = 0.0
    """Sum over the cases of the share of changed samples that are named."""
    precision: float = 0.0
    """Sum over the cases that are detected of the share of named samples that were changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """A scheme with its mark in two pictures, under one key."""

    name: str
    values: Array
    theirs: Array
    detect: Detect


def compare_schemes(found: list[Subject], limit: int) -> Iterator[SchemeRow]:
    """Yield the rows of all schemes, of at most `limit` frames a folder."""
    rows: dict[tuple[str, str, int], SchemeRow] = {}
    taken: Counter[str] = Counter()
    for subject in found:
        if taken[subject.folder] >= limit:
            continue
        pictures = [reduce(s) for s in (subject.samples, donor_for(subject, found))]
        try:
            contestants = enter(pictures, subject.path)
        except DoesNotFit:
            continue
        taken[subject.folder] += 1
        for contestant in contestants:
            for attack, forgery in forgeries(contestant, subject.path):
                key = (contestant.name, attack, subject.patient)
                _add(rows.setdefault(key, SchemeRow(*key)), contestant, forgery)
    yield from rows.values()


def reduce(samples: Samples) -> Array:
    """Return the largest square of multiples of 32 at the top left, windowed to 8 bits."""
    side = min(samples.rows, samples.columns) // 32 * 32
    plane = samples.planes()[0, :side, :side].astype(np.float64)
    low, high = np.percentile(plane, [1, 99])
    scaled = (plane - low) * 255 / max(high - low, 1)
    return np.ascontiguousarray(np.clip(np.round(scaled), 0, 255).astype(np.uint8))


def enter(pictures: list[Array], label: str) -> list[Contestant]:
    """Return all schemes with their marks in both pictures. Raises DoesNotFit."""
    ours = [
        mark(Samples(picture, 8), f"{label} {turn}", PROFILE)
        for turn, picture in enumerate(pictures)
    ]
    first, second = (one.samples.values for one in ours)
    entered = [Contestant("ours", first, second, _ours(ours[0]))]
    for name, scheme in (("keyed bits (2025)", hilo), ("singular values (2018)", svd)):
        here, there = (scheme.embed(picture, KEY) for picture in pictures)
        entered.append(Contestant(name, here, there, _theirs(scheme.detect)))
    return entered


def _ours(marked: Marked) -> Detect:
    """Return the verifier from the samples alone."""

    def detect(values: Array) -> tuple[bool, Flags]:
        outcome, proof = prove_alone(marked.like(values))
        named = np.zeros(values.shape, dtype=bool)
        for box in proof.boxes:
            named[area(box)] = True
        return outcome != "proved", named

    return detect


def _theirs(scheme: Callable[[Array, int], Flags]) -> Detect:
    """Return a published scheme's detector."""

    def detect(values: Array) -> tuple[bool, Flags]:
        named = scheme(values, KEY)
        return bool(named.any()), named

    return detect


def forgeries(contestant: Contestant, label: str) -> Iterator[tuple[str, Forgery]]:
    """Yield the same forgeries for every scheme."""
    values, theirs = contestant.values, contestant.theirs
    seed = sha256(f"rivals {label}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    side = values.shape[0]
    edge = max(32, side // 64 * 32)
    corner = random.integers(0, (side - edge) // 32, 2, endpoint=True) * 32
    box: Box = (int(corner[0]), int(corner[1]), edge, edge)
    place = tuple(int(one) for one in random.integers(0, side, 2))
    made = [
        ("noise", textures.scramble(values, box, random)),
        ("collage", collage.paste(values, theirs, box)),
        ("content only", edits.replace_high_bits(values, theirs, box, 2)),
        ("black fill", edits.fill(values, box, 0)),
        ("one sample, highest bit", points.flip_bit(values, place, 7, 8)),
        ("one sample, lowest bit", points.flip_bit(values, place, 0, 8)),
    ]
    yield from ((name, forgery) for name, forgery in made if forgery.changed.any())


def _add(row: SchemeRow, contestant: Contestant, forgery: Forgery) -> None:
    """Add one forgery."""
    detected, named = contestant.detect(forgery.values)
    hits = int((named & forgery.changed).sum())
    row.cases += 1
    row.detected += detected
    row.recall += hits / int(forgery.changed.sum())
    row.precision += hits / int(named.sum()) if named.any() else 0.0
