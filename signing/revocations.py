"""Revocations: lists that authorities sign (CRL, RFC 5280), and our own list of key ids.

Both lie in the trust folder. A list says from when on a key is not to be believed; what was signed
before counts only with a proof of its time, which is the caller's to give.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import SignatureAlgorithmOID

from signing import curve
from signing.credentials import Credential, unwrap
from signing.errors import MalformedCredential, MalformedKey
from signing.settings import Section, read_settings

VERSION: Final = 1
"""The only version of revoked.toml."""

MAX_LIST: Final = 2**20
"""Bytes of one revocation list in DER: some 25,000 certificates."""

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
"""Since when a key is revoked whose entry names no time: whatever it signed."""

_KEY_ID_DIGITS: Final = 32


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

    def is_signed(self, issuer: Credential) -> bool:
        """Return whether this authority issued the list: its name, its usage, its signature."""
        if issuer.subject != self.issuer or not issuer.signs_lists:
            return False
        return _is_signed(issuer.raw, self.signature, self.signed)

    def is_current(self, moment: datetime) -> bool:
        """Return whether the list is in force at a moment."""
        return self.issued_at <= moment <= self.next_at


@lru_cache(maxsize=256)
def _is_signed(raw: bytes, signature: bytes, signed: bytes) -> bool:
    """As `curve.verify`: a list of a megabyte is not hashed again for every file."""
    return curve.verify(raw, signature, signed)


def parse_list(der: bytes) -> RevocationList:
    """Return the list that `der` encodes; raises MalformedCredential outside the profile.

    Taken are complete lists of one authority, signed with Ed25519: no delta lists, no lists for
    others or for some reasons or kinds of certificate only.
    """
    if len(der) > MAX_LIST:
        raise MalformedCredential(f"a revocation list of more than {MAX_LIST} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what the library only warns about is refused
            return _read(x509.load_der_x509_crl(der))
    except MalformedCredential:
        raise
    except Exception:  # any: the library parses field by field, as each is asked for
        raise MalformedCredential("not a revocation list that can be read") from None


def _read(found: x509.CertificateRevocationList) -> RevocationList:
    """Return the fields of a list, each checked."""
    if found.signature_algorithm_oid != SignatureAlgorithmOID.ED25519:
        raise MalformedCredential("a revocation list that is not signed with Ed25519")
    critical = [extension for extension in found.extensions if extension.critical]
    if critical:
        # Delta lists and partial lists say so in critical extensions (RFC 5280, 5.2).
        raise MalformedCredential("a revocation list with a critical extension")
    if found.next_update_utc is None:
        raise MalformedCredential("a revocation list that names no next update")
    return RevocationList(
        issuer=found.issuer.public_bytes(),
        issued_at=found.last_update_utc,
        next_at=found.next_update_utc,
        since=_since(found),
        signed=found.tbs_certlist_bytes,
        signature=found.signature,
    )


def _since(found: x509.CertificateRevocationList) -> dict[int, datetime]:
    """Return by serial number the earliest time that the list names."""
    since: dict[int, datetime] = {}
    for entry in found:
        moment = entry.revocation_date_utc
        for extension in entry.extensions:
            if isinstance(extension.value, x509.InvalidityDate):
                # A key known to be stolen is not believed from the theft on, but its report.
                moment = min(moment, extension.value.invalidity_date_utc)
            elif extension.critical:
                raise MalformedCredential("a revocation list with a critical entry extension")
        since[entry.serial_number] = min(moment, since.get(entry.serial_number, moment))
    return since


def read_lists(path: Path) -> tuple[RevocationList, ...]:
    """Return the list of a file, PEM or DER. Raises MalformedKey naming the file, OSError."""
    ceiling = 2 * MAX_LIST  # PEM
    with path.open("rb") as file:
        raw = file.read(ceiling + 1)
    if len(raw) > ceiling:
        raise MalformedKey(str(path), f"more than {ceiling} bytes")
    try:
        return tuple(parse_list(der) for der in unwrap(raw, "X509 CRL", 1))
    except MalformedCredential as error:
        raise MalformedKey(str(path), error.reason) from None


@dataclass(frozen=True, slots=True)
class Revocation:
    """A key that whoever keeps the trust folder has revoked."""

    since: datetime
    """UTC; `ALWAYS` where nothing that the key signed counts."""
    reason: str
    """For reports."""


@dataclass(frozen=True, slots=True)
class Revocations:
    """All that a trust folder revokes."""

    lists: tuple[RevocationList, ...] = ()
    """Of authorities; each counts for certificates of the authority that signed it."""
    keys: Mapping[bytes, Revocation] = field(default_factory=dict)
    """By key id; counts for pinned keys, certified keys and authorities alike."""


def read_revocations(path: Path) -> dict[bytes, Revocation]:
    """Return the revocations of a file `revoked.toml`, by key id.

    Raises MalformedSettings, OSError.
    """
    settings = read_settings(path)
    settings.version(VERSION)
    found: dict[bytes, Revocation] = {}
    for entry in settings.sections("revoked"):
        key_id = read_key_id(entry, entry.text("key"))
        if key_id in found:
            raise entry.fault("key", "is listed twice")
        since = entry.moment("since")
        found[key_id] = Revocation(since or ALWAYS, entry.text("reason"))
        entry.close()
    settings.close()
    return found


def read_key_id(entry: Section, text: str) -> bytes:
    """Return the 16 bytes of a key id in a settings file. Raises MalformedSettings."""
    if len(text) != _KEY_ID_DIGITS or set(text) - set("0123456789abcdef"):
        raise entry.fault("key", f"must be a key id: {_KEY_ID_DIGITS} hex digits, lower case")
    return bytes.fromhex(text)
