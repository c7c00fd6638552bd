"""Chains of custody: statements over statements, in the order in which they were signed.

A later statement names the envelopes that were there before it. Whoever trusts the later signer
so learns what was taken away; nothing is learnt of what was there by a signer that is not trusted.
"""

from collections.abc import Iterator, Sequence

from signing import envelope
from signing.chains import Standing
from signing.digests import key_id
from signing.keyfile import Role
from signing.sealparts import SealParts
from signing.statement import Statement
from signing.trust import describe_signer
from signing.verdict import Code, Custodian, Finding, Outcome


def order_custody(parts: SealParts) -> list[int]:
    """Return the places of all statements, the oldest first: by how many earlier ones they name."""
    return sorted(
        range(len(parts.statements)), key=lambda place: len(parts.statements[place][1].earlier)
    )


def choose_origin(
    known: Sequence[int], standings: Sequence[Standing], origin: tuple[Role, ...]
) -> int:
    """Return the statement that a report is about, of those by trusted keys, oldest first.

    The oldest one whose signer's role proves origin; where no role does, the oldest.
    """
    proving = (
        place for place in known if (key := standings[place].key) is not None and key.role in origin
    )
    return next(proving, known[0])


def repeats(later: Statement, checked: Statement) -> bool:
    """Return whether a later statement says of the instance just what a checked one does."""
    return bool(later.earlier) and _matter(later) == _matter(checked)


def _matter(statement: Statement) -> tuple[object, ...]:
    """Return what a statement says of the instance, without who says it and what it marks."""
    return (
        statement.seal_id,
        statement.frames,
        statement.kind,
        statement.marked,
        statement.original,
        statement.attribute_root,
        statement.leaf_count,
        statement.cells,
    )


def judge_earlier(parts: SealParts, trusted: Sequence[int]) -> Iterator[Finding]:
    """Yield whether the envelopes are there that statements by trusted keys name."""
    signed = (*parts.statements, *parts.amendments)
    there = {envelope.digest_of(sealed) for sealed, _ in signed}
    for place in trusted:
        sealed, statement = parts.statements[place]
        if not statement.earlier or not envelope.verify(sealed, statement.public_key):
            continue
        gone = sum(digest not in there for digest in statement.earlier)
        detail = f"{gone} of {len(statement.earlier)} earlier envelopes are gone, or others"
        outcome = Outcome.FAIL if gone else Outcome.PASS
        yield Finding(Code.CUSTODY_EARLIER, outcome, f"statement {place}", detail if gone else "")


def list_custody(parts: SealParts, standings: Sequence[Standing]) -> tuple[Custodian, ...]:
    """Return all signers in their order; none where no statement follows another."""
    if not any(statement.earlier for _, statement in parts.statements):
        return ()
    found = []
    for place in order_custody(parts):
        sealed, statement = parts.statements[place]
        standing = standings[place]
        if not envelope.verify(sealed, statement.public_key):
            standing = Standing()  # anybody can name a key
        signer = describe_signer(key_id(statement.public_key), standing)
        found.append(Custodian(signer, len(statement.earlier)))
    return tuple(found)
