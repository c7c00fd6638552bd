"""Credentials: X.509 certificates of keys, in the one narrow profile that is taken.

RFC 5280 leaves much open, and what a reader ignores an attacker uses. So: version 3, Ed25519
(RFC 8410) under the strict rule, no critical extension that is not processed here, no name
constraints, and for the key of a signer exactly one purpose of ours, which is its role.
`cryptography.x509.verification` refuses Ed25519, so chains are followed in `chains`.
Profile and purposes: docs/spec/trust.md.
"""

import re
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, SignatureAlgorithmOID

from signing import curve
from signing.commitments import MAX_CERTIFICATE
from signing.errors import MalformedCredential, MalformedKey, UnsafeKey
from signing.keyfile import Role

MAX_CHAIN: Final = 8
"""Certificates of one signer: in its file, and along with its seals."""

MAX_CHAIN_FILE: Final = 2**17
"""Bytes of a certificate file, PEM with text around it."""

_ARC: Final = "2.25.125095296910153082933224926024598904481"
"""An arc of our own by a random UUID (ITU-T X.667, 2.25)."""

PURPOSES: Final = {
    f"{_ARC}.{place}": role
    for place, role in enumerate((Role.ACQUISITION, Role.GATEWAY, Role.ARCHIVE, Role.AI), 1)
}
"""Extended key usage by which a certificate says what a key is for (RFC 5280, 4.2.1.12)."""

ANY_PURPOSE: Final = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE.dotted_string

_PEM: Final = re.compile(
    r"-----BEGIN ([A-Z0-9 ]{1,40})-----\s([A-Za-z0-9+/=\s]*)-----END \1-----", re.ASCII
)
_PROCESSED: Final = frozenset(
    {x509.BasicConstraints.oid, x509.KeyUsage.oid, x509.ExtendedKeyUsage.oid}
)
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
_Parsed = TypeVar("_Parsed")
_MAX_SERIAL: Final = 2**160
_MAX_NAME: Final = 64  # ub-common-name, RFC 5280, appendix A.1


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate that was parsed and is inside the profile; nothing of it is verified."""

    der: bytes
    """As it came."""
    subject: bytes
    """Name of the holder, DER."""
    issuer: bytes
    """Name of whoever issued it, DER."""
    name: str
    """The subject's one common name."""
    raw: bytes
    """The holder's public key, 32 bytes, strict."""
    serial: int
    valid_from: datetime
    valid_until: datetime
    """The last second that is valid, UTC."""
    authority: bool
    """Whether it may issue certificates (basic constraints, and key usage)."""
    path_length: int | None
    """Authorities that may stand between it and a signer; None for no limit."""
    signs_data: bool
    """Key usage digitalSignature."""
    signs_lists: bool
    """Key usage cRLSign."""
    purposes: frozenset[str] | None
    """Extended key usage as dotted numbers; None where it has none."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""
        return sha256(self.der).hexdigest()

    @property
    def role(self) -> Role | None:
        """The one role among its purposes; None where there is none, or more than one."""
        roles = [PURPOSES[purpose] for purpose in self.purposes or () if purpose in PURPOSES]
        return roles[0] if len(roles) == 1 else None

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer

    def permits(self, role: Role) -> bool:
        """Return whether an authority's purposes, where it has any, hold that of `role`."""
        if self.purposes is None or ANY_PURPOSE in self.purposes:
            return True
        return any(PURPOSES.get(purpose) is role for purpose in self.purposes)


@lru_cache(maxsize=256)
def parse_credential(der: bytes) -> Credential:
    """Return the certificate that `der` encodes; raises MalformedCredential outside the profile."""
    if len(der) > MAX_CERTIFICATE:
        raise MalformedCredential(f"more than {MAX_CERTIFICATE} bytes")
    with parsing("an X.509 certificate"):
        certificate = x509.load_der_x509_certificate(der)
        if certificate.public_bytes(Encoding.DER) != der:
            raise MalformedCredential("not the one encoding of its value")
        return _read(certificate, der)


