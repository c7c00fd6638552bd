"""No sequence hides how samples are measured and shown."""

from copy import deepcopy

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import part10, policy
from signing.dicom.policy import Change
from signing.dicom.table import AttributeClass, Effect
from tests.signing.dicom.images import Format, phantom, shipped
from tests.signing.dicom.test_policy import changes


def item(**values: object) -> Sequence:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return Sequence([made])


ICON = {"Rows": 2, "Columns": 2, "BitsAllocated": 8, "PixelData": bytes(4)}


@pytest.mark.parametrize(
    ("keyword", "items", "kind"),
    [
        ("RequestAttributesSequence", item(RescaleSlope="2"), AttributeClass.DISPLAY),
        ("ReferencedImageSequence", item(PixelSpacing=["2", "2"]), AttributeClass.GEOMETRY),
        ("ContributingEquipmentSequence", item(SliceThickness="9"), AttributeClass.GEOMETRY),
        ("AlternateRepresentationSequence", item(Rows=64), AttributeClass.PIXELS),
        ("PixelMeasuresSequence", item(PixelSpacing=["2", "2"]), AttributeClass.GEOMETRY),
        ("FrameAnatomySequence", item(FrameLaterality="L"), AttributeClass.GEOMETRY),
        ("IconImageSequence", item(**ICON, SliceThickness="9"), AttributeClass.GEOMETRY),
        (
            "RequestAttributesSequence",
            item(ReferencedStudySequence=item(WindowCenter="9")),
            AttributeClass.DISPLAY,
        ),
    ],
)
def test_no_sequence_hides_how_samples_are_measured_and_shown(
    keyword: str, items: Sequence, kind: AttributeClass
) -> None:
    before = part10.read(shipped("CT_small.dcm")).dataset
    after = deepcopy(before)
    setattr(after, keyword, items)
    (found,) = policy.compare(policy.select(before), after)
    assert (found.attribute_class, found.effect) == (kind, Effect.ALTERED)


@pytest.mark.parametrize(
    ("keyword", "items", "effect"),
    [
        ("RequestAttributesSequence", item(RequestedProcedureID="7"), Effect.NOTE),
        ("RequestAttributesSequence", item(RescaleSlope=""), Effect.NOTE),
        ("IconImageSequence", item(**ICON), Effect.NOTE),
        ("ContributingEquipmentSequence", item(Manufacturer="ROUTER"), Effect.FREE),
        (
            "OriginalAttributesSequence",
            item(ModifiedAttributesSequence=item(WindowCenter="9")),
            Effect.FREE,
        ),
    ],
)
def test_what_hides_nothing_keeps_its_class(keyword: str, items: Sequence, effect: Effect) -> None:
    assert changes(lambda d: setattr(d, keyword, items)) == [(keyword, Change.ADDED, effect)]


def test_a_sequence_that_grew_hides_nothing_in_its_new_items() -> None:
    before = part10.read(shipped("CT_small.dcm")).dataset
    before.ContributingEquipmentSequence = item(SliceThickness="5")
    honest, hiding = deepcopy(before), deepcopy(before)
    honest.ContributingEquipmentSequence.extend(item(Manufacturer="ROUTER"))
    hiding.ContributingEquipmentSequence.extend(item(SliceThickness="9"))
    sealed = policy.select(before)
    assert policy.compare(sealed, honest) == ()
    (found,) = policy.compare(sealed, hiding)
    assert (found.change, found.effect) == (Change.CHANGED, Effect.ALTERED)


@pytest.mark.parametrize("holder", [0x00990010, 0x00400275], ids=["private", "private in an item"])
def test_a_private_sequence_hides_nothing(holder: int) -> None:
    before = part10.read(shipped("CT_small.dcm")).dataset
    after = deepcopy(before)
    target = after
    if holder == 0x00400275:
        before.RequestAttributesSequence = item(RequestedProcedureID="7")
        after = deepcopy(before)
        target = after.RequestAttributesSequence[0]
    block = target.private_block(0x0099, "ARCHIVE", create=True)
    block.add_new(1, "SQ", item(ReferencedSOPInstanceUID="1.2"))
    (found,) = policy.compare(policy.select(before), after)
    assert (found.attribute_class, found.effect) == (AttributeClass.PRIVATE, Effect.NOTE)
    block.add_new(1, "SQ", item(RescaleSlope="2"))
    (found,) = policy.compare(policy.select(before), after)
    assert (found.attribute_class, found.effect) == (AttributeClass.DISPLAY, Effect.ALTERED)


def test_a_window_beside_the_macros_of_a_frame_is_a_change_of_display() -> None:
    before = phantom(Format())
    before.SharedFunctionalGroupsSequence = item(PixelMeasuresSequence=item(SliceThickness="1"))
    after = deepcopy(before)
    after.SharedFunctionalGroupsSequence[0].WindowCenter = "9"
    (found,) = policy.compare(policy.select(before), after)
    assert (found.path, found.effect) == ("52009229[0]/00281050", Effect.ALTERED)
    assert found.attribute_class is AttributeClass.DISPLAY
