"""Time stamps as the disclosures carry them: tokens, each beside the digest of what it stamps.

Form only: what a token says, and whether it is true, is for `signing.timestamps`. Layout:
docs/spec/statement.md, "Time stamps".
"""

import itertools
from dataclasses import dataclass
from typing import Final

from signing import cbor
from signing.digests import DIGEST_SIZE
from signing.errors import MalformedDisclosures

MAX_STAMPS: Final = 16
"""Time stamps of one disclosures element, and those that are read for one statement."""

MAX_TOKEN: Final = 2**15
"""Bytes of a token: about 1500 with one certificate, 8000 with a long chain."""


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """One token. Construction raises MalformedDisclosures."""

    digest: bytes
    """SHA-256 of the statement's envelope, 32 bytes; not believed: the token says it again."""
    token: bytes
    """TimeStampToken (RFC 3161, 2.4.2) in DER, 1 to MAX_TOKEN bytes; nothing in it is checked."""

    def __post_init__(self) -> None:
        if len(self.digest) != DIGEST_SIZE:
            raise MalformedDisclosures("a time stamp is not of 32 bytes")
        if not 1 <= len(self.token) <= MAX_TOKEN:
            raise MalformedDisclosures(f"a token has not 1 to {MAX_TOKEN} bytes")


def check_stamps(stamps: tuple[Stamp, ...]) -> None:
    """Raise MalformedDisclosures unless there are at most MAX_STAMPS, strictly ascending."""
    if len(stamps) > MAX_STAMPS:
        raise MalformedDisclosures(f"more than {MAX_STAMPS} time stamps")
    if any(stamp >= after for stamp, after in itertools.pairwise(stamps)):
        raise MalformedDisclosures("time stamps are not strictly ascending")


def list_stamps(stamps: tuple[Stamp, ...]) -> list[cbor.Value]:
    """Return the array that is encoded."""
    return [[stamp.digest, stamp.token] for stamp in stamps]


def read_stamps(rows: list[cbor.Value]) -> tuple[Stamp, ...]:
    """Return the stamps of a decoded array; raises MalformedDisclosures, also for an empty one."""
    if not 1 <= len(rows) <= MAX_STAMPS:
        raise MalformedDisclosures(f"not 1 to {MAX_STAMPS} time stamps")
    return tuple(_stamp(row) for row in rows)


def _stamp(row: cbor.Value) -> Stamp:
    match row:
        case [bytes(digest), bytes(token)]:
            return Stamp(digest, token)
    raise MalformedDisclosures("a time stamp is not digest, token")
