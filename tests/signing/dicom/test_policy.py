from collections import Counter
from collections.abc import Callable
from copy import deepcopy

import pytest
from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from signing.commitments import Leaf, tag_path
from signing.dicom import part10, policy
from signing.dicom.canonical import NOTHING
from signing.dicom.policy import Change
from signing.dicom.table import (
    FIXED_TAGS,
    FUNCTIONAL_GROUPS,
    MACROS,
    OTHER_TAGS,
    PIXEL_DATA,
    REPEATING,
    RULES,
    TRANSPORT,
    AttributeClass,
    Effect,
)
from tests.signing.dicom.images import Format, phantom, shipped

ROWS = [tag for tags in FIXED_TAGS.values() for tag in tags]
DICTIONARY = sorted(DicomDictionary)
REPEATED = [first << 16 | element for first, every in REPEATING.items() for element in every]


@pytest.mark.parametrize("tag", [*ROWS, *REPEATED, *MACROS, *FUNCTIONAL_GROUPS], ids=tag_path)
def test_every_row_is_in_the_dictionary(tag: int) -> None:
    assert keyword_for_tag(tag)
    assert dictionary_VR(tag)


def test_no_tag_has_two_classes() -> None:
    assert [tag for tag, count in Counter(ROWS).items() if count > 1] == []


def test_macros_are_sequences() -> None:
    assert {dictionary_VR(tag) for tag in MACROS} == {"SQ"}


@pytest.mark.parametrize("kind", sorted(OTHER_TAGS))
def test_every_other_row_is_in_the_dictionary_and_of_one_class(kind: AttributeClass) -> None:
    for row in OTHER_TAGS[kind]:
        if isinstance(row, tuple):
            first, last = row
            known = [tag for tag in DICTIONARY if first <= tag <= last]
            assert known, f"{first:08X}"
            assert first < last
        else:
            assert keyword_for_tag(row), f"{row:08X}"
            assert policy.classify(tag_path(row)) is kind
            assert row not in ROWS


def test_no_tag_stands_in_two_rows() -> None:
    singles = [row for rows in OTHER_TAGS.values() for row in rows if isinstance(row, int)]
    assert [tag for tag, count in Counter(singles + ROWS).items() if count > 1] == []
    assert set(RULES) == set(AttributeClass)


def test_what_is_there_has_a_leaf_and_nothing_else() -> None:
    assert policy.select(Dataset()) == {}
    dataset = part10.read(shipped("CT_small.dcm")).dataset
    dataset.StationName, dataset.ReferencedImageSequence = "", []
    selected = policy.select(dataset)
    for path, value in selected.items():
        Leaf(path, value.type, bytes(16), value.data)
        assert policy.classify(path) is not None
    assert NOTHING not in selected.values()
    expected = {
        tag_path(tag)
        for tag in dataset.keys()
        if not tag.is_private
        and tag.element
        and tag not in TRANSPORT
        and tag not in PIXEL_DATA
        and dataset[tag].value not in (None, "", [])
    } - {"00081010", "00081140"}
    assert {path for path in selected if "{" not in path} == expected
    assert len([path for path in selected if "{" in path]) > 150


@pytest.mark.parametrize("path", ["seal/time", "00080005", "00280006", "7FE00010", "00080000"])
def test_what_is_not_committed_has_no_class(path: str) -> None:
    assert policy.classify(path) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("0029{SIEMENS CSA HEADER}10", AttributeClass.PRIVATE),
        ("00091001", AttributeClass.PRIVATE),
        ("00400275[0]/0009{X}01", AttributeClass.PRIVATE),
        ("52009230", AttributeClass.GEOMETRY),
        ("52009230[0]/00189321", AttributeClass.ACQUISITION),
        ("60023000", AttributeClass.DISPLAY),
        ("00181000", AttributeClass.ACQUISITION),
        ("00541001", AttributeClass.QUANTITY),
        ("00700082", AttributeClass.DISPLAY),
        ("0040A730", AttributeClass.CONTENT),
        ("0020000C", AttributeClass.REST),
    ],
)
def test_each_path_has_its_class(path: str, kind: AttributeClass) -> None:
    assert policy.classify(path) is kind


def test_a_weight_counts_where_activity_is_measured_by_it() -> None:
    assert policy.classify("00101030", "CT") is AttributeClass.NOTES
    assert policy.classify("00101030", "PT") is AttributeClass.QUANTITY


