"""Which of several tokens hold today, though their authorities' certificates have ended since.

A token is as good as its authority was at the moment at which the token is known to have been
there: now, or the time of a later token that covers it and holds itself. Rules: RFC 3161, 4, and
RFC 4998, 5.3; docs/spec/statement.md, "Time stamps".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.moments import spell
from signing.revocations import ALWAYS, RevocationList, Revocations
from signing.stamps import Stamp
from signing.timestamps.authorities import Authority
from signing.timestamps.backing import is_strong
from signing.timestamps.tokens import ProvedTime


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who proves times to a reader."""

    authorities: tuple[Authority, ...] = ()
    revocations: Revocations = field(default_factory=Revocations)
    """Lists of authorities, and what the house itself revokes."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the check is made, UTC."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stamp whose token is sound by itself, and the time in it."""

    stamp: Stamp
    time: ProvedTime


@dataclass(slots=True)
class Judgement:
    """Which of the stamps of one statement hold."""

    seen: Sequence[Seen]
    witnesses: Witnesses
    _reasons: dict[int, str] = field(default_factory=dict)

    def reason(self, place: int) -> str:
        """Return why the stamp at `place` proves nothing, "" where it holds.

        Digests name digests of what was there before, so that the question comes to an end.
        """
        if place not in self._reasons:
            self._reasons[place] = self._against(self.seen[place].time, self._existed(place))
        return self._reasons[place]

    def _existed(self, place: int) -> datetime:
        """Return the earliest moment at which a token is known to have been there."""
        token = self.seen[place].stamp.token_digest
        covering = (
            one.time.latest
            for other, one in enumerate(self.seen)
            if token in one.stamp.covered and not self.reason(other)
        )
        return min(covering, default=self.witnesses.now)

    def _against(self, time: ProvedTime, existed: datetime) -> str:
        """Return what speaks against a token that was there at a moment."""
        if time.backing is None:
            return "no certificates are known behind it"
        if existed > time.backing.until:
            return f"its authority's certificate ended {spell(time.backing.until)}, uncovered"
        for certificate, issuer in time.backing.links:
            for since, retired in self._revoked(certificate, issuer):
                if not (existed < since or (retired and time.latest < since)):
                    return f"its authority's certificate is revoked {_since(since)}"
            if self._is_outdated(certificate, issuer, existed):
                return "the revocation list of its authority is out of date"
        return ""

    def _revoked(
        self, certificate: x509.Certificate, issuer: x509.Certificate | None
    ) -> Iterator[tuple[datetime, bool]]:
        """Yield since when a certificate is revoked, and whether its key was only retired."""
        fingerprint = sha256(certificate.public_bytes(Encoding.DER)).digest()
        own = self.witnesses.revocations.certificates.get(fingerprint)
        if own is not None:
            yield own.since, not own.compromised
        serial = certificate.serial_number
        for found in self._lists(issuer):
            if serial in found.since:
                yield found.since[serial], serial in found.retired

    def _is_outdated(
        self, certificate: x509.Certificate, issuer: x509.Certificate | None, existed: datetime
    ) -> bool:
        """Return whether there are lists of an authority, and none reached to a moment.

        One from after the certificate's end does not tell of it (RFC 5280, 3.3).
        """
        latest = min(self.witnesses.now, certificate.not_valid_after_utc)
        own = list(self._lists(issuer))
        return bool(own) and not any(
            found.issued_at <= latest and existed <= found.next_at for found in own
        )

    def _lists(self, issuer: x509.Certificate | None) -> Iterator[RevocationList]:
        """Yield the lists that an authority signed."""
        if issuer is not None:
            name = issuer.subject.public_bytes()
            for found in self.witnesses.revocations.lists:
                if found.issuer == name and is_signed(found.der, issuer):
                    yield found


@lru_cache(maxsize=4096)
def is_signed(der: bytes, issuer: x509.Certificate) -> bool:
    """Return whether an authority signed a revocation list (DER), which its usage allows."""
    try:
        found = x509.load_der_x509_crl(der)
        usage = [one.value for one in issuer.extensions if isinstance(one.value, x509.KeyUsage)]
        key = issuer.public_key()
        if not all(one.crl_sign for one in usage) or not is_strong(key, found):
            return False
        return found.is_signature_valid(key)
    except Exception:  # any: the library parses field by field, and the bytes decide what is raised
        return False


def _since(since: datetime) -> str:
    """Return the words for since when a certificate is revoked."""
    return "whenever it stamped" if since == ALWAYS else f"since {spell(since)}"
