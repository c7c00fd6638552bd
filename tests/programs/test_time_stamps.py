"""Laws of what time stamps prove of a sealed instance."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signing import envelope
from signing.amending import AmendOptions, amend
from signing.commitments import Disclosures
from signing.dicom import block, part10
from signing.errors import AlreadySealed, MissingExtra, StampFailed, UnsuitableAddress
from signing.evidence import timecheck
from signing.renewal import stamp
from signing.restoration import restore
from signing.revocations import Revocation, Revocations
from signing.scrubbing import scrub
from signing.sealing import SealOptions, seal, seal_file
from signing.sealparts import read_seal
from signing.stamps import MAX_STAMPS, Stamp
from signing.timestamps.judging import Witnesses
from signing.timestamps.proof import check_stamps, prove_time
from signing.trust import Trust
from signing.verdict import Code, Outcome, Report, TimeEvidence, Verdict
from signing.verification import verify
from tests.programs.clerk import Clerk, clinic, content_of, dated, serving
from tests.signing import images
from tests.signing.amendments import ALL, ARCHIVE, GRANTED
from tests.signing.authorities import certify, root, trusting
from tests.signing.seals import ELEMENT_02, STRANGERS, TRUST, sealed
from tests.signing.strategies import SIGNER

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED


def trust(*authorities: Any) -> Trust:
    return replace(TRUST, authorities=authorities or (trusting(clinic()[0]),))


def stamped(clerk: Clerk | None = None) -> Dataset:
    """Return a sealed instance with a time stamp."""
    return with_stamps(sealed(), lambda digest: [(clerk or clinic()[1]).token(digest)])


def with_stamps(dataset: Dataset, make: Any, digest: bytes | None = None) -> Dataset:
    """Put the tokens that `make` gives for the statement's digest into the disclosures."""
    own = envelope.digest_of(read_seal(dataset).statements[0][0])
    stamps = sorted({Stamp(digest or own, token) for token in make(own)})
    return with_disclosures(dataset, replace(disclosures(dataset), stamps=tuple(stamps)))


def disclosures(dataset: Dataset) -> Disclosures:
    return read_seal(dataset).disclosures[0]


def with_disclosures(dataset: Dataset, changed: Disclosures) -> Dataset:
    (one,) = block.read_blocks(dataset)
    block.write_block(dataset, replace(one, disclosures=changed.encoded))
    return dataset


def outcomes(report: Report, code: Code = Code.TIME_TOKEN) -> list[tuple[Outcome, str]]:
    return [(f.outcome, f.detail) for f in report.findings if f.code is code]


def proved(dataset: Dataset, store: Trust) -> Any:
    parts = read_seal(dataset)
    return prove_time(parts.statements[0][0], parts.disclosures, store.witnesses)


def test_a_time_that_only_the_signer_wrote_is_claimed_and_not_proved() -> None:
    report = verify(sealed(), trust())
    assert report.time == TimeEvidence(claimed=report.sealed_at)
    assert outcomes(report, Code.TIME_CLAIMED) == [(PASS, "")]
    assert outcomes(report) == outcomes(report, Code.TIME_PROVED) == []
    assert report.verdict is Verdict.AUTHENTIC


def test_a_stamp_of_a_trusted_authority_proves_the_time() -> None:
    dataset = stamped()
    report = verify(dataset, trust())
    time = proved(dataset, trust())
    assert report.time == TimeEvidence(report.sealed_at, time.text, "clinic")
    assert outcomes(report) == [(PASS, "")]
    assert outcomes(report, Code.TIME_PROVED) == [(PASS, f"{time.text}, by clinic")]
    assert report.verdict is Verdict.AUTHENTIC
    assert time.latest - datetime.now(UTC) <= timedelta(seconds=2)


def test_sealing_asks_and_attaches(tmp_path: Path) -> None:
    with serving() as url:
        for how in (url, clinic()[1].token):
            report = verify(seal(images.make("monochrome2-12"), SIGNER, timestamp=how), trust())
            assert report.time is not None
            assert report.time.authority == "clinic"
            assert report.verdict is Verdict.AUTHENTIC


def test_the_stamp_survives_its_file() -> None:
    dataset = part10.parse(part10.encode(stamped())).dataset
    assert proved(dataset, trust()) is not None


def test_an_envelope_is_the_same_with_and_without_a_stamp() -> None:
    plain, dated_one = sealed(), stamped()
    assert read_seal(plain).statements == read_seal(dated_one).statements
    (one,), (other,) = block.read_blocks(plain), block.read_blocks(dated_one)
    assert one.envelopes == other.envelopes


