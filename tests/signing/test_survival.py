"""What hospitals legitimately do to attributes, and what nobody may do, by name."""

from collections.abc import Callable

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import codecs
from signing.verdict import Aspect, Code, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, failed, seal_it

Edit = Callable[[Dataset], object]
CREATOR, PRIVATE_GROUP = "ACME SCALES 1", 0x0029


def item(**values: object) -> Dataset:
    """An item of a sequence."""
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def source() -> Dataset:
    """An image with attributes of every class, private ones at the top and in a sequence."""
    dataset = images.plain(
        Modality="MR",
        StationName="ROOM 1",
        StudyDescription="thorax",
        KVP="120",
        FilterType="BODY",
        RadionuclideTotalDose="5.5",
        ContentTime="101500.5",
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        SmallestImagePixelValue=0,
        LossyImageCompression="00",
        PatientComments="fasting",
        RequestAttributesSequence=[item(ScheduledProcedureStepID="7")],
        ContributingEquipmentSequence=[item(Manufacturer="ACME", StationName="A")],
    )
    block = dataset.private_block(PRIVATE_GROUP, CREATOR, create=True)
    block.add_new(0x01, "DS", "2.5")
    block.add_new(0x02, "OB", b"\1\2\3\4")
    inner = item(CodeMeaning="Gr\u00f6\u00dfe", ReferencedSegmentNumber=7)
    inner.ReferencedStudySequence = [item(ReferencedSOPInstanceUID="1.2")]
    block.add_new(0x03, "SQ", [inner])
    nested = dataset.RequestAttributesSequence[0]
    nested.private_block(0x0041, CREATOR, create=True).add_new(0x01, "LO", "inner")
    return dataset


@pytest.fixture(scope="module")
def whole() -> Dataset:
    """That image, sealed."""
    return seal_it(source()).dataset


def report_on(whole: Dataset, edit: Edit) -> Report:
    """The report after an edit."""
    changed = images.reread(whole)
    edit(changed)
    return verify(images.reread(changed), TRUST)


def private(dataset: Dataset) -> Dataset:
    """The block of another manufacturer, moved to another number."""
    held = {tag.element & 0xFF: dataset[tag] for tag in dataset.group_dataset(PRIVATE_GROUP).keys()}
    for tag in list(dataset.group_dataset(PRIVATE_GROUP).keys()):
        del dataset[tag]
    dataset.add_new(PRIVATE_GROUP << 16 | 0x10, "LO", "ANOTHER 1")
    moved = dataset.private_block(PRIVATE_GROUP, CREATOR, create=True)
    for number in (1, 2, 3):
        moved.add_new(number, held[number].VR, held[number].value)
    return dataset


def append(dataset: Dataset) -> None:
    """A hop notes itself."""
    dataset.ContributingEquipmentSequence.append(item(Manufacturer="ROUTER"))


def true_range(dataset: Dataset) -> None:
    """An archive computes the range of the samples anew."""
    frame = next(codecs.frames(dataset))
    dataset.add_new(0x00280106, "US", int(frame.min()))
    dataset.add_new(0x00280107, "US", int(frame.max()))


SURVIVES: dict[str, Edit] = {
    "nothing": lambda d: None,
    "issuer of the patient's id": lambda d: setattr(d, "IssuerOfPatientID", "HOSPITAL"),
    "order data": lambda d: setattr(d, "RequestedProcedureDescription", "CT thorax"),
    "another description": lambda d: setattr(d, "StudyDescription", "chest"),
    "no description": lambda d: delattr(d, "StudyDescription"),
    "comments emptied": lambda d: setattr(d, "PatientComments", ""),
    "empty type 2 filled in": lambda d: setattr(d, "AccessionNumber", d.get("AccessionNumber", "")),
    "a new archive block": lambda d: d.private_block(0x0099, "ARCHIVE", create=True).add_new(
        1, "LO", "x"
    ),
    "private block moved": private,
    "equipment appended": append,
    "equipment dropped": lambda d: delattr(d, "ContributingEquipmentSequence"),
    "retrieve location": lambda d: setattr(d, "RetrieveAETitle", "ARCHIVE"),
    "derived": lambda d: setattr(d, "ImageType", ["DERIVED", "PRIMARY", "AXIAL"]),
    "time reformatted": lambda d: setattr(d, "ContentTime", "101500.500000"),
    "no filter type": lambda d: delattr(d, "FilterType"),
    "a true range": true_range,
    "instance number": lambda d: setattr(d, "InstanceNumber", "77"),
    "padding": lambda d: d.add_new(0xFFFCFFFC, "OB", bytes(64)),
    "thumbnail": lambda d: setattr(d, "IconImageSequence", [item(Rows=1, Columns=1)]),
}


