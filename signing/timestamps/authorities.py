"""Time-stamping authorities that a reader trusts: certificates in files NAME.tsa.pem.

Such a file holds the root certificate of an authority and, where tokens leave them out, those
between the root and the one that stamps. Layout: docs/spec/keys.md.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import MalformedKey

ENDING: Final = ".tsa.pem"
"""How the name of an authority's file ends."""

LIST_ENDING: Final = ".tsa.crl"
"""How the name of a revocation list of a time-stamping authority ends."""

MAX_AUTHORITY_FILE: Final = 64 * 1024
"""Bytes of an authority's file; a certificate has about 2000 in PEM."""

MAX_AUTHORITIES: Final = 64
"""Authorities of one trust store."""

MAX_CERTIFICATES: Final = 8
"""Certificates of one authority's file."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A trusted time-stamping authority."""

    name: str
    """The file's name without `.tsa.pem`; for reports."""
    certificates: tuple[bytes, ...]
    """DER; at least one is issued by itself. All are trusted to say who stamps."""

    def load(self) -> list[x509.Certificate]:
        """Return the certificates, parsed."""
        return [x509.load_der_x509_certificate(data) for data in self.certificates]


def is_authority(path: Path) -> bool:
    """Return whether the name of `path` is that of an authority's file."""
    return path.name.lower().endswith(ENDING) and len(path.name) > len(ENDING)


def is_list(path: Path) -> bool:
    """Return whether the name of `path` is that of a revocation list of such authorities."""
    return path.name.lower().endswith(LIST_ENDING)


def load_authority(path: Path) -> Authority:
    """Return the authority in a file of PEM certificates.

    Raises MalformedKey naming the file where it is too large, holds something else than 1 to
    MAX_CERTIFICATES certificates, or no root; OSError.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_AUTHORITY_FILE + 1)
    if len(raw) > MAX_AUTHORITY_FILE:
        raise MalformedKey(str(path), f"more than {MAX_AUTHORITY_FILE} bytes")
    if b"PRIVATE KEY" in raw:
        raise MalformedKey(str(path), "holds a private key, which belongs to the authority alone")
    try:
        certificates = x509.load_pem_x509_certificates(raw)
        roots = [one for one in certificates if one.issuer == one.subject]
    except ValueError:
        raise MalformedKey(str(path), "not certificates in PEM") from None
    if len(certificates) > MAX_CERTIFICATES:
        raise MalformedKey(str(path), f"more than {MAX_CERTIFICATES} certificates")
    if not roots:
        raise MalformedKey(str(path), "no root certificate in it (none is issued by itself)")
    name = path.name[: -len(ENDING)]
    return Authority(name, tuple(one.public_bytes(Encoding.DER) for one in certificates))