def changes(edit: Callable[[Dataset], object]) -> list[tuple[str, Change, Effect]]:
    before = part10.read(shipped("CT_small.dcm")).dataset
    after = deepcopy(before)
    edit(after)
    found = policy.compare(policy.select(before), after)
    return [(difference.keyword, difference.change, difference.effect) for difference in found]


def test_nothing_changed_is_no_difference() -> None:
    assert changes(lambda dataset: None) == []
    assert changes(lambda dataset: setattr(dataset, "PlanarConfiguration", 1)) == []


@pytest.mark.parametrize(
    ("keyword", "value", "change", "effect"),
    [
        ("PatientID", "other", Change.CHANGED, Effect.AMENDABLE),
        ("Laterality", "L", Change.ADDED, Effect.AMENDABLE),
        ("SOPInstanceUID", "1.2.3", Change.CHANGED, Effect.ALTERED),
        ("PixelSpacing", ["1", "2"], Change.CHANGED, Effect.ALTERED),
        ("ImagerPixelSpacing", ["3", "3"], Change.ADDED, Effect.ALTERED),
        ("Rows", 127, Change.CHANGED, Effect.ALTERED),
        ("WindowCenter", "40", Change.ADDED, Effect.ALTERED),
        ("StudyDescription", "x", Change.CHANGED, Effect.NOTE),
        ("KVP", "80", Change.CHANGED, Effect.ALTERED),
        ("FilterType", "x", Change.CHANGED, Effect.ALTERED),
        ("Exposure", "7", Change.CHANGED, Effect.ALTERED),
        ("ContentTime", "101010", Change.CHANGED, Effect.AMENDABLE),
        ("TimezoneOffsetFromUTC", "+0100", Change.CHANGED, Effect.ALTERED),
        ("LossyImageCompression", "00", Change.ADDED, Effect.NOTE),
        ("SmallestImagePixelValue", 3, Change.ADDED, Effect.ALTERED),
        ("IssuerOfPatientID", "here", Change.ADDED, Effect.NOTE),
        ("RetrieveAETitle", "ARCHIVE", Change.ADDED, Effect.FREE),
        ("RescaleType", "US", Change.ADDED, Effect.NOTE),
        ("RescaleType", "HU", Change.ADDED, Effect.ALTERED),
        ("RescaleIntercept", "0", Change.CHANGED, Effect.ALTERED),
        ("PhotometricInterpretation", "MONOCHROME1", Change.CHANGED, Effect.ALTERED),
    ],
)
def test_each_change_has_its_effect(
    keyword: str, value: object, change: Change, effect: Effect
) -> None:
    assert changes(lambda d: setattr(d, keyword, value)) == [(keyword, change, effect)]


def test_the_identity_rescale_may_be_added() -> None:
    before = phantom(Format())
    after = deepcopy(before)
    after.RescaleSlope, after.RescaleIntercept = "1.0", "0"
    found = policy.compare(policy.select(before), after)
    assert [difference.effect for difference in found] == [Effect.NOTE, Effect.NOTE]


def test_a_removed_attribute_is_named() -> None:
    found = changes(lambda dataset: delattr(dataset, "PatientName"))
    assert found == [("PatientName", Change.REMOVED, Effect.AMENDABLE)]
    found = changes(lambda dataset: delattr(dataset, "SliceThickness"))
    assert found == [("SliceThickness", Change.REMOVED, Effect.ALTERED)]


def test_what_goes_with_the_transfer_syntax_is_free() -> None:
    before = part10.read(shipped("examples_jpeg2k.dcm")).dataset
    after = deepcopy(before)
    after.PhotometricInterpretation = "RGB"
    after.NumberOfFrames, after.PlanarConfiguration = 1, 1
    assert policy.compare(policy.select(before), after) == ()


def test_a_new_overlay_is_a_change_of_display() -> None:
    before = phantom(Format())
    after = deepcopy(before)
    after.add_new(0x60020010, "US", 40)
    after.add_new(0x60023000, "OW", bytes(236))
    found = policy.compare(policy.select(before), after)
    assert [(d.path, d.change) for d in found] == [
        ("60020010", Change.ADDED),
        ("60023000", Change.ADDED),
    ]
    assert {d.attribute_class for d in found} == {AttributeClass.DISPLAY}
    back = policy.compare(policy.select(after), before)
    assert {difference.change for difference in back} == {Change.REMOVED}


