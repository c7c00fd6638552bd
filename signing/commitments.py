"""Attribute commitments: salted leaves, their tree, and the element that discloses them.

Whoever removes the salt of a leaf redacts it: the root still stands, and what was committed
cannot be guessed. Layouts: docs/spec/statement.md.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from signing import cbor
from signing.areas import Areas, list_areas, read_areas
from signing.digests import DIGEST_SIZE, SALT_SIZE, domain, merkle_root
from signing.errors import LimitExceeded, MalformedDisclosures
from signing.stamps import Stamp, check_stamps, list_stamps, read_stamps

ABSENT: Final = "absent"
"""Type of the leaf of an attribute that is not there, or empty; its value is empty."""

SEAL: Final = "seal"
"""Type of the pseudo leaves of the seal itself, such as its time."""

REDACTED: Final = "redacted"
"""Type in the row of a redacted leaf, whatever it was: else the row would tell what is there."""

SEAL_TIME: Final = "seal/time"
"""Path of the time that the signer claims, RFC 3339 text."""

SEAL_REASON: Final = "seal/reason"
"""Path, in an amendment, of why it was made: text of the amender."""

SEAL_STATION: Final = "seal/station"
"""Path of the sealing station's name."""

SEAL_RESTORATION: Final = "seal/restoration"
"""Path of the SHA-256 of the restoration element's body."""

SEAL_SYNTAX: Final = "seal/syntax"
"""Path of the transfer syntax of frames that are digested as codestream."""

MAX_ROWS: Final = 2**17
"""Rows of the disclosures, and leaves of a statement."""

MAX_DISCLOSURES: Final = 2**25
"""Bytes of the disclosures' body: about 100 a row, more with long private paths."""

MAX_CERTIFICATES: Final = 32
"""Certificates of all signers that travel with a seal."""

MAX_CERTIFICATE: Final = 8192
"""Bytes of one of them."""

MAX_AMENDED: Final = 16
"""Lists of the values of amendments."""

MAX_AMENDED_ROWS: Final = 4096
"""Rows of one of them: as many as an amendment has leaves."""

MAX_PATH: Final = 1024
"""Bytes of a path in UTF-8."""

MAX_SEAL_VALUE: Final = 1024
"""Bytes of the value of a pseudo leaf."""

_OTHER_ITEMS: Final = 1024
"""Items of stamps, certificates and lists, at most."""

_REQUIRED: Final = frozenset({1, 2})
_OPTIONAL: Final = frozenset({3, 4, 5, 6})
_LEAF_DOMAIN: Final = domain("leaf")
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,15}")
_ELEMENT: Final = (
    r"(?:[0-9A-F]{8}|[0-9A-F]{4}\{[^{}\[\]/\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,256}\}[0-9A-F]{2})"
)
_PATH: Final = re.compile(
    rf"seal/[a-z][a-z-]{{0,31}}|{_ELEMENT}(?:\[(?:0|[1-9][0-9]{{0,8}})\]/{_ELEMENT})*"
)
_ESCAPED: Final = re.compile(r"[%{}\[\]/\x00-\x1f\x7f-\x9f]")


def tag_path(tag: int) -> str:
    """Return the path of a standard attribute of the data set: eight upper-case hex digits."""
    return f"{tag:08X}"


def private_path(group: int, creator: str, element: int) -> str:
    """Return the path of a private attribute by its creator; element: its last byte.

    The characters of a creator that paths are made of become %XX, so that no creator can be
    chosen to look like another path.
    """
    escaped = _ESCAPED.sub(lambda match: f"%{ord(match[0]):02X}", creator)
    return f"{group:04X}{{{escaped}}}{element:02X}"


