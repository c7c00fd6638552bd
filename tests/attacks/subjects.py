"""Sealed images as an attacker holds them, and what a verifier says of what he made of them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from benchmarks.attacks.forgery import Forgery, area
from signing.certificate import Certificate
from signing.dicom import part10
from signing.dicom.frames import to_samples
from signing.dicom.geometry import measure
from signing.envelope import parse
from signing.sealparts import read_seal
from signing.verdict import Code, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, failed, frames_of, seal_it, sealed, stripped, with_frames
from tests.watermark import phantoms
from watermark.description import Description
from watermark.samples import Samples
from watermark.tiles import Grid

KINDS = ["monochrome2-12", "monochrome1-8", "16-signed", "padding", "air", "rgb", "ybr-full"]
"""Formats with a mark: plain, saturated, all values, padded, flat outside, and both colours."""
PROFILES = ["light", "standard", "full"]
SIZES = {"light": 288, "standard": 160, "full": 160}

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Subject:
    """A sealed instance of one frame, and another one that was sealed with the same key."""

    dataset: Dataset
    donor: Dataset

    @property
    def values(self) -> NDArray[Any]:
        """The frame."""
        return frames_of(self.dataset)[0]

    @property
    def theirs(self) -> NDArray[Any]:
        """The frame of the other instance."""
        return frames_of(self.donor)[0]

    @property
    def samples(self) -> Samples:
        """The frame as watermark takes it."""
        return samples_of(self.dataset)

    @property
    def description(self) -> Description:
        """What the certificate says of the frame."""
        return description_of(self.dataset)

    def alone(self, forgery: Forgery) -> Report:
        """The report on a forgery of which only the samples are left."""
        return verify(with_frames(stripped(self.dataset), [forgery.values]), TRUST)

    def tagged(self, forgery: Forgery) -> Report:
        """The report on a forgery under the true tags."""
        return verify(with_frames(self.dataset, [forgery.values]), TRUST)


def samples_of(dataset: Dataset) -> Samples:
    """Return the frame of an instance."""
    geometry = measure(dataset)
    assert geometry is not None
    return to_samples(frames_of(dataset)[0], geometry, None)


def description_of(dataset: Dataset) -> Description:
    """Return what the certificate in the tags says of the frame."""
    data = read_seal(dataset).certificates[0]
    return Description.decode(Certificate.decode(parse(data).payload).description)


@cache
def _files(kind: str) -> tuple[bytes, bytes]:
    whole = sealed(kind)
    turned = np.ascontiguousarray(frames_of(images.make(kind))[0][::-1, ::-1])
    other = seal_it(with_frames(images.make(kind), [turned])).dataset
    return part10.encode(whole), part10.encode(other)


def subject(kind: str = "monochrome2-12") -> Subject:
    """Return a subject of one of `KINDS`."""
    whole, other = _files(kind)
    return Subject(part10.parse(whole).dataset, part10.parse(other).dataset)


@cache
def _profiled(profile: str) -> tuple[bytes, bytes]:
    size = SIZES[profile]
    first, second = (
        seal_it(images.of(phantoms.resonance(size, size, seed)), profile=profile).dataset
        for seed in (2, 3)
    )
    return part10.encode(first), part10.encode(second)


def profiled(profile: str) -> Subject:
    """Return a subject of one profile, all of whose tiles carry."""
    whole, other = _profiled(profile)
    return Subject(part10.parse(whole).dataset, part10.parse(other).dataset)


def boxes_of(report: Report) -> Flags:
    """Return (rows, columns) of the first frame, large enough for all boxes: where it is named."""
    assert report.pixels is not None
    boxes = [box for frame in report.pixels.frames for box in frame.boxes]
    rows = max((box[0] + box[2] for box in boxes), default=0)
    columns = max((box[1] + box[3] for box in boxes), default=0)
    named = np.zeros((rows, columns), dtype=bool)
    for box in boxes:
        named[area(box)] = True
    return named


def touched(grid: Grid, flags: Flags) -> list[int]:
    """Return the squares of a grid in which any flag stands."""
    padded = np.zeros((grid.rows, grid.columns), dtype=bool)
    padded[: flags.shape[0], : flags.shape[1]] = flags
    return [index for index in range(grid.count) if padded[area(grid.box(index))].any()]


def is_tolerated(description: Description, changed: Flags) -> bool:
    """Tell whether enough carrying tiles are left to read the payload."""
    hurt = np.zeros(description.layout.coding.count, dtype=bool)
    hurt[touched(description.layout.coding, changed)] = True
    return int((description.carrying & ~hurt).sum()) >= description.dimension


def assert_altered(subject: Subject, forgery: Forgery) -> tuple[Report, Report]:
    """Hold the law of every attack: both verifiers say altered, for the reasons they have.

    Returns their reports, from the samples alone and with the tags.
    """
    assert forgery.changed.any()
    alone, tagged = subject.alone(forgery), subject.tagged(forgery)
    assert alone.verdict is Verdict.ALTERED
    assert Code.PIXELS_CLOSING in failed(alone)
    assert tagged.verdict is Verdict.ALTERED
    assert Code.PIXELS_MATCH in failed(tagged)
    return alone, tagged


def assert_located(subject: Subject, forgery: Forgery) -> None:
    """Hold the law of local edits: every signed unit that was touched is named, and no other.

    Parity flips of a carrying tile are seen by its chunk, so that they count as well.
    """
    reports = assert_altered(subject, forgery)
    units = subject.description.layout.units
    expected = touched(units, forgery.changed)
    for report in reports:
        assert Code.PIXELS_MARK in failed(report)
        assert touched(units, boxes_of(report)) == expected