@pytest.mark.parametrize("first", sorted(REPEATING))
def test_every_even_group_of_a_family_is_committed(first: int) -> None:
    before = phantom(Format())
    sealed = policy.select(before)
    for group in range(first, first + 0x100, 2):
        after = deepcopy(before)
        after.add_new(group << 16 | 0x3000, "OW", bytes(236))
        found = policy.compare(sealed, after)
        assert [d.path for d in found] == [f"{group:04X}3000"]
        assert {d.attribute_class for d in found} == {AttributeClass.DISPLAY}
    assert policy.classify(f"{first + 0x100:04X}3000") is AttributeClass.REST


@pytest.mark.parametrize(
    ("syntax", "same"),
    [
        ("1.2.840.10008.1.2.4.90", True),
        ("1.2.840.10008.1.2.4.201", True),
        ("1.2.840.10008.1.2.1", False),
        ("1.2.840.10008.1.2.4.80", False),
        ("1.2.840.10008.1.2.5", False),
    ],
)
def test_rct_is_rgb_only_where_the_codec_undoes_it(syntax: str, same: bool) -> None:
    before = part10.read(shipped("examples_jpeg2k.dcm")).dataset
    before.PhotometricInterpretation = "RGB"
    after = deepcopy(before)
    after.PhotometricInterpretation = "YBR_RCT"
    after.file_meta.TransferSyntaxUID = UID(syntax)
    found = policy.compare(policy.select(before), after)
    assert [d.effect for d in found] == ([] if same else [Effect.ALTERED])


@pytest.mark.parametrize("slope", ["1E-12", "-9E-10", "0"])
def test_no_slope_is_too_small_to_count(slope: str) -> None:
    before = phantom(Format())
    before.RescaleSlope, before.RescaleIntercept = "9E-10", "0"
    after = deepcopy(before)
    after.RescaleSlope = slope
    found = policy.compare(policy.select(before), after)
    assert [(d.keyword, d.effect) for d in found] == [("RescaleSlope", Effect.ALTERED)]


def test_a_cosine_next_to_zero_is_zero() -> None:
    before = phantom(Format())
    before.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    after = deepcopy(before)
    after.ImageOrientationPatient = ["1", "-1.2E-10", "0", "0", "1", "-0"]
    assert policy.compare(policy.select(before), after) == ()


def enhanced() -> Dataset:
    dataset = Dataset()
    for number in range(3):
        position, frame, content = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, number]
        content.FrameAcquisitionNumber = number
        frame.PlanePositionSequence = Sequence([position])
        frame.FrameContentSequence = Sequence([content])
        if number == 0:
            dataset.PerFrameFunctionalGroupsSequence = Sequence([frame])
        else:
            dataset.PerFrameFunctionalGroupsSequence.append(frame)
    return dataset


def test_macros_of_every_frame_are_committed() -> None:
    before = enhanced()
    sealed = policy.select(before)
    moved = enhanced()
    groups = moved.PerFrameFunctionalGroupsSequence
    groups[1].PlanePositionSequence[0].ImagePositionPatient = [0, 0, 7]
    (difference,) = policy.compare(sealed, moved)
    assert difference.keyword == "PerFrameFunctionalGroupsSequence"
    assert difference.attribute_class is AttributeClass.GEOMETRY
    swapped = enhanced()
    items = swapped.PerFrameFunctionalGroupsSequence
    items[0], items[1] = items[1], items[0]
    found = policy.compare(sealed, swapped)
    assert [d.path for d in found] == ["52009230", "52009230[0]/00209111"]
    renumbered = enhanced()
    groups = renumbered.PerFrameFunctionalGroupsSequence
    groups[1].FrameContentSequence[0].FrameAcquisitionNumber = 9
    (difference,) = policy.compare(sealed, renumbered)
    assert difference.path == "52009230[0]/00209111"
    assert difference.attribute_class is AttributeClass.ACQUISITION


def test_redacted_leaves_are_not_compared() -> None:
    before = part10.read(shipped("CT_small.dcm")).dataset
    sealed = policy.select(before)
    types = {path: value.type for path, value in sealed.items() if path != "00100010"}
    after = deepcopy(before)
    del after.PatientName
    found = policy.differences(after, types, lambda path, value: sealed[path] == value)
    assert found == ()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("PatientID", "00100020"),
        ("00100020", "00100020"),
        ("0029{SIEMENS CSA HEADER}10", "0029{SIEMENS CSA HEADER}10"),
        ("PatientId", None),
        ("0010,0020", None),
        ("", None),
    ],
)
def test_an_attribute_is_named_by_keyword_or_path(name: str, path: str | None) -> None:
    assert policy.find_path(name) == path
