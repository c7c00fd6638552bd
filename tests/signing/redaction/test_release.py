"""Attributes taken out: the rest still verifies, and what is gone cannot be guessed."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from signing.commitments import REDACTED, Leaf
from signing.dicom import part10
from signing.dicom.block import read_blocks, write_block
from signing.errors import NotRedactable, NotRestorable, NotSealed
from signing.redaction.release import redact, redact_file
from signing.restoration import restore
from signing.sealparts import read_seal
from signing.stamps import Stamp
from signing.verdict import Aspect, Code, Scope, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.authorities import MIDDLE, SCANNER
from tests.signing.seals import TRUST, seal_it
from tests.signing.test_survival import CREATOR, item, source

NAMES = ("PatientName", "PatientBirthDate", "PatientSex")
BORN = "19610412"


def sealed() -> Dataset:
    """A sealed image of somebody."""
    dataset = source()
    dataset.PatientName, dataset.PatientBirthDate, dataset.PatientSex = "Doe^Jane", BORN, "F"
    return seal_it(dataset).dataset


def test_a_redacted_copy_is_partial_and_lists_what_is_gone() -> None:
    whole = sealed()
    before = part10.encode(whole)
    copy = images.reread(redact(whole, NAMES))
    assert part10.encode(whole) == before
    report = verify(copy, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    gone = {"00100010", "00100030", "00100040"}
    assert gone <= set(report.attributes.redacted)
    assert set(report.attributes.redacted) - gone == {
        "seal/restoration",
        "seal/station",
        "seal/time",
    } & set(read_seal(whole).disclosures[0].by_path())
    assert report.attributes.replaced == report.attributes.changed == ()
    assert report.aspects.identity is Aspect.REDACTED
    assert {report.aspects.pixels, report.aspects.geometry, report.aspects.rest} == {Aspect.PASS}
    assert report.sealed_at == ""
    assert [copy.get(name) for name in NAMES] == ["", "", ""]


def test_what_is_left_is_held_to_the_seal_as_before() -> None:
    copy = redact(sealed(), NAMES)
    copy.PatientID = "other"
    assert verify(copy, TRUST).verdict is Verdict.ALTERED
    again = redact(sealed(), NAMES)
    again.PixelSpacing = ["9", "9"]
    assert verify(again, TRUST).verdict is Verdict.ALTERED


def test_a_new_value_in_the_place_is_replaced_and_unproved() -> None:
    copy = redact(sealed(), NAMES)
    copy.PatientName = "ANONYMOUS"
    report = verify(copy, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert report.attributes.replaced == ("00100010",)


def test_birth_date_and_sex_cannot_be_guessed() -> None:
    """Days of a century, the true one too, under every salt that is left."""
    copy = redact(sealed(), NAMES)
    (held,) = read_seal(copy).disclosures
    rows = held.by_path()
    salts = {row.salt for row in held.rows if row.salt is not None} | {held.seed, bytes(16)}
    wanted = {rows["00100030"].digest, rows["00100040"].digest}
    assert {rows[path].type for path in ("00100030", "00100040")} == {REDACTED}
    days = [f"{date(1920, 1, 1) + timedelta(days=n):%Y%m%d}" for n in range(0, 36_525)]
    assert BORN in days
    for day in [*days[:: len(days) // 300], BORN]:
        for salt in salts:
            assert salt is not None
            assert Leaf("00100030", "DA", salt, day.encode()).commitment not in wanted
    for sex in ("F", "M", "O"):
        for salt in salts:
            assert salt is not None
            assert Leaf("00100040", "CS", salt, sex.encode()).commitment not in wanted
    data = part10.encode(copy)
    for text in (BORN, "Doe^Jane"):
        assert text.encode() not in data
        assert sha256(text.encode()).digest() not in data


def test_the_true_salt_would_have_opened_it() -> None:
    row = read_seal(sealed()).disclosures[0].by_path()["00100030"]
    assert row.salt is not None
    assert Leaf("00100030", "DA", row.salt, BORN.encode()).commitment == row.digest


@pytest.mark.parametrize(
    "name", ["PixelSpacing", "Rows", "WindowCenter", "00281052", "LargestImagePixelValue"]
)
def test_what_gives_samples_their_meaning_stays(name: str) -> None:
    with pytest.raises(NotRedactable, match="gives the samples their meaning"):
        redact(sealed(), [name])


@pytest.mark.parametrize(
    "name", ["NoSuchName", "", "0010001", "seal/time", "PixelData", "00110010x", "[0]"]
)
def test_what_is_no_attribute_is_refused(name: str) -> None:
    with pytest.raises(NotRedactable):
        redact(sealed(), [name])


def test_private_attributes_go_by_their_path() -> None:
    path = f"0029{{{CREATOR}}}01"
    report = verify(redact(sealed(), [path]), TRUST)
    assert report.attributes is not None
    assert path in report.attributes.redacted
    inner = f"00400275[0]/0041{{{CREATOR}}}01"
    report = verify(redact(sealed(), [inner]), TRUST)
    assert report.attributes is not None
    assert (report.verdict, inner in report.attributes.redacted) == (Verdict.PARTIAL, True)


def test_an_attribute_in_a_sequence_takes_the_proof_of_the_sequence_with_it() -> None:
    dataset = source()
    dataset.RequestAttributesSequence.append(item(PatientID="hidden", RequestedProcedureID="5"))
    whole = seal_it(dataset).dataset
    before = part10.encode(whole)
    copy = redact(whole, ["PatientID"])
    assert part10.encode(whole) == before
    assert b"hidden" not in part10.encode(copy)
    report = verify(copy, TRUST)
    assert report.verdict is Verdict.PARTIAL
    assert report.attributes is not None
    assert report.attributes.replaced == ("00400275",)
    assert "00100020" in report.attributes.redacted


def test_a_redacted_copy_keeps_its_mark_and_cannot_be_restored() -> None:
    copy = redact(sealed(), NAMES)
    assert verify(copy, TRUST, deep=True).verdict is Verdict.PARTIAL
    assert read_blocks(copy)[0].restoration is None
    with pytest.raises(NotRestorable):
        restore(copy)


def test_the_certificates_of_the_signer_stay_and_stamps_go() -> None:
    whole = sealed()
    (one,) = read_blocks(whole)
    (held,) = read_seal(whole).disclosures
    links, stamps = (SCANNER.der, MIDDLE.der), (Stamp(bytes(32), bytes(300)),)
    body = replace(held, certificates=links, stamps=stamps).encoded
    write_block(whole, replace(one, disclosures=body))
    (left,) = read_seal(redact(whole, NAMES)).disclosures
    assert (left.certificates, left.stamps) == (links, ())


def test_redacting_twice_adds_up() -> None:
    copy = redact(redact(sealed(), NAMES[:1]), NAMES[1:])
    once = redact(sealed(), NAMES)
    reports = [verify(one, TRUST) for one in (copy, once)]
    assert all(a.attributes == b.attributes for a, b in pairwise(reports))
    assert {report.verdict for report in reports} == {Verdict.PARTIAL}


def test_what_bears_no_seal_is_refused() -> None:
    with pytest.raises(NotSealed):
        redact(images.plain(), NAMES)


def test_a_file_is_redacted_into_another(tmp_path: Path) -> None:
    here, there = tmp_path / "a.dcm", tmp_path / "b.dcm"
    part10.write(sealed(), here)
    before = here.read_bytes()
    redact_file(here, there, NAMES)
    assert here.read_bytes() == before
    report = verify(part10.read(there).dataset, TRUST)
    assert report.verdict is Verdict.PARTIAL
    assert {f.code for f in report.findings if f.outcome == "skipped"} >= {
        Code.ATTRIBUTES_DISCLOSED
    }


def test_signatures_over_what_is_gone_go_too() -> None:
    """Their digests are not salted: every birthday of a century could be tried against one."""
    dataset = source()
    dataset.PatientBirthDate = BORN
    mac = sha256(BORN.encode()).digest()
    dataset.DigitalSignaturesSequence = Items(
        [item(MACIDNumber=1, DigitalSignatureUID="1.2.3", Signature=mac)]
    )
    dataset.ReferencedSOPInstanceMACSequence = Items([item(MAC=mac)])
    dataset.ReferencedSeriesSequence = Items([item(DigitalSignaturesSequence=Items([item()]))])
    inner = dataset.ReferencedSeriesSequence[0]
    inner.DigitalSignaturesSequence[0].Signature = mac
    whole = seal_it(images.reread(dataset)).dataset
    kept = images.reread(redact(whole))
    assert mac in part10.encode(kept)
    copy = images.reread(redact(whole, ["PatientBirthDate"]))
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
    days = (f"{date(1920, 1, 1) + timedelta(days=n):%Y%m%d}" for n in range(36_525))
    everything = part10.encode(copy)
    assert [day for day in days if sha256(day.encode()).digest() in everything] == []
    hidden = {row.path for row in read_seal(copy).disclosures[0].rows if row.salt is None}
    assert {"00100030", "FFFAFFFA"} <= hidden
