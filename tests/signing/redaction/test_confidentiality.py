"""The table of the Basic Profile: whole, without a word twice, and about attributes there are."""

from collections import Counter

import pytest
from pydicom.datadict import dictionary_has_tag, keyword_for_tag, tag_for_keyword

from signing.commitments import tag_path
from signing.dicom import policy
from signing.dicom.table import KEPT
from signing.redaction.confidentiality import ROWS, Action, find_action, list_actions

NEWER = {
    *range(0x00081301, 0x00081305),
    *range(0x00100011, 0x00100017),
    *range(0x00100041, 0x00100048),
    *(0x00102162, 0x0040A034, 0x0040A035, 0x0040B034, 0x0040B036, 0x0040B03B, 0x0040B03F),
    0x0040E012,
}
"""Rows of attributes that the standard has and pydicom 3.0 does not."""
KEPT_ROWS = {
    *("PaletteColorLookupTableUID", "GraphicAnnotationSequence", "UnformattedTextValue"),
    *("PresentationCreationDate", "PresentationCreationTime", "ContentCreatorName"),
    *("ContentCreatorIdentificationCodeSequence", "FiducialUID"),
    *("PresentationDisplayCollectionUID", "PresentationSequenceCollectionUID"),
}
"""Rows that cannot be redacted, besides overlays and curves (docs/spec/attributes.md)."""


def test_every_row_is_an_attribute() -> None:
    unknown = {tag for tag in list_actions() if not dictionary_has_tag(tag)}
    assert unknown <= NEWER
    assert all(keyword_for_tag(tag) for tag in list_actions() if tag not in NEWER)


def test_rows_ascend_and_none_comes_twice() -> None:
    for rows in ROWS.values():
        assert rows.split() == sorted(set(rows.split()))
        assert all(len(tag) == 8 and tag == tag.upper() for tag in rows.split())
    assert len(list_actions()) == sum(len(rows.split()) for rows in ROWS.values())


def test_the_table_has_every_row_of_its_edition() -> None:
    counts = Counter(action.value for action in list_actions().values())
    assert counts == {
        **{"D": 93, "Z": 42, "X": 412, "U": 55},
        **{"Z/D": 6, "X/Z": 11, "X/D": 23, "X/Z/D": 8, "X/Z/U*": 2},
    }


@pytest.mark.parametrize(
    ("keyword", "action"),
    [
        ("PatientName", Action.Z),
        ("PatientID", Action.ZD),
        ("PatientAge", Action.X),
        ("StudyDate", Action.Z),
        ("StationName", Action.XZD),
        ("SOPInstanceUID", Action.U),
        ("FrameOfReferenceUID", Action.U),
        ("SourceImageSequence", Action.XZU),
        ("Rows", None),
        ("Modality", None),
        ("SOPClassUID", None),
        ("PixelData", None),
    ],
)
def test_well_known_attributes_have_their_code(keyword: str, action: Action | None) -> None:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    assert find_action(int(tag)) is action


def test_private_attributes_curves_overlays_and_the_unknown_go() -> None:
    gone = [0x00091001, 0x00090010, 0x50003000, 0x50020010, 0x60003000, 0x601E4000, 0x00081234]
    assert {find_action(tag) for tag in gone} == {Action.X}
    stays = [0x60000010, 0x60001500, 0x00080000, 0x00081190]
    assert {find_action(tag) for tag in stays} == {None}


def test_what_cannot_be_redacted_is_known() -> None:
    kept = {tag for tag in list_actions() if policy.classify(tag_path(tag)) in KEPT}
    assert {keyword_for_tag(tag) for tag in kept} == KEPT_ROWS
