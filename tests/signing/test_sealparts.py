"""The parts of a seal taken apart: removed, forged, moved to other images, made anew."""

from dataclasses import replace
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signing import cbor, envelope, sealparts
from signing.commitments import Disclosures, commit
from signing.dicom import block, original
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.envelope import Kind
from signing.errors import NotRestorable
from signing.restoration import restore
from signing.sealparts import MAX_STATEMENTS, read_seal
from signing.verdict import Aspect, Code, Outcome, Scope, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.images import MARKED
from tests.signing.seals import (
    ELEMENT_01,
    ELEMENT_02,
    ELEMENT_03,
    STRANGERS,
    TRUST,
    failed,
    frames_of,
    one_changed,
    seal_it,
    sealed,
    sealed_picture,
    verdict,
    with_block,
    with_frames,
    without,
)
from tests.signing.strategies import OTHER, SIGNER


def envelopes_of(dataset: Dataset) -> list[bytes]:
    """Return the envelopes of the first block."""
    body = block.read_blocks(dataset)[0].envelopes
    assert body is not None
    return list(original.decode_envelopes(body))


def with_envelopes(dataset: Dataset, envelopes: list[bytes]) -> Dataset:
    """Return a copy whose block holds these envelopes."""
    changed, whole = fork(dataset), block.read_blocks(dataset)[0]
    body = original.encode_envelopes(envelopes)
    block.write_block(changed, SealBlock(body, whole.disclosures, whole.restoration))
    return changed


