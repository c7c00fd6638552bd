"""Laws of time stamp tokens, with OpenSSL as the authority."""

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.errors import RefusedToken
from signing.stamps import MAX_TOKEN
from signing.timestamps import tokens
from tests.programs.clerk import CONFIG, Clerk, clinic, content_of, dated, exchange, openssl
from tests.signing.authorities import ALWAYS, STAMPING, certify, root, trusting

DIGEST = hashlib.sha256(b"a statement").digest()
OTHER = hashlib.sha256(b"another statement").digest()


def proved(token: bytes, *authorities: Any, digest: bytes = DIGEST) -> tokens.ProvedTime:
    return tokens.prove(token, digest, authorities or (trusting(clinic()[0]),))


def test_openssl_reads_our_request_as_it_is_meant() -> None:
    request = tokens.make_request(DIGEST)
    told = openssl("ts", "-query", "-in", "/dev/stdin", "-text", data=request.encoded).decode()
    assert "Hash Algorithm: sha256" in told
    assert f"Nonce: 0x{request.nonce:016X}" in told
    assert "Certificate required: yes" in told
    assert "Policy OID: unspecified" in told
    assert len(request.encoded) == 69


def test_a_trusted_authority_proves_a_time() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    token = clinic()[1].token(DIGEST)
    time = proved(token)
    assert before <= time.at <= datetime.now(UTC)
    assert time.authority == "clinic"
    assert time.accuracy == timedelta(seconds=1)
    assert time.latest == time.at + timedelta(seconds=1)
    assert time.text == time.at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_openssl_verifies_what_we_stored(tmp_path: Any) -> None:
    own, clerk = clinic()
    (tmp_path / "token").write_bytes(clerk.token(DIGEST))
    (tmp_path / "root.pem").write_bytes(own.pem)
    trust = ("-CAfile", str(tmp_path / "root.pem"))
    read = ("-in", str(tmp_path / "token"), "-token_in", "-digest", DIGEST.hex())
    assert b"Verification: OK" in openssl("ts", "-verify", *read, *trust)


def test_a_token_without_accuracy_or_with_fractions_is_read() -> None:
    own = root()
    clerk = Clerk(certify("A", own), CONFIG.replace("accuracy = secs:1", ""))
    assert proved(clerk.token(DIGEST), trusting(own)).accuracy == timedelta(0)
    fine = "accuracy = secs:2, millisecs:3, microsecs:4\nclock_precision_digits = 3"
    clerk = Clerk(clerk.own, CONFIG.replace("accuracy = secs:1", fine))
    time = proved(clerk.token(DIGEST), trusting(own))
    assert time.accuracy == timedelta(seconds=2, milliseconds=3, microseconds=4)


def test_a_token_of_something_else_proves_nothing() -> None:
    token = clinic()[1].token(OTHER)
    assert proved(token, digest=OTHER).authority == "clinic"
    with pytest.raises(RefusedToken, match="something else"):
        proved(token)
    with pytest.raises(RefusedToken, match="something else"):
        tokens.check_token(token, DIGEST)


def test_a_stranger_proves_nothing() -> None:
    token = Clerk(certify("Stranger", root("Clinic Root"))).token(DIGEST)
    tokens.check_token(token, DIGEST)
    with pytest.raises(RefusedToken, match="no trusted authority"):
        proved(token)


def test_each_authority_is_named_as_it_is_trusted() -> None:
    first, second = root("First"), root("Second")
    trusted = (trusting(first, name="one"), trusting(second, name="two"))
    for own, name in ((first, "one"), (second, "two")):
        assert proved(Clerk(certify("A", own)).token(DIGEST), *trusted).authority == name


def test_certificates_between_root_and_clerk_may_lie_in_the_file() -> None:
    own = root()
    between = certify("Between", own, usages=())
    token = Clerk(certify("Clerk", between)).token(DIGEST)
    assert proved(token, trusting(own, between)).authority == "clinic"
    with pytest.raises(RefusedToken, match="no trusted authority"):
        proved(token, trusting(own))


