"""A time-stamping authority of OpenSSL, and a place where it can be asked."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.timestamps import tokens
from tests.programs.find import find_program
from tests.signing.authorities import Issued, certify, root

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
"""id-ct-TSTInfo (RFC 3161, 2.4.2)."""

CONFIG: Final = """
[stamping]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    """Run OpenSSL; return what it prints."""
    program = find_program("openssl", "openssl")
    done = subprocess.run([program, *arguments], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Clerk:
    """Who stamps with one certificate."""

    def __init__(self, own: Issued, config: str = CONFIG) -> None:
        self.own, self.config = own, config

    @contextmanager
    def _desk(self) -> Iterator[Path]:
        with TemporaryDirectory() as name:
            folder = Path(name)
            key = self.own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / "key.pem").write_bytes(key)
            (folder / "own.pem").write_bytes(self.own.pem)
            (folder / "serial").write_text("01")
            (folder / "ts.cnf").write_text(self.config.format(folder=folder))
            yield folder

    def reply(self, request: bytes) -> bytes:
        """Return the reply of `openssl ts` to a request."""
        with self._desk() as desk:
            (desk / "query").write_bytes(request)
            names = ("-queryfile", "query", "-config", "ts.cnf", "-signer", "own.pem")
            paths = [str(desk / n) if n[0] != "-" else n for n in (*names, "-inkey", "key.pem")]
            return openssl("ts", "-reply", *paths, "-section", "stamping")

    def token(self, digest: bytes) -> bytes:
        """Return a token over a digest, as a stamper does."""
        request = tokens.make_request(digest)
        return tokens.read_reply(self.reply(request.encoded), request)

    def sign(self, content: bytes, *, named: bool = True) -> bytes:
        """Return any TSTInfo signed as `openssl cms` does, whatever the certificate is for.

        named: whether the signature names its certificate.
        """
        with self._desk() as desk:
            (desk / "content").write_bytes(content)
            names = ("-in", "content", "-signer", "own.pem", "-inkey", "key.pem")
            paths = [str(desk / n) if n[0] != "-" else n for n in names]
            how = ("-binary", "-nodetach", "-md", "sha256", "-econtent_type", TST_INFO)
            name = ("-cades",) if named else ()
            return openssl("cms", "-sign", *how, *name, *paths, "-outform", "DER")


def content_of(token: bytes) -> bytes:
    """Return the TSTInfo in a token."""
    return openssl("cms", "-verify", "-inform", "DER", "-noverify", data=token)


def dated(content: bytes, time: datetime) -> bytes:
    """Return a TSTInfo with another time of the same length."""
    at = content.index(b"\x18\x0f") + 2  # GeneralizedTime of 15 characters
    return content[:at] + time.strftime("%Y%m%d%H%M%SZ").encode() + content[at + 15 :]


def exchange(token: bytes, old: bytes, new: bytes) -> bytes:
    """Return a token with other bytes among its certificates, and the lengths around them right."""
    at = token.index(old)
    changed = token[:at] + new + token[at + len(old) :]
    # Every SEQUENCE or tagged value with a two-byte length that holds the certificates grows.
    for place in range(at):
        if token[place] in (0x30, 0xA0) and token[place + 1] == 0x82:
            size = int.from_bytes(token[place + 2 : place + 4], "big")
            if place + 4 <= at and place + 4 + size >= at + len(old):
                grown = (size + len(new) - len(old)).to_bytes(2, "big")
                changed = changed[: place + 2] + grown + changed[place + 4 :]
    return changed


@cache
def clinic() -> tuple[Issued, Clerk]:
    """Return the root and the clerk that most tests trust."""
    own = root("Clinic Root")
    return own, Clerk(certify("Clinic Clerk", own))


Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Writes the answer to a request of this body."""


def answer_well(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer as RFC 3161, 3.4, says."""
    send(handler, clinic()[1].reply(body))


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    status: int = 200,
    kind: str = "application/timestamp-reply",
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def serving(answer: Answer = answer_well, wrap: Any = None) -> Iterator[str]:
    """Serve on loopback; give the address. wrap: makes a TLS socket of the listening one."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer(self, body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """The other side may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    if wrap is not None:
        server.socket = wrap(server.socket)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        scheme = "https" if wrap is not None else "http"
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}/stamp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