def unchanged(dataset: Dataset, store: Trust) -> Report:
    """Return the report, whose verdict must be that without any time stamp."""
    report = verify(dataset, store)
    assert report.verdict is verify(sealed(), store).verdict
    assert report.time is None or report.time.proved == ""
    assert proved(dataset, store) is None
    return report


def test_a_stamp_that_cannot_be_checked_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = stamped()
    detail = "no time-stamping authority is trusted here"
    assert outcomes(unchanged(dataset, TRUST)) == [(SKIPPED, detail)]
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    ((outcome, words),) = outcomes(unchanged(dataset, trust()))
    assert outcome is SKIPPED
    assert "pip install 'scanseal[timestamps]'" in words


def test_the_stamp_of_an_untrusted_authority_proves_nothing() -> None:
    report = unchanged(stamped(Clerk(certify("Clinic Clerk", root("Clinic Root")))), trust())
    assert outcomes(report) == [(FAIL, "no trusted authority stands behind it at its time")]


def test_another_statements_token_proves_nothing_wherever_it_stands() -> None:
    elsewhere = envelope.digest_of(read_seal(sealed("16-bits")).statements[0][0])
    token = clinic()[1].token(elsewhere)
    replayed = with_stamps(sealed(), lambda _: [token])
    assert outcomes(unchanged(replayed, trust())) == [(FAIL, "it stamps something else")]
    brought = with_stamps(sealed(), lambda _: [token], digest=elsewhere)
    assert outcomes(unchanged(brought, trust())) == [(FAIL, "1 of another seal")]


def test_garbage_proves_nothing_and_alters_nothing() -> None:
    for token in (b"?", bytes(1 << 15), b"\x30" * 3000):
        ((outcome, _),) = outcomes(
            unchanged(with_stamps(sealed(), lambda _, t=token: [t]), trust())
        )
        assert outcome is FAIL


def test_the_earliest_of_several_times_is_proved_and_bad_ones_are_told() -> None:
    own = root()
    clerk = Clerk(certify("Clerk", own))

    def make(digest: bytes) -> list[bytes]:
        content = content_of(clerk.token(digest))
        years = [clerk.sign(dated(content, datetime(y, 1, 1, tzinfo=UTC))) for y in (2021, 2020)]
        return [*years, clerk.token(digest), b"?"]

    dataset = with_stamps(sealed(), make)
    report = verify(dataset, trust(trusting(own)))
    assert report.time is not None
    assert report.time.proved == "2020-01-01T00:00:00Z"
    assert [outcome for outcome, _ in outcomes(report)] == [FAIL]
    assert report.verdict is Verdict.AUTHENTIC


def test_a_claim_that_a_proved_time_refutes_is_told() -> None:
    own = root()
    clerk = Clerk(certify("Clerk", own))

    def early(digest: bytes) -> list[bytes]:
        return [
            clerk.sign(dated(content_of(clerk.token(digest)), datetime(2020, 1, 1, tzinfo=UTC)))
        ]

    report = verify(with_stamps(sealed(), early), trust(trusting(own)))
    ((outcome, words),) = outcomes(report, Code.TIME_CLAIMED)
    assert outcome is FAIL
    assert "clock was ahead" in words
    assert report.verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("claimed", ["yesterday", "2026-13-01T00:00:00Z", "2026-11-23", "\ufffd"])
def test_a_claim_that_is_no_time_is_told(claimed: str) -> None:
    parts = read_seal(sealed())
    time, (finding,) = timecheck.judge_time(parts.statements[0][0], claimed, parts, Witnesses())
    assert (finding.code, finding.outcome) == (Code.TIME_CLAIMED, FAIL)
    assert time == TimeEvidence(claimed)


def test_an_untrusted_signer_has_no_time() -> None:
    report = verify(stamped(), replace(STRANGERS, authorities=trust().authorities))
    assert report.verdict is Verdict.UNTRUSTED
    assert report.time is None


def test_a_statement_with_a_broken_signature_has_no_time() -> None:
    dataset = stamped()
    (one,) = block.read_blocks(dataset)
    assert one.envelopes is not None
    parsed = read_seal(dataset).statements[0][0]
    broken = parsed.signature[:-1] + bytes([parsed.signature[-1] ^ 1])
    changed = one.envelopes.replace(parsed.signature, broken)
    block.write_block(dataset, replace(one, envelopes=changed))
    report = verify(dataset, trust())
    assert report.verdict is Verdict.ALTERED
    assert report.time is None