def strip_private(dataset: Dataset) -> None:
    """Take other manufacturers' attributes away, nested ones too."""
    for tag in [tag for tag in dataset.keys() if tag.group == PRIVATE_GROUP]:
        del dataset[tag]
    nested = dataset.RequestAttributesSequence[0]
    for tag in [tag for tag in nested.keys() if tag.is_private]:
        del nested[tag]


SURVIVES["private stripped"] = strip_private


@pytest.mark.parametrize("name", SURVIVES)
def test_what_hospitals_do_leaves_a_seal_whole(whole: Dataset, name: str) -> None:
    report = report_on(whole, SURVIVES[name])
    assert [f for f in report.findings if f.outcome is not Outcome.PASS] == []
    assert report.verdict is Verdict.AUTHENTIC


def swap_private(dataset: Dataset) -> None:
    """A scale slope of the manufacturer is another."""
    dataset.private_block(PRIVATE_GROUP, CREATOR)[1].value = "5.0"


def swap_nested(dataset: Dataset) -> None:
    """A private attribute in an item is another."""
    block = dataset.RequestAttributesSequence[0].private_block(0x0041, CREATOR)
    block[1].value = "outer"


CAUGHT: dict[str, tuple[Edit, Code, str]] = {
    "patient": (
        lambda d: setattr(d, "PatientID", "other"),
        Code.ATTRIBUTES_IDENTITY,
        "(0010,0020) PatientID",
    ),
    "study": (
        lambda d: setattr(d, "StudyInstanceUID", "1.2.3"),
        Code.ATTRIBUTES_IDENTITY,
        "(0020,000D) StudyInstanceUID",
    ),
    "laterality": (
        lambda d: setattr(d, "Laterality", "L"),
        Code.ATTRIBUTES_IDENTITY,
        "(0020,0060) Laterality",
    ),
    "window": (
        lambda d: setattr(d, "WindowCenter", "5000"),
        Code.ATTRIBUTES_DISPLAY,
        "(0028,1050) WindowCenter",
    ),
    "shutter": (
        lambda d: setattr(d, "ShutterShape", "CIRCULAR"),
        Code.ATTRIBUTES_DISPLAY,
        "(0018,1600) ShutterShape",
    ),
    "overlay": (
        lambda d: d.add_new(0x60003000, "OW", bytes(4)),
        Code.ATTRIBUTES_DISPLAY,
        "(6000,3000) OverlayData",
    ),
    "spacing": (
        lambda d: setattr(d, "PixelSpacing", ["9", "9"]),
        Code.ATTRIBUTES_GEOMETRY,
        "(0028,0030) PixelSpacing",
    ),
    "a false range": (
        lambda d: d.add_new(0x00280107, "US", 9),
        Code.ATTRIBUTES_DISPLAY,
        "(0028,0107) LargestImagePixelValue",
    ),
    "kVp": (lambda d: setattr(d, "KVP", "80"), Code.ATTRIBUTES_REST, "(0018,0060) KVP"),
    "dose": (
        lambda d: setattr(d, "RadionuclideTotalDose", "1"),
        Code.ATTRIBUTES_REST,
        "(0018,1074) RadionuclideTotalDose",
    ),
    "axial": (
        lambda d: setattr(d, "ImageType", ["ORIGINAL", "PRIMARY", "LOCALIZER"]),
        Code.ATTRIBUTES_REST,
        "(0008,0008) ImageType",
    ),
    "time": (
        lambda d: setattr(d, "ContentTime", "111500"),
        Code.ATTRIBUTES_REST,
        "(0008,0033) ContentTime",
    ),
    "private": (swap_private, Code.ATTRIBUTES_REST, f"0029{{{CREATOR}}}01"),
    "payload in the padding": (
        lambda d: d.add_new(0xFFFCFFFC, "OB", b"MZ" + bytes(62)),
        Code.ATTRIBUTES_REST,
        "(FFFC,FFFC) DataSetTrailingPadding",
    ),
    "nested private": (
        swap_nested,
        Code.ATTRIBUTES_REST,
        f"00400275[0]/0041{{{CREATOR}}}01",
    ),
    "equipment rewritten": (
        lambda d: setattr(d.ContributingEquipmentSequence[0], "Manufacturer", "B"),
        Code.ATTRIBUTES_REST,
        "(0018,A001) ContributingEquipmentSequence",
    ),
}


