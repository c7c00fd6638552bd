"""Revocations: lists that authorities sign (CRL, RFC 5280), and our own list of key ids.

Both lie in the trust folder. A list says from when on a key is not to be believed; what was signed
before counts only with a proof of its time, which is the caller's to give.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import SignatureAlgorithmOID

from signing import curve
from signing.credentials import Credential, parsing, read_blocks
from signing.errors import MalformedCredential
from signing.settings import Section, read_settings

VERSION: Final = 1
"""The only version of revoked.toml."""

MAX_LIST: Final = 2**20
"""Bytes of one revocation list in DER: some 25,000 certificates."""

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
"""Since when a key is revoked whose entry names no time: whatever it signed."""

_KEY_ID_DIGITS: Final = 32
_FINGERPRINT_DIGITS: Final = 64
_RETIRED: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)
"""Reasons after which a time-stamping key is out of use, and not lost (RFC 3161, 4, 1)."""
_PARTIAL: Final = (x509.DeltaCRLIndicator, x509.IssuingDistributionPoint)
"""What makes a list a partial one, also where it is not critical as it must be."""


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list that was parsed; whether its issuer signed it is asked with `is_signed`."""

    issuer: bytes
    """Name of the authority, DER."""
    issued_at: datetime
    next_at: datetime
    """When the next list is due: after this one is out of date."""
    since: Mapping[int, datetime] = field(repr=False)
    """By serial number: from when on the certificate is not to be believed."""
    signed: bytes = field(repr=False)
    """What the signature covers."""
    signature: bytes = field(repr=False)
    der: bytes = field(repr=False)
    """As it came."""
    retired: frozenset[int] = field(default=frozenset(), repr=False)
    """Serial numbers of which the list says that the key is out of use, and not lost."""

    def is_by(self, issuer: Credential) -> bool:
        """Return whether the list is by the name and key of this authority, allowed or not."""
        if issuer.subject != self.issuer:
            return False
        return _is_signed(issuer.raw, self.signature, self.signed)

    def is_signed(self, issuer: Credential) -> bool:
        """Return whether this authority issued the list: its name, its usage, its signature."""
        return issuer.signs_lists and self.is_by(issuer)

    def is_current(self, moment: datetime) -> bool:
        """Return whether the list is in force at a moment."""
        return self.issued_at <= moment <= self.next_at


@lru_cache(maxsize=4096)
def _is_signed(raw: bytes, signature: bytes, signed: bytes) -> bool:
    """As `curve.verify`: a list of a megabyte is not hashed again for every file."""
    return curve.verify(raw, signature, signed)


def parse_list(der: bytes, *, of_stamps: bool = False) -> RevocationList:
    """Return the list that `der` encodes; raises MalformedCredential outside the profile.

    Taken are complete lists of one authority, signed with Ed25519: no delta lists, no lists for
    others or for some reasons or kinds of certificate only. of_stamps: a list for time-stamping
    authorities, whose algorithm is looked at where its signature is.
    """
    if len(der) > MAX_LIST:
        raise MalformedCredential(f"a revocation list of more than {MAX_LIST} bytes")
    with parsing("a revocation list"):
        found = x509.load_der_x509_crl(der)
        if not of_stamps and found.signature_algorithm_oid != SignatureAlgorithmOID.ED25519:
            # Those of time-stamping authorities have a name of their own: NAME.tsa.crl.
            raise MalformedCredential("a revocation list that is not signed with Ed25519")
        return _read(found, der)


def _read(found: x509.CertificateRevocationList, der: bytes) -> RevocationList:
    """Return the fields of a list, each checked."""
    if any(extension.critical for extension in found.extensions):
        # Delta lists and partial lists say so in critical extensions (RFC 5280, 5.2).
        raise MalformedCredential("a revocation list with a critical extension")
    if any(isinstance(extension.value, _PARTIAL) for extension in found.extensions):
        raise MalformedCredential("a revocation list of changes or for some certificates only")
    if found.next_update_utc is None:
        raise MalformedCredential("a revocation list that names no next update")
    since, retired = _entries(found)
    return RevocationList(
        issuer=found.issuer.public_bytes(),
        issued_at=found.last_update_utc,
        next_at=found.next_update_utc,
        since=since,
        signed=found.tbs_certlist_bytes,
        signature=found.signature,
        der=der,
        retired=retired,
    )


