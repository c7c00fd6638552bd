"""The signed attribute by which a token names its signer's certificate (RFC 2634, RFC 5035).

Who signs is not under the signature of CMS, so that another certificate of the same key could be
put in its place; this attribute is under it. The walk takes DER that the client library has parsed
already, and still trusts no length.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from signing.errors import RefusedToken

_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_OCTETS: Final = 0x04
_OBJECT: Final = 0x06
_ZERO: Final = 0xA0
_LONGEST: Final = 4

_VERSION_1: Final = bytes.fromhex("2a864886f70d010910020c")  # signingCertificate, SHA-1
_VERSION_2: Final = bytes.fromhex("2a864886f70d010910022f")  # signingCertificateV2
_DIGESTS: Final = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}

Item = tuple[int, bytes]
"""Tag and content of one DER value."""


def names_certificate(token: bytes, certificate: bytes) -> bool:
    """Return whether every signed certificate identifier in a token is first of `certificate`.

    token: ContentInfo with one SignerInfo; certificate: DER. False where there is no identifier.
    Raises RefusedToken for a token that is not laid out so.
    """
    found = [
        _first_digest(value, version)
        for version, value in _attributes(token)
        if version in (_VERSION_1, _VERSION_2)
    ]
    return bool(found) and all(
        # SHA-1 is what version 1 has; a second certificate of the same digest is out of reach.
        hashlib.new(name, certificate, usedforsecurity=False).digest() == digest
        for name, digest in found
    )


def _attributes(token: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield object identifier and the one value of each signed attribute of the one signer."""
    content = _open(_open(_items(token), _SEQUENCE, 0), _ZERO, 1)  # ContentInfo: type, [0]
    signed = _open(content, _SEQUENCE, 0)
    signer = _open(_open(signed, _SET, -1), _SEQUENCE, 0)  # signerInfos come last
    # SignerInfo: version, who, digest algorithm, [0] signed attributes, ...
    for item in _open(signer, _ZERO, 3):
        parts = _open([item], _SEQUENCE, 0)
        if len(parts) == 2 and parts[0][0] == _OBJECT and parts[1][0] == _SET:
            value = _items(parts[1][1])
            if len(value) == 1:
                yield parts[0][1], value[0][1]


def _first_digest(value: bytes, version: bytes) -> tuple[str, bytes]:
    """Return name and digest of the first certificate of a SigningCertificate."""
    first = _open(_open(_items(value), _SEQUENCE, 0), _SEQUENCE, 0)
    name = "sha1" if version == _VERSION_1 else "sha256"
    if first and first[0][0] == _SEQUENCE and version == _VERSION_2:
        algorithm = _items(first[0][1])
        name = _DIGESTS.get(algorithm[0][1], "") if algorithm else ""
        first = first[1:]
    if not name or not first or first[0][0] != _OCTETS:
        raise RefusedToken("names its signer's certificate in an unknown way")
    return name, first[0][1]


def _items(data: bytes) -> list[Item]:
    """Return the DER values that lie behind each other in `data`."""
    items, at = [], 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1] if at + 1 < len(data) else 0x80, at + 2
        if size >= 0x80:
            width = size & 0x7F
            if not 1 <= width <= _LONGEST:
                raise _unread()
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            raise _unread()
        items.append((tag, data[at : at + size]))
        at += size
    return items


def _open(items: list[Item], tag: int, place: int) -> list[Item]:
    """Return the values inside the one at `place`, which must have this tag."""
    if not -len(items) <= place < len(items) or items[place][0] != tag:
        raise _unread()
    return _items(items[place][1])


def _unread() -> RefusedToken:
    return RefusedToken("not a time stamp token that can be read")
