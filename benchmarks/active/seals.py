"""scanseal in every profile, strict, judged from the tags and from the samples alone.

On arrays, with the functions that `verify` calls on files: a test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import watermark
from benchmarks.active.contestant import Contestant, Judgement, Protected, Unfit
from benchmarks.attacks.forgery import Array, Flags, area
from benchmarks.contest.pictures import Picture
from benchmarks.marked import TRUST, Marked, marking_of
from signing.certificate import Certificate
from signing.digests import Stage
from signing.envelope import parse
from signing.evidence.pixelcheck import PIXELS_REQUIRED, prove_frames
from signing.framedigests import digest_frame, place_of
from signing.marking import make_mark
from signing.verdict import Report, Scope, Verdict
from watermark.description import Description
from watermark.errors import DoesNotFit, UnsupportedSamples
from watermark.samples import Colour, Samples
from watermark.tiles import Box

PROFILES = ("light", "standard", "full")
DETACHED = "detached"


def samples_of(picture: Picture) -> Samples:
    """Return a picture as watermark takes it. Raises UnsupportedSamples."""
    return _samples(picture.values, picture.bits)


def flags_of(boxes: Sequence[Box], shape: tuple[int, ...]) -> Flags:
    """Return (rows, columns) True in any of the boxes, as far as they lie in the frame."""
    named = np.zeros(shape[:2], dtype=bool)
    for box in boxes:
        named[area(box)] = True
    return named


@dataclass(frozen=True, eq=False)
class Seal(Protected):
    """A marked picture with its tags."""

    picture: Picture
    marked: Marked
    original: Picture
    record: bytes

    def judge(self, received: Picture) -> Judgement:
        """Return the verdict from the tags: one hash, then the cells that differ."""
        values = received.values
        whole = _alike(values, self.picture.values)
        if whole and self.marked.digest_of(values) == self.marked.digest:
            return Judgement(Verdict.AUTHENTIC, False, np.zeros(values.shape[:2], dtype=bool))
        try:
            one, like = self.marked, self.marked.like(values)
        except UnsupportedSamples:
            whole = False
        if not whole:
            return Judgement(Verdict.ALTERED, True)
        reading = watermark.reread(like, one.description, one.payload)
        seen = watermark.localise(like, one.description, one.seed, reading, one.listed)
        return Judgement(Verdict.ALTERED, True, flags_of(seen.boxes, values.shape))

    def restore(self) -> Picture | None:
        """Return the picture as it was, from the record in the tags."""
        return self.original.like(watermark.restore(self.marked.samples, self.record).values)


@dataclass(frozen=True, eq=False)
class Stripped(Seal):
    """A marked picture of which the samples alone arrive."""

    def judge(self, received: Picture) -> Judgement:
        """Return the verdict from the samples alone, end to end."""
        proof = prove_frames([[_received(received)]], TRUST)
        if not proof.marked:
            return Judgement(Verdict.UNSEALED, True)
        first = proof.first
        standing = TRUST.assess(first.key.raw).findings if first and first.key else ()
        verdict = Report((*proof.findings, *standing), PIXELS_REQUIRED, Scope.PIXELS).verdict
        boxes = proof.proofs[0].boxes
        named = flags_of(boxes, received.values.shape) if first is not None else None
        return Judgement(verdict, verdict is not Verdict.PARTIAL, named)

    def restore(self) -> None:
        """Return nothing: the record is in the tags."""


@dataclass(frozen=True, eq=False)
class Listed(Protected):
    """A picture in which nothing was changed, its digest in the tags."""

    picture: Picture
    digest: bytes
    label: str

    def judge(self, received: Picture) -> Judgement:
        """Return the verdict from the tags: one hash."""
        same = _alike(received.values, self.picture.values)
        same = same and _digest(received.values, self.label) == self.digest
        return Judgement(Verdict.AUTHENTIC if same else Verdict.ALTERED, not same)

    def restore(self) -> Picture:
        """Return the picture: it never was another."""
        return self.picture


def name_of(profile: str, stripped: bool) -> str:
    """Return the name of a profile, judged in one of both ways."""
    return f"{profile}, {'stripped' if stripped else 'tags'}"


class Sealing(Contestant):
    """One profile that marks the samples."""

    def __init__(self, profile: str, stripped: bool) -> None:
        self.profile, self.stripped = profile, stripped
        self.name = name_of(profile, stripped)

    def protect(self, picture: Picture, label: str) -> Seal:
        """Return the picture marked. Raises Unfit."""
        try:
            marked, record = _mark(samples_of(picture), label, self.profile)
        except (DoesNotFit, UnsupportedSamples) as error:
            raise Unfit(self.name, str(error)) from error
        kind = Stripped if self.stripped else Seal
        return kind(picture.like(marked.samples.values), marked, picture, record)


class Detaching(Contestant):
    """Tags alone: no sample is changed, and nothing is left where they are stripped."""

    name = f"{DETACHED}, tags"

    def protect(self, picture: Picture, label: str) -> Listed:
        """Return the picture as it is, with its digest."""
        return Listed(picture, _digest(picture.values, label), label)


def both_ways(seal: Seal) -> tuple[Seal, Stripped]:
    """Return one marked picture as judged from its tags and from its samples: marked only once."""
    parts = seal.picture, seal.marked, seal.original, seal.record
    return Seal(*parts), Stripped(*parts)


def _samples(values: Array, bits: int) -> Samples:
    """Return values as a frame. Raises UnsupportedSamples."""
    colour = Colour.RGB if values.ndim == 3 else Colour.GREY
    return Samples(np.ascontiguousarray(values), bits, values.dtype.kind == "i", colour)


def _received(picture: Picture) -> Samples:
    """Return a received picture; samples beyond the bits stored are read as the wider numbers."""
    try:
        return samples_of(picture)
    except UnsupportedSamples:
        return _samples(picture.values, 8 * picture.values.dtype.itemsize)


def _mark(samples: Samples, label: str, profile: str) -> tuple[Marked, bytes]:
    """Return a frame marked as `benchmarks.marked.mark` does, and its restoration record."""
    marking = marking_of(label, profile)
    made, packed = make_mark(samples, 0, marking)
    claims = Certificate.decode(parse(made.certificate).payload)
    described = Description.decode(claims.description)
    return Marked(made.samples, described, marking, packed), made.record


def _digest(values: Array, label: str) -> bytes:
    """Return the signed digest of samples that carry no mark."""
    marking = marking_of(label, DETACHED)
    place = place_of(marking.seal_id, marking.master, 0, Stage.ORIGINAL)
    return digest_frame(np.ascontiguousarray(values), place, Stage.ORIGINAL)


def _alike(values: Array, other: Array) -> bool:
    """Tell whether two pictures have one shape and type."""
    return values.shape == other.shape and values.dtype == other.dtype
