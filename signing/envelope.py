"""Envelopes: COSE_Sign1 (RFC 9052) with one algorithm, one header form and no options.

The content type names format version and kind, is protected, and is signed a second time as
external_aad: no signature of one kind can be used as another. Layout: docs/spec/envelope.md.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signing import cbor, curve
from signing.errors import (
    LimitExceeded,
    MalformedCbor,
    MalformedEnvelope,
    SignerFailed,
    UnknownVersion,
)
from signing.keys import Signer

ALGORITHM: Final = -19
"""Ed25519, fully specified (RFC 9864, 2.2)."""

VERSION: Final = 1
"""The version of all formats in this package."""

MAX_HEADER: Final = 1024
"""Bytes of a protected header; ours have at most 29. Room for later versions to be recognised."""

MAX_ENVELOPE: Final = 2**24
"""Bytes of an envelope of any kind: a statement of 2**17 frames has below 13 MiB."""


class Kind(StrEnum):
    """What the claims in an envelope are about."""

    CERTIFICATE = "certificate"  # one frame
    STATEMENT = "statement"  # one instance
    MANIFEST = "manifest"  # one series
    AMENDMENT = "amendment"  # attributes of one sealed instance, changed later
    CLOSING = "closing"  # the marked samples of one frame; only its signature travels


MAX_PAYLOAD: Final = {
    Kind.CERTIFICATE: 2**20,
    Kind.STATEMENT: 2**24 - 256,
    Kind.MANIFEST: 2**24 - 256,
    Kind.AMENDMENT: 1024,
    Kind.CLOSING: 256,
}
"""Bytes of claims, by kind. A certificate of 4096 x 3328 samples has about 110 kB."""

_TAG: Final = b"\xd2"  # COSE_Sign1, tag 18 in its one byte (RFC 9052, 2)
_ALGORITHM_KEY: Final = 1
_CONTENT_TYPE_KEY: Final = 3
_CONTENT_TYPE: Final = re.compile(r"scanseal/(0|[1-9][0-9]{0,8})/([a-z][a-z-]{0,31})")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed envelope; nothing in it is trusted before `verify`."""

    kind: Kind
    """What the claims are about."""
    payload: bytes
    """The claims, still encoded."""
    signature: bytes
    """64 bytes, R || S."""


def content_type(kind: Kind) -> str:
    """Return the content type of a kind, which is its external_aad too."""
    return f"scanseal/{VERSION}/{kind}"


def signed_message(kind: Kind, payload: bytes) -> bytes:
    """Return the bytes that are signed: the Sig_structure (RFC 9052, 4.4)."""
    aad = content_type(kind).encode("ascii")
    return cbor.encode(["Signature1", _protected(kind), aad, payload])


def wrap(kind: Kind, payload: bytes, signature: bytes) -> bytes:
    """Return the envelope of claims and a 64-byte signature that was made elsewhere.

    Raises LimitExceeded for claims above the kind's ceiling, ValueError for another length of
    signature. The signature is not checked.
    """
    _check_payload(kind, payload)
    if len(signature) != curve.SIGNATURE_SIZE:
        raise ValueError(f"a signature of {len(signature)} bytes")
    return _TAG + cbor.encode([_protected(kind), {}, payload, signature])


def sign(kind: Kind, payload: bytes, signer: Signer) -> bytes:
    """Return the envelope of `payload`, signed.

    Raises LimitExceeded for claims above the kind's ceiling, SignerFailed where the signer gives
    something else than its own signature: a fault in a token must not leave the house.
    """
    _check_payload(kind, payload)
    return wrap(kind, payload, sign_message(signed_message(kind, payload), signer))


def sign_message(message: bytes, signer: Signer) -> bytes:
    """Return the signer's 64-byte signature of a signed message, checked.

    message: made by `signed_message` or `payload.closing_message`, never a stranger's bytes.
    Raises SignerFailed.
    """
    signature = signer.sign(message)
    if not curve.verify(signer.public_key, signature, message):
        raise SignerFailed(signer.name)
    return signature


