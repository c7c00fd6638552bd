"""Laws of asking an authority over the network, on loopback."""

import hashlib
import ssl
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.errors import StampFailed, UnsuitableAddress
from signing.timestamps import tokens
from signing.timestamps.exchange import ask, parse_address, stamp_with
from tests.programs.clerk import Answer, clinic, send, serving
from tests.signing.authorities import root, trusting

DIGEST = hashlib.sha256(b"a statement").digest()
OTHER = hashlib.sha256(b"another statement").digest()
SHORT = 1.0
"""Seconds of patience with those that are slow on purpose."""


def asked(answer: Answer, patience: float = 20.0) -> bytes:
    with serving(answer) as url:
        return ask(parse_address(url), DIGEST, patience)


def test_an_authority_is_asked_and_its_token_proves_a_time() -> None:
    with serving() as url:
        token = stamp_with(url)(DIGEST)
    assert tokens.prove(token, DIGEST, (trusting(clinic()[0]),)).authority == "clinic"


def test_an_address_is_taken_apart() -> None:
    parts = parse_address("https://stamp.example:8443/a/b?c=d#e")
    assert (parts.secure, parts.host, parts.port) == (True, "stamp.example", 8443)
    assert parts.target == "/a/b?c=d"
    plain = parse_address("http://stamp.example")
    assert (plain.secure, plain.port, plain.target) == (False, None, "/")
    assert parse_address("http://[::1]:80/").host == "::1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "stamp.example",
        "ftp://stamp.example/",
        "file:///etc/passwd",
        "http://",
        "http:///path",
        "http://user:secret@stamp.example/",
        "http://secret@stamp.example/",
        "http://stamp.example:99999/",
        "http://stamp.example:x/",
        "http://[::1/",
        "http://stamp.example/a b",
        "http://stamp.example/\u00e4",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UnsuitableAddress) as caught:
        stamp_with(url)
    assert "secret" not in str(caught.value)


def refuse(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"no", status=503)


def redirect(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:9/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def mislabel(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, clinic()[1].reply(body), kind="text/html")


def babble(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    send(handler, b"<html>" * 100)


def hang_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.connection.close()


def cut_short(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", "2000")
    handler.end_headers()
    handler.wfile.write(clinic()[1].reply(body)[:500])


def overwhelm(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.end_headers()
    for _ in range(1 << 14):
        handler.wfile.write(bytes(1 << 16))  # 1 GiB, were it read


def mix_up(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    request = tokens.make_request(OTHER)
    send(handler, clinic()[1].reply(request.encoded))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refuse, "HTTP status 503"),
        (redirect, "HTTP status 307"),
        (mislabel, "the reply is not application/timestamp-reply"),
        (babble, "not a time stamp token"),
        (hang_up, "remote"),
        (cut_short, "not a time stamp token"),
        (overwhelm, "more than 33792 bytes"),
        (mix_up, "not to this request"),
    ],
)
def test_an_answer_that_is_no_stamp_fails_with_its_reason(answer: Answer, words: str) -> None:
    with pytest.raises(StampFailed, match=words) as caught:
        asked(answer)
    assert caught.value.authority == "127.0.0.1"


def wait(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    time.sleep(3 * SHORT)


def drip_headers(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
    for _ in range(30):
        handler.wfile.write(b"x")
        time.sleep(SHORT / 10)


def drip_body(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.end_headers()
    for byte in clinic()[1].reply(body)[:30]:
        handler.wfile.write(bytes([byte]))
        time.sleep(SHORT / 10)


@pytest.mark.parametrize("answer", [wait, drip_headers, drip_body])
def test_whoever_is_slow_is_left(answer: Answer) -> None:
    begin = time.monotonic()
    with serving(answer) as url, pytest.raises(StampFailed, match="no answer within 1 s"):
        try:
            ask(parse_address(url), DIGEST, SHORT)
        finally:
            taken = time.monotonic() - begin
    assert taken < 2.5 * SHORT


def test_nobody_at_the_address_is_said() -> None:
    with serving() as url:
        pass
    with pytest.raises(StampFailed, match="connection refused"):
        ask(parse_address(url), DIGEST)


@pytest.fixture
def greeted(tmp_path: Path) -> Any:
    """Returns what makes a TLS socket, and the certificate that vouches for it."""
    own = root("127.0.0.1")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own.certificate.subject)
        .issuer_name(own.certificate.subject)
        .public_key(own.key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(own.key, hashes.SHA256())
    )
    path = tmp_path / "tls.pem"
    key = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return lambda line: context.wrap_socket(line, server_side=True), path


def test_a_secure_address_is_asked_where_its_certificate_is_trusted(
    greeted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrap, path = greeted
    with serving(wrap=wrap) as url:
        with pytest.raises(StampFailed, match="TLS certificate is not trusted"):
            ask(parse_address(url), DIGEST)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        token = ask(parse_address(url), DIGEST)
    tokens.check_token(token, DIGEST)


def test_an_authority_that_never_greets_is_left() -> None:
    with serving(wait) as url, pytest.raises(StampFailed):
        # It waits for a request in clear, and answers no greeting.
        ask(parse_address(url.replace("http:", "https:")), DIGEST, SHORT)


def test_a_function_may_stamp_and_is_checked_as_an_address_is() -> None:
    clerk = clinic()[1]
    assert stamp_with(clerk.token)(DIGEST)
    with pytest.raises(StampFailed, match="the given function: it stamps something else"):
        stamp_with(lambda _: clerk.token(OTHER))(DIGEST)
    with pytest.raises(StampFailed, match="not a time stamp token"):
        stamp_with(lambda _: b"?" * 300)(DIGEST)
