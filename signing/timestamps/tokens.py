"""Tokens of time-stamping authorities (RFC 3161): made, read, and checked.

The client library reads DER and lets OpenSSL verify signature, chain, purpose and validity at the
time that the token states. What it leaves open is checked here first: digest algorithms, what is
stamped, one signer, one certificate of that signer. All bytes are a stranger's.
"""

import secrets
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from signing.digests import DIGEST_SIZE
from signing.errors import MissingExtra, RefusedToken
from signing.stamps import MAX_TOKEN
from signing.timestamps.attributes import names_certificate
from signing.timestamps.authorities import Authority
from signing.timestamps.backing import Backing, find_backing

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

EXTRA: Final = "timestamps"
"""The extra of the distribution that this module needs."""

MIN_TOKEN: Final = 256
"""Bytes that every token has: a signature and what it signs."""

MAX_REPLY: Final = MAX_TOKEN + 1024
"""Bytes of an authority's reply: a token and a status."""

SHA256: Final = "2.16.840.1.101.3.4.2.1"
"""The digest algorithm of what is stamped (RFC 5754, 2.2)."""

DIGESTS: Final = frozenset({SHA256, "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"})
"""Digest algorithms under an authority's signature: SHA-256, SHA-384, SHA-512."""

MAX_CERTIFICATES: Final = 16
"""Certificates within one token."""

MAX_ACCURACY: Final = timedelta(days=1)
"""A worse one is refused: it proves hardly anything."""

