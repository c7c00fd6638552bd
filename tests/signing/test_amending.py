"""Amend: what is signed again, what is refused, what stays as it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.sequence import Sequence

from signing.amending import AmendOptions, amend, amend_file
from signing.amendment import MAX_AMENDMENTS
from signing.commitments import SEAL_REASON
from signing.dicom import part10
from signing.errors import (
    LimitExceeded,
    MalformedBlock,
    MalformedKey,
    NotAmendable,
    NotAuthentic,
    NotSealed,
    OutputExists,
)
from signing.redaction.release import redact
from signing.report.text import explain
from signing.requirements import DEFAULT
from signing.sealparts import read_seal
from signing.trust import Trust
from signing.verdict import Aspect, Code, Outcome, Report, Scope, Verdict
from tests.signing import images, seals
from tests.signing.amendments import (
    ALL,
    ARCHIVE,
    GRANTED,
    PATIENT,
    REASON,
    SIDE,
    again,
    changed,
    held_by,
    judged,
    merged,
    with_block,
)
from tests.signing.authorities import leaf
from tests.signing.images import KINDS
from tests.signing.seals import STRANGERS, TRUST, sealed, stripped
from tests.signing.strategies import SIGNER
from tests.signing.test_certified import WIDE
from tests.signing.test_survival import item, source


@pytest.mark.parametrize("name", KINDS)
def test_a_merged_patient_is_authentic_and_amended_in_every_kind(name: str) -> None:
    dataset = amend(changed(sealed(name)), ARCHIVE, REASON)
    report = judged(images.reread(dataset))
    assert report.verdict is Verdict.AUTHENTIC
    assert report.attributes is not None
    assert report.attributes.amended == (PATIENT,)
    assert report.attributes.changed == ()
    assert report.aspects.identity is Aspect.AMENDED
    assert all(f.outcome is Outcome.PASS for f in report.findings)


def test_the_report_names_amender_reason_and_attribute() -> None:
    report = judged(merged())
    (amender,) = report.amendments
    assert (amender.signer.name, amender.signer.role) == ("archive", "archive")
    assert (amender.counts, amender.attributes) == (True, (PATIENT,))
    assert amender.reason == REASON
    assert len(amender.claimed) == len("2026-11-23T10:00:00Z")
    (told,) = [f for f in report.findings if f.code is Code.ATTRIBUTES_AMENDED]
    assert (told.where, told.detail) == ("(0010,0020) PatientID", "by archive, archive")
    assert report.signer is not None and report.signer.name == "scanner"


def test_a_laterality_is_corrected() -> None:
    for values in ({"Laterality": "L"}, {"PatientOrientation": ["A", "H"]}, {"StudyDate": None}):
        report = judged(amend(changed(**values), ARCHIVE, "wrong side"))
        assert report.verdict is Verdict.AUTHENTIC
        assert report.aspects.identity is Aspect.AMENDED


def test_added_removed_and_changed_can_all_be_amended() -> None:
    dataset = changed(PatientID="X-1", PatientSex="F", PatientBirthDate="19500101", StudyDate=None)
    report = judged(amend(dataset, ARCHIVE, REASON))
    assert report.verdict is Verdict.AUTHENTIC
    assert report.attributes is not None
    assert {PATIENT, "00100040", "00080020"} <= set(report.attributes.amended)
    assert report.attributes.added == report.attributes.removed == ()


def test_a_changed_time_is_amended_in_the_rest() -> None:
    dataset = changed(seals.seal_it(source()).dataset, ContentTime="111500.5")
    report = judged(amend(dataset, ARCHIVE, "clock was wrong"))
    assert report.verdict is Verdict.AUTHENTIC
    assert report.aspects.rest is Aspect.AMENDED
    assert report.aspects.identity is Aspect.PASS


def test_nothing_but_two_elements_changes_and_the_input_stays() -> None:
    before = changed()
    whole = part10.encode(before)
    after = amend(before, ARCHIVE, REASON)
    assert part10.encode(before) == whole
    tags = (seals.ELEMENT_01, seals.ELEMENT_02)
    assert part10.encode(seals.without(before, *tags)) == part10.encode(seals.without(after, *tags))
    assert replace(held_by(after), amended=()) == held_by(before)


def test_only_the_named_attribute_is_signed() -> None:
    dataset = changed(PatientID="X-1", Laterality="L")
    with pytest.raises(NotAmendable, match="Laterality differs too, and is not named"):
        amend(dataset, ARCHIVE, REASON, ("PatientID",))
    for names in (("PatientID", "Laterality"), (PATIENT, SIDE), None):
        (amender,) = judged(amend(dataset, ARCHIVE, REASON, names)).amendments
        assert amender.attributes == (PATIENT, SIDE)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Rows", "gives the samples their meaning"),
        ("BitsStored", "gives the samples their meaning"),
        ("PixelSpacing", "gives the samples their meaning"),
        ("WindowCenter", "gives the samples their meaning"),
        ("RescaleSlope", "gives the samples their meaning"),
        ("SOPInstanceUID", "class instance"),
        ("KVP", "class quantity"),
        ("StudyDescription", "class notes"),
        ("0029{ACME}10", "class private"),
        ("PixelData", "not an attribute that is sealed"),
        ("seal/time", "not an attribute that is sealed"),
        ("NoSuchName", "neither a keyword nor the path"),
        ("", "neither a keyword nor the path"),
        ("PatientName", "is as it was sealed"),
    ],
)
def test_what_may_not_be_amended_is_refused_by_name(name: str, why: str) -> None:
    with pytest.raises(NotAmendable, match=why):
        amend(changed(), ARCHIVE, REASON, (name,))


def test_where_nothing_differs_there_is_nothing_to_sign() -> None:
    for dataset in (sealed(), changed(StudyDescription="another"), merged()):
        with pytest.raises(NotAmendable, match="nothing differs"):
            amend(dataset, ARCHIVE, REASON)
    with pytest.raises(NotAmendable, match="no attribute is named"):
        amend(changed(), ARCHIVE, REASON, ())


@pytest.mark.parametrize(
    "reason", ["", " merge", "a\nb", "x" * 257, "\u20ac" * 257, "was merged-7", "of Doe"]
)
def test_a_reason_that_reports_could_not_show_is_refused(reason: str) -> None:
    dataset = changed(PatientID="MERGED-7", PatientName="Doe^Jane")
    with pytest.raises(NotAmendable) as caught:
        amend(dataset, ARCHIVE, reason)
    assert "MERGED" not in str(caught.value) and "Doe" not in str(caught.value)


@pytest.mark.parametrize("name", ["X-1", "A-12/7"])
def test_a_number_of_short_words_is_found_in_a_reason_too(name: str) -> None:
    dataset = changed(PatientID=name)
    with pytest.raises(NotAmendable, match="PatientID"):
        amend(dataset, ARCHIVE, f"merged with {name.lower()} today")
    assert amend(dataset, ARCHIVE, "merged today")


def test_a_placeholder_for_a_name_may_stand_in_a_reason() -> None:
    dataset = changed(PatientID="MERGED-7", PatientName="Patient^Unknown")
    report = judged(amend(dataset, ARCHIVE, "unknown patient, known now"))
    assert report.verdict is Verdict.AUTHENTIC


def test_a_forgery_beside_the_change_is_not_amended() -> None:
    frames = seals.frames_of(sealed())
    frames[0][3, 4] ^= 1
    with pytest.raises(NotAuthentic):
        amend(seals.with_frames(changed(), frames), ARCHIVE, REASON)
    for name, forged in (
        ("PixelSpacing", changed(PatientID="X-1", PixelSpacing=["9", "9"])),
        ("SOPInstanceUID", changed(PatientID="X-1", SOPInstanceUID="1.2.3")),
    ):
        with pytest.raises(NotAmendable, match=f"{name} differs too, and nobody may amend it"):
            amend(forged, ARCHIVE, REASON)


def test_what_bears_no_whole_seal_is_refused() -> None:
    for bare in (images.make("monochrome2-12"), stripped(changed())):
        with pytest.raises(NotSealed):
            amend(bare, ARCHIVE, REASON)
    with pytest.raises(MalformedBlock):
        amend(with_block(changed(), disclosures=None), ARCHIVE, REASON)


def test_with_trust_only_the_seals_of_trusted_signers_are_amended() -> None:
    dataset = amend(changed(), ARCHIVE, REASON, options=AmendOptions(trust=TRUST))
    assert judged(dataset).verdict is Verdict.AUTHENTIC
    with pytest.raises(NotAuthentic) as caught:
        amend(changed(), ARCHIVE, REASON, options=AmendOptions(trust=STRANGERS))
    report = caught.value.report
    assert isinstance(report, Report) and report.verdict is Verdict.UNTRUSTED


def test_amendments_follow_each_other_up_to_a_most() -> None:
    dataset = merged()
    for number in range(2, MAX_AMENDMENTS + 1):
        dataset = again(dataset, PatientID=f"TURN-{number}")
    report = judged(dataset)
    assert report.verdict is Verdict.AUTHENTIC
    assert len(report.amendments) == MAX_AMENDMENTS
    with pytest.raises(LimitExceeded, match="amendments"):
        again(dataset, PatientID="ONE-MORE")


def test_certificates_of_the_amender_travel_along() -> None:
    made = leaf("archive", **WIDE)
    dataset = amend(changed(), ARCHIVE, REASON, options=AmendOptions(certificates=(made.der,)))
    assert read_seal(dataset).certificates_of_keys == (made.der,)
    anchored = Trust(TRUST.keys, anchors=(made.credential,))
    assert judged(dataset, anchored).amendments[0].signer.trusted
    assert judged(dataset, TRUST).verdict is Verdict.ALTERED
    with pytest.raises(MalformedKey):
        amend(changed(), SIGNER, REASON, options=AmendOptions(certificates=(made.der,)))


def test_a_value_in_the_place_of_a_redacted_one_can_be_vouched_for() -> None:
    """The amender answers for the new value; what was taken out stays unproved."""
    copy = redact(sealed(), ["PatientID"])
    copy.PatientID = "STUDY-1"
    with pytest.raises(NotAmendable, match="nothing differs"):
        amend(copy, ARCHIVE, "pseudonym")
    report = judged(amend(copy, ARCHIVE, "pseudonym", ("PatientID",)))
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert (report.attributes.amended, report.attributes.replaced) == ((PATIENT,), ())
    with pytest.raises(NotAmendable, match="was taken out"):
        amend(redact(sealed(), ["PatientID"]), ARCHIVE, "none", ("PatientID",))


def test_files_are_amended_whole_or_not_at_all(tmp_path: Path) -> None:
    source, target = tmp_path / "in.dcm", tmp_path / "out.dcm"
    part10.write(changed(), source, False)
    done = amend_file(source, target, ARCHIVE, REASON, AmendOptions())
    assert (done.attributes, done.amendments) == ((PATIENT,), 1)
    assert judged(part10.read(target).dataset).verdict is Verdict.AUTHENTIC
    with pytest.raises(OutputExists):
        amend_file(source, target, ARCHIVE, REASON, AmendOptions())
    with pytest.raises(NotAmendable):
        amend_file(target, tmp_path / "none.dcm", ARCHIVE, REASON, AmendOptions())
    assert not (tmp_path / "none.dcm").exists()


def test_the_envelope_holds_neither_value_nor_reason_nor_path() -> None:
    element = merged()[seals.ELEMENT_01].value
    for text in ("MERGED-7", REASON, PATIENT, "seal/reason"):
        assert text.encode() not in element
    rows = held_by(merged()).amended[0].rows
    assert {row.path for row in rows} == {PATIENT, SEAL_REASON, "seal/time"}


def test_an_original_attributes_sequence_explains_and_never_excuses() -> None:
    dataset = changed()
    modified = item(PatientID=str(sealed().PatientID))
    dataset.OriginalAttributesSequence = Sequence(
        [
            item(
                AttributeModificationDateTime="20261123100000",
                ModifyingSystem="PACS",
                ReasonForTheAttributeModification="COERCE",
                ModifiedAttributesSequence=Sequence([modified]),
            )
        ]
    )
    report = judged(dataset)
    assert report.verdict is Verdict.ALTERED
    assert report.attributes is not None
    assert (report.attributes.changed, report.attributes.amended) == ((PATIENT,), ())
    (told,) = [f for f in report.findings if f.code is Code.ATTRIBUTES_RECORDED]
    assert told.where == "(0010,0020) PatientID"
    assert "excuses nothing" in " ".join(explain(report))
    after = judged(amend(dataset, ARCHIVE, REASON))
    assert after.verdict is Verdict.AUTHENTIC
    assert Code.ATTRIBUTES_RECORDED not in {f.code for f in after.findings}


def test_the_grant_is_the_readers_not_the_writers() -> None:
    assert judged(merged(), ALL, GRANTED).verdict is Verdict.AUTHENTIC
    assert judged(merged(), TRUST, GRANTED).verdict is Verdict.ALTERED
    assert judged(merged(), ALL, DEFAULT).verdict is Verdict.ALTERED
