"""Amendments: signed claims over attributes of one sealed instance that were rightly changed.

No patient data, no time, no reason: these are committed to under a root, and lie in the
disclosures. Layout and rules: docs/spec/amendment.md.
"""

from dataclasses import dataclass
from typing import Final

from signing import cbor, curve
from signing.digests import DIGEST_SIZE, SEAL_ID_SIZE
from signing.errors import MalformedAmendment, UnsafeKey

VERSION: Final = 1
"""The only value of claim 1."""

MAX_AMENDMENTS: Final = 16
"""Amendments of one instance that are read."""

MAX_EARLIER: Final = MAX_AMENDMENTS - 1
"""Earlier amendments that one names: all that are there."""

MAX_LEAVES: Final = 4096
"""Attributes that one amendment signs, its reason and time included."""

MAX_AMENDMENT: Final = 1024
"""Bytes of encoded claims: 34 for each earlier one, and below 200."""

_REQUIRED: Final = frozenset(range(1, 7))
_OPTIONAL: Final = frozenset({7})


@dataclass(frozen=True, slots=True)
class Amendment:
    """Claims over one seal. Construction raises MalformedAmendment where a rule is broken."""

    seal_id: bytes
    """Of the seal that is amended, 16 bytes."""
    public_key: bytes
    """The amender's raw key, 32 bytes, strict."""
    statement: bytes
    """SHA-256 of the envelope of the statement that is amended, 32 bytes."""
    root: bytes
    """Root of the tree over the commitments to the amended attributes, 32 bytes."""
    leaf_count: int
    """Commitments in that tree, 1 to MAX_LEAVES."""
    earlier: tuple[bytes, ...] = ()
    """SHA-256 of the envelope of each amendment that was there before, oldest first."""

    def __post_init__(self) -> None:
        sizes = [
            ("seal id", self.seal_id, SEAL_ID_SIZE),
            ("digest of the statement", self.statement, DIGEST_SIZE),
            ("root", self.root, DIGEST_SIZE),
            *(("digest of an earlier amendment", one, DIGEST_SIZE) for one in self.earlier),
        ]
        for what, value, size in sizes:
            if len(value) != size:
                raise MalformedAmendment(f"{what}: {len(value)} bytes instead of {size}")
        if not 1 <= self.leaf_count <= MAX_LEAVES:
            raise MalformedAmendment("leaf count out of range")
        if len(self.earlier) > MAX_EARLIER or len(set(self.earlier)) != len(self.earlier):
            raise MalformedAmendment("earlier amendments are too many, or named twice")
        try:
            curve.check_public_key(self.public_key)
        except UnsafeKey as error:
            raise MalformedAmendment(str(error)) from error

    @property
    def encoded(self) -> bytes:
        """The claims as they are signed."""
        claims: dict[int, cbor.Value] = {
            1: VERSION,
            2: self.seal_id,
            3: self.public_key,
            4: self.statement,
            5: self.root,
            6: self.leaf_count,
        }
        if self.earlier:
            claims[7] = list(self.earlier)
        return cbor.encode(claims)

    @classmethod
    def decode(cls, claims: bytes) -> "Amendment":
        """Return the amendment whose encoding is `claims`; raises MalformedAmendment.

        To be called on claims whose signature has been verified, except to learn which key they
        name.
        """
        with cbor.reported_as(MalformedAmendment):
            fields = cbor.Fields.read(claims, MAX_AMENDMENT, _REQUIRED, _OPTIONAL)
            if fields.uint(1) != VERSION:
                raise MalformedAmendment("not version 1")
            return cls(
                seal_id=fields.bstr(2),
                public_key=fields.bstr(3),
                statement=fields.bstr(4),
                root=fields.bstr(5),
                leaf_count=fields.uint(6),
                earlier=fields.bstrs(7) if fields.has(7) else (),
            )