def item_path(sequence: str, item: int, attribute: str) -> str:
    """Return the path of an attribute in item `item` (from 0) of the sequence at `sequence`."""
    return f"{sequence}[{item}]/{attribute}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One attribute's value with its salt: what a commitment is to."""

    path: str
    """As `tag_path`, `private_path`, `item_path` make it, or "seal/..."."""
    type: str
    """VR, "absent" or "seal"; 1 to 16 ASCII letters, digits, hyphens."""
    salt: bytes
    """16 bytes."""
    value: bytes
    """Canonical bytes of the value; empty where absent."""

    def __post_init__(self) -> None:
        _check_path(self.path)
        _check_type(self.type)
        if len(self.salt) != SALT_SIZE:
            raise MalformedDisclosures("a salt has not 16 bytes")
        if self.type == REDACTED or (self.type == ABSENT and self.value):
            raise MalformedDisclosures("a type that goes with no value")
        if (self.type == SEAL) != self.path.startswith("seal/"):
            raise MalformedDisclosures("the type seal goes with the paths of the seal")

    @property
    def commitment(self) -> bytes:
        """The 32 bytes that stand for this leaf in the tree."""
        return _digest(self.path, self.type, self.salt, self.value)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One row of the disclosures. Construction raises MalformedDisclosures."""

    path: str
    """Of the attribute; in clear even when redacted."""
    type: str
    """The leaf's type, or "redacted"."""
    salt: bytes | None
    """16 bytes; None where redacted."""
    digest: bytes
    """The leaf's commitment, 32 bytes."""
    value: bytes | None = None
    """The value of a disclosed pseudo leaf; None for attributes, whose value is in their tag."""

    def __post_init__(self) -> None:
        _check_path(self.path)
        _check_type(self.type)
        if len(self.digest) != DIGEST_SIZE:
            raise MalformedDisclosures("a commitment has not 32 bytes")
        if (self.salt is None) != (self.type == REDACTED):
            raise MalformedDisclosures("a row without salt is redacted, one with salt is not")
        if self.salt is not None and len(self.salt) != SALT_SIZE:
            raise MalformedDisclosures("a salt has not 16 bytes")
        own = self.path.startswith("seal/") and self.salt is not None
        if own != (self.value is not None) or own != (self.type == SEAL):
            raise MalformedDisclosures("a value goes with the disclosed paths of the seal")
        if self.value is not None and len(self.value) > MAX_SEAL_VALUE:
            raise MalformedDisclosures("a value of the seal is too long")

    @property
    def disclosed(self) -> bool:
        """Whether the salt is there, so that a value can be checked."""
        return self.salt is not None

    def matches(self, type: str, value: bytes) -> bool:
        """Return whether the leaf with this type and value is the one committed to.

        False for a redacted row, where nothing can be compared; ask `disclosed` first.
        """
        if self.salt is None or not type.isascii():
            return False
        return _digest(self.path, type, self.salt, value) == self.digest

    def consistent(self) -> bool:
        """Return whether the value in a pseudo leaf's row is the one committed to; else True."""
        return self.value is None or self.matches(self.type, self.value)

    def redacted(self) -> "Commitment":
        """Return this row without all that tells the value."""
        return Commitment(self.path, REDACTED, None, self.digest)


@dataclass(frozen=True, slots=True)
class AmendedRows:
    """The commitments of one amendment. Construction raises MalformedDisclosures."""

    amendment: bytes
    """SHA-256 of the amendment's envelope, 32 bytes; not believed: the root in it decides."""
    rows: tuple[Commitment, ...]
    """At least one, ascending by the bytes of their path, no path twice."""

    def __post_init__(self) -> None:
        if len(self.amendment) != DIGEST_SIZE:
            raise MalformedDisclosures("the digest of an amendment has not 32 bytes")
        if not self.rows:
            raise MalformedDisclosures("an amendment without values")
        if len(self.rows) > MAX_AMENDED_ROWS:
            raise MalformedDisclosures("more rows than an amendment has leaves")
        _check_rows(self.rows)

    def redacted(self, paths: Collection[str]) -> "AmendedRows":
        """Return them without all that tells the values at these paths."""
        rows = tuple(row.redacted() if row.path in paths else row for row in self.rows)
        return AmendedRows(self.amendment, rows)


