"""Marked frames of a folder of images, with all that their verifiers and forgers need."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import watermark
from benchmarks.attacks.forgery import Array
from benchmarks.corpus import files_below
from benchmarks.quality import frames_of
from signing.certificate import Certificate
from signing.digests import Stage
from signing.envelope import parse
from signing.framedigests import digest_frame, place_of
from signing.keys import FileSigner, PublicKey, Role
from signing.marking import Marking, make_mark
from signing.payload import unpack
from signing.trust import Trust
from watermark import seedtree
from watermark.cellchecks import split_checks
from watermark.description import Description
from watermark.samples import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One distinct frame of the corpus."""

    path: str
    folder: str
    modality: str
    patient: int
    """A number for whom the image is of; the same for all images of one patient."""
    samples: Samples

    @property
    def kind(self) -> tuple[object, ...]:
        """What two frames must share to be pasted into each other."""
        one = self.samples
        return one.rows, one.columns, one.bits, one.signed, one.colour


@dataclass(frozen=True, eq=False)
class Marked:
    """A frame with its mark."""

    samples: Samples
    description: Description
    marking: Marking
    payload: bytes

    @cached_property
    def seed(self) -> bytes:
        """The frame's seed."""
        return seedtree.frame_seed(self.marking.master, 0)

    @cached_property
    def listed(self) -> bytes:
        """The cell digests that the tags hold."""
        return watermark.list_cells(self.samples, self.description, self.seed)

    @cached_property
    def digest(self) -> bytes:
        """The signed digest of the marked samples."""
        return self.digest_of(self.samples.values)

    def digest_of(self, values: Array) -> bytes:
        """Return the digest that a verifier with the tags computes."""
        place = place_of(self.marking.seal_id, self.marking.master, 0, Stage.MARKED)
        return digest_frame(values, place, Stage.MARKED)

    def like(self, values: Array) -> Samples:
        """Return forged values as a frame of the same kind."""
        one = self.samples
        return Samples(np.ascontiguousarray(values), one.bits, one.signed, one.colour)


def signer_named(name: str) -> FileSigner:
    """Return the signer whose secret is the SHA-256 of its name: for benchmarks only."""
    secret = sha256(b"scanseal benchmark key " + name.encode()).digest()
    return FileSigner(Ed25519PrivateKey.from_private_bytes(secret), name, Role.ACQUISITION)


SIGNER, STRANGER = signer_named("scanner"), signer_named("stranger")
TRUST = Trust.of(PublicKey(SIGNER.public_key, SIGNER.name, SIGNER.role))


def marking_of(label: str, profile: str, signer: FileSigner = SIGNER) -> Marking:
    """Return a marking whose seal id and seed follow from a label."""
    octets = sha256(f"{label}\0{profile}".encode()).digest()
    return Marking(signer, octets[:16], octets[16:], 1, profile)


def mark(samples: Samples, label: str, profile: str, transform: str = "dwt") -> Marked:
    """Return the frame marked; raises DoesNotFit where it cannot carry."""
    marking = replace(marking_of(label, profile), transform=transform)
    made, packed = make_mark(samples, 0, marking)
    claims = Certificate.decode(parse(made.certificate).payload)
    return Marked(made.samples, Description.decode(claims.description), marking, packed)


def count_checks(marked: Marked) -> tuple[int, int]:
    """Return how many check bytes a payload holds, and of how many cells they tell."""
    checks = split_checks(unpack(marked.payload).checks, marked.description)
    return (0, 0) if checks is None else (len(checks.body), checks.plan.count)


def subjects(corpus: Path, only: str) -> Iterator[Subject]:
    """Yield every distinct frame of the corpus that can carry a mark."""
    patients: dict[str, int] = {}
    whose = _patients(corpus)
    seen: set[bytes] = set()
    for path in files_below(corpus, False):
        name = str(path.relative_to(corpus))
        found = frames_of(path) if only in name else None
        if found is None:
            continue
        samples, _, modality = found
        digest = sha256(samples.octets().tobytes()).digest()
        if digest not in seen:
            seen.add(digest)
            number = patients.setdefault(whose.get(name) or name, len(patients))
            yield Subject(name, name.split("/", maxsplit=1)[0], modality, number, samples)


def _patients(corpus: Path) -> dict[str, str]:
    """Return whose each file is, as far as the corpus's manifest says."""
    manifest = corpus / "MANIFEST.csv"
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as lines:
        return {row["path"]: row["patient_id"] for row in csv.DictReader(lines)}


def donor_for(subject: Subject, others: list[Subject]) -> Samples:
    """Return the next frame of the same kind, else the frame itself turned by 180 degrees."""
    alike = [other for other in others if other.kind == subject.kind]
    place = next(i for i, other in enumerate(alike) if other is subject)
    if len(alike) > 1:
        return alike[(place + 1) % len(alike)].samples
    turned = np.ascontiguousarray(subject.samples.values[::-1, ::-1])
    one = subject.samples
    return Samples(turned, one.bits, one.signed, one.colour, one.padding)
