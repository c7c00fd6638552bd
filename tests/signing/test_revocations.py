"""Laws of revocation lists, and of the folder's own list."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import MalformedCredential, MalformedKey, MalformedSettings
from signing.revocations import ALWAYS, MAX_LIST, parse_list, read_lists, read_revocations
from tests.signing.authorities import (
    DAY,
    MIDDLE,
    NOW,
    ROOT,
    authority,
    private,
    put,
    revocation_list,
    usage,
)

KEY = "41f6b1a143fc948c6ef0a5b7a4562ef3"


def der(made: x509.CertificateRevocationList) -> bytes:
    """The list in DER."""
    return made.public_bytes(Encoding.DER)


def test_a_list_says_since_when() -> None:
    found = parse_list(der(revocation_list("root", {7: NOW - DAY, 9: NOW})))
    assert dict(found.since) == {7: NOW - DAY, 9: NOW}
    assert (found.issued_at, found.next_at) == (NOW - DAY, NOW + 30 * DAY)


def test_a_known_theft_counts_from_the_theft() -> None:
    invalid = x509.InvalidityDate((NOW - 5 * DAY).replace(tzinfo=None))
    reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
    made = revocation_list("root", {7: NOW}, entries=[(invalid, False), (reason, False)])
    assert dict(parse_list(der(made)).since) == {7: NOW - 5 * DAY}


def test_a_list_counts_for_the_authority_that_signed_it() -> None:
    found = parse_list(der(revocation_list("root")))
    assert found.is_signed(ROOT.credential)
    assert not found.is_signed(MIDDLE.credential)
    forged = parse_list(der(revocation_list("root", signing=private("other"))))
    assert not forged.is_signed(ROOT.credential)
    unable = authority("root", usage=usage(key_cert_sign=True))
    assert not found.is_signed(unable.credential)


def test_a_list_is_current_between_its_updates() -> None:
    found = parse_list(der(revocation_list("root", start=NOW, end=NOW + DAY)))
    assert [found.is_current(NOW + n * DAY) for n in (-1, 0, 1, 2)] == [False, True, True, False]


SOME = x509.IssuingDistributionPoint(None, None, True, False, None, False, False)
CURVE = ec.generate_private_key(ec.SECP256R1())
REFUSED = {
    "not signed with Ed25519": (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ROOT.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + DAY)
        .sign(CURVE, hashes.SHA256())
    ),
    "critical extension": revocation_list("root", more=[(x509.DeltaCRLIndicator(3), True)]),
    "of changes": revocation_list("root", more=[(x509.DeltaCRLIndicator(3), False)]),
    "for some": revocation_list("root", more=[(SOME, False)]),
    "critical entry": revocation_list(
        "root",
        {7: NOW},
        entries=[(x509.CertificateIssuer([x509.DirectoryName(ROOT.certificate.subject)]), True)],
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_list_that_says_less_than_it_seems_is_refused(reason: str) -> None:
    with pytest.raises(MalformedCredential, match=reason):
        parse_list(der(REFUSED[reason]))


def test_a_list_has_a_ceiling() -> None:
    with pytest.raises(MalformedCredential, match="more than"):
        parse_list(bytes(MAX_LIST + 1))


@given(st.binary(max_size=400))
def test_no_bytes_are_an_unforeseen_error(data: bytes) -> None:
    with pytest.raises(MalformedCredential):
        parse_list(data)


def test_a_bad_list_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, "root.crl", revocation_list("root"))
    assert len(read_lists(tmp_path / "root.crl")) == 1
    for content in (b"", b"words", ROOT.pem, b"\x30\x00", bytes(2 * MAX_LIST + 1)):
        (tmp_path / "bad.crl").write_bytes(content)
        with pytest.raises(MalformedKey, match=r"bad\.crl"):
            read_lists(tmp_path / "bad.crl")


def write(folder: Path, text: str) -> Path:
    """Write revoked.toml."""
    path = folder / "revoked.toml"
    path.write_text(text)
    return path


def test_a_key_is_revoked_since_a_time_or_always(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"""version = 1
        [[revoked]]
        key = "{KEY}"
        since = 2026-03-01T02:00:00+02:00
        reason = "stolen"
        [[revoked]]
        key = "{KEY[::-1]}"
        reason = "never ours"
        """,
    )
    found = read_revocations(path).keys
    assert found[bytes.fromhex(KEY)].since == datetime(2026, 3, 1, tzinfo=UTC)
    assert found[bytes.fromhex(KEY)].reason == "stolen"
    assert found[bytes.fromhex(KEY[::-1])].since == ALWAYS


ENTRY = f'[[revoked]]\nkey = "{KEY}"\n'
CERTIFICATE = f'[[revoked]]\ncertificate = "{KEY * 2}"\n'


def test_a_certificate_is_revoked_by_its_digest(tmp_path: Path) -> None:
    since = "since = 2026-03-01T00:00:00Z\nreason = 'x'\n"
    for more, compromised in [("", True), ("compromised = false\n", False)]:
        found = read_revocations(write(tmp_path, f"version = 1\n{CERTIFICATE}{since}{more}"))
        assert found.keys == {}
        (entry,) = found.certificates.values()
        assert list(found.certificates) == [bytes.fromhex(KEY * 2)]
        assert (entry.since, entry.compromised) == (datetime(2026, 3, 1, tzinfo=UTC), compromised)


def test_a_reason_says_whether_a_key_is_only_out_of_use() -> None:
    entries = [(x509.CRLReason(x509.ReasonFlags.superseded), False)]
    made = revocation_list("root", {7: NOW}, entries=entries)
    assert parse_list(der(made)).retired == {7}
    lost = [(x509.CRLReason(x509.ReasonFlags.key_compromise), False)]
    assert parse_list(der(revocation_list("root", {7: NOW}, entries=lost))).retired == set()
    assert parse_list(der(revocation_list("root", {7: NOW}))).retired == set()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "version: must be there, and 1"),
        ("version = 2", "version: must be there, and 1"),
        ("version = true", "version: must be there, and 1"),
        ("version = 1\nrevoke = []", "revoke: is not known"),
        ("version = 1\nrevoked = 3", r"revoked: must be at most 4096 tables \[\[revoked\]\]"),
        ("version = 1\n[[revoked]]\nreason = 'x'", r"revoked\[0\].key: must be"),
        (f"version = 1\n{ENTRY}", r"revoked\[0\].reason: must be"),
        (f"version = 1\n{ENTRY}reason = 'x'\nwhen = 1", r"revoked\[0\].when: is not known"),
        (f"version = 1\n{ENTRY}reason = 'x'\nsince = 2026-03-01", "with offset"),
        (f"version = 1\n{ENTRY}reason = 'x'\nsince = 2026-03-01T00:00:00", "with offset"),
        (f"version = 1\n{ENTRY}reason = 'x'\n{ENTRY}reason = 'x'", r"revoked\[1\].key: is listed"),
        (f"version = 1\n{ENTRY.upper()}", "not known"),
        (f"version = 1\n{ENTRY}reason = 'x'\ncompromised = false", "compromised: is not known"),
        (f"version = 1\n{CERTIFICATE}reason = 'x'\ncompromised = false", "together with since"),
        (f"version = 1\n{CERTIFICATE}reason = 'x'\ncompromised = 'no'", "true or false"),
        (f"version = 1\n{CERTIFICATE}reason = 'x'\n{ENTRY[12:]}", "key: is not known"),
        (
            f"version = 1\n{CERTIFICATE}reason = 'x'\n{CERTIFICATE}reason = 'x'",
            r"revoked\[1\].certificate: is listed",
        ),
        ("version = 1\n[[revoked]]\ncertificate = 'abc'\nreason = 'x'", "64 hex digits"),
        ("version = 1\n[[revoked]]\nkey = 'abc'\nreason = 'x'", "32 hex digits"),
        ("version = 1 1", "not TOML"),
        ("a = " + "[" * 50000, "not TOML"),
        ("#" * (2**18 + 1), "more than 262144 bytes"),
    ],
)
def test_a_fault_in_the_folders_list_is_one_clear_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(MalformedSettings, match=rf"revoked\.toml: .*{reason}") as caught:
        read_revocations(write(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "revoked.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedSettings, match="not UTF-8"):
        read_revocations(tmp_path / "revoked.toml")
