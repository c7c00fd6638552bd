"""The Basic Profile on sealed images: what names the patient goes, and the rest still verifies."""

from collections.abc import Iterable
from functools import cache, partial
from hashlib import sha256
from typing import Any

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.commitments import tag_path
from signing.countersigning import countersign
from signing.dicom import part10, policy
from signing.dicom.table import KEPT
from signing.keys import PublicKey, Role
from signing.recovery import recover
from signing.redaction.confidentiality import list_actions
from signing.redaction.profile import BasicProfile
from signing.redaction.pseudonyms import Pseudonyms
from signing.redaction.release import redact
from signing.trust import Trust
from signing.verdict import Aspect, Scope, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.recoveries import KEY, damaged, recoverable
from tests.signing.seals import TRUST, seal_it
from tests.signing.strategies import OTHER
from tests.signing.test_survival import CREATOR, item, source

RUN = BasicProfile(Pseudonyms(bytes(range(32))))
MARK = "SENTINEL"
DAY, UID = "19610412", "1.2.3.4567890123"
SENTINELS: dict[str, Any] = {
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT", "UR"), MARK),
    **dict.fromkeys(("OB", "UN"), MARK.encode()),
    **{"AS": "077Y", "DA": DAY, "DT": f"{DAY}010203", "UI": UID, "TM": "010203"},
    **{"DS": "77.25", "IS": "7725", "US": 0x5A5A, "UL": 0x5A5A5A5A, "FD": 7.0, "SQ": Sequence()},
}
FORBIDDEN = (MARK, DAY, UID, "077Y", "77.25", "7725")


def person(**values: Any) -> Dataset:
    """An image of somebody, with what an image of today has."""
    dataset = source()
    given = {
        **{"PatientName": "Doe^Jane", "PatientBirthDate": DAY, "PatientSex": "F"},
        **{"PatientID": "4711", "StudyDate": "20240229", "StudyTime": "101112"},
        **{"AcquisitionDateTime": "20240301101113.5+0100", "InstitutionName": "St. Elsewhere"},
        "ReferencedImageSequence": [
            item(
                ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                ReferencedSOPInstanceUID="1.2.3.4",
            )
        ],
        **values,
    }
    for keyword, value in given.items():
        setattr(dataset, keyword, value)
    return dataset


@cache
def file_of_person() -> bytes:
    return part10.encode(seal_it(person()).dataset)


def sealed(**values: Any) -> Dataset:
    """That image, sealed, as read from its file."""
    data = part10.encode(seal_it(person(**values)).dataset) if values else file_of_person()
    return part10.parse(data).dataset


def copy_of(dataset: Dataset, profile: bool | BasicProfile = RUN) -> Dataset:
    """The redacted copy, as read from its file."""
    return images.reread(redact(dataset, basic_profile=profile))


def test_the_copy_is_partial_and_lists_what_is_gone_and_what_is_new() -> None:
    whole = sealed()
    before = part10.encode(whole)
    copy = copy_of(whole)
    assert part10.encode(whole) == before
    for deep in (False, True):
        report = verify(copy, TRUST, deep=deep)
        assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    changes = report.attributes
    assert changes is not None
    assert changes.changed == changes.removed == ()
    assert changes.added == ("00120062", "00120063", "00120064", "00280303")
    assert {"00100010", "00100030", "00100040", f"0029{{{CREATOR}}}01"} <= set(changes.redacted)
    assert {"00080018", "0020000D", "0020000E", "00100020", "00080020", "0008002A"} <= set(
        changes.replaced
    )
    assert report.aspects.identity is report.aspects.rest is Aspect.REDACTED
    assert {report.aspects.pixels, report.aspects.geometry, report.aspects.display} == {Aspect.PASS}
    assert report.sealed_at == ""


@pytest.mark.parametrize("name", ["rgb", "enhanced", "rle", "jpeg2000", "no-pixels", "lossy"])
def test_images_of_every_sort_are_partial(name: str) -> None:
    report = verify(copy_of(images.reread(seal_it(images.make(name)).dataset)), TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)