@pytest.mark.parametrize("name", CAUGHT)
def test_what_nobody_may_do_is_altered_by_name(whole: Dataset, name: str) -> None:
    edit, code, where = CAUGHT[name]
    report = report_on(whole, edit)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {code}
    assert [f.where for f in report.findings if f.outcome is Outcome.FAIL] == [where]


def test_aspects_tell_a_renamed_patient_from_another_image(whole: Dataset) -> None:
    report = report_on(whole, lambda d: setattr(d, "PatientName", "Other"))
    assert report.aspects.identity is Aspect.CHANGED
    assert {report.aspects.pixels, report.aspects.geometry, report.aspects.rest} == {Aspect.PASS}
    report = report_on(whole, lambda d: setattr(d, "KVP", "80"))
    assert (report.aspects.identity, report.aspects.rest) == (Aspect.PASS, Aspect.CHANGED)


def test_no_value_is_in_a_finding(whole: Dataset) -> None:
    report = report_on(whole, lambda d: setattr(d, "PatientName", "Unmistakable^Name"))
    assert "Unmistakable" not in repr(report)
    assert "Unmistakable" not in str(report.findings)


def test_attributes_that_no_dictionary_knows_survive_implicit_vr() -> None:
    dataset = source()
    dataset.add_new(0x0018FFF1, "LO", "new")
    dataset.RequestAttributesSequence[0].add_new(0x0040FFF1, "FD", 2.5)
    sealed = seal_it(dataset).dataset
    assert verify(images.as_implicit(sealed), TRUST).verdict is Verdict.AUTHENTIC
    sealed[0x0018FFF1].value = "old"
    assert verify(images.reread(sealed), TRUST).verdict is Verdict.ALTERED


def test_a_sequence_under_un_is_the_same_sequence(whole: Dataset) -> None:
    """A passage through implicit VR leaves private attributes without their VR."""
    dataset = source()
    inner = item(Rows=3)
    inner.private_block(0x0041, CREATOR, create=True).add_new(0x01, "FD", 2.5)
    dataset.private_block(PRIVATE_GROUP, CREATOR).add_new(0x03, "SQ", Sequence([inner]))
    sealed = seal_it(dataset).dataset
    implicit = images.as_implicit(sealed)
    assert verify(implicit, TRUST).verdict is Verdict.AUTHENTIC
    assert np.isfinite(sealed.private_block(PRIVATE_GROUP, CREATOR)[3].value[0].Rows)


def test_a_second_block_of_a_creator_is_a_lie_whatever_it_holds(whole: Dataset) -> None:
    forged = images.reread(whole)
    forged.add_new(PRIVATE_GROUP << 16 | 0x20, "LO", CREATOR)
    forged.add_new(PRIVATE_GROUP << 16 | 0x2007, "DS", "9.5")
    report = verify(images.reread(forged), TRUST)
    assert report.verdict is Verdict.UNREADABLE
    assert failed(report) == {Code.STRUCTURE_DUPLICATE}
    nested = images.reread(whole)
    inner = nested.RequestAttributesSequence[0]
    inner.add_new(0x00410020, "LO", CREATOR)
    assert verify(images.reread(nested), TRUST).verdict is Verdict.UNREADABLE