def _entries(
    found: x509.CertificateRevocationList,
) -> tuple[dict[int, datetime], frozenset[int]]:
    """Return by serial number the earliest time that the list names, and which are retired.

    A number that comes twice is retired where both entries say so.
    """
    since: dict[int, datetime] = {}
    retired: dict[int, bool] = {}
    for entry in found:
        moment, reason = entry.revocation_date_utc, None
        for extension in entry.extensions:
            if isinstance(extension.value, x509.InvalidityDate):
                # A key known to be stolen is not believed from the theft on, but its report.
                moment = min(moment, extension.value.invalidity_date_utc)
            elif extension.critical:
                raise MalformedCredential("a revocation list with a critical entry extension")
            elif isinstance(extension.value, x509.CRLReason):
                reason = extension.value.reason
        serial = entry.serial_number
        since[serial] = min(moment, since.get(serial, moment))
        retired[serial] = reason in _RETIRED and retired.get(serial, True)
    return since, frozenset(serial for serial, so in retired.items() if so)


def read_lists(path: Path, *, of_stamps: bool = False) -> tuple[RevocationList, ...]:
    """Return the list of a file, PEM or DER; of_stamps as for `parse_list`.

    Raises MalformedKey naming the file, OSError.
    """
    parse = partial(parse_list, of_stamps=of_stamps)
    return read_blocks(path, 2 * MAX_LIST, ("X509 CRL", 1), parse)  # twice, for PEM


@dataclass(frozen=True, slots=True)
class Revocation:
    """A key or certificate that whoever keeps the trust folder has revoked."""

    since: datetime
    """UTC; `ALWAYS` where nothing that the key signed counts."""
    reason: str
    """For reports."""
    compromised: bool = True
    """Whether somebody else may have the key; else it is only out of use. Of time stamps: those
    of a key that is out of use hold where they are older."""


@dataclass(frozen=True, slots=True)
class Revocations:
    """All that a trust folder revokes."""

    lists: tuple[RevocationList, ...] = ()
    """Of authorities; each counts for certificates of the authority that signed it."""
    keys: Mapping[bytes, Revocation] = field(default_factory=dict)
    """By key id; counts for pinned keys, certified keys and authorities alike."""
    certificates: Mapping[bytes, Revocation] = field(default_factory=dict)
    """By SHA-256 of the certificate; counts for signers, authorities and whoever stamps."""


def read_revocations(path: Path) -> Revocations:
    """Return the revocations of a file `revoked.toml`: of keys, and of certificates.

    Raises MalformedSettings, OSError.
    """
    settings = read_settings(path)
    settings.version(VERSION)
    found = Revocations()
    keys, certificates = dict(found.keys), dict(found.certificates)
    for entry in settings.sections("revoked"):
        name = "certificate" if entry.has("certificate") else "key"
        listed, read = (
            (certificates, read_fingerprint) if name == "certificate" else (keys, read_key_id)
        )
        number = read(entry, entry.text(name))
        if number in listed:
            raise entry.fault(name, "is listed twice")
        since = entry.moment("since")
        compromised = entry.flag("compromised", True) if name == "certificate" else True
        if not compromised and since is None:
            raise entry.fault("compromised", "is false only together with since")
        listed[number] = Revocation(since or ALWAYS, entry.text("reason"), compromised)
        entry.close()
    settings.close()
    return Revocations((), keys, certificates)


def read_fingerprint(entry: Section, text: str) -> bytes:
    """Return the SHA-256 of a certificate in a settings file. Raises MalformedSettings."""
    if len(text) != _FINGERPRINT_DIGITS or set(text) - set("0123456789abcdef"):
        reason = f"must be a SHA-256: {_FINGERPRINT_DIGITS} hex digits, lower case"
        raise entry.fault("certificate", reason)
    return bytes.fromhex(text)


def read_key_id(entry: Section, text: str) -> bytes:
    """Return the 16 bytes of a key id in a settings file. Raises MalformedSettings."""
    if len(text) != _KEY_ID_DIGITS or set(text) - set("0123456789abcdef"):
        raise entry.fault("key", f"must be a key id: {_KEY_ID_DIGITS} hex digits, lower case")
    return bytes.fromhex(text)
