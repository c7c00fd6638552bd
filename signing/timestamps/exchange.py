"""Ask a time-stamping authority over HTTP (RFC 3161, 3.4), for a bounded time and reply.

One request, one reply: no redirect is followed, no proxy used, nothing sent but the digest.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from typing import Final
from urllib.parse import urlsplit

from signing.errors import RefusedToken, StampFailed, UnsuitableAddress
from signing.timestamps.tokens import MAX_REPLY, check_token, make_request, read_reply

PATIENCE: Final = 30.0
"""Seconds until the whole exchange must be over."""

Stamper = Callable[[bytes], bytes]
"""Takes the SHA-256 digest that is to be stamped (32 bytes), returns a token in DER."""

_QUERY: Final = "application/timestamp-query"
_REPLY: Final = "application/timestamp-reply"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an authority listens."""

    secure: bool
    host: str
    port: int | None
    target: str
    """Path and query."""


def parse_address(url: str) -> Address:
    """Return the parts of an http or https URL; raises UnsuitableAddress."""
    what = "address of the time-stamping authority"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UnsuitableAddress(what, "not a URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise UnsuitableAddress(what, "not a URL of http or https")
    if parts.username is not None or parts.password is not None:
        raise UnsuitableAddress(what, "holds a user or password, which would end up in logs")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not (target.isascii() and target.isprintable()) or " " in target:
        raise UnsuitableAddress(what, "holds characters that must be written as %XX")
    return Address(parts.scheme == "https", host, port, target)


def stamp_with(authority: str | Stamper) -> Stamper:
    """Return what stamps a digest: a callable as it is, a URL as somebody to ask.

    Raises UnsuitableAddress. What comes back is checked, and raises StampFailed, MissingExtra.
    """
    if not isinstance(authority, str):
        return _checked(authority)
    address = parse_address(authority)
    return lambda digest: ask(address, digest)


def _checked(stamper: Stamper) -> Stamper:
    """Return a stamper whose tokens are checked as those of a URL are."""

    def stamp(digest: bytes) -> bytes:
        token = stamper(digest)
        try:
            check_token(token, digest)
        except RefusedToken as error:
            raise StampFailed("the given function", error.reason) from error
        return token

    return stamp


def ask(address: Address, digest: bytes, patience: float = PATIENCE) -> bytes:
    """Return an authority's token for a digest.

    patience: seconds. Raises StampFailed for no answer, a late one and one that is no stamp of
    the digest; MissingExtra.
    """
    request = make_request(digest)
    try:
        return read_reply(_post(address, request.encoded, patience), request)
    except RefusedToken as error:
        raise StampFailed(address.host, error.reason) from error


def _post(address: Address, body: bytes, patience: float) -> bytes:
    """Return the body of the reply to one POST; raises StampFailed."""
    late = Event()
    try:
        with _connected(address, patience) as connection, _ending(connection, late, patience):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request("POST", address.target, body, {"Content-Type": _QUERY})
            # Closed by hand: a reply that ends its connection has taken the socket over.
            with connection.getresponse() as response:
                return _read(response, address.host, late)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise StampFailed(address.host, f"no answer within {patience:g} s") from error
        raise StampFailed(address.host, _describe(error)) from error


@contextmanager
def _connected(address: Address, patience: float) -> Iterator[http.client.HTTPConnection]:
    """Give a connection whose socket is there, and where it is secure not yet greeted."""
    kind = http.client.HTTPSConnection if address.secure else http.client.HTTPConnection
    connection = kind(address.host, address.port, timeout=patience)
    connection.sock = socket.create_connection((address.host, connection.port), patience)
    try:
        if address.secure:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(
                connection.sock, server_hostname=address.host, do_handshake_on_connect=False
            )
        yield connection
    finally:
        connection.close()


@contextmanager
def _ending(connection: http.client.HTTPConnection, late: Event, patience: float) -> Iterator[None]:
    """Cut the line after `patience` seconds: a time-out of the socket starts anew at each byte."""
    line: socket.socket = connection.sock

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it has ended by itself
            # The plain socket's method: that of TLS takes away what the other thread reads from.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = Timer(patience, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(response: http.client.HTTPResponse, host: str, late: Event) -> bytes:
    """Return the reply's body, bounded; raises StampFailed, TimeoutError."""
    _check_line(late)
    if response.status != http.client.OK:
        raise StampFailed(host, f"HTTP status {response.status}")
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != _REPLY:
        raise StampFailed(host, f"the reply is not {_REPLY}")
    body = response.read(MAX_REPLY + 1)
    _check_line(late)
    if len(body) > MAX_REPLY:
        raise StampFailed(host, f"the reply has more than {MAX_REPLY} bytes")
    return body


def _check_line(late: Event) -> None:
    """Raise TimeoutError where the line was cut: that looks like the end of headers or body."""
    if late.is_set():
        raise TimeoutError


def _describe(error: Exception) -> str:
    """Return why there is no answer, in words that hold nothing of the answer."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its TLS certificate is not trusted"
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or type(error).__name__).lower()
