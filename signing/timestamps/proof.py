"""What time stamps prove of a statement: the proved time, or why there is none.

The time that a signer claims is not asked here. Callers who decide on expiry or revocation take
`prove_time(...)` and compare its `latest`; where it is None nothing proves a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from signing import envelope
from signing.commitments import Disclosures
from signing.envelope import Envelope
from signing.errors import MissingExtra, RefusedToken
from signing.stamps import MAX_STAMPS, Stamp
from signing.timestamps.judging import Judgement, Seen, Witnesses
from signing.timestamps.tokens import ProvedTime, prove


@dataclass(frozen=True, slots=True)
class StampCheck:
    """What became of the time stamps of one statement."""

    proved: ProvedTime | None = None
    """The earliest time that holds; None where none is proved."""
    refused: tuple[str, ...] = ()
    """Why a stamp proves nothing, one reason for each such stamp."""
    unchecked: str = ""
    """Why stamps that are there were not looked at; "" where all were."""


def prove_time(
    statement: Envelope, disclosures: Iterable[Disclosures], witnesses: Witnesses
) -> ProvedTime | None:
    """Return the earliest time at which a trusted authority saw `statement`, None without proof.

    statement: its signature verified by the caller, or the time says nothing of its signer;
    disclosures: all of the instance, whichever block they lie in. None too where the extra
    `timestamps` is not installed: what cannot be checked proves nothing.
    """
    return check_stamps(statement, disclosures, witnesses).proved


def check_stamps(
    statement: Envelope, disclosures: Iterable[Disclosures], witnesses: Witnesses
) -> StampCheck:
    """As `prove_time`, with the reasons. Stamps of other statements are passed over."""
    digest = envelope.digest_of(statement)
    stamps = [stamp for stamp in all_stamps(disclosures) if stamp.digest == digest]
    if not stamps:
        return StampCheck()
    if not witnesses.authorities:
        return StampCheck(unchecked="no time-stamping authority is trusted here")
    unchecked = f"more than {MAX_STAMPS} time stamps" if len(stamps) > MAX_STAMPS else ""
    seen: list[Seen] = []
    refused: list[str] = []
    for stamp in stamps[:MAX_STAMPS]:
        try:
            time = prove(stamp.token, stamp.imprint, witnesses.authorities)
            seen.append(Seen(stamp, time))
        except RefusedToken as error:
            refused.append(error.reason)
        except MissingExtra as error:
            return StampCheck(unchecked=str(error))
    judgement = Judgement(seen, witnesses)
    reasons = [judgement.reason(place) for place in range(len(seen))]
    refused += filter(None, reasons)
    times = (one.time for one, reason in zip(seen, reasons, strict=True) if not reason)
    earliest = min(times, key=lambda time: time.latest, default=None)
    return StampCheck(earliest, tuple(refused), unchecked)


def all_stamps(disclosures: Iterable[Disclosures]) -> list[Stamp]:
    """Return the time stamps of all disclosures, ascending, each once."""
    return sorted({stamp for listed in disclosures for stamp in listed.stamps})
