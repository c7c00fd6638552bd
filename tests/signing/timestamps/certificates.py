"""Keys and certificates of time-stamping authorities, made for the day."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.timestamps.authorities import Authority

STAMPING: Final = (ExtendedKeyUsageOID.TIME_STAMPING,)
ALWAYS: Final = (datetime(2016, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Certified:
    """A key and its certificate."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def name_of(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certify(
    common: str,
    issuer: Certified | None = None,
    usages: Any = STAMPING,
    valid: tuple[datetime, datetime] = ALWAYS,
    **changes: Any,
) -> Certified:
    """Return a root where there is no issuer, else what the issuer certifies for `usages`."""
    key = changes.get("key") or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(common))
        .issuer_name(issuer.certificate.subject if issuer else name_of(common))
        .public_key(key.public_key())
        .serial_number(changes.get("serial") or x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(not usages, None), critical=True)
    )
    if usages:
        critical = changes.get("critical", True)
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    signing_key = issuer.key if issuer else key
    return Certified(builder.sign(signing_key, hashes.SHA256()), key)


def root(common: str = "Root") -> Certified:
    return certify(common, usages=())


def trusting(*roots: Certified, name: str = "clinic") -> Authority:
    """Return the authority that a reader trusts who has these certificates in one file."""
    return Authority(name, tuple(one.certificate.public_bytes(Encoding.DER) for one in roots))
