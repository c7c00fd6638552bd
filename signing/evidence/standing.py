"""What a trust store says of each signer of a seal: the one place where that is asked.

Verifying, restoring and recovering must not differ in whom they believe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signing.chains import Standing
from signing.keys import PublicKey, Role
from signing.sealparts import SealParts
from signing.timestamps.proof import prove_time
from signing.trust import Trust


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signed the statements of one instance, as a trust store sees them."""

    trust: Trust
    """The store, with the certificates of the seal as possible links."""
    standings: tuple[Standing, ...]
    """What it says of the signer of each statement, in their order."""

    @property
    def admitted(self) -> Trust:
        """The store for all that a trusted statement signs besides itself: it stands with it."""
        keys = [s.key for s in self.standings if s.key is not None and s.trusted]
        return self.trust.admitting(keys)


def assess_signers(
    parts: SealParts, trust: Trust, proved_times: Sequence[datetime | None] | None = None
) -> Signers:
    """Return who signed what `parts` holds.

    proved_times: for each statement when it was there at the latest, None where that is not
    proved; by default what the time stamps prove that lie with the seal. Never a claimed time.
    """
    holding = trust.holding(parts.certificates_of_keys)
    times = _proved_times(parts, trust) if proved_times is None else proved_times
    signed = zip(parts.statements, times, strict=True)
    standings = (holding.assess(found.public_key, time) for (_, found), time in signed)
    return Signers(holding, tuple(standings))


def trust_named(parts: SealParts, *others: PublicKey) -> Trust:
    """Return trust in whoever the seal names as its signers, and in others.

    For those who ask whether a seal holds together, not whom to believe.
    """
    raw = {statement.public_key for _, statement in parts.statements}
    raw |= {amendment.public_key for _, amendment in parts.amendments}
    strangers = sorted(raw - {key.raw for key in others})
    named = (PublicKey(one, "named", Role.ACQUISITION) for one in strangers)
    return Trust.of(*named, *others)


def _proved_times(parts: SealParts, trust: Trust) -> list[datetime | None]:
    """Return when each statement was there at the latest, as trusted authorities saw it."""
    proved = [
        prove_time(sealed, parts.disclosures, trust.witnesses) for sealed, _ in parts.statements
    ]
    return [None if time is None else time.latest for time in proved]