@dataclass(frozen=True, slots=True)
class Disclosures:
    """The body of the disclosures element. Construction raises MalformedDisclosures."""

    seed: bytes | None
    """The seed of the frames' salts, 16 bytes; None where areas are redacted."""
    rows: tuple[Commitment, ...]
    """All commitments, ascending by the bytes of their path, no path twice."""
    stamps: tuple[Stamp, ...] = ()
    """Time stamps, ascending. Whoever redacts leaves them out, for they tell a date."""
    certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the signers in DER; not parsed here. They lie with what a
    de-identifier drops, for they name the signers."""
    amended: tuple[AmendedRows, ...] = ()
    """The commitments of amendments, ascending by their digests, none twice."""
    areas: Areas | None = None
    """What is redacted of the frames, in the place of the seed; None where nothing is."""

    def __post_init__(self) -> None:
        if self.areas is not None and self.seed is not None:
            raise MalformedDisclosures("the seed opens the areas that are redacted")
        if len(self.certificates) > MAX_CERTIFICATES:
            raise MalformedDisclosures("more certificates than signers have")
        if any(not 0 < len(der) <= MAX_CERTIFICATE for der in self.certificates):
            raise MalformedDisclosures("a certificate is empty or too long")
        if self.seed is not None and len(self.seed) != SALT_SIZE:
            raise MalformedDisclosures("the seed has not 16 bytes")
        _check_rows(self.rows)
        check_stamps(self.stamps)
        named = [found.amendment for found in self.amended]
        if len(named) > MAX_AMENDED or any(a >= b for a, b in itertools.pairwise(named)):
            raise MalformedDisclosures("amendments are too many, or not strictly ascending")

    @property
    def root(self) -> bytes:
        """The root of the tree over all commitments, 32 bytes."""
        return root(self.rows)

    def by_path(self) -> dict[str, Commitment]:
        """Return the rows by path."""
        return {row.path: row for row in self.rows}

    @property
    def items(self) -> int:
        """About how many items the arrays have of which its encoding is made."""
        rows = len(self.rows) + sum(len(found.rows) for found in self.amended)
        return 6 * rows + 5 * (len(self.areas.areas) if self.areas is not None else 0)

    @property
    def encoded(self) -> bytes:
        """The body of the element; raises LimitExceeded where no reader would take it."""
        if self.items > cbor.MAX_ITEMS - _OTHER_ITEMS:
            raise LimitExceeded("items of disclosures", self.items, cbor.MAX_ITEMS - _OTHER_ITEMS)
        entries: dict[int, cbor.Encodable] = {1: self.seed, 2: _listed(self.rows)}
        if self.stamps:
            entries[3] = list_stamps(self.stamps)
        if self.certificates:
            entries[4] = list(self.certificates)
        if self.amended:
            entries[5] = [[found.amendment, *_listed(found.rows)] for found in self.amended]
        if self.areas is not None:
            entries[6] = list_areas(self.areas)
        body = cbor.encode(entries)
        if len(body) > MAX_DISCLOSURES:
            raise LimitExceeded("bytes of disclosures", len(body), MAX_DISCLOSURES)
        return body

    @classmethod
    def decode(cls, body: bytes) -> "Disclosures":
        """Return the disclosures whose encoding is `body`; raises MalformedDisclosures."""
        with cbor.reported_as(MalformedDisclosures):
            fields = cbor.Fields.read(body, MAX_DISCLOSURES, _REQUIRED, _OPTIONAL)
            seed = fields.entries[1] if fields.entries[1] is None else fields.bstr(1)
            rows = fields.array(2)
            stamps = read_stamps(fields.array(3)) if fields.has(3) else ()
            certificates = fields.bstrs(4) if fields.has(4) else ()
            amended = _amended(fields.array(5)) if fields.has(5) else ()
            areas = read_areas(fields.array(6)) if fields.has(6) else None
        _check_count(rows)
        listed = tuple(_row(row) for row in rows)
        return cls(seed, listed, stamps, certificates, amended, areas)


def commit(
    values: Iterable[tuple[str, str, bytes]], randomness: Callable[[int], bytes]
) -> tuple[Commitment, ...]:
    """Return fresh commitments to (path, type, value) triples, sorted by path.

    randomness: gives that many unpredictable bytes, such as `secrets.token_bytes`; called once.
    Raises MalformedDisclosures for a path that comes twice or a value out of range.
    """
    ordered = sorted(values, key=lambda triple: triple[0].encode())
    if len({path for path, _, _ in ordered}) != len(ordered):
        raise MalformedDisclosures("a path comes twice")
    salts = randomness(SALT_SIZE * len(ordered))
    rows = []
    for place, (path, kind, value) in enumerate(ordered):
        leaf = Leaf(path, kind, salts[SALT_SIZE * place : SALT_SIZE * (place + 1)], value)
        shown = value if kind == SEAL else None
        rows.append(Commitment(path, kind, leaf.salt, leaf.commitment, shown))
    return tuple(rows)


def _digest(path: str, type: str, salt: bytes, value: bytes) -> bytes:
    """Return the commitment to a leaf: SHA-256 over its fields, each behind its length."""
    fields = (path.encode(), type.encode("ascii"), salt, value)
    state = hashlib.sha256(_LEAF_DOMAIN)
    state.update(b"".join(len(field).to_bytes(4, "big") + field for field in fields))
    return state.digest()


def root(commitments: Sequence[Commitment]) -> bytes:
    """Return the 32-byte root over commitments in ascending order of their paths.

    Under it is each path with its commitment: no row can be listed under another path, so that
    what has no row was not there, also where rows are redacted.
    """
    return merkle_root([row.path.encode() + row.digest for row in commitments])


def is_path(path: str) -> bool:
    """Tell whether `path` is in the grammar of paths."""
    return bool(_PATH.fullmatch(path)) and len(path.encode()) <= MAX_PATH


def _check_path(path: str) -> None:
    """Raise MalformedDisclosures unless `path` is in the grammar of paths."""
    if not is_path(path):
        raise MalformedDisclosures("not the path of an attribute")


def _check_type(type: str) -> None:
    """Raise MalformedDisclosures unless `type` is a short ASCII word."""
    if not _TYPE.fullmatch(type):
        raise MalformedDisclosures("not the type of a leaf")


def _check_count(rows: Sequence[object]) -> None:
    """Raise MalformedDisclosures for more rows than a statement has leaves."""
    if len(rows) > MAX_ROWS:
        raise MalformedDisclosures("more rows than a statement has leaves")


def _check_rows(rows: Sequence[Commitment]) -> None:
    """Raise MalformedDisclosures unless rows are in the one order that they can have."""
    _check_count(rows)
    paths = [row.path.encode() for row in rows]
    if any(path >= after for path, after in itertools.pairwise(paths)):
        raise MalformedDisclosures("paths are not strictly ascending")


def _listed(rows: Iterable[Commitment]) -> list[cbor.Value]:
    """Return rows as they are encoded."""
    return [[row.path, row.type, row.salt, row.digest, row.value] for row in rows]


def _amended(values: list[cbor.Value]) -> tuple[AmendedRows, ...]:
    """Return the array of amendments' rows; where there are none, it is not there."""
    found = []
    if len(values) > MAX_AMENDED:
        raise MalformedDisclosures("more amendments than are read")
    for value in values:
        match value:
            case [bytes(amendment), *rows]:
                if len(rows) > MAX_AMENDED_ROWS:
                    raise MalformedDisclosures("more rows than an amendment has leaves")
                found.append(AmendedRows(amendment, tuple(_row(row) for row in rows)))
            case _:
                raise MalformedDisclosures("an amendment is not a digest and its rows")
    if not found:
        raise MalformedDisclosures("a list of no amendments")
    return tuple(found)


def _row(row: cbor.Value) -> Commitment:
    """Return one decoded row; raises MalformedDisclosures."""
    match row:
        case [str(path), str(kind), bytes() | None as salt, bytes(digest), bytes() | None as value]:
            return Commitment(path, kind, salt, digest, value)
    raise MalformedDisclosures("a row is not path, type, salt, commitment, value")
