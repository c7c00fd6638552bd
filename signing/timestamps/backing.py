"""What stands behind a token: the certificates between its signer's and a trusted root.

OpenSSL, asked at the token's time, says whether there is such a path; it does not say which. Here
the paths are looked up again, for what was revoked or has ended since then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeGuard

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import SignatureAlgorithmOID

MAX_PATH: Final = 8
"""Certificates from the one that stamps to the root, both counted."""

MAX_STEPS: Final = 256
"""Issuers that are tried for one token: most of its certificates are a stranger's."""

MIN_RSA: Final = 2048
"""Bits of an RSA key that is taken."""

MIN_CURVE: Final = 256
"""Bits of an elliptic curve that is taken."""

_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})

Path = tuple[x509.Certificate, ...]
"""From the certificate that stamps to the root."""


@dataclass(frozen=True, slots=True)
class Backing:
    """What a token rests on."""

    until: datetime
    """Last second at which a whole path is valid, UTC."""
    links: tuple[tuple[x509.Certificate, x509.Certificate | None], ...] = field(repr=False)
    """Every certificate of any path, each with its issuer's; None for a root."""


@lru_cache(maxsize=256)
def find_backing(
    signer: bytes, others: tuple[bytes, ...], trusted: tuple[bytes, ...]
) -> Backing | None:
    """Return what stands behind a certificate that stamps; None where nothing does.

    signer: its DER; others: DER that came with the token; trusted: DER of the authorities' files,
    of which those that issued themselves are roots.
    """
    if not is_long(_load(signer).public_key()):
        return None
    search = _Search(tuple(dict.fromkeys((*trusted, *others))), frozenset(trusted))
    paths = list(search.paths((_load(signer),)))
    if not paths:
        return None
    until = max(min(one.not_valid_after_utc for one in path) for path in paths)
    links = {
        (one, path[place + 1] if place + 1 < len(path) else None): None
        for path in paths
        for place, one in enumerate(path)
    }
    return Backing(until, tuple(links))


@dataclass(slots=True)
class _Search:
    """A search for paths, bounded."""

    pool: Sequence[bytes]
    trusted: frozenset[bytes]
    steps: int = 0

    def paths(self, path: Path) -> Iterator[Path]:
        """Yield the paths that start like this one and end at a root."""
        last = path[-1]
        if last.issuer == last.subject:
            if any(last == _load(der) for der in self.trusted):
                yield path
            return
        for der in self.pool:
            issuer = _load(der)
            if issuer.subject != last.issuer or issuer in path:
                continue
            self.steps += 1
            if self.steps > MAX_STEPS or len(path) == MAX_PATH:
                return
            if _certifies(issuer) and _is_issued(last, issuer):
                yield from self.paths((*path, issuer))


@lru_cache(maxsize=1024)
def _load(der: bytes) -> x509.Certificate:
    """Return a certificate that was read before."""
    return x509.load_der_x509_certificate(der)


def _certifies(certificate: x509.Certificate) -> bool:
    """Return whether a certificate is an authority's."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except Exception:  # any: the library parses field by field, and the bytes decide what is raised
        return False


@lru_cache(maxsize=1024)
def _is_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Return whether `issuer` signed a certificate that names it."""
    try:
        certificate.verify_directly_issued_by(issuer)
        return is_strong(issuer.public_key(), certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False


def is_strong(
    key: CertificatePublicKeyTypes, signed: x509.Certificate | x509.CertificateRevocationList
) -> TypeGuard[ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey]:
    """Return whether a key, and the digest under its signature, are ones that are taken.

    Ed25519; ECDSA and RSA with SHA-256, SHA-384 or SHA-512. OpenSSL by itself takes SHA-1 and
    short keys in certificates. Raises UnsupportedAlgorithm.
    """
    if signed.signature_algorithm_oid == SignatureAlgorithmOID.ED25519:
        return isinstance(key, ed25519.Ed25519PublicKey)
    digest = signed.signature_hash_algorithm
    return digest is not None and digest.name in _DIGESTS and is_long(key)


def is_long(key: CertificatePublicKeyTypes) -> bool:
    """Return whether a key is of a kind and length that is taken."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= MIN_RSA
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.key_size >= MIN_CURVE
    return isinstance(key, ed25519.Ed25519PublicKey)