def test_a_certificate_counts_at_the_time_of_its_token() -> None:
    own = root()
    year = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    clerk = Clerk(certify("Old", own, valid=year))
    content = content_of(clinic()[1].token(DIGEST))
    time = datetime(2020, 6, 1, 12, 0, 0, tzinfo=UTC)
    assert proved(clerk.sign(dated(content, time)), trusting(own)).at == time
    for late in (datetime(2021, 6, 1, tzinfo=UTC), datetime(2019, 6, 1, tzinfo=UTC)):
        with pytest.raises(RefusedToken, match="no trusted authority"):
            proved(clerk.sign(dated(content, late)), trusting(own))
    with pytest.raises(RefusedToken, match="no trusted authority"):
        proved(clerk.token(DIGEST), trusting(own))


@pytest.mark.parametrize(
    "changes",
    [
        {"usages": (ExtendedKeyUsageOID.SERVER_AUTH,)},
        {"usages": (*STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)},
        {"critical": False},
    ],
    ids=["for servers", "for code too", "not critical"],
)
def test_a_certificate_must_be_for_time_stamps_alone(changes: Any) -> None:
    own = root()
    content = content_of(clinic()[1].token(DIGEST))
    proved(Clerk(certify("Good", own)).sign(content), trusting(own))
    with pytest.raises(RefusedToken, match="no trusted authority"):
        proved(Clerk(certify("Bad", own, **changes)).sign(content), trusting(own))


def test_a_certificate_of_the_same_name_and_number_does_not_lend_its_purpose() -> None:
    own = root()
    real = certify("Web", own, usages=(ExtendedKeyUsageOID.SERVER_AUTH,), serial=7)
    forged = certify("Web", certify("Root", usages=()), serial=7)
    token = Clerk(real).sign(content_of(clinic()[1].token(DIGEST)))
    both = exchange(token, real.der, b"".join(sorted((real.der, forged.der))))
    with pytest.raises(RefusedToken, match="not exactly one certificate"):
        tokens.check_token(both, DIGEST)