def parse(data: bytes) -> Envelope:
    """Return the parts of an envelope.

    Raises UnknownVersion where the content type is `scanseal/N/...` with another N, whatever
    else is in it; MalformedEnvelope for everything that is not the one encoding of an envelope
    of version 1 and a known kind.
    """
    with cbor.reported_as(MalformedEnvelope):
        parts = _parts(data)
        kind = _kind(_header(parts[0]))
    protected, unprotected, payload, signature = parts
    if protected != _protected(kind):
        raise MalformedEnvelope("protected header is not exactly algorithm and content type")
    if unprotected != {}:
        raise MalformedEnvelope("unprotected header is not empty")
    if not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise MalformedEnvelope("payload or signature is not a byte string")
    if len(payload) > MAX_PAYLOAD[kind]:
        raise MalformedEnvelope(f"{len(payload)} bytes of claims are too many for its kind")
    if len(signature) != curve.SIGNATURE_SIZE:
        raise MalformedEnvelope(f"a signature of {len(signature)} bytes")
    return Envelope(kind, payload, signature)


def digest_of(envelope: Envelope) -> bytes:
    """Return the 32-byte SHA-256 of the whole envelope: what a time stamp is of.

    An envelope has one encoding, so that its parts give back the bytes that were read.
    """
    return hashlib.sha256(wrap(envelope.kind, envelope.payload, envelope.signature)).digest()


def verify(envelope: Envelope, raw_key: bytes) -> bool:
    """Return whether the signature is that of `raw_key` (32 bytes) by the strict rule."""
    message = signed_message(envelope.kind, envelope.payload)
    return curve.verify(raw_key, envelope.signature, message)


def verify_message(message: bytes, signature: bytes, raw_key: bytes) -> bool:
    """Return whether a 64-byte signature of a signed message is that of `raw_key`, strictly."""
    return curve.verify(raw_key, signature, message)


def _protected(kind: Kind) -> bytes:
    """Return the one protected header of a kind, encoded."""
    return cbor.encode({_ALGORITHM_KEY: ALGORITHM, _CONTENT_TYPE_KEY: content_type(kind)})


def _check_payload(kind: Kind, payload: bytes) -> None:
    """Raise LimitExceeded for claims that no reader would take."""
    if len(payload) > MAX_PAYLOAD[kind]:
        raise LimitExceeded(f"bytes of a {kind}", len(payload), MAX_PAYLOAD[kind])


def _parts(data: bytes) -> list[cbor.Value]:
    """Return the four parts of a COSE_Sign1; raises MalformedCbor."""
    if data[:1] != _TAG:
        raise MalformedCbor("not a COSE_Sign1: tag 18 is missing")
    try:
        parts = cbor.decode(data[1:], MAX_ENVELOPE)
    except MalformedCbor as error:
        raise MalformedCbor(error.reason, error.offset + 1) from None
    if not isinstance(parts, list) or len(parts) != 4:
        raise MalformedCbor("not an array of four")
    return parts


def _header(protected: cbor.Value) -> cbor.Value:
    """Return the decoded protected header; raises MalformedCbor."""
    if not isinstance(protected, bytes):
        raise MalformedCbor("protected header is not a byte string")
    try:
        return cbor.decode(protected, MAX_HEADER)
    except MalformedCbor as error:
        raise MalformedCbor(f"protected header: {error.reason}") from None


def _kind(header: cbor.Value) -> Kind:
    """Return the kind that the content type names."""
    name = header.get(_CONTENT_TYPE_KEY) if isinstance(header, dict) else None
    match = _CONTENT_TYPE.fullmatch(name) if isinstance(name, str) else None
    if match is None:
        raise MalformedEnvelope("content type is not ours")
    if int(match[1]) != VERSION:
        raise UnknownVersion(int(match[1]))
    try:
        return Kind(match[2])
    except ValueError:
        raise MalformedEnvelope("a kind that version 1 does not have") from None
