"""A few kilobytes do not grow to gigabytes: they are refused before anything is decoded."""

from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

import watermark
from signing.dicom import codecs
from signing.dicom.geometry import Geometry, measure
from signing.dicom.growth import DECODING, READING, check_growth
from signing.errors import Unreadable
from signing.evidence.pixelcheck import read_frames
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, seal_it, stripped
from watermark import extract as true_extract
from watermark.samples import Samples

J2K = "1.2.840.10008.1.2.4.90"


def geometry_of(side: int, frames: int = 1) -> Geometry:
    """Return the geometry of 8-bit frames."""
    known = measure(images.plain())
    assert known is not None
    return replace(known, rows=side, columns=side, frames=frames, allocated=8, stored=8, high_bit=7)


def constant(side: int) -> Dataset:
    """Return a constant frame of 8 bits as JPEG 2000."""
    return images.compressed(images.instance([np.zeros((side, side), np.uint8)], 8), J2K)


def test_a_huge_constant_frame_is_not_decoded() -> None:
    dataset = constant(256)
    dataset.Rows = dataset.Columns = 16384
    huge = geometry_of(16384)
    for growth in (DECODING, READING):
        with pytest.raises(Unreadable) as caught:
            check_growth(dataset, huge, growth)
        assert caught.value.code == "structure.limits"
        check_growth(dataset, geometry_of(4096), growth)


def test_a_mark_is_not_looked_for_where_samples_are_far_more_than_bytes() -> None:
    dataset = constant(6272)
    with pytest.raises(Unreadable):
        list(read_frames(dataset))
    assert next(iter(codecs.frames(dataset))).shape == (6272, 6272)
    report = verify(dataset, TRUST)
    assert report.verdict is Verdict.UNREADABLE
    assert [f.code for f in report.findings] == [Code.STRUCTURE_LIMITS]


@pytest.mark.parametrize("growth", [DECODING, READING])
def test_native_samples_are_as_many_as_their_bytes(growth: object) -> None:
    assert isinstance(growth, type(DECODING))
    check_growth(images.plain(), geometry_of(16384), growth)
    deflated = images.plain()
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    check_growth(deflated, geometry_of(4096), growth)
    with pytest.raises(Unreadable):
        check_growth(deflated, geometry_of(4096, 9), READING)


def frames_read(frames: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Verdict, int]:
    """Verify compressed frames, and count those in which a mark is looked for."""
    read: list[Samples] = []

    def counted(samples: Samples) -> watermark.Reading:
        read.append(samples)
        return true_extract(samples)

    monkeypatch.setattr("signing.evidence.placing.watermark.extract", counted)
    dataset = images.compressed(images.series(frames), J2K)
    return verify(dataset, TRUST).verdict, len(read)


def test_after_enough_without_a_mark_no_more_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.dicom.growth.PATIENCE", 3 * images.ROWS * images.COLUMNS)
    assert frames_read(8, monkeypatch) == (Verdict.UNSEALED, 3)
    monkeypatch.undo()
    assert frames_read(8, monkeypatch) == (Verdict.UNSEALED, 8)


def test_of_marked_frames_so_many_are_read_as_their_bytes_allow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = stripped(seal_it(images.series(4)).dataset)
    assert verify(dataset, TRUST).verdict is Verdict.PARTIAL
    packed = images.compressed(stripped(seal_it(images.series(4)).dataset), J2K)
    assert verify(packed, TRUST).verdict is Verdict.PARTIAL
    small = replace(READING, total=1, total_ratio=0)
    monkeypatch.setattr("signing.evidence.pixelcheck.READING", small)
    assert verify(dataset, TRUST).verdict is Verdict.PARTIAL
    assert verify(packed, TRUST).verdict is Verdict.UNREADABLE
