"""Time stamps as the disclosures carry them: tokens, each beside the digest of what it stamps.

A renewal covers earlier tokens too: it proves that they were there while their authority could
still be believed (RFC 4998, 5.2, calls it an archive time stamp).

Form only: what a token says, and whether it is true, is for `signing.timestamps`. Layout:
docs/spec/statement.md, "Time stamps".
"""

import hashlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from signing import cbor
from signing.digests import DIGEST_SIZE, domain
from signing.errors import MalformedDisclosures

MAX_STAMPS: Final = 16
"""Time stamps of one disclosures element, and those that are read for one statement."""

MAX_TOKEN: Final = 2**15
"""Bytes of a token: about 1500 with one certificate, 8000 with a long chain."""

MAX_COVERED: Final = MAX_STAMPS - 1
"""Earlier tokens that a renewal covers."""

_RENEWAL_DOMAIN: Final = domain("stamps")


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """One token. Construction raises MalformedDisclosures."""

    digest: bytes
    """SHA-256 of the statement's envelope, 32 bytes; not believed: the token says it again."""
    token: bytes
    """TimeStampToken (RFC 3161, 2.4.2) in DER, 1 to MAX_TOKEN bytes; nothing in it is checked."""
    covered: tuple[bytes, ...] = ()
    """SHA-256 of each earlier token that a renewal covers, 32 bytes each, strictly ascending."""

    def __post_init__(self) -> None:
        if len(self.digest) != DIGEST_SIZE:
            raise MalformedDisclosures("a time stamp is not of 32 bytes")
        if not 1 <= len(self.token) <= MAX_TOKEN:
            raise MalformedDisclosures(f"a token has not 1 to {MAX_TOKEN} bytes")
        if len(self.covered) > MAX_COVERED:
            raise MalformedDisclosures(f"a time stamp covers more than {MAX_COVERED} others")
        if any(len(digest) != DIGEST_SIZE for digest in self.covered):
            raise MalformedDisclosures("a covered token is not named by 32 bytes")
        if any(digest >= after for digest, after in itertools.pairwise(self.covered)):
            raise MalformedDisclosures("covered tokens are not strictly ascending")

    @property
    def imprint(self) -> bytes:
        """What the token must stamp, 32 bytes: the statement, or it with the covered tokens."""
        return imprint_of(self.digest, self.covered)

    @property
    def token_digest(self) -> bytes:
        """SHA-256 of the token, by which a renewal names it."""
        return hashlib.sha256(self.token).digest()


def imprint_of(digest: bytes, covered: Iterable[bytes]) -> bytes:
    """Return what is to be stamped of a statement (SHA-256 of its envelope) and earlier tokens."""
    named = b"".join(covered)
    return hashlib.sha256(_RENEWAL_DOMAIN + digest + named).digest() if named else digest


def check_stamps(stamps: tuple[Stamp, ...]) -> None:
    """Raise MalformedDisclosures unless there are at most MAX_STAMPS, strictly ascending."""
    if len(stamps) > MAX_STAMPS:
        raise MalformedDisclosures(f"more than {MAX_STAMPS} time stamps")
    if any(stamp >= after for stamp, after in itertools.pairwise(stamps)):
        raise MalformedDisclosures("time stamps are not strictly ascending")


def list_stamps(stamps: tuple[Stamp, ...]) -> list[cbor.Value]:
    """Return the array that is encoded."""
    return [
        [stamp.digest, stamp.token, *([b"".join(stamp.covered)] if stamp.covered else [])]
        for stamp in stamps
    ]


def read_stamps(rows: list[cbor.Value]) -> tuple[Stamp, ...]:
    """Return the stamps of a decoded array; raises MalformedDisclosures, also for an empty one."""
    if not 1 <= len(rows) <= MAX_STAMPS:
        raise MalformedDisclosures(f"not 1 to {MAX_STAMPS} time stamps")
    return tuple(_stamp(row) for row in rows)


def _stamp(row: cbor.Value) -> Stamp:
    match row:
        case [bytes(digest), bytes(token)]:
            return Stamp(digest, token)
        case [bytes(digest), bytes(token), bytes(named)] if named:
            covered = (named[at : at + DIGEST_SIZE] for at in range(0, len(named), DIGEST_SIZE))
            return Stamp(digest, token, tuple(itertools.islice(covered, MAX_STAMPS)))
    raise MalformedDisclosures("a time stamp is not digest, token, and what it covers if any")
