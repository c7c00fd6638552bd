"""Laws of stamps that are attached to a seal that is there, with OpenSSL as the authority."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydicom.dataset import Dataset

from signing import envelope, keys
from signing.countersigning import countersign
from signing.dicom import block, part10
from signing.errors import (
    LimitExceeded,
    MalformedBlock,
    MissingExtra,
    NotSealed,
    StampFailed,
    UnsuitableAddress,
)
from signing.redaction.release import redact
from signing.renewal import stamp, stamp_file
from signing.restoration import restore
from signing.revocations import Revocation, Revocations
from signing.sealparts import read_seal
from signing.stamps import MAX_STAMPS, Stamp
from signing.trust import Trust, load_trust
from signing.verdict import Code, Outcome, TimeEvidence, Verdict
from signing.verification import verify
from tests.programs.clerk import Clerk, clinic, content_of, dated, openssl, serving
from tests.signing import images
from tests.signing.authorities import Issued, certify, put, root, stamp_list, trusting
from tests.signing.seals import TRUST, sealed
from tests.signing.strategies import OTHER, SIGNER

DAY = timedelta(days=1)


def day(year: int, month: int = 1) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def trust(*roots: Issued, **changes: Any) -> Trust:
    """Return whoever believes the scanner, and these roots' times."""
    listed = roots or (clinic()[0],)
    named = tuple(trusting(one, name=one.name) for one in listed)
    return replace(TRUST, authorities=named, **changes)


def at(clerk: Clerk, time: datetime) -> Callable[[bytes], bytes]:
    """Return a stamper whose clock stands at a time."""
    return lambda digest: clerk.sign(dated(content_of(clinic()[1].token(digest)), time))


def stamps(dataset: Dataset) -> tuple[Stamp, ...]:
    return read_seal(dataset).disclosures[0].stamps


def tokens_of(dataset: Dataset, store: Trust) -> list[tuple[Outcome, str]]:
    findings = verify(dataset, store).findings
    return [(f.outcome, f.detail) for f in findings if f.code is Code.TIME_TOKEN]


def test_a_seal_without_a_stamp_gets_its_first() -> None:
    source = sealed()
    before = part10.encode(source)
    with serving() as url:
        later = stamp(source, url)
    report = verify(later, trust())
    assert report.verdict is Verdict.AUTHENTIC
    assert report.time is not None and report.time.authority == "Clinic Root"
    assert part10.encode(source) == before
    (one,), (other,) = block.read_blocks(source), block.read_blocks(later)
    assert replace(one, disclosures=None) == replace(other, disclosures=None)
    assert [found.covered for found in stamps(later)] == [()]


def test_a_further_stamp_covers_all_that_are_there() -> None:
    dataset = sealed()
    for count in range(3):
        earlier = {one.token_digest for one in stamps(dataset)}
        dataset = stamp(dataset, clinic()[1].token)
        (newest,) = (s for s in stamps(dataset) if len(s.covered) == count)
        assert set(newest.covered) == earlier
    dataset = part10.parse(part10.encode(dataset)).dataset
    assert len(stamps(dataset)) == 3
    assert tokens_of(dataset, trust()) == [(Outcome.PASS, "")]


def test_a_renewed_proof_saves_a_revoked_key_when_the_first_authority_has_ended() -> None:
    first, second = root("First"), root("Second")
    early = Clerk(certify("Early", first, valid=(day(2019), day(2021))))
    late = Clerk(certify("Late", second))
    stolen = Revocations((), {SIGNER.key_id: Revocation(day(2022), "stolen")})
    store = trust(first, second, revocations=stolen)
    alone = stamp(sealed(), at(early, day(2020)))
    assert verify(alone, store).verdict is Verdict.UNTRUSTED
    assert verify(alone, store.as_of(day(2020, 6))).verdict is Verdict.AUTHENTIC
    for time, verdict in [(day(2020, 6), Verdict.AUTHENTIC), (day(2023), Verdict.UNTRUSTED)]:
        report = verify(stamp(alone, at(late, time)), store)
        assert report.verdict is verdict
        proved = report.time.proved if report.time is not None else ""
        assert proved == ("2020-01-01T00:00:00Z" if verdict is Verdict.AUTHENTIC else "")


def test_a_stamp_that_was_put_beside_another_does_not_cover_it() -> None:
    """What a renewal covers is under its token: it cannot be said of it afterwards."""
    first, second = root("First"), root("Second")
    early = Clerk(certify("Early", first, valid=(day(2019), day(2021))))
    alone = stamp(sealed(), at(early, day(2020)))
    (held,) = stamps(alone)
    plain = Stamp(held.digest, at(Clerk(certify("Late", second)), day(2020, 6))(held.digest))
    lying = replace(plain, covered=(held.token_digest,))
    for added, words in [(plain, "ended"), (lying, "something else")]:
        both = with_stamps(alone, held, added)
        told = tokens_of(both, trust(first, second))
        assert any(words in detail for _, detail in told)
        assert Outcome.PASS not in [outcome for outcome, _ in told]


def with_stamps(dataset: Dataset, *listed: Stamp) -> Dataset:
    """Return a copy with these stamps."""
    changed = part10.parse(part10.encode(dataset)).dataset
    (one,) = block.read_blocks(changed)
    held = replace(read_seal(changed).disclosures[0], stamps=tuple(sorted(listed)))
    block.write_block(changed, replace(one, disclosures=held.encoded))
    return changed


