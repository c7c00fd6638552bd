"""What the other verbs make of an instance that was amended."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from signing.amending import AmendOptions, amend, amend_file
from signing.commitments import REDACTED, Leaf
from signing.countersigning import countersign
from signing.dicom import part10
from signing.errors import LimitExceeded, NotAuthentic
from signing.inspection import inspect_path
from signing.redaction.release import redact
from signing.report.text import explain
from signing.report.words import AMENDED, judge
from signing.requirements import DEFAULT
from signing.restoration import list_amended, restore, restore_file
from signing.scrubbing import scrub
from signing.trust import Trust
from signing.verdict import Aspect, Code, Scope, Verdict
from tests.signing import images, seals
from tests.signing.amendments import (
    AI,
    ALL,
    ARCHIVE,
    GRANTED,
    PATIENT,
    REASON,
    again,
    changed,
    envelopes_of,
    held_by,
    judged,
    merged,
    with_envelopes,
)
from tests.signing.seals import TRUST, failed, sealed
from tests.signing.strategies import SIGNER

BORN = "19610412"


def corrected() -> Dataset:
    """Return an instance whose birth date was wrong, corrected and amended."""
    return amend(changed(PatientBirthDate=BORN), ARCHIVE, "typing error")


def test_a_redacted_attribute_loses_the_amendments_salt_too() -> None:
    copy = images.reread(redact(corrected(), ["PatientBirthDate"]))
    report = judged(copy)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert "00100030" in report.attributes.redacted
    assert report.attributes.amended == report.attributes.replaced == ()
    assert report.aspects.identity is Aspect.REDACTED
    (found,) = held_by(copy).amended
    assert {row.type for row in found.rows} == {REDACTED}
    assert report.amendments[0].reason == report.amendments[0].claimed == ""


def test_an_amended_birth_date_cannot_be_guessed_once_it_is_redacted() -> None:
    """Days of a century, the true one too, under every salt that is left."""
    whole, copy = corrected(), redact(corrected(), ["PatientBirthDate"])
    days = [f"{date(1920, 1, 1) + timedelta(days=n):%Y%m%d}" for n in range(36_525)]
    assert BORN in days

    def guessed(held: Dataset, among: list[str]) -> set[str]:
        disclosures = held_by(held)
        rows = [*disclosures.rows, *(r for a in disclosures.amended for r in a.rows)]
        salts = {row.salt for row in rows if row.salt is not None} | {disclosures.seed, bytes(16)}
        wanted = {row.digest for row in rows if row.path == "00100030"}
        return {
            day
            for day in among
            for salt in salts
            if salt is not None and Leaf("00100030", "DA", salt, day.encode()).commitment in wanted
        }

    assert guessed(whole, [BORN]) == {BORN}
    assert guessed(copy, [*days[:: len(days) // 300], BORN]) == set()
    data = part10.encode(copy)
    assert BORN.encode() not in data and b"typing error" not in data


def test_the_basic_profile_takes_out_what_amendments_tell() -> None:
    """Also of an attribute that was added later, and taken out again by another program."""
    dataset = again(corrected(), PatientSex="F", PatientID="MERGED-7")
    del dataset.PatientSex
    copy = images.reread(redact(dataset, basic_profile=True))
    salts = {row.path for listed in held_by(copy).amended for row in listed.rows if row.disclosed}
    assert salts == set()
    report = judged(copy)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None and report.attributes.amended == ()


def test_redacting_something_else_keeps_what_was_amended() -> None:
    report = judged(redact(merged(), ["PatientName"]))
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None and report.attributes.amended == (PATIENT,)
    assert report.aspects.identity is Aspect.REDACTED


def test_a_redacted_copy_can_be_amended_again() -> None:
    copy = redact(merged(), ["PatientName"])
    report = judged(again(copy, Laterality="L"))
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert report.attributes.amended == (PATIENT, "00200060")


def test_restoring_keeps_the_amended_value_and_says_so() -> None:
    """Of the sealed value there is only a commitment: nobody can put it back."""
    source = images.make("monochrome2-12")
    before, after = part10.encode(source), restore(merged())
    assert after.PatientID == "MERGED-7"
    after.PatientID = source.PatientID
    assert part10.encode(after) == before
    assert list_amended(merged()) == (PATIENT,)
    assert list_amended(sealed()) == list_amended(source) == ()


def test_restoring_with_trust_asks_who_may_amend() -> None:
    assert restore(merged(), ALL, GRANTED).PatientID == "MERGED-7"
    for trust, policy in ((ALL, DEFAULT), (TRUST, GRANTED)):
        with pytest.raises(NotAuthentic):
            restore(merged(), trust, policy)


def test_a_restored_file_names_what_was_amended(tmp_path: Path) -> None:
    part10.write(merged(), tmp_path / "in.dcm", False)
    assert restore_file(tmp_path / "in.dcm", tmp_path / "out.dcm") == (PATIENT,)


def test_sealing_anew_seals_what_was_amended_and_says_so() -> None:
    done = seals.seal_it(merged(), reseal=True)
    assert done.notices == ("sealed as amended: (0010,0020) PatientID",)
    report = judged(done.dataset, TRUST, DEFAULT)
    assert report.verdict is Verdict.AUTHENTIC
    assert report.amendments == ()
    with pytest.raises(NotAuthentic):  # changed since: nobody answers for that
        seals.seal_it(changed(merged(), PatientID="ANOTHER"), reseal=True)


def test_scrubbing_leaves_nothing_of_an_amendment() -> None:
    data = part10.encode(scrub(merged()))
    assert b"scanseal" not in data and REASON.encode() not in data


def test_a_chain_over_an_amended_seal_needs_the_grant_and_holds_the_amendment_fast() -> None:
    with pytest.raises(NotAuthentic):
        countersign(merged(), AI, ALL)
    chained = countersign(merged(), AI, ALL, policy=GRANTED)
    report = judged(chained)
    assert report.verdict is Verdict.AUTHENTIC
    assert report.attributes is not None and report.attributes.amended == (PATIENT,)
    assert len(report.custody) == 2
    less = [data for data in envelopes_of(chained) if b"/amendment" not in data]
    back = changed(with_envelopes(chained, less), PatientID=str(sealed().PatientID))
    lost = judged(back)
    assert lost.verdict is Verdict.ALTERED
    assert Code.CUSTODY_EARLIER in failed(lost)


def test_a_chained_seal_can_be_amended_and_holds_under_every_signer() -> None:
    chained = countersign(sealed(), AI, TRUST)
    dataset = amend(changed(chained), ARCHIVE, REASON)
    late = Trust.of(*ALL.keys[1:])
    for trust in (ALL, late):
        report = judged(dataset, trust)
        assert report.verdict is Verdict.AUTHENTIC
        assert report.attributes is not None and report.attributes.amended == (PATIENT,)
    twice = amend(
        changed(dataset, Laterality="L"), ARCHIVE, "side", options=AmendOptions(trust=late)
    )
    assert judged(twice).verdict is judged(twice, late).verdict is Verdict.AUTHENTIC


def test_a_chain_names_at_most_as_many_envelopes_as_a_statement_can() -> None:
    dataset = merged()
    for number in range(2, 16):
        dataset = again(dataset, PatientID=f"TURN-{number}")
    with pytest.raises(LimitExceeded, match="statements and amendments"):
        countersign(dataset, AI, ALL, policy=GRANTED)


def test_what_was_amended_can_be_seen_without_a_key(tmp_path: Path) -> None:
    part10.write(merged(), tmp_path / "in.dcm", False)
    facts = inspect_path(tmp_path / "in.dcm")
    assert [a["earlier_amendments"] for a in facts["amendments"]] == [0]
    assert facts["disclosures"][0]["amended"] == [PATIENT]
    assert "MERGED-7" not in str(facts)


def test_reports_tell_an_amendment_in_words() -> None:
    report = judged(merged())
    assert judge(report) is AMENDED
    (line, tags) = [text for text in explain(report) if "amend" in text]
    assert line.startswith("amendment 1 of 1: archive, archive, claimed 20")
    assert REASON in line and PATIENT in line
    assert tags == f"attributes amended: {PATIENT}"
    refused = [t for t in explain(judged(merged(), ALL, DEFAULT)) if t.startswith("amendment 1")]
    assert refused == ["amendment 1 of 1: archive, archive: does not count"]


def test_an_amender_may_be_the_one_who_sealed(tmp_path: Path) -> None:
    part10.write(changed(), tmp_path / "in.dcm", False)
    done = amend_file(
        tmp_path / "in.dcm", tmp_path / "out.dcm", SIGNER, REASON, AmendOptions(trust=TRUST)
    )
    assert done.attributes == (PATIENT,)
    assert judged(part10.read(tmp_path / "out.dcm").dataset).verdict is Verdict.ALTERED


def test_a_copy_of_which_a_region_was_taken_out_can_be_amended() -> None:
    copy = redact(sealed(), boxes=[(0, 32, 32, 32, 32)])
    report = judged(amend(changed(copy), ARCHIVE, REASON))
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None and report.attributes.amended == (PATIENT,)
    after = judged(redact(merged(), boxes=[(0, 32, 32, 32, 32)]))
    assert (after.verdict, after.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert after.attributes is not None and after.attributes.amended == (PATIENT,)
