"""Laws of the one profile of X.509 certificates."""

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from signing.commitments import MAX_CERTIFICATE
from signing.credentials import is_issued, parse_credential, read_credentials
from signing.errors import MalformedCredential, MalformedKey
from signing.keys import Role
from tests.signing.authorities import (
    AUTHORITY_USAGE,
    LEAF_USAGE,
    MIDDLE,
    PURPOSE,
    ROOT,
    SCANNER,
    Issued,
    authority,
    issue,
    leaf,
    private,
    put,
    usage,
)

CURVE = ec.generate_private_key(ec.SECP256R1())
CONSTRAINTS = x509.NameConstraints([x509.DNSName("clinic.example")], None)
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.1"), b"\5\0")
POLICY = x509.PolicyConstraints(0, None)
SMALL_ORDER = bytes(32)
RAW_KEY = SCANNER.raw


def with_key(raw: bytes) -> bytes:
    """Return the scanner's certificate with another key put in; its signature no longer fits."""
    assert SCANNER.der.count(RAW_KEY) == 1
    return SCANNER.der.replace(RAW_KEY, raw)


REFUSED = {
    "not signed with Ed25519": leaf("ct", "x", signing=CURVE, algorithm=hashes.SHA256()).der,
    "not an Ed25519 key": leaf("ct", "root", key=CURVE).der,
    "a point of small order": with_key(SMALL_ORDER),
    "name constraints": authority("middle", "root", more=[(CONSTRAINTS, False)]).der,
    "critical extension 2.25.1": leaf("ct", "root", more=[(UNKNOWN, True)]).der,
    "critical extension 2.5.29.36": authority("middle", "root", more=[(POLICY, True)]).der,
    "key usage\\)": issue(
        "ct", "root", extensions=[(x509.BasicConstraints(False, None), True)]
    ).der,
    "without key usage keyCertSign": authority("middle", "root", usage=LEAF_USAGE).der,
    "one common name": leaf("ct", "root", subject=x509.Name([])).der,
    "more than 8192": SCANNER.der + bytes(MAX_CERTIFICATE),
    "can be read": SCANNER.der + b"\0",
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_outside_the_profile_is_refused_with_its_reason(reason: str) -> None:
    with pytest.raises(MalformedCredential, match=reason):
        parse_credential(REFUSED[reason])


def test_a_signers_certificate_is_read_whole() -> None:
    found = SCANNER.credential
    assert (found.name, found.role, found.raw) == ("ct", Role.ACQUISITION, SCANNER.raw)
    assert (found.authority, found.signs_data, found.signs_lists) == (False, True, False)
    assert found.fingerprint == SCANNER.certificate.fingerprint(hashes.SHA256()).hex()
    assert (found.subject, found.issuer) == (
        SCANNER.certificate.subject.public_bytes(),
        MIDDLE.certificate.subject.public_bytes(),
    )


def test_an_authoritys_certificate_is_read_whole() -> None:
    found = MIDDLE.credential
    assert (found.authority, found.signs_lists, found.path_length) == (True, True, 0)
    assert (found.role, found.self_issued) == (None, False)
    assert ROOT.credential.self_issued
    assert ROOT.credential.path_length is None


@pytest.mark.parametrize("role", Role)
def test_the_role_is_the_one_purpose_of_ours(role: Role) -> None:
    foreign = ExtendedKeyUsageOID.CODE_SIGNING
    assert leaf("ct", "root", purposes=[PURPOSE[role], foreign]).credential.role is role
    others = [PURPOSE[other] for other in Role if other is not role]
    assert leaf("ct", "root", purposes=[PURPOSE[role], others[0]]).credential.role is None
    for none in (None, [foreign], [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]):
        assert leaf("ct", "root", purposes=none).credential.role is None


def test_an_authority_permits_the_roles_among_its_purposes() -> None:
    anything = [None, [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], list(PURPOSE.values())]
    for purposes in anything:
        found = authority("middle", "root", purposes=purposes).credential
        assert all(found.permits(role) for role in Role)
    only = authority("middle", "root", purposes=[PURPOSE[Role.AI]]).credential
    assert [role for role in Role if only.permits(role)] == [Role.AI]


def test_who_issued_is_decided_by_name_and_signature() -> None:
    assert is_issued(SCANNER.credential, MIDDLE.credential)
    assert is_issued(ROOT.credential, ROOT.credential)
    assert not is_issued(SCANNER.credential, ROOT.credential)
    stranger = authority("middle", "root", key=private("other"))
    assert not is_issued(SCANNER.credential, stranger.credential)
    forged = leaf("ct", "middle", signing=private("other"))
    assert not is_issued(forged.credential, MIDDLE.credential)
    renamed = leaf("ct", "middle", issuer_name="root")
    assert not is_issued(renamed.credential, MIDDLE.credential)


@pytest.mark.parametrize("place", range(0, len(SCANNER.der), 7))
def test_a_certificate_with_a_bit_turned_is_refused_or_not_issued(place: int) -> None:
    turned = bytearray(SCANNER.der)
    turned[place] ^= 1 << place % 8
    try:
        found = parse_credential(bytes(turned))
    except MalformedCredential:
        return
    assert not is_issued(found, MIDDLE.credential)


@given(st.binary(max_size=400))
def test_no_bytes_are_an_unforeseen_error(data: bytes) -> None:
    with pytest.raises(MalformedCredential):
        parse_credential(data)


def test_a_file_gives_its_certificates_in_order(tmp_path: Path) -> None:
    path = put(tmp_path, "chain.pem", SCANNER, MIDDLE)
    path.write_bytes(b"some words\n" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_credentials(path) == (SCANNER.credential, MIDDLE.credential)
    der = tmp_path / "one.crt"
    der.write_bytes(SCANNER.der)
    assert read_credentials(der) == (SCANNER.credential,)


def secret() -> bytes:
    """A private key in PEM."""
    return private("ct").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not 1 to 8 whole blocks"),
        (b"words", "not 1 to 8 whole blocks"),
        (SCANNER.pem * 9, "not 1 to 8 whole blocks"),
        (SCANNER.pem[:-20], "not 1 to 8 whole blocks"),
        (SCANNER.pem + secret(), "a block that is no certificate"),
        (SCANNER.pem.replace(b"M", b"=", 1), "damaged PEM"),
        (b" " * (2**17 + 1), "more than 131072 bytes"),
        (b"\x30\x03abc", "can be read"),
    ],
)
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "some.pem"
    path.write_bytes(content)
    with pytest.raises(MalformedKey, match=rf"some\.pem.*{reason}"):
        read_credentials(path)


def test_usage_bits_are_read_one_by_one() -> None:
    for made, expected in [
        (leaf("ct", "root", usage=usage(content_commitment=True)), (False, False)),
        (leaf("ct", "root", usage=usage(digital_signature=True)), (True, False)),
        (authority("middle", "root", usage=usage(key_cert_sign=True)), (False, False)),
        (authority("middle", "root", usage=AUTHORITY_USAGE), (False, True)),
    ]:
        found = made.credential
        assert (found.signs_data, found.signs_lists) == expected


def test_a_name_that_cannot_be_printed_is_refused() -> None:
    for name in ("two\nlines", "right\u202eleft"):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        with pytest.raises(MalformedCredential, match="common name"):
            parse_credential(leaf("ct", "root", subject=subject).der)


def test_what_the_tests_make_is_made_the_same_again() -> None:
    made: list[Any] = [ROOT, MIDDLE, SCANNER]
    assert all(isinstance(one, Issued) for one in made)
    assert leaf("ct", "middle").der == SCANNER.der