@pytest.mark.parametrize("lost", [True, False])
def test_a_folder_revokes_who_stamps(tmp_path: Path, lost: bool) -> None:
    own = root("Clinic Root")
    who = certify("Clerk", own)
    dataset = stamp(sealed(), at(Clerk(who), day(2020)))
    keys.generate_keys("anybody", tmp_path)
    put(tmp_path, "clinic.tsa.pem", own)
    reason = x509.ReasonFlags.key_compromise if lost else x509.ReasonFlags.superseded
    serial, now = who.certificate.serial_number, datetime.now(UTC)
    entries = [(x509.CRLReason(reason), False)]
    made = stamp_list(own, {serial: day(2021)}, entries=entries, start=now - DAY, end=now + DAY)
    put(tmp_path, "clinic.TSA.crl", made)
    store = replace(load_trust(tmp_path), keys=TRUST.keys)
    ((outcome, detail),) = tokens_of(dataset, store)
    assert outcome is (Outcome.FAIL if lost else Outcome.PASS)
    assert ("is revoked since 2021-01-01T00:00:00Z" in detail) is lost
    assert verify(dataset, store).verdict is Verdict.AUTHENTIC


def test_each_signer_of_a_chain_is_stamped() -> None:
    kept = countersign(stamp(sealed(), clinic()[1].token), OTHER, TRUST)
    later = stamp(kept, clinic()[1].token)
    digests = [envelope.digest_of(found) for found, _ in read_seal(later).statements]
    assert [len([s for s in stamps(later) if s.digest == one]) for one in digests] == [2, 1]
    assert tokens_of(later, trust()) == [(Outcome.PASS, "")]


def test_what_proves_nothing_is_left_out_and_the_rest_has_a_ceiling() -> None:
    digest = envelope.digest_of(read_seal(sealed()).statements[0][0])
    garbage = [Stamp(digest, bytes([n]) * 300) for n in range(MAX_STAMPS - 1)]
    stranger = Stamp(bytes(32), clinic()[1].token(bytes(32)))
    later = stamp(with_stamps(sealed(), *garbage[1:], stranger), clinic()[1].token)
    assert [one.covered for one in stamps(later)] == [(), ()]
    assert stranger in stamps(later)  # what it is of may be known to another reader
    full = with_stamps(
        sealed(), *(Stamp(digest, clinic()[1].token(digest)) for _ in range(MAX_STAMPS))
    )
    with pytest.raises(LimitExceeded, match="time stamps"):
        stamp(full, clinic()[1].token)


def test_a_redacted_or_restored_copy_has_no_stamp() -> None:
    dataset = stamp(stamp(sealed(), clinic()[1].token), clinic()[1].token)
    assert stamps(redact(dataset, ["PatientName"])) == ()
    assert not read_seal(restore(dataset)).present


def test_what_bears_no_seal_that_can_be_read_is_not_stamped() -> None:
    with pytest.raises(NotSealed):
        stamp(images.make("monochrome2-12"), clinic()[1].token)
    broken = part10.parse(part10.encode(sealed())).dataset
    (one,) = block.read_blocks(broken)
    assert one.envelopes is not None
    signature = read_seal(broken).statements[0][0].signature
    forged = one.envelopes.replace(signature, bytes(64))
    for changed in (
        replace(one, envelopes=forged),
        replace(one, envelopes=b"?"),
        replace(one, disclosures=None),
    ):
        block.write_block(broken, changed)
        with pytest.raises(MalformedBlock):
            stamp(broken, clinic()[1].token)


def test_no_stamp_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a.dcm", tmp_path / "b.dcm"
    source.write_bytes(part10.encode(sealed()))
    for how, error in [
        (lambda _: b"?" * 300, StampFailed),
        (clinic()[1].token(bytes(32)).__add__, StampFailed),
        ("stamp.example", UnsuitableAddress),
    ]:
        with pytest.raises(error):
            stamp_file(source, target, how)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(MissingExtra):
        stamp_file(source, target, clinic()[1].token)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(("reason", "held"), [("keyCompromise", False), ("superseded", True)])
def test_openssls_own_list_revokes_who_stamps(tmp_path: Path, reason: str, held: bool) -> None:
    own = root("Clinic Root")
    who = certify("Clerk", own)
    dataset = stamp(sealed(), at(Clerk(who), datetime.now(UTC) - DAY))
    desk = tmp_path / "desk"
    desk.mkdir()
    secret = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, content in [
        ("root.pem", own.pem),
        ("root.key", secret),
        ("clerk.pem", who.pem),
        ("index", b""),
        ("number", b"01\n"),
        ("ca.cnf", f"[ca]\ndatabase={desk}/index\ncrlnumber={desk}/number\n".encode()),
    ]:
        (desk / name).write_bytes(content)
    common = ("ca", "-config", str(desk / "ca.cnf"), "-name", "ca", "-md", "sha256")
    keys_of = ("-cert", str(desk / "root.pem"), "-keyfile", str(desk / "root.key"))
    openssl(*common, *keys_of, "-revoke", str(desk / "clerk.pem"), "-crl_reason", reason)
    folder = tmp_path / "trusted"
    folder.mkdir()
    keys.generate_keys("anybody", folder)
    put(folder, "clinic.tsa.pem", own)
    made = str(folder / "clinic.tsa.crl")
    openssl(*common, *keys_of, "-gencrl", "-crldays", "7", "-out", made)
    store = replace(load_trust(folder), keys=TRUST.keys)
    assert (verify(dataset, store).time or TimeEvidence()).proved.startswith("20") is held
