"""A sealed file as attackers hold it, what they send on, and what a verifier says of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from benchmarks.attacks.forgery import Array, Flags, Forgery
from benchmarks.contest.pictures import Picture
from benchmarks.contest.sources import Source, estranged, frame_of, measured, neighbours, picture_of
from benchmarks.interop.tampering import Attack
from benchmarks.marked import SIGNER, TRUST
from signing.certificate import Certificate
from signing.dicom import block, part10
from signing.dicom.copies import fork
from signing.dicom.frames import padding_range, to_samples
from signing.dicom.limits import EXPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.envelope import parse
from signing.errors import Unreadable
from signing.sealing import SealOptions, seal_dataset
from signing.sealparts import read_seal
from signing.verdict import Code, Finding, Outcome, Report, Verdict
from signing.verification import verify, verify_path
from watermark.description import Description
from watermark.samples import Samples

PROFILES = ("light", "standard", "full", "detached")
SIGNATURES = (0x4FFE0001, 0xFFFAFFFA)

Words = frozenset[Verdict]

ALTERED = frozenset({Verdict.ALTERED})
PARTIAL = frozenset({Verdict.PARTIAL})
UNSEALED = frozenset({Verdict.UNSEALED})
UNTRUSTED = frozenset({Verdict.UNTRUSTED})
AUTHENTIC = frozenset({Verdict.AUTHENTIC})
REFUSED = frozenset(Verdict) - AUTHENTIC - PARTIAL
"""Fails closed: whatever it is, it is no proof."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What reaches the verifier, and what is promised of it."""

    group: str
    attack: str
    level: str
    files: tuple[bytes, ...]
    """As received; of a series several."""
    tags: Words
    """Verdicts that are promised of what was received."""
    stripped: Words = frozenset()
    """Of the same without private tags; empty where the same without tags is no trial."""
    forgery: Forgery | None = None
    """Of the first frame, against what was sealed; None where no sample was changed. Of a series,
    of the first slice that was changed."""
    picture: Picture | None = None
    """As received, where samples were changed: for passive detectors."""
    size: int = 0
    aimed: Flags | None = None
    """(rows, columns) what the forger meant to be seen, where the mark was changed besides, or
    alone; None where that is all that was changed."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A file sealed in one profile, and another picture, under another patient's name, sealed with
    the same key."""

    source: Source
    profile: str
    dataset: Dataset
    donor: Dataset
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    @cached_property
    def data(self) -> bytes:
        """The sealed file."""
        return part10.encode(self.dataset)

    @cached_property
    def other(self) -> bytes:
        """The other sealed file."""
        return part10.encode(self.donor)

    @cached_property
    def values(self) -> Array:
        """The sealed frame."""
        return frame_of(self.dataset)

    @cached_property
    def theirs(self) -> Array:
        """The frame of the other file."""
        return frame_of(self.donor)

    @cached_property
    def pool(self) -> list[Array]:
        """Frames of many files sealed with the same key in the same profile, the other one first:
        what a forger of level T2 holds."""
        made = [_seal(estranged(one), self.profile) for one in neighbours(self.source)]
        return [self.theirs, *(frame_of(one) for one in made if one is not None)]

    @property
    def marked(self) -> bool:
        """Whether the samples carry anything."""
        return self.profile != "detached"

    @cached_property
    def samples(self) -> Samples:
        """The sealed frame as watermark takes it."""
        return samples_of(self.dataset)

    @cached_property
    def description(self) -> Description:
        """What the certificate says of the frame."""
        data = read_seal(self.dataset).certificates[0]
        return Description.decode(Certificate.decode(parse(data).payload).description)

    def received(self, dataset: Dataset, forgery: Forgery) -> bytes:
        """Return the file of a data set with forged samples in it."""
        return part10.encode(with_frame(dataset, forgery.values))

    def picture(self, forgery: Forgery) -> Picture:
        """Return forged samples as passive detectors see them."""
        return picture_of(self.dataset, self.source.kind).like(forgery.values)


def scene_of(source: Source, profile: str) -> Scene | None:
    """Return the scene of a file, None where it is too small for the profile."""
    first, second = (_seal(one, profile) for one in (source.dataset, estranged(source.donor)))
    if first is None or second is None:
        return None
    seed = sha256(f"seals {source.path} {profile}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    return Scene(source, profile, first, second, random)


def _seal(dataset: Dataset, profile: str) -> Dataset | None:
    """Return an instance sealed and read again, None where it is too small for the profile."""
    made = seal_dataset(dataset, SIGNER, SealOptions(profile=profile))
    if made.profile != profile:
        return None
    return part10.parse(part10.encode(made.dataset)).dataset


def samples_of(dataset: Dataset) -> Samples:
    """Return the frame of an instance as watermark takes it."""
    geometry = measured(dataset)
    return to_samples(frame_of(dataset), geometry, padding_range(dataset, geometry))


def with_frame(dataset: Dataset, values: Array) -> Dataset:
    """Return a copy with other samples."""
    changed = fork(dataset)
    replace_frames(changed, [np.ascontiguousarray(values)], EXPLICIT_LITTLE)
    return changed


def without_tags(dataset: Dataset) -> Dataset:
    """Return a copy without private elements and digital signatures, as anonymisers leave it."""
    bare = fork(dataset)
    bare.remove_private_tags()
    for tag in SIGNATURES:
        bare.pop(tag, None)
    return bare


def with_seal(dataset: Dataset, other: Dataset) -> Dataset:
    """Return a copy of `dataset` that bears the seal block of `other`."""
    changed = fork(dataset)
    block.write_block(changed, block.read_blocks(other)[0])
    return changed


def edited(dataset: Dataset, change: Callable[[Dataset], object]) -> bytes:
    """Return the file of a copy with changed attributes."""
    changed = part10.parse(part10.encode(dataset)).dataset
    change(changed)
    return part10.encode(changed)


def forge(scene: Scene, attack: Attack) -> bytes | None:
    """Return what an attack on files makes, None of a file that lacks what the attack changes."""
    try:
        return attack.forge(scene.data, scene.other)
    except (ValueError, LookupError):
        return None


def judge_file(data: bytes, folder: Path) -> Report:
    """Return the report on a file."""
    path = folder / "received.dcm"
    path.write_bytes(data)
    return verify_path(path, TRUST)


def judge_stripped(data: bytes) -> Report:
    """Return the report on a file whose private tags are taken off."""
    try:
        return verify(without_tags(part10.parse(data).dataset), TRUST)
    except Unreadable as error:
        finding = Finding(Code(error.code), Outcome.FAIL, error.where, error.reason)
        return Report((finding,), frozenset())


ORDER = ("altered", "unreadable", "undecided", "untrusted", "unsealed", "partial", "authentic")
"""Of several files the worst counts, as for the command."""


def worst(verdicts: Iterator[Verdict]) -> Verdict:
    """Return the worst of the verdicts on several files."""
    return min(verdicts, key=lambda verdict: ORDER.index(verdict.value))


def boxes_of(report: Report, shape: tuple[int, ...]) -> Flags:
    """Return (rows, columns) True where a report names the first frame's samples."""
    named = np.zeros(shape[:2], dtype=bool)
    for found in report.pixels.frames if report.pixels else ():
        if found.frame == 0:
            for top, left, height, width in found.boxes:
                named[top : top + height, left : left + width] = True
    return named