@pytest.mark.parametrize("identifier", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_names_its_certificate_by_any_digest(identifier: str) -> None:
    own = root()
    config = CONFIG.replace("ess_cert_id_alg = sha256", f"ess_cert_id_alg = {identifier}")
    assert proved(Clerk(certify("A", own), config).token(DIGEST), trusting(own)).authority


def test_a_signature_that_names_no_certificate_is_refused() -> None:
    own = root()
    clerk, content = Clerk(certify("A", own)), content_of(clinic()[1].token(DIGEST))
    assert proved(clerk.sign(content), trusting(own)).authority
    with pytest.raises(RefusedToken, match="another certificate, or none"):
        proved(clerk.sign(content, named=False), trusting(own))


def test_another_certificate_of_the_same_key_does_not_take_the_place() -> None:
    own = root()
    year = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    old = certify("Clerk", own, valid=year, serial=7)
    new = certify("Clerk", own, serial=7, key=old.key)
    token = Clerk(old).token(DIGEST)
    for one in (token, exchange(token, old.der, new.der)):
        with pytest.raises(RefusedToken):
            proved(one, trusting(own))
    with pytest.raises(RefusedToken, match="another certificate, or none"):
        tokens.check_token(exchange(token, old.der, new.der), DIGEST)


def test_a_weak_digest_is_refused() -> None:
    own = root()
    clerk = Clerk(certify("Weak", own), CONFIG.replace("_digest = sha256", "_digest = sha1"))
    request = tokens.make_request(DIGEST)
    with pytest.raises(RefusedToken, match="SHA-256"):
        tokens.read_reply(clerk.reply(request.encoded), request)


@pytest.mark.parametrize("how", ["a short key", "a certificate signed over SHA-1"])
def test_what_openssl_takes_and_nobody_should_is_refused(how: str, tmp_path: Path) -> None:
    own, key = root(), rsa.generate_private_key(65537, 1024 if "short" in how else 2048)
    clerk = certify("Clerk", own, key=key)
    if "SHA-1" in how:
        clerk = certify("Clerk", key=key)
        (tmp_path / "e.cnf").write_text(EXTENSIONS)
        for name, made in (("clerk", clerk), ("root", own)):
            form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (tmp_path / name).write_bytes(made.pem + made.key.private_bytes(*form))
        paths = ("clerk", "-clrext", "-CA", "root", "-CAkey", "root", "-extfile", "e.cnf")
        named = [str(tmp_path / part) if part[0] != "-" else part for part in paths]
        weak = openssl("x509", "-sha1", "-set_serial", "7", "-extensions", "e", "-in", *named)
        clerk = replace(clerk, certificate=x509.load_pem_x509_certificate(weak))
    with pytest.raises(RefusedToken, match="a key or algorithm behind it"):
        proved(Clerk(clerk).token(DIGEST), trusting(own))


EXTENSIONS = """[e]
basicConstraints = critical, CA:false
extendedKeyUsage = critical, timeStamping
"""


def test_a_reply_to_another_request_is_refused() -> None:
    first, second = tokens.make_request(DIGEST), tokens.make_request(DIGEST)
    reply = clinic()[1].reply(first.encoded)
    assert tokens.read_reply(reply, first)
    with pytest.raises(RefusedToken, match="not to this request"):
        tokens.read_reply(reply, second)
    swapped = tokens.Request(OTHER, first.nonce)
    with pytest.raises(RefusedToken, match="something else"):
        tokens.read_reply(reply, swapped)


def test_a_refusal_is_told_by_its_kind() -> None:
    clerk = Clerk(clinic()[1].own, CONFIG.replace("digests = sha256, sha384", "digests = sha384"))
    request = tokens.make_request(DIGEST)
    with pytest.raises(RefusedToken, match="did not grant it: rejected"):
        tokens.read_reply(clerk.reply(request.encoded), request)


def test_a_reply_without_the_certificate_is_refused() -> None:
    request = tokens.make_request(DIGEST)
    silent = request.encoded.replace(b"\x01\x01\xff", b"")
    silent = silent[:1] + bytes([len(silent) - 2]) + silent[2:]
    with pytest.raises(RefusedToken, match="certificates in it"):
        tokens.read_reply(clinic()[1].reply(silent), request)


def test_garbage_is_refused_and_nothing_else_happens() -> None:
    token = clinic()[1].token(DIGEST)
    cases = [b"", b"\x30", b"\0" * 300, b"\xff" * 300, token[:-1], token + b"\0", token * 2]
    cases += [b"\x30" * 5000, b"\x30\x80" * 5000, bytes(MAX_TOKEN + 1), token[4:]]
    for case in cases:
        with pytest.raises(RefusedToken):
            proved(case)
        with pytest.raises(RefusedToken):
            tokens.read_reply(case, tokens.make_request(DIGEST))


def test_no_changed_byte_moves_the_time_or_the_digest() -> None:
    token, dice = clinic()[1].token(DIGEST), random.Random(5)
    time = proved(token)
    refused = 0
    for _ in range(400):
        changed = bytearray(token)
        changed[dice.randrange(len(token))] ^= 1 << dice.randrange(8)
        try:
            assert proved(bytes(changed)) == time
        except RefusedToken:
            refused += 1
    assert refused > 380


def test_an_accuracy_that_proves_nothing_is_refused() -> None:
    own = root()
    clerk = Clerk(certify("A", own), CONFIG.replace("secs:1", "secs:86400"))
    assert proved(clerk.token(DIGEST), trusting(own)).accuracy == timedelta(days=1)
    clerk = Clerk(clerk.own, CONFIG.replace("secs:1", "secs:86401"))
    with pytest.raises(RefusedToken, match="accuracy"):
        proved(clerk.token(DIGEST), trusting(own))
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    forever = certify("B", own, valid=(ALWAYS[0], end))
    last = dated(content_of(clinic()[1].token(DIGEST)), end)
    with pytest.raises(RefusedToken):
        proved(Clerk(forever).sign(last), trusting(own))