def test_more_stamps_than_are_read_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = read_seal(stamped())
    statement, listed = parts.statements[0][0], parts.disclosures[0]
    digest = listed.stamps[0].digest
    many = [Stamp(digest, bytes([n])) for n in range(MAX_STAMPS)]
    both = (listed, replace(listed, stamps=tuple(many)))
    check = check_stamps(statement, both, trust().witnesses)
    assert len(check.refused) == MAX_STAMPS
    assert check.unchecked == f"more than {MAX_STAMPS} time stamps"


def test_whoever_redacts_without_a_thought_drops_the_stamps() -> None:
    listed = disclosures(stamped())
    thinned = Disclosures(listed.seed, tuple(row.redacted() for row in listed.rows))
    assert thinned.stamps == ()


def test_restoring_and_scrubbing_leave_no_stamp() -> None:
    for verb in (restore, scrub):
        left = verb(stamped())
        assert ELEMENT_02 not in left
        assert not read_seal(left).present


def test_no_stamp_no_seal(tmp_path: Path) -> None:
    source, target = tmp_path / "a.dcm", tmp_path / "b.dcm"
    source.write_bytes(part10.encode(images.make("monochrome2-12")))
    with serving() as url:
        pass
    with pytest.raises(StampFailed, match=r"127\.0\.0\.1"):
        seal_file(source, target, SIGNER, SealOptions(timestamp=url))
    with pytest.raises(StampFailed):
        seal_file(source, target, SIGNER, SealOptions(timestamp=lambda _: b"?" * 300))
    with pytest.raises(UnsuitableAddress):
        seal_file(source, target, SIGNER, SealOptions(timestamp="stamp.example"))
    assert list(tmp_path.iterdir()) == [source]


def test_without_the_extra_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    def never(_: bytes) -> bytes:
        raise AssertionError

    with pytest.raises(MissingExtra):
        seal(images.make("monochrome2-12"), SIGNER, timestamp=never)
    assert seal(images.make("monochrome2-12"), SIGNER)


def test_a_stamped_seal_is_a_seal() -> None:
    with pytest.raises(AlreadySealed):
        seal(stamped(), SIGNER)


@pytest.mark.parametrize(("after", "verdict"), [(1, Verdict.AUTHENTIC), (-1, Verdict.UNTRUSTED)])
def test_a_proved_time_alone_saves_what_a_revoked_key_sealed(after: int, verdict: Verdict) -> None:
    """The key is revoked a day after, or before, the time that the authority saw."""
    dataset = stamped()
    seen = proved(dataset, trust()).latest
    revoked = Revocation(seen + timedelta(days=after), "stolen")
    store = replace(
        trust(),
        revocations=Revocations((), {SIGNER.key_id: revoked}),
        moment=seen + timedelta(days=9),
    )
    assert verify(dataset, store).verdict is verdict
    assert verify(sealed(), store).verdict is Verdict.UNTRUSTED  # a claimed time saves nothing
    without = replace(store, authorities=())
    assert verify(dataset, without).verdict is Verdict.UNTRUSTED


def test_a_proved_time_alone_saves_what_a_revoked_key_amended() -> None:
    dataset = sealed()
    dataset.PatientID = "MERGED-7"
    options = AmendOptions(timestamp=clinic()[1].token)
    dated_one = amend(dataset, ARCHIVE, "patient merge", options=options)
    plain = amend(dataset, ARCHIVE, "patient merge")
    ((claims, _),) = read_seal(dated_one).amendments
    seen = prove_time(claims, read_seal(dated_one).disclosures, trust().witnesses)
    assert seen is not None
    revoked = Revocation(seen.latest + timedelta(days=1), "stolen")
    store = replace(
        ALL,
        authorities=trust().authorities,
        revocations=Revocations((), {ARCHIVE.key_id: revoked}),
        moment=seen.latest + timedelta(days=9),
    )
    report = verify(dated_one, store, policy=GRANTED)
    assert report.verdict is Verdict.AUTHENTIC
    assert report.amendments[0].proved == seen.text
    assert outcomes(report) == []
    assert verify(plain, store, policy=GRANTED).verdict is Verdict.ALTERED
    late = replace(store, authorities=())
    assert verify(dated_one, late, policy=GRANTED).verdict is Verdict.ALTERED


def test_a_renewal_stamps_amendments_too() -> None:
    dataset = sealed()
    dataset.PatientID = "MERGED-7"
    dated_one = stamp(amend(dataset, ARCHIVE, "patient merge"), clinic()[1].token)
    store = replace(ALL, authorities=trust().authorities)
    report = verify(dated_one, store, policy=GRANTED)
    assert report.verdict is Verdict.AUTHENTIC
    assert report.amendments[0].proved
    assert all(outcome is PASS for outcome, _ in outcomes(report))