@pytest.mark.parametrize("place", [0, 1])
def test_a_second_statement_of_the_same_key_hides_nothing(place: int) -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    ours = envelopes_of(whole)
    joined = with_envelopes(whole, [*ours[:place], envelopes_of(other)[0], *ours[place:]])
    report = verify(joined, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert Code.SEAL_SEVERAL in {f.code for f in report.findings}


def test_a_statement_that_is_there_twice_proves_as_one() -> None:
    ours = envelopes_of(sealed())
    report = verify(with_envelopes(sealed(), [ours[0], *ours]), TRUST)
    assert report.verdict is Verdict.AUTHENTIC


def test_a_second_whole_block_of_another_image_is_altered() -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    for tag in (0x00770010, ELEMENT_01, ELEMENT_02, ELEMENT_03):
        number = 0x00770011 if tag == 0x00770010 else tag + 0x100
        whole.add_new(number, other[tag].VR, other[tag].value)
    assert verdict(whole) is Verdict.ALTERED


@pytest.mark.parametrize("gone", [(), (ELEMENT_02,), (ELEMENT_03,), (ELEMENT_02, ELEMENT_03)])
def test_a_seal_on_another_image_of_the_same_key_is_altered(gone: tuple[int, ...]) -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    moved = without(with_block(whole, other), *gone)
    for deep in (False, True):
        assert verdict(moved, deep=deep) is Verdict.ALTERED


def test_a_seal_on_the_samples_of_another_is_altered_even_without_disclosures() -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    mixed = without(with_frames(whole, frames_of(other)), ELEMENT_02)
    report = verify(mixed, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.CERTIFICATE_BOUND}


def test_a_stranger_s_seal_over_trusted_samples_proves_the_samples_only() -> None:
    whole = sealed()
    bare = without(whole, 0x00770010, ELEMENT_01, ELEMENT_02, ELEMENT_03)
    statement = envelope.sign(Kind.STATEMENT, _claims(whole, OTHER.public_key), OTHER)
    parts = block.read_blocks(whole)[0]
    body = original.encode_envelopes([statement, *envelopes_of(whole)[1:]])
    block.write_block(bare, SealBlock(body, parts.disclosures, parts.restoration))
    report = verify(bare, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.PIXELS)
    bare.PatientName = "Other"
    assert verdict(bare) is Verdict.PARTIAL
    altered = next(one_changed(bare, 1))
    assert verdict(altered) is Verdict.ALTERED
    both = verify(bare, STRANGERS)
    assert both.verdict is not Verdict.AUTHENTIC


def _claims(dataset: Dataset, key: bytes) -> bytes:
    """Return a statement's claims with another public key in them."""
    fields = cbor.decode(read_seal(dataset).statements[0][0].payload, 1 << 24)
    assert isinstance(fields, dict)
    return cbor.encode(fields | {3: key})


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels"])
def test_a_trusted_key_named_by_who_does_not_hold_it_is_altered(name: str) -> None:
    whole = sealed(name)
    envelopes = envelopes_of(whole)
    forged = envelope.sign(Kind.STATEMENT, _claims(whole, SIGNER.public_key), OTHER)
    report = verify(with_envelopes(whole, [forged, *envelopes[1:]]), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.STATEMENT_SIGNATURE}


def test_a_claim_changed_under_its_signature_is_altered() -> None:
    whole = sealed("no-pixels")
    statement = envelopes_of(whole)[0]
    payload = envelope.parse(statement).payload
    fields = cbor.decode(payload, 1 << 24)
    assert isinstance(fields, dict)
    forged = statement.replace(payload, cbor.encode(fields | {10: bytes(32)}))
    assert verdict(with_envelopes(whole, [forged])) is Verdict.ALTERED


@pytest.mark.parametrize("place", [0, -1])
def test_an_envelope_of_a_later_version_is_undecided_wherever_it_stands(place: int) -> None:
    whole = sealed()
    ours = envelopes_of(whole)
    later = ours[0].replace(b"scanseal/1/statement", b"scanseal/2/statement")
    assert later != ours[0]
    listed = [later, *ours] if place == 0 else [*ours, later]
    report = verify(with_envelopes(whole, listed), TRUST)
    assert report.verdict is Verdict.UNDECIDED
    assert failed(report) == {Code.SEAL_VERSION}
    alone = verify(with_envelopes(whole, [later, *ours[1:]]), TRUST)
    assert alone.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("name", MARKED)
def test_without_disclosures_the_samples_are_proved_still(name: str) -> None:
    report = verify(without(sealed(name), ELEMENT_02), TRUST)
    if name == "half-marked":
        assert report.verdict is Verdict.UNDECIDED  # nothing proves the frame without a mark
        return
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    for altered in one_changed(without(sealed(name), ELEMENT_02), 3):
        assert verdict(altered) is Verdict.ALTERED


@pytest.mark.parametrize("name", ["lossy", "small", "no-pixels", "palette"])
def test_without_disclosures_and_mark_nothing_is_proved(name: str) -> None:
    assert verdict(without(sealed(name), ELEMENT_02)) is Verdict.UNDECIDED


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels"])
def test_without_the_record_it_is_authentic_but_not_restorable(name: str) -> None:
    less = without(sealed(name), ELEMENT_03)
    report = verify(less, TRUST)
    assert report.verdict is Verdict.AUTHENTIC
    skipped = [f.code for f in report.findings if f.outcome is Outcome.SKIPPED]
    assert skipped == [Code.RESTORATION_BOUND]
    with pytest.raises(NotRestorable):
        restore(less)


def test_a_record_of_another_seal_is_altered() -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    whole[ELEMENT_03].value = other[ELEMENT_03].value
    report = verify(whole, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.RESTORATION_BOUND}


@pytest.mark.parametrize("name", ["monochrome2-12", "multi-frame"])
def test_without_a_certificate_it_is_undecided(name: str) -> None:
    whole = sealed(name)
    for gone in range(1, len(envelopes_of(whole))):
        kept = envelopes_of(whole)
        del kept[gone]
        less = with_envelopes(whole, kept)
        assert verdict(less) is Verdict.UNDECIDED
        assert all(verdict(d) is Verdict.ALTERED for d in one_changed(less, 1))


def test_certificates_in_another_order_are_found() -> None:
    ours = envelopes_of(sealed("multi-frame"))
    moved = with_envelopes(sealed("multi-frame"), [*ours[:0:-1], ours[0]])
    assert verdict(moved) is Verdict.AUTHENTIC


def with_disclosures(dataset: Dataset, disclosures: Disclosures) -> Dataset:
    """Return a copy with another element 02."""
    changed, whole = fork(dataset), block.read_blocks(dataset)[0]
    body = disclosures.encoded
    block.write_block(changed, SealBlock(whole.envelopes, body, whole.restoration))
    return changed


def test_another_master_seed_is_altered() -> None:
    for name in ("monochrome2-12", "lossy"):
        held = read_seal(sealed(name)).disclosures[0]
        report = verify(with_disclosures(sealed(name), Disclosures(bytes(16), held.rows)), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert Code.PIXELS_MATCH in failed(report)


def test_without_the_seed_the_mark_is_read() -> None:
    held = read_seal(sealed()).disclosures[0]
    hidden = with_disclosures(sealed(), Disclosures(None, held.rows))
    report = verify(hidden, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    hidden.PatientName = "Other"
    assert verdict(hidden) is Verdict.ALTERED


def test_commitments_made_anew_are_not_those_that_were_signed() -> None:
    whole = sealed("no-pixels")
    held = read_seal(whole).disclosures[0]
    values = [(row.path, row.type, row.value or b"") for row in held.rows if row.type != "PN"]
    rows = commit(values, bytes)
    report = verify(with_disclosures(whole, Disclosures(held.seed, rows)), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.ATTRIBUTES_ROOT}


def test_a_redacted_attribute_is_not_authentic() -> None:
    held = read_seal(sealed()).disclosures[0]
    rows = tuple(row.redacted() if row.path == "00100010" else row for row in held.rows)
    forged = with_disclosures(sealed(), Disclosures(held.seed, rows))
    report = verify(forged, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert report.attributes.replaced == ("00100010",)
    assert report.aspects.identity is Aspect.REDACTED
    del forged.PatientName
    report = verify(forged, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert (report.attributes.redacted, report.attributes.replaced) == (("00100010",), ())


@pytest.mark.parametrize("path", ["00280010", "00280030", "00281052"])
@pytest.mark.parametrize("name", ["monochrome2-12", "lossy"])
def test_what_gives_samples_their_meaning_cannot_be_redacted(path: str, name: str) -> None:
    source = images.make(name)
    source.PixelSpacing, source.RescaleIntercept, source.RescaleSlope = ["1", "1"], "-5", "1"
    whole = seal_it(source).dataset
    held = read_seal(whole).disclosures[0]
    rows = tuple(row.redacted() if row.path == path else row for row in held.rows)
    forged = with_disclosures(whole, Disclosures(held.seed, rows))
    assert verdict(forged) is Verdict.ALTERED
    del forged[int(path, 16)]
    assert verdict(forged) in (Verdict.ALTERED, Verdict.UNREADABLE)


def relisted(dataset: Dataset, row_of: str, **change: Any) -> Dataset:
    """Return a copy whose disclosures list one row otherwise."""
    held = read_seal(dataset).disclosures[0]
    rows = tuple(replace(row, **change) if row.path == row_of else row for row in held.rows)
    listed = Disclosures(held.seed, tuple(sorted(rows, key=lambda row: row.path)))
    return with_disclosures(dataset, listed)


@pytest.mark.parametrize("name", ["monochrome2-12", "no-pixels", "lossy"])
def test_a_row_listed_as_absent_does_not_hide_a_removal(name: str) -> None:
    forged = relisted(sealed(name), "00100010", type="absent")
    assert verdict(forged) is Verdict.ALTERED
    del forged.PatientName
    assert verdict(forged) is Verdict.ALTERED


@pytest.mark.parametrize("path", ["0010000F", "00104000", "00100010[0]/00100010", "7FE1{A}10"])
@pytest.mark.parametrize("redact", [False, True])
def test_a_row_listed_under_another_path_does_not_hide_a_change(path: str, redact: bool) -> None:
    """Paths are under the root: else a change would pass for a removal and an addition."""
    whole = sealed()
    hidden = {"type": "redacted", "salt": None} if redact else {}
    forged = relisted(whole, "00100010", path=path, **hidden)
    forged.PatientName = "Other"
    report = verify(forged, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.ATTRIBUTES_ROOT}


@pytest.mark.parametrize("path", ["00100010", "00280010", "00080060"])
@pytest.mark.parametrize("kind", ["LO", "UN", "redaction", "SQ"])
def test_the_listed_type_must_be_the_one_committed_to(path: str, kind: str) -> None:
    assert verdict(relisted(sealed(), path, type=kind)) is Verdict.ALTERED


def test_a_harmless_addition_must_have_been_absent() -> None:
    source = images.plain(RescaleSlope="2", RescaleIntercept="1", SliceLocation="3")
    whole = seal_it(source).dataset
    for path, keyword, harmless in (
        ("00281053", "RescaleSlope", "1"),
        ("00281052", "RescaleIntercept", "0"),
        ("00201041", "SliceLocation", "9"),
    ):
        forged = relisted(whole, path, type="absent")
        setattr(forged, keyword, harmless)
        assert verdict(forged) is Verdict.ALTERED


def test_additions_that_transcoders_make_are_noted() -> None:
    whole = sealed()
    whole.RescaleSlope, whole.RescaleIntercept, whole.RescaleType = "1.0", "0", "US"
    report = verify(whole, TRUST)
    assert report.verdict is Verdict.AUTHENTIC
    noted = [f.where for f in report.findings if f.code is Code.ATTRIBUTES_NOTED]
    assert noted == [
        "(0028,1052) RescaleIntercept",
        "(0028,1053) RescaleSlope",
        "(0028,1054) RescaleType",
    ]


def test_a_flood_of_statements_is_cut_short() -> None:
    """Else a file of copies of one statement would be held against its samples for hours."""
    whole = sealed()
    flood = with_envelopes(whole, envelopes_of(whole) * 300)
    parts = read_seal(flood)
    assert len(parts.statements) == MAX_STATEMENTS
    assert [finding.detail for finding in parts.findings] == [
        "statements: 17 is more than the limit of 16"
    ]
    report = verify(flood, TRUST)
    assert (report.verdict, Code.ENVELOPE_MALFORMED in failed(report)) == (Verdict.UNDECIDED, True)


def test_all_blocks_together_have_no_more_disclosures_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a small deflated file keeps a reader busy sixteen times as long."""
    whole = sealed()
    own = block.read_blocks(whole)[0]
    assert own.disclosures is not None
    size = Disclosures.decode(own.disclosures).items
    for spare, reads in ((size, 2), (size - 1, 1)):
        monkeypatch.setattr(sealparts, "MAX_ITEMS", spare)
        parts = sealparts.read_seal(with_second(whole, own))
        assert len(parts.disclosures) == reads
        assert len(parts.findings) == 2 - reads
    junk = replace(own, disclosures=b"\x80" * size)
    monkeypatch.setattr(sealparts, "MAX_ITEMS", size - 1)
    parts = sealparts.read_seal(with_second(with_block_of(whole, junk), own))
    assert (parts.disclosures, len(parts.findings)) == ((), 2)


def with_block_of(dataset: Dataset, body: SealBlock) -> Dataset:
    """Return a copy whose block is another."""
    changed = fork(dataset)
    block.write_block(changed, body)
    return changed


def with_second(dataset: Dataset, body: SealBlock) -> Dataset:
    """Return a copy with a further block, behind the first."""
    changed = fork(dataset)
    other = with_block_of(dataset, body)
    changed.add_new(0x00770011, "LO", other[0x00770010].value)
    for element in (element for element in other if element.tag >> 8 == 0x007710):
        changed.add_new(element.tag + 0x100, element.VR, element.value)
    return changed