def test_the_copy_says_what_was_done() -> None:
    copy = copy_of(sealed())
    assert copy.PatientIdentityRemoved == "YES"
    assert copy.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [one.CodeValue for one in copy.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113107", "113111"]
    assert "BurnedInAnnotation" not in copy
    assert copy.DerivationDescription.startswith("Samples marked by scanseal")
    equipment = copy.ContributingEquipmentSequence[1]
    assert (equipment.Manufacturer, "ContributionDescription" in equipment) == ("scanseal", True)
    again = copy_of(copy)
    assert again.DeidentificationMethodCodeSequence == copy.DeidentificationMethodCodeSequence
    assert again.DeidentificationMethod == copy.DeidentificationMethod


def every_row() -> Iterable[int]:
    """Tags of the table that may stand in a data set and be taken out."""
    for tag in sorted(list_actions()):
        fixed = tag >> 16 < 8 or policy.classify(tag_path(tag)) in KEPT
        if dictionary_has_tag(tag) and not fixed:
            yield tag


def full() -> Dataset:
    """A data set with a telling value in every row."""
    dataset = Dataset()
    for tag in every_row():
        vr = dictionary_VR(tag)
        value = Sequence([item(PatientComments=MARK)]) if vr == "SQ" else SENTINELS[vr]
        dataset[tag] = DataElement(tag, vr, value)
    return dataset


@pytest.mark.parametrize("dates", [True, False])
def test_no_telling_value_of_any_row_stays_at_any_depth(dates: bool) -> None:
    dataset = images.plain(Modality="MR")
    dataset.update(full())
    inner = full()
    del inner[0x00081140]  # holds itself
    dataset.RadiopharmaceuticalInformationSequence = [item(TypeOfPatientID=MARK), inner]
    dataset.ReferencedImageSequence = [full()]
    dataset.preamble = MARK.encode() * 16
    whole = seal_it(dataset).dataset
    whole.file_meta.SourceApplicationEntityTitle = MARK
    copy = copy_of(whole, BasicProfile(RUN.pseudonyms, dates))
    assert copy.RadiopharmaceuticalInformationSequence[0].TypeOfPatientID == MARK  # in no row
    del copy.RadiopharmaceuticalInformationSequence[0]
    data = part10.encode(copy)
    assert [text for text in FORBIDDEN if text.encode() in data] == []
    assert (b"010203" in data) is dates
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL


def test_dates_go_back_by_the_same_days_and_times_stay() -> None:
    first = copy_of(sealed())
    other = copy_of(sealed(StudyDate="20240306"))
    days = RUN.pseudonyms.days("4711\0")
    assert (int(other.StudyDate) > int(first.StudyDate), days > 0) == (True, True)
    assert first.StudyTime == "101112"
    assert str(first.AcquisitionDateTime)[8:] == "101113.5+0100"
    assert str(first.PatientBirthDate) == ""
    stranger = copy_of(sealed(PatientID="4712"))
    assert stranger.StudyDate != first.StudyDate
    attributes = verify(first, TRUST).attributes
    assert attributes is not None
    assert "00080030" not in attributes.replaced + attributes.redacted


def test_dates_and_times_go_where_that_is_asked() -> None:
    copy = copy_of(sealed(), BasicProfile(RUN.pseudonyms, dates=False))
    assert (copy.StudyDate, copy.StudyTime) == ("", "")
    assert str(copy.AcquisitionDateTime) == "19000101000000"
    assert copy.LongitudinalTemporalInformationModified == "REMOVED"
    codes = [one.CodeValue for one in copy.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113111"]


def test_references_hold_within_a_run_and_between_runs_nothing_does() -> None:
    target = sealed(SOPInstanceUID="1.2.3.4")
    target.file_meta.MediaStorageSOPInstanceUID = target.SOPInstanceUID
    copies = [copy_of(sealed()), copy_of(target)]
    here, there = copies
    reference = here.ReferencedImageSequence[0]
    assert reference.ReferencedSOPInstanceUID == there.SOPInstanceUID != "1.2.3.4"
    assert reference.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.2"
    assert there.file_meta.MediaStorageSOPInstanceUID == there.SOPInstanceUID
    assert here.StudyInstanceUID == there.StudyInstanceUID
    assert here.PatientID == there.PatientID
    assert copy_of(sealed(), BasicProfile(RUN.pseudonyms)).StudyInstanceUID == here.StudyInstanceUID
    strange = copy_of(sealed(), True)
    assert strange.StudyInstanceUID != here.StudyInstanceUID
    assert strange.PatientID != here.PatientID


def test_a_reference_in_a_sequence_is_replaced_with_its_sequence() -> None:
    changes = verify(copy_of(sealed()), TRUST).attributes
    assert changes is not None
    assert "00081140" in changes.replaced


def test_private_attributes_go_at_every_depth_and_the_seal_stays() -> None:
    whole = sealed()
    inner = item(CodeMeaning="x")
    inner.private_block(0x0041, CREATOR, create=True).add_new(0x01, "LO", "hidden")
    dataset = person(PatientName="Doe", PurposeOfReferenceCodeSequence=[inner])
    copy = copy_of(images.reread(seal_it(dataset).dataset))
    groups = {tag.group for tag in copy.keys() if tag.is_private}
    assert groups == {0x0077}
    assert b"hidden" not in part10.encode(copy)
    assert copy.PurposeOfReferenceCodeSequence[0].CodeMeaning == "x"
    assert whole[0x00771001].value == copy_of(whole)[0x00771001].value


def per_frame(**values: Any) -> Dataset:
    """An enhanced image with dates and private attributes in its functional groups."""
    dataset = images.make("enhanced")
    frame = dataset.PerFrameFunctionalGroupsSequence[0]
    frame.FrameContentSequence = [item(FrameAcquisitionDateTime=f"{DAY}101010", **values)]
    frame.private_block(0x0041, CREATOR, create=True).add_new(0x01, "LO", "hidden")
    return dataset


def test_functional_groups_lose_dates_and_private_attributes_and_keep_their_geometry() -> None:
    copy = copy_of(images.reread(seal_it(per_frame()).dataset))
    report = verify(copy, TRUST)
    assert (report.verdict, report.aspects.geometry) == (Verdict.PARTIAL, Aspect.PASS)
    data = part10.encode(copy)
    assert DAY.encode() not in data
    assert b"hidden" not in data


def test_further_attributes_go_with_the_profile() -> None:
    copy = redact(sealed(), ["KVP"], basic_profile=True)
    changes = verify(copy, TRUST).attributes
    assert changes is not None
    assert {"00180060", "00100010"} <= set(changes.redacted)


def test_what_contradicts_the_seal_is_altered_all_the_same() -> None:
    whole = sealed()
    whole.KVP = "140"
    assert verify(copy_of(whole), TRUST).verdict is Verdict.ALTERED
    copy = copy_of(sealed())
    copy.StudyTime = "101113"
    assert verify(copy, TRUST).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    "value", ["2024    ", "20241301", "99999999", "00010101", "someday ", "-0241031", "2024.2.1"]
)
def test_a_date_that_is_none_is_emptied(value: str) -> None:
    written = part10.encode(person()).replace(b"20240229", value.encode())
    whole = images.reread(seal_it(part10.parse(written).dataset).dataset)
    copy = copy_of(whole)
    assert not copy.StudyDate
    assert value.encode() not in part10.encode(copy)
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL


def test_items_of_the_input_are_not_changed() -> None:
    dataset = source()
    dataset.RequestAttributesSequence.append(item(PatientID="hidden", RequestedProcedureID="5"))
    whole = seal_it(dataset).dataset
    before = part10.encode(whole)
    for act in (partial(redact, remove=["PatientID"]), partial(redact, basic_profile=True)):
        assert b"hidden" not in part10.encode(act(whole))
        assert part10.encode(whole) == before


def test_a_standard_value_in_the_wrong_place_is_taken_out() -> None:
    """An attribute that no dictionary knows can say anything."""
    dataset = person()
    dataset.add_new(0x00091001, "LO", MARK)  # no creator
    dataset.add_new(0x0018FF01, "LO", MARK)
    copy = copy_of(images.reread(seal_it(dataset).dataset))
    assert MARK.encode() not in part10.encode(copy)
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL


def test_a_sequence_of_unknown_vr_is_looked_through() -> None:
    """As a passage through implicit VR leaves it."""
    dataset = person(RadiopharmaceuticalInformationSequence=[item(PatientComments="XYZ hidden")])
    data = part10.encode(dataset)
    head = bytes.fromhex("54001600") + b"SQ"
    assert data.count(head) == 1
    inner = bytes.fromhex("10000040") + b"LT" + bytes([10, 0]) + b"XYZ hidden"
    assert inner in data
    # Items of UN are implicit VR (PS3.5 6.2.2).
    data = data.replace(head, head[:4] + b"UN")
    data = data.replace(inner, inner[:4] + bytes([10, 0, 0, 0]) + b"XYZ hidden")
    copy = copy_of(images.reread(seal_it(part10.parse(data).dataset).dataset))
    assert b"hidden" not in part10.encode(copy)
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL


@pytest.mark.parametrize(("keyword", "stays"), [("PixelSpacing", True), ("PatientWeight", False)])
def test_a_value_that_cannot_be_read_goes_where_it_is_named(keyword: str, stays: bool) -> None:
    written = part10.encode(person(**{keyword: ["77.25", "77.25"]}))
    odd = part10.parse(written.replace(b"77.25\\77.25", b"Doe\\Jane   ")).dataset
    copy = copy_of(images.reread(seal_it(odd).dataset))
    assert (b"Doe\\Jane" in part10.encode(copy)) is stays
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL


def test_a_chain_of_signers_outlives_it() -> None:
    archive = Trust.of(PublicKey(OTHER.public_key, "archive", Role.ARCHIVE))
    copy = copy_of(countersign(sealed(), OTHER, TRUST))
    for trust in (TRUST, archive):
        assert verify(copy, trust).verdict is Verdict.PARTIAL


def test_damage_to_a_copy_is_recovered_from_its_samples() -> None:
    copy = copy_of(recoverable())
    assert {tag.element for tag in copy.keys() if tag.group == 0x77} == {16, 0x1001, 0x1002, 0x1005}
    assert verify(copy, TRUST, deep=True).verdict is Verdict.PARTIAL
    whole = damaged(copy)
    assert verify(whole, TRUST).verdict is Verdict.ALTERED
    mended = recover(whole, TRUST, KEY)
    assert mended.SOPInstanceUID != whole.SOPInstanceUID


def test_pseudonyms_are_none_of_the_hashes_of_the_old_values() -> None:
    copy = copy_of(sealed())
    number = int(copy.StudyInstanceUID.removeprefix("2.25."))
    plain = int.from_bytes(sha256(b"1.2.3.4").digest()[:16], "big")
    assert number != plain
    assert sha256(b"4711").hexdigest()[:16].upper() != copy.PatientID
