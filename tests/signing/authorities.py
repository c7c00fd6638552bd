"""Authorities made for tests: certificates, chains and revocation lists by `cryptography`.

Those of signers have Ed25519 keys that follow from their names; those of time-stamping authorities
fresh keys on P-256, as such authorities have.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.credentials import PURPOSES, Credential, parse_credential
from signing.keys import FileSigner, Role
from signing.timestamps.authorities import Authority
from tests.signing.strategies import signer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""When the tests look."""
DAY = timedelta(days=1)
STAMPING: Final = (ExtendedKeyUsageOID.TIME_STAMPING,)
ALWAYS: Final = (datetime(2016, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
"""How long most time-stamping authorities are valid."""
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
    key: Any
    """The private key."""

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
    `signing`, other private keys, the second the issuer's; `issuer_name`.
    """
    by = issuer or name
    key = changes.get("key", private(name))
    builder = (
        x509.CertificateBuilder()
        .subject_name(changes.get("subject", distinguished(name)))
        .issuer_name(distinguished(changes.get("issuer_name", by)))
        .public_key(key.public_key())
        .serial_number(changes.get("serial", 1000 + sum(name.encode())))
        .not_valid_before(changes.get("start", NOW - 100 * DAY))
        .not_valid_after(changes.get("end", NOW + 100 * DAY))
    )
    for extension, critical in changes["extensions"]:
        builder = builder.add_extension(extension, critical)
    algorithm = changes.get("algorithm")
    return Issued(name, builder.sign(changes.get("signing", private(by)), algorithm), key)


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
    """Return a list by the key of `issuer`.

    changes: `start`, `end`, `entries`, `more`; `signing` and `algorithm`, another key and its
    digest.
    """
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
    return builder.sign(changes.get("signing", private(issuer)), changes.get("algorithm"))


def certify(
    name: str,
    issuer: Issued | None = None,
    usages: Any = STAMPING,
    valid: tuple[datetime, datetime] = ALWAYS,
    **changes: Any,
) -> Issued:
    """Return who stamps times: a root where there is no issuer, else certified for `usages`.

    changes: `key`, another one; `serial`; `critical`, whether the usages are; `more` extensions.
    """
    key = changes.get("key") or ec.generate_private_key(ec.SECP256R1())
    extensions: list[Any] = [(x509.BasicConstraints(not usages, None), True)]
    if usages:
        extensions.append((x509.ExtendedKeyUsage(usages), changes.get("critical", True)))
    return issue(
        name,
        issuer.name if issuer else "",
        extensions=extensions + changes.get("more", []),
        key=key,
        signing=issuer.key if issuer else key,
        algorithm=hashes.SHA256(),
        serial=changes.get("serial") or x509.random_serial_number(),
        start=valid[0],
        end=valid[1],
    )


def root(name: str = "Root") -> Issued:
    """Return the root of a time-stamping authority."""
    return certify(name, usages=())


def stamp_list(
    issuer: Issued, revoked: dict[int, datetime] | None = None, **changes: Any
) -> x509.CertificateRevocationList:
    """Return a list of a time-stamping authority; changes as for `revocation_list`."""
    by: dict[str, Any] = {"signing": issuer.key, "algorithm": hashes.SHA256()}
    return revocation_list(issuer.name, revoked, **by, **changes)


def trusting(*roots: Issued, name: str = "clinic") -> Authority:
    """Return the authority that a reader trusts who has these certificates in one file."""
    return Authority(name, tuple(one.der for one in roots))


def put(folder: Path, name: str, *made: Issued | x509.CertificateRevocationList) -> Path:
    """Write certificates, or a list, to a PEM file in a folder."""
    path = folder / name
    parts = [x.pem if isinstance(x, Issued) else x.public_bytes(Encoding.PEM) for x in made]
    path.write_bytes(b"".join(parts))
    return path


ROOT = authority("root")
MIDDLE = authority("middle", "root", length=0)
SCANNER = leaf("ct", "middle")
