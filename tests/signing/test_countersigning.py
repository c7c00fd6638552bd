"""Chains of custody: what a further signature says, what it leaves alone, what it betrays."""

from dataclasses import replace
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signing import envelope
from signing.countersigning import countersign
from signing.dicom import block, original, part10
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.envelope import Kind
from signing.errors import LimitExceeded, MalformedBlock, MalformedKey, NotAuthentic, NotSealed
from signing.keys import PublicKey, Role
from signing.requirements import Requirements
from signing.restoration import restore
from signing.revocations import Revocations, parse_list
from signing.sealparts import read_seal
from signing.statement import Reason
from signing.trust import Trust
from signing.verdict import Code, Custodian, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images, seals
from tests.signing.authorities import DAY, NOW, authority, leaf, revocation_list
from tests.signing.images import KINDS
from tests.signing.seals import STRANGERS, TRUST, failed, sealed, stripped
from tests.signing.strategies import OTHER, SIGNER, signer
from tests.signing.test_certified import WIDE
from tests.signing.test_revocations import der

ARCHIVE, AI = signer("archive", Role.ARCHIVE), signer("ai", Role.AI)
KEYS = {
    "scanner": TRUST.keys[0],
    "archive": PublicKey(ARCHIVE.public_key, "archive", Role.ARCHIVE),
    "ai": PublicKey(AI.public_key, "ai", Role.AI),
}


def trusting(*names: str) -> Trust:
    """Return a store of some of the three."""
    return Trust.of(*(KEYS[name] for name in names))


ALL = trusting(*KEYS)


def chained(name: str = "monochrome2-12", **options: Any) -> Dataset:
    """Return an instance sealed by the scanner, then signed by archive and AI."""
    once = countersign(sealed(name, **options), ARCHIVE, TRUST)
    return countersign(once, AI, trusting("scanner", "archive"))


CHAINED = part10.encode(chained())


def whole() -> Dataset:
    """Return a fresh copy of the chained instance."""
    return part10.parse(CHAINED).dataset


def shown(report: Report) -> list[tuple[str, str, bool, int]]:
    """Return the custody of a report."""
    return [(c.signer.name, c.signer.role, c.signer.trusted, c.earlier) for c in report.custody]


def with_envelopes(dataset: Dataset, envelopes: list[bytes]) -> Dataset:
    """Return a copy with other envelopes."""
    found = block.read_blocks(dataset)[0]
    changed = fork(dataset)
    block.write_block(changed, replace(found, envelopes=original.encode_envelopes(envelopes)))
    return changed


def envelopes_of(dataset: Dataset) -> list[bytes]:
    """Return the envelopes of the one block."""
    return list(original.decode_envelopes(block.read_blocks(dataset)[0].envelopes or b""))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_can_be_signed_again_and_stays_authentic(name: str) -> None:
    dataset = countersign(sealed(name), ARCHIVE, TRUST)
    for trust in (TRUST, trusting("archive"), ALL):
        report = verify(dataset, trust, deep=True)
        assert report.verdict is Verdict.AUTHENTIC
        assert len(report.custody) == 2


def test_the_chain_is_listed_in_order_with_who_is_trusted() -> None:
    assert shown(verify(whole(), ALL)) == [
        ("scanner", "acquisition", True, 0),
        ("archive", "archive", True, 1),
        ("ai", "ai", True, 2),
    ]
    assert shown(verify(whole(), trusting("archive"))) == [
        ("", "", False, 0),
        ("archive", "archive", True, 1),
        ("", "", False, 2),
    ]
    assert [c[2] for c in shown(verify(whole(), STRANGERS))] == [False] * 3


def test_a_single_signer_is_no_chain() -> None:
    assert verify(sealed(), TRUST).custody == ()


def test_nothing_else_changes() -> None:
    before, after = sealed(), whole()
    tag = seals.ELEMENT_01
    assert part10.encode(seals.without(before, tag, seals.ELEMENT_02)) == part10.encode(
        seals.without(after, tag, seals.ELEMENT_02)
    )
    first, last = block.read_blocks(before)[0], block.read_blocks(after)[0]
    assert replace(last, envelopes=first.envelopes) == first
    assert set(envelopes_of(before)) < set(envelopes_of(after))


