"""The statement in the tags: what contradicts it, in samples and in attributes."""

from collections.abc import Callable

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom.copies import fork
from signing.dicom.geometry import PIXEL_KEYWORDS
from signing.reasons import Reason
from signing.sealparts import read_seal
from signing.statement import Statement
from signing.verdict import Aspect, Code, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.images import MARKED
from tests.signing.seals import (
    TRUST,
    failed,
    one_changed,
    sealed,
    verdict,
)


@pytest.mark.parametrize("name", MARKED)
def test_a_sample_moved_by_one_contradicts_the_tags(name: str) -> None:
    for altered in one_changed(sealed(name), 8):
        report = verify(altered, TRUST)
        assert report.verdict is Verdict.ALTERED
        assert Code.PIXELS_MATCH in failed(report)
        assert report.aspects.pixels is Aspect.CHANGED


@pytest.mark.parametrize("name", sorted(images.WITHOUT_MARK - {"no-pixels"}))
def test_a_byte_of_unmarked_pixel_data_contradicts_the_tags(name: str) -> None:
    whole = sealed(name)
    keyword = next(word for word in PIXEL_KEYWORDS if word in whole)
    value = whole[keyword].value
    for place in range(len(value) // 2, len(value) - 8, len(value) // 9):
        altered = fork(whole)
        octets = bytearray(value)
        octets[place] ^= 1
        altered[keyword].value = bytes(octets)
        assert verdict(altered) is Verdict.ALTERED


def turn(dataset: Dataset) -> None:
    """Exchange rows and columns: the samples are as many, and lie elsewhere."""
    dataset.Rows, dataset.Columns = dataset.Columns, dataset.Rows


ATTACKS: dict[str, tuple[Callable[[Dataset], object], Code]] = {
    "name": (lambda d: setattr(d, "PatientName", "Other"), Code.ATTRIBUTES_IDENTITY),
    "patient": (lambda d: setattr(d, "PatientID", "P-8"), Code.ATTRIBUTES_IDENTITY),
    "no-patient": (lambda d: delattr(d, "PatientID"), Code.ATTRIBUTES_IDENTITY),
    "sex-added": (lambda d: setattr(d, "PatientSex", "F"), Code.ATTRIBUTES_IDENTITY),
    "instance": (lambda d: setattr(d, "SOPInstanceUID", "1.2.3"), Code.ATTRIBUTES_IDENTITY),
    "date": (lambda d: setattr(d, "StudyDate", "20260103"), Code.ATTRIBUTES_IDENTITY),
    "side": (lambda d: setattr(d, "Laterality", "L"), Code.ATTRIBUTES_IDENTITY),
    "window": (lambda d: setattr(d, "WindowWidth", "401"), Code.ATTRIBUTES_DISPLAY),
    "slope": (lambda d: setattr(d, "RescaleSlope", "2"), Code.ATTRIBUTES_DISPLAY),
    "padding": (lambda d: d.add_new(0x00280120, "US", 9), Code.ATTRIBUTES_DISPLAY),
    "overlay": (lambda d: d.add_new(0x60003000, "OW", bytes(8)), Code.ATTRIBUTES_DISPLAY),
    "overlay-far": (lambda d: d.add_new(0x601E0010, "US", 8), Code.ATTRIBUTES_DISPLAY),
    "table": (
        lambda d: setattr(d, "VOILUTSequence", Sequence([Dataset()])),
        Code.ATTRIBUTES_DISPLAY,
    ),
    "shutter": (lambda d: setattr(d, "ShutterShape", "CIRCULAR"), Code.ATTRIBUTES_DISPLAY),
    "spacing": (lambda d: setattr(d, "PixelSpacing", ["0.7", "0.7"]), Code.ATTRIBUTES_GEOMETRY),
    "place": (
        lambda d: setattr(d, "ImagePositionPatient", ["0", "0", "0"]),
        Code.ATTRIBUTES_GEOMETRY,
    ),
    "negative": (
        lambda d: setattr(d, "PhotometricInterpretation", "MONOCHROME1"),
        Code.ATTRIBUTES_PIXEL_DESCRIPTION,
    ),
    "deeper": (lambda d: setattr(d, "BitsStored", 13), Code.ATTRIBUTES_PIXEL_DESCRIPTION),
    "signed": (
        lambda d: setattr(d, "PixelRepresentation", 1),
        Code.ATTRIBUTES_PIXEL_DESCRIPTION,
    ),
    "rows": (turn, Code.PIXELS_MATCH),
}
"""What is done to the tags, and the code that must fail."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_attribute_is_altered_also_with_the_mark_read(attack: str) -> None:
    change, code = ATTACKS[attack]
    whole = sealed()
    change(whole)
    for dataset in (whole, images.reread(whole)):
        for deep in (False, True):
            report = verify(dataset, TRUST, deep=deep)
            assert report.verdict is Verdict.ALTERED
            assert code in failed(report)
    assert report.attributes is not None
    listed = report.attributes.changed + report.attributes.added + report.attributes.removed
    assert listed


def test_too_few_bytes_for_the_rows_are_unreadable() -> None:
    whole = sealed()
    whole.Rows += 1
    assert verdict(whole) is Verdict.UNREADABLE


@pytest.mark.parametrize("group", [0, 1])
def test_a_frame_that_was_moved_in_space_is_altered(group: int) -> None:
    whole = sealed("enhanced")
    item = whole.PerFrameFunctionalGroupsSequence[group].PlanePositionSequence[0]
    item.ImagePositionPatient = ["0", "0", "7"]
    assert failed(verify(whole, TRUST)) == {Code.ATTRIBUTES_GEOMETRY}
    assert verdict(whole) is Verdict.ALTERED


def test_attributes_that_are_not_in_the_table_may_change() -> None:
    whole = sealed()
    whole.InstitutionName = "elsewhere"
    whole.RescaleType = "US"
    assert verdict(whole) is Verdict.AUTHENTIC


def test_the_reason_is_signed() -> None:
    statement = read_seal(sealed("pet")).statements[0][1]
    assert statement.reason is Reason.PET
    assert Statement.decode(statement.encoded) == statement
