"""Stamp: have a time-stamping authority confirm a seal that is there, for the first time or again.

A token is worth as much as its authority, whose certificate ends or may be revoked. A further
token over the seal and all earlier ones proves that they were there before that. Nothing but the
disclosures changes; no key is needed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from signing import envelope
from signing.commitments import Disclosures
from signing.dicom import block, part10
from signing.dicom.copies import fork
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.errors import LimitExceeded, MalformedBlock, NotSealed, RefusedToken
from signing.sealparts import SealParts, only_block, read_seal
from signing.stamps import MAX_STAMPS, Stamp, imprint_of
from signing.timestamps.exchange import Stamper, stamp_with
from signing.timestamps.tokens import check_token, require_client


@silenced()
def stamp(dataset: Dataset, timestamp: str | Stamper) -> Dataset:
    """Return a copy of a sealed data set with a further stamp of its statements and amendments.

    timestamp: URL of an authority (RFC 3161), or a function from SHA-256 digest to token. Each
    new token covers all earlier ones of its statement. Time stamps that can prove nothing to
    anybody are left out. Whether the seal is authentic is not asked: a stamp says when it was
    there. Raises NotSealed; MalformedBlock for a seal in several blocks, without disclosures, or
    with a statement that its own key did not sign; LimitExceeded for a 17th stamp; StampFailed,
    UnsuitableAddress, MissingExtra, Malformed.
    """
    require_client()
    ask = stamp_with(timestamp)
    parts = read_seal(dataset)
    if not parts.present:
        raise NotSealed
    held = only_block(dataset, parts)
    if not parts.statements:
        raise MalformedBlock("there is no statement")
    if parts.findings or not all(
        envelope.verify(sealed, found.public_key) for sealed, found in parts.statements
    ):
        raise MalformedBlock("a part of the seal cannot be read, or is not signed by its own key")
    listed = _extended(parts, parts.disclosures[0], ask)
    result = fork(dataset)
    block.write_block(result, replace(held, disclosures=listed.encoded))
    return result


@silenced()
def stamp_file(
    source: Path, target: Path, timestamp: str | Stamper, force: bool = False
) -> tuple[int, int]:
    """Stamp the file at `source` into `target`, whole or not at all.

    Return how many time stamps are new, and how many there are. Raises what `stamp` raises,
    OutputExists, OSError.
    """
    stamped = stamp(read_sound(source), timestamp)
    part10.write(stamped, target, force)
    parts = read_seal(stamped)
    return len(_digests(parts)), len(parts.disclosures[0].stamps)


def _digests(parts: SealParts) -> list[bytes]:
    """Return the digest of each envelope that is stamped, each once."""
    found = [sealed for sealed, _ in parts.statements]
    # Anybody can add an amendment that nobody signed; it is not worth a stamp.
    found += [sealed for sealed, one in parts.amendments if envelope.verify(sealed, one.public_key)]
    return list(dict.fromkeys(map(envelope.digest_of, found)))


def _extended(parts: SealParts, disclosures: Disclosures, ask: Stamper) -> Disclosures:
    """Return the disclosures with a further stamp of each statement."""
    digests = _digests(parts)
    kept = list(_sound(disclosures.stamps))
    count = len(kept) + len(digests)
    if count > MAX_STAMPS:
        raise LimitExceeded("time stamps", count, MAX_STAMPS)
    added = []
    for digest in digests:
        covered = tuple(sorted({one.token_digest for one in kept if one.digest == digest}))
        added.append(Stamp(digest, ask(imprint_of(digest, covered)), covered))
    return replace(disclosures, stamps=tuple(sorted({*kept, *added})))


def _sound(stamps: Sequence[Stamp]) -> Iterator[Stamp]:
    """Yield the stamps whose token stamps what they say, whoever made it."""
    for one in stamps:
        with suppress(RefusedToken):
            check_token(one.token, one.imprint)
            yield one