def test_a_further_statement_names_all_earlier_ones_and_marks_nothing() -> None:
    parts = read_seal(whole())
    statements = [statement for _, statement in parts.statements]
    named = [envelope.digest_of(sealed) for sealed, _ in parts.statements]
    assert [s.earlier for s in statements] == [(), tuple(named[:1]), tuple(named[:2])]
    assert [s.reason for s in statements] == [None, Reason.CUSTODY, Reason.CUSTODY]
    assert {s.seal_id for s in statements} == {statements[0].seal_id}
    assert [len(s.certificates) for s in statements[1:]] == [0, 0]


@pytest.mark.parametrize("gone", [0, 1])
def test_an_earlier_statement_that_was_taken_out_is_missed(gone: int) -> None:
    envelopes = envelopes_of(whole())
    less = with_envelopes(whole(), [data for n, data in enumerate(envelopes) if n != gone])
    for trust in (ALL, trusting("ai")):
        report = verify(less, trust)
        assert report.verdict is Verdict.ALTERED
        assert Code.CUSTODY_EARLIER in failed(report)
    if gone == 1:
        # Nobody who trusts only what came before can know.
        assert verify(less, TRUST).verdict is Verdict.AUTHENTIC


def test_an_earlier_statement_that_was_replaced_is_missed() -> None:
    envelopes = envelopes_of(whole())
    first = read_seal(whole()).statements[0][1]
    forged = replace(first, public_key=OTHER.public_key)
    envelopes[0] = envelope.sign(Kind.STATEMENT, forged.encoded, OTHER)
    report = verify(with_envelopes(whole(), envelopes), ALL)
    assert report.verdict is Verdict.ALTERED
    assert Code.CUSTODY_EARLIER in failed(report)


def test_the_last_signature_can_be_taken_off_unseen() -> None:
    """What was removed with all that names it leaves no trace: the page on statements says so."""
    less = with_envelopes(whole(), [d for n, d in enumerate(envelopes_of(whole())) if n != 2])
    report = verify(less, ALL)
    assert report.verdict is Verdict.AUTHENTIC
    assert len(report.custody) == 2


def test_a_stranger_can_add_a_signature_but_no_contradiction() -> None:
    first = read_seal(sealed()).statements[0][1]
    lie = replace(
        first,
        public_key=OTHER.public_key,
        certificates=b"",
        unmarked=tuple(range(first.frames)),
        reason=Reason.CUSTODY,
        earlier=(bytes(32),),
        marked=bytes(32),
    )
    added = envelope.sign(Kind.STATEMENT, lie.encoded, OTHER)
    report = verify(with_envelopes(sealed(), [*envelopes_of(sealed()), added]), TRUST)
    assert report.verdict is Verdict.AUTHENTIC
    assert shown(report) == [("scanner", "acquisition", True, 0), ("", "", False, 1)]


def test_a_name_without_its_signature_is_not_trusted_in_the_chain() -> None:
    envelopes = envelopes_of(whole())
    parsed = envelope.parse(envelopes[1])
    envelopes[1] = envelope.wrap(parsed.kind, parsed.payload, bytes(64))
    report = verify(with_envelopes(whole(), envelopes), ALL)
    assert report.verdict is Verdict.ALTERED
    assert [c.signer.trusted for c in report.custody] == [True, False, True]


@pytest.mark.parametrize("names", [("scanner",), ("archive",), ("ai",), tuple(KEYS)])
def test_a_forgery_is_found_under_every_signer(names: tuple[str, ...]) -> None:
    frames = seals.frames_of(whole())
    frames[0][3, 4] ^= 1
    for forged in (seals.with_frames(whole(), frames), _renamed(whole())):
        assert verify(forged, trusting(*names)).verdict is Verdict.ALTERED


def _renamed(dataset: Dataset) -> Dataset:
    changed = fork(dataset)
    changed.PatientID = "another"
    return changed


def test_the_policy_says_which_role_proves_origin() -> None:
    origin = Requirements(origin=(Role.ACQUISITION,))
    for names, verdict in [
        (("scanner",), Verdict.AUTHENTIC),
        (tuple(KEYS), Verdict.AUTHENTIC),
        (("archive", "ai"), Verdict.UNTRUSTED),
    ]:
        report = verify(whole(), trusting(*names), policy=origin)
        assert report.verdict is verdict
    archive = verify(whole(), ALL, policy=Requirements(origin=(Role.ARCHIVE,)))
    assert archive.verdict is Verdict.AUTHENTIC
    assert archive.signer is not None and archive.signer.name == "archive"
    oldest = verify(whole(), ALL)
    assert oldest.signer is not None and oldest.signer.name == "scanner"


