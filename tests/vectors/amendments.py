"""Amendments for the vectors, good ones and those that break one rule each."""

import hashlib
from typing import Any

import cbor2

from signing import commitments, envelope
from signing.amendment import Amendment
from signing.commitments import AmendedRows
from signing.envelope import Kind
from tests.signing.strategies import SIGNER, noise, signer
from tests.vectors.subjects import DISCLOSED, SEAL_ID, STATED

ARCHIVE = signer("archive", "archive")

ROWS = commitments.commit(
    [
        (commitments.tag_path(0x00100020), "LO", b"8"),
        (commitments.tag_path(0x00200060), commitments.ABSENT, b""),
        (commitments.SEAL_REASON, commitments.SEAL, b"patient merge"),
        (commitments.SEAL_TIME, commitments.SEAL, b"2026-11-24T10:00:00Z"),
    ],
    lambda size: noise("amended salts", size),
)
FIRST = Amendment(
    seal_id=SEAL_ID,
    public_key=ARCHIVE.public_key,
    statement=hashlib.sha256(STATED).digest(),
    root=commitments.root(ROWS),
    leaf_count=len(ROWS),
)
SIGNED = envelope.sign(Kind.AMENDMENT, FIRST.encoded, ARCHIVE)
DIGEST = hashlib.sha256(SIGNED).digest()
SECOND = Amendment(
    seal_id=SEAL_ID,
    public_key=SIGNER.public_key,
    statement=FIRST.statement,
    root=noise("second root", 32),
    leaf_count=3,
    earlier=(DIGEST,),
)
LISTED = AmendedRows(DIGEST, ROWS)


def accepted() -> dict[str, tuple[str, str, bytes]]:
    """Return the vectors that every reader must take."""
    amended = commitments.Disclosures(DISCLOSED.seed, DISCLOSED.rows, amended=(LISTED,))
    hidden = LISTED.redacted({"00100020", commitments.SEAL_REASON, commitments.SEAL_TIME})
    redacted = commitments.Disclosures(DISCLOSED.seed, DISCLOSED.rows, amended=(hidden,))
    return {
        "amendment-first": ("accept", "of a statement", FIRST.encoded),
        "amendment-second": ("accept", "it follows another one", SECOND.encoded),
        "disclosures-amended": ("accept", "the rows of one amendment", amended.encoded),
        "disclosures-amended-redacted": ("accept", "three of its rows redacted", redacted.encoded),
    }


def refused() -> dict[str, tuple[str, str, bytes]]:
    """Return amendment claims that break one rule each."""
    changes: dict[str, tuple[str, dict[int, Any]]] = {
        "version-2": ("another version", {1: 2}),
        "short-seal-id": ("15 bytes of seal id", {2: bytes(15)}),
        "small-order-key": ("a key of small order", {3: bytes([1, *bytes(31)])}),
        "short-statement": ("31 bytes of digest", {4: bytes(31)}),
        "text-statement": ("text for a digest", {4: "0" * 32}),
        "short-root": ("31 bytes of root", {5: bytes(31)}),
        "no-leaves": ("leaf count 0", {6: 0}),
        "many-leaves": ("leaf count 4097", {6: 4097}),
        "no-earlier": ("an array of none", {7: []}),
        "text-earlier": ("text for a digest", {7: ["0" * 32]}),
        "short-earlier": ("31 bytes of digest", {7: [bytes(31)]}),
        "repeated-earlier": ("a digest twice", {7: [bytes(32)] * 2}),
        "many-earlier": ("16 digests", {7: [bytes([n]) * 32 for n in range(16)]}),
        "unknown-claim": ("claim 8", {8: 0}),
    }
    good = cbor2.loads(FIRST.encoded)
    made = {
        name: (text, cbor2.dumps(good | change, canonical=True))
        for name, (text, change) in changes.items()
    }
    less = {key: value for key, value in good.items() if key != 4}
    made["no-statement"] = ("claim 4 is missing", cbor2.dumps(less, canonical=True))
    made["trailing"] = ("a byte after the end", FIRST.encoded + b"\0")
    return {name: ("MalformedAmendment", *case) for name, case in made.items()}


def refused_lists() -> dict[str, tuple[str, dict[int, Any]]]:
    """Return the maps of disclosures whose key 5 breaks one rule each."""
    full = cbor2.loads(DISCLOSED.encoded)[2]
    rows = [[row.path, row.type, row.salt, row.digest, row.value] for row in ROWS]
    later = [bytes([n]) * 32 for n in range(17)]
    cases: dict[str, tuple[str, Any]] = {
        "no-amendments": ("an array of no amendments", []),
        "amended-no-rows": ("an amendment without rows", [[DIGEST]]),
        "amended-text": ("text for the digest of an amendment", [["0" * 32, *rows]]),
        "amended-short": ("31 bytes of digest of an amendment", [[DIGEST[1:], *rows]]),
        "amended-unsorted-rows": ("rows of an amendment descending", [[DIGEST, *rows[::-1]]]),
        "amended-repeated": ("an amendment twice", [[DIGEST, *rows]] * 2),
        "amended-unsorted": ("amendments descending", [[one, *rows] for one in later[1::-1]]),
        "amended-many": ("17 amendments", [[one, *rows] for one in later]),
        "amended-bare": ("rows without a digest", [rows]),
    }
    return {
        name: (text, {1: DISCLOSED.seed, 2: full, 5: value})
        for name, (text, value) in cases.items()
    }