@contextmanager
def parsing(what: str) -> Iterator[None]:
    """Refuse what the library refuses or warns about in the block: raises MalformedCredential.

    what: is parsed, for people.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except MalformedCredential:
        raise
    except Exception:  # any: the library parses field by field, as each is asked for
        raise MalformedCredential(f"not {what} that can be read") from None


def _read(certificate: x509.Certificate, der: bytes) -> Credential:
    """Return the fields of a certificate, each checked."""
    if certificate.version is not x509.Version.v3:
        raise MalformedCredential("not version 3")
    if certificate.signature_algorithm_oid != SignatureAlgorithmOID.ED25519:
        raise MalformedCredential("not signed with Ed25519")
    if not 0 < certificate.serial_number < _MAX_SERIAL:
        raise MalformedCredential("a serial number out of range")
    _check_extensions(certificate.extensions)
    basic = _extension(certificate, x509.BasicConstraints)
    usage = _extension(certificate, x509.KeyUsage)
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    if usage is None:
        raise MalformedCredential("it does not say what its key is used for (key usage)")
    if basic is not None and basic.ca and not usage.key_cert_sign:
        raise MalformedCredential("an authority without key usage keyCertSign")
    return Credential(
        der=der,
        subject=certificate.subject.public_bytes(),
        issuer=certificate.issuer.public_bytes(),
        name=_name(certificate),
        raw=_key(certificate),
        serial=certificate.serial_number,
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        authority=basic is not None and basic.ca,
        path_length=basic.path_length if basic is not None else None,
        signs_data=usage.digital_signature,
        signs_lists=usage.crl_sign,
        purposes=frozenset(p.dotted_string for p in extended) if extended is not None else None,
    )


def _check_extensions(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> None:
    """Refuse what would have to be processed, and is not."""
    for extension in extensions:
        if isinstance(extension.value, x509.NameConstraints):
            # Critical or not: an authority that was limited must not be taken for one that is not.
            raise MalformedCredential("name constraints, which are not taken")
        if extension.critical and extension.oid not in _PROCESSED:
            raise MalformedCredential(
                f"critical extension {extension.oid.dotted_string}, which is not processed"
            )


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    """Return an extension, None where it is not there."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _name(certificate: x509.Certificate) -> str:
    """Return the one common name of the subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = names[0].value if len(names) == 1 else None
    if not isinstance(name, str) or not 0 < len(name) <= _MAX_NAME or not name.isprintable():
        raise MalformedCredential("its subject has not one common name that can be printed")
    return name


def _key(certificate: x509.Certificate) -> bytes:
    """Return the raw public key."""
    key = certificate.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise MalformedCredential("not an Ed25519 key")
    raw = key.public_bytes_raw()
    try:
        curve.check_public_key(raw)
    except UnsafeKey as error:
        raise MalformedCredential(str(error)) from None
    return raw


@lru_cache(maxsize=1024)
def is_issued(credential: Credential, issuer: Credential) -> bool:
    """Return whether `issuer` is named in `credential` and signed it, by the strict rule."""
    certificate = x509.load_der_x509_certificate(credential.der)
    try:
        # Names, and that the inner algorithm is the outer one; then the strict signature.
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(issuer.der))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return curve.verify(issuer.raw, certificate.signature, certificate.tbs_certificate_bytes)


def read_credentials(path: Path) -> tuple[Credential, ...]:
    """Return the certificates of a file, PEM or DER, in their order.

    Raises MalformedKey naming the file where there is none, more than 8, one outside the profile,
    or anything else in PEM: a private key has no business beside certificates. OSError.
    """
    return read_blocks(path, MAX_CHAIN_FILE, ("CERTIFICATE", MAX_CHAIN), parse_credential)


def read_blocks(
    path: Path, ceiling: int, blocks: tuple[str, int], parse: Callable[[bytes], _Parsed]
) -> tuple[_Parsed, ...]:
    """Return what a file of at most `ceiling` bytes holds, PEM or DER, parsed.

    blocks: label, and how many there may be; parse: raises MalformedCredential. Raises MalformedKey
    naming the file, OSError.
    """
    with path.open("rb") as file:
        raw = file.read(ceiling + 1)
    if len(raw) > ceiling:
        raise MalformedKey(str(path), f"more than {ceiling} bytes")
    try:
        return tuple(parse(der) for der in _unwrap(raw, *blocks))
    except MalformedCredential as error:
        raise MalformedKey(str(path), error.reason) from None


def _unwrap(raw: bytes, label: str, most: int) -> tuple[bytes, ...]:
    """Return the DER of the blocks of a file: itself, or 1 to `most` PEM blocks of this label.

    Raises MalformedCredential.
    """
    if raw[:1] == b"\x30":
        return (raw,)
    text = raw.decode("latin-1")
    blocks = list(_PEM.finditer(text))
    if not 1 <= len(blocks) <= most or text.count("-----BEGIN") != len(blocks):
        raise MalformedCredential(f"not 1 to {most} whole blocks of {label.lower()} in PEM")
    if any(block[1] != label for block in blocks):
        raise MalformedCredential(f"a block that is no {label.lower()}")
    try:
        return tuple(b64decode("".join(block[2].split()), validate=True) for block in blocks)
    except ValueError:
        raise MalformedCredential("damaged PEM") from None
