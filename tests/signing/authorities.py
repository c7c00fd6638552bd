"""Authorities made for tests: certificates, chains and revocation lists by `cryptography`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.credentials import PURPOSES, Credential, parse_credential
from signing.keys import FileSigner, Role
from tests.signing.strategies import signer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""When the tests look."""
DAY = timedelta(days=1)
PURPOSE = {role: x509.ObjectIdentifier(purpose) for purpose, role in PURPOSES.items()}


def private(name: str) -> Ed25519PrivateKey:
    """Return the private key of a name, always the same."""
    return signer(name)._private  # type: ignore[no-any-return]


def distinguished(name: str) -> x509.Name:
    """Return a name with an organisation and this common name."""
    attributes = [(NameOID.ORGANIZATION_NAME, "Clinic"), (NameOID.COMMON_NAME, name)]
    return x509.Name([x509.NameAttribute(*attribute) for attribute in attributes])


@dataclass(frozen=True)
class Issued:
    """A certificate with the key that it certifies."""

    name: str
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def credential(self) -> Credential:
        """The certificate as it is read."""
        return parse_credential(self.der)

    @property
    def signer(self) -> FileSigner:
        """Whoever signs with the certified key."""
        return signer(self.name)  # type: ignore[no-any-return]

    @property
    def raw(self) -> bytes:
        """The raw public key."""
        return self.signer.public_key


def usage(**flags: bool) -> x509.KeyUsage:
    """Return a key usage with these bits."""
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{name: flags.get(name, False) for name in names})


LEAF_USAGE = usage(digital_signature=True)
AUTHORITY_USAGE = usage(key_cert_sign=True, crl_sign=True)


def issue(name: str, issuer: str = "", **changes: Any) -> Issued:
    """Return a certificate for the key of `name` by that of `issuer`, self-signed for "".

    changes: `extensions`, a list of (extension, critical); `start`, `end`; `serial`; `key` and
    `signing`, other keys; `issuer_name`.
    """
    by = issuer or name
    builder = (
        x509.CertificateBuilder()
        .subject_name(changes.get("subject", distinguished(name)))
        .issuer_name(distinguished(changes.get("issuer_name", by)))
        .public_key(changes.get("key", private(name).public_key()))
        .serial_number(changes.get("serial", 1000 + sum(name.encode())))
        .not_valid_before(changes.get("start", NOW - 100 * DAY))
        .not_valid_after(changes.get("end", NOW + 100 * DAY))
    )
    for extension, critical in changes["extensions"]:
        builder = builder.add_extension(extension, critical)
    algorithm = changes.get("algorithm")
    return Issued(name, builder.sign(changes.get("signing", private(by)), algorithm))


def authority(name: str, issuer: str = "", **changes: Any) -> Issued:
    """Return an authority's certificate; changes as for `issue`, and `length`, `purposes`."""
    extensions: list[Any] = [
        (x509.BasicConstraints(True, changes.pop("length", None)), True),
        (changes.pop("usage", AUTHORITY_USAGE), True),
    ]
    if purposes := changes.pop("purposes", None):
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    return issue(name, issuer, extensions=extensions + changes.pop("more", []), **changes)


def leaf(name: str, issuer: str = "", role: Role = Role.ACQUISITION, **changes: Any) -> Issued:
    """Return a signer's certificate; changes as for `issue`, and `purposes`, `usage`."""
    purposes = changes.pop("purposes", [PURPOSE[role]])
    extensions: list[Any] = [(changes.pop("usage", LEAF_USAGE), True)]
    if changes.pop("basic", True):
        extensions.append((x509.BasicConstraints(False, None), True))
    if purposes:
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    return issue(name, issuer, extensions=extensions + changes.pop("more", []), **changes)


def revocation_list(
    issuer: str, revoked: dict[int, datetime] | None = None, **changes: Any
) -> x509.CertificateRevocationList:
    """Return a list by the key of `issuer`; changes: `start`, `end`, `entries`, `more`."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(distinguished(issuer))
        .last_update(changes.get("start", NOW - DAY))
        .next_update(changes.get("end", NOW + 30 * DAY))
    )
    for serial, since in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        for extension, critical in changes.get("entries", []):
            entry = entry.add_extension(extension, critical)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in changes.get("more", []):
        builder = builder.add_extension(extension, critical)
    return builder.sign(changes.get("signing", private(issuer)), None)


def put(folder: Path, name: str, *made: Issued | x509.CertificateRevocationList) -> Path:
    """Write certificates, or a list, to a PEM file in a folder."""
    path = folder / name
    parts = [x.pem if isinstance(x, Issued) else x.public_bytes(Encoding.PEM) for x in made]
    path.write_bytes(b"".join(parts))
    return path


ROOT = authority("root")
MIDDLE = authority("middle", "root", length=0)
SCANNER = leaf("ct", "middle")