@pytest.mark.parametrize("trust", [None, TRUST, trusting("archive"), ALL])
def test_restoring_gives_the_scanners_bits_through_any_signer(trust: Trust | None) -> None:
    before = part10.encode(images.make("monochrome2-12"))
    assert part10.encode(restore(whole(), trust)) == before


def test_the_pixels_prove_the_scanner_when_the_tags_are_gone() -> None:
    report = verify(stripped(whole()), ALL)
    assert report.verdict is Verdict.PARTIAL
    assert report.custody == ()


def test_sealing_anew_drops_the_chain() -> None:
    again = seals.seal_it(whole(), reseal=True).dataset
    assert verify(again, TRUST).custody == ()
    assert verify(again, trusting("archive")).verdict is Verdict.UNTRUSTED


def test_only_what_is_authentic_for_the_signer_is_signed() -> None:
    for dataset, trust in [
        (_renamed(sealed()), TRUST),
        (sealed(), STRANGERS),
        (seals.without(sealed(), seals.ELEMENT_02), TRUST),
    ]:
        with pytest.raises(NotAuthentic):
            countersign(dataset, ARCHIVE, trust)
    for bare in (images.make("monochrome2-12"), stripped(sealed())):
        with pytest.raises(NotSealed):
            countersign(bare, ARCHIVE, TRUST)


def test_a_seal_in_two_blocks_is_not_signed() -> None:
    dataset = sealed()
    second = Dataset()
    block.write_block(second, SealBlock(original.encode_envelopes(envelopes_of(dataset)[:1])))
    for element in second:
        shift = 1 if element.tag.element < 0x100 else 0x100
        dataset.add_new(element.tag + shift, element.VR, element.value)
    assert len(block.read_blocks(dataset)) == 2
    with pytest.raises(MalformedBlock, match="several blocks"):
        countersign(dataset, ARCHIVE, TRUST)


def test_a_chain_has_a_longest_length() -> None:
    dataset = sealed("no-pixels")
    for _ in range(15):
        dataset = countersign(dataset, ARCHIVE, TRUST)
    assert len(verify(dataset, TRUST).custody) == 16
    with pytest.raises(LimitExceeded, match="statements"):
        countersign(dataset, ARCHIVE, TRUST)


def test_certificates_of_every_signer_travel_once() -> None:
    made = leaf("archive", **WIDE)
    with pytest.raises(MalformedKey):
        countersign(sealed(), SIGNER, TRUST, (made.der,))
    once = countersign(sealed(), ARCHIVE, TRUST, (made.der,))
    twice = countersign(once, ARCHIVE, TRUST, (made.der,))
    assert read_seal(twice).certificates_of_keys == (made.der,)
    anchored = Trust((), anchors=(made.credential,))
    report = verify(twice, anchored)
    assert report.verdict is Verdict.AUTHENTIC
    assert [c.signer.trusted for c in report.custody] == [False, True, True]


def test_a_later_signature_does_not_make_a_seal_worth_less() -> None:
    """Lists out of date are asked of the signer that the report is about."""
    made = leaf("archive", "root", **WIDE)
    dataset = countersign(sealed(), ARCHIVE, TRUST, (made.der,))
    old = parse_list(der(revocation_list("root", start=NOW - 9 * DAY, end=NOW - DAY)))
    store = Trust(TRUST.keys, 0, (authority("root", **WIDE).credential,), (), Revocations((old,)))
    report = verify(dataset, store.as_of(NOW))
    assert report.verdict is Verdict.AUTHENTIC
    assert [c.signer.trusted for c in report.custody] == [True, True]


def test_what_is_said_twice_is_compared_once() -> None:
    report = verify(whole(), ALL)
    counts = {code: sum(f.code is code for f in report.findings) for code in Code}
    assert counts[Code.STATEMENT_SIGNATURE] == 3
    assert counts[Code.PIXELS_MATCH] == counts[Code.ATTRIBUTES_IDENTITY] == 1
    assert counts[Code.CUSTODY_EARLIER] == 2
    assert all(f.outcome is Outcome.PASS for f in report.findings)
    assert all(isinstance(custodian, Custodian) for custodian in report.custody)