_NONCE_SIZE: Final = 8
# TimeStampReq (RFC 3161, 2.4.1) with everything in it of a fixed size: version 1, imprint by
# SHA-256; then come the digest, the nonce, and certReq = TRUE.
_REQUEST: Final = bytes.fromhex("3043020101 3031 300d 0609608648016503040201 0500 0420")
_NONCE: Final = bytes([0x02, _NONCE_SIZE])
_CERTIFICATE_WANTED: Final = bytes.fromhex("0101ff")
_GRANTED: Final = bytes.fromhex("3003020100")  # PKIStatusInfo (RFC 3161, 2.4.2)
_STATES: Final = ("granted", "granted with changes", "rejected", "waiting", "warned", "revoked")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to an authority."""

    digest: bytes
    """What is to be stamped, 32 bytes."""
    nonce: int
    """Below 2**63; the reply must hold it, or it is an old one."""

    @property
    def encoded(self) -> bytes:
        """TimeStampReq in DER, 69 bytes."""
        nonce = _NONCE + self.nonce.to_bytes(_NONCE_SIZE, "big")
        return _REQUEST + self.digest + nonce + _CERTIFICATE_WANTED


@dataclass(frozen=True, slots=True)
class ProvedTime:
    """When something was there at the latest, by a trusted authority."""

    at: datetime
    """The time that the token states, UTC."""
    accuracy: timedelta
    """How far it may be off, either way; zero where the token does not say."""
    authority: str
    """Name under which the authority is trusted."""
    backing: Backing | None = field(default=None, repr=False, compare=False)
    """The certificates that it rests on, for what has become of them since; None for none."""

    @property
    def latest(self) -> datetime:
        """The time by which what was stamped was certainly there."""
        return self.at + self.accuracy

    @property
    def text(self) -> str:
        """The stated time as RFC 3339 text."""
        return self.at.isoformat().replace("+00:00", "Z")


def require_client() -> None:
    """Raise MissingExtra where the extra is not installed."""
    _client()


def _client() -> Any:
    """Return the client library; raises MissingExtra."""
    try:
        import rfc3161_client
    except ImportError:
        raise MissingExtra(EXTRA, "time stamps") from None
    return rfc3161_client


def make_request(digest: bytes) -> Request:
    """Return a fresh request for a time stamp of a SHA-256 digest; ValueError for other sizes."""
    if len(digest) != DIGEST_SIZE:
        raise ValueError(f"a digest of {len(digest)} bytes")
    # The first byte is 1 to 127: a positive number of exactly eight bytes.
    return Request(digest, (1 + secrets.randbelow(127)) << 56 | secrets.randbits(56))


def read_reply(reply: bytes, request: Request) -> bytes:
    """Return the token in an authority's reply to `request`.

    Whether the authority is one to trust is for whoever reads the seal. Raises RefusedToken for
    a reply that grants nothing, is of something else or of another request; MissingExtra.
    """
    response = _decode(reply, MAX_REPLY)
    status = int(response.status)
    if status not in (0, 1):
        state = _STATES[status] if 0 <= status < len(_STATES) else "not granted"
        raise RefusedToken(f"the authority did not grant it: {state}")
    with _guarded():
        nonce, token = response.tst_info.nonce, bytes(response.time_stamp_token())
    if nonce != request.nonce:
        raise RefusedToken("the reply is not to this request")
    check_token(token, request.digest)
    return token


def check_token(token: bytes, digest: bytes) -> None:
    """Raise RefusedToken unless `token` is in form and stamps `digest`; MissingExtra."""
    response = _open(token)
    _check_form(response, token)
    _check_imprint(response, digest)


def prove(token: bytes, digest: bytes, authorities: Sequence[Authority]) -> ProvedTime:
    """Return the time at which one of `authorities` saw `digest`.

    As the authority stood at that time: what was revoked or has ended since is for `judging`.
    Raises RefusedToken, with the reason, for everything that does not prove that; MissingExtra.
    """
    response = _open(token)
    signer, others = _check_form(response, token)
    _check_imprint(response, digest)
    everyone = [certificate for one in authorities for certificate in one.load()]
    if not _verifies(response, everyone, digest):
        raise RefusedToken("no trusted authority stands behind it at its time")
    # One at a time only to tell the name, and only where the answer is already yes.
    alone = len(authorities) == 1
    named = (one.name for one in authorities if alone or _verifies(response, one.load(), digest))
    name = next(named, "several authorities")
    trusted = tuple(der for one in authorities for der in one.certificates)
    with _guarded():
        at, accuracy = response.tst_info.gen_time, _accuracy(response.tst_info.accuracy)
        backing = find_backing(signer, others, trusted)
        if backing is None:
            raise RefusedToken("a key or algorithm behind it is not taken")
        proved = ProvedTime(at.astimezone(UTC), accuracy, name, backing)
        if accuracy > MAX_ACCURACY or proved.latest < at:  # the sum is made here, where it may fail
            raise RefusedToken("its accuracy is worse than a day")
    return proved


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn whatever a library raises for a stranger's bytes into RefusedToken, and warn of none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RefusedToken:
        raise
    except Exception:  # any: the bytes decide what is raised
        raise RefusedToken("not a time stamp token that can be read") from None


def _decode(reply: bytes, limit: int) -> "TimeStampResponse":
    """Return a parsed reply; raises RefusedToken."""
    client = _client()
    if len(reply) > limit:
        raise RefusedToken(f"more than {limit} bytes")
    with _guarded():
        response: TimeStampResponse = client.decode_timestamp_response(reply)
    return response


def _open(token: bytes) -> "TimeStampResponse":
    """Return a token as the granted reply that it came in."""
    if not MIN_TOKEN <= len(token) <= MAX_TOKEN:
        raise RefusedToken(f"not {MIN_TOKEN} to {MAX_TOKEN} bytes")
    body = _GRANTED + token
    response = _decode(b"\x30\x82" + len(body).to_bytes(2, "big") + body, MAX_REPLY)
    with _guarded():
        same = bytes(response.time_stamp_token()) == token
    if not same:
        raise RefusedToken("not the one encoding of a token")
    return response


def _check_form(response: "TimeStampResponse", token: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Raise RefusedToken unless one signer, with one certificate, signed over a sound digest.

    Return that certificate, and the others that came along; DER.
    """
    with _guarded():
        signed = response.signed_data
        algorithms = {one.dotted_string for one in signed.digest_algorithms}
        signers = [(one.issuer, one.serial_number) for one in signed.signer_infos]
        certificates = list(signed.certificates)
    if not algorithms or not algorithms <= DIGESTS:
        raise RefusedToken("signed over a digest that is not SHA-256, SHA-384 or SHA-512")
    if len(signers) != 1:
        raise RefusedToken(f"{len(signers)} signers instead of one")
    if not 1 <= len(certificates) <= MAX_CERTIFICATES:
        raise RefusedToken(f"not 1 to {MAX_CERTIFICATES} certificates in it")
    with _guarded():
        from cryptography.x509 import load_der_x509_certificate

        parsed = [(data, load_der_x509_certificate(data)) for data in certificates]
        own = [d for d, one in parsed if (one.issuer, one.serial_number) == signers[0]]
    # Two of the same name and number: the one that is judged might not be the one that signed.
    if len(own) != 1:
        raise RefusedToken("not exactly one certificate of its signer in it")
    if not names_certificate(token, own[0]):
        raise RefusedToken("its signature names another certificate, or none")
    return own[0], tuple(data for data, _ in parsed if data != own[0])


def _check_imprint(response: "TimeStampResponse", digest: bytes) -> None:
    """Raise RefusedToken unless the token stamps `digest`."""
    with _guarded():
        imprint = response.tst_info.message_imprint
        algorithm, message = imprint.hash_algorithm.dotted_string, bytes(imprint.message)
    if (algorithm, message) != (SHA256, digest):
        raise RefusedToken("it stamps something else")


def _verifies(response: "TimeStampResponse", certificates: Sequence[Any], digest: bytes) -> bool:
    """Return whether signature, chain, purpose and validity at the token's time hold."""
    client = _client()
    builder = client.VerifierBuilder()
    for certificate in dict.fromkeys(certificates):
        builder = builder.add_root_certificate(certificate)
    try:
        with _guarded():
            return bool(builder.build().verify(response, digest))
    except RefusedToken:
        return False


def _accuracy(accuracy: Any) -> timedelta:
    """Return an Accuracy (RFC 3161, 2.4.2) as a duration."""
    if accuracy is None:
        return timedelta(0)
    seconds, millis, micros = accuracy.seconds, accuracy.millis, accuracy.micros
    return timedelta(seconds=seconds or 0, milliseconds=millis or 0, microseconds=micros or 0)
