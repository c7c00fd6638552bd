"""Statements: the signed claims about one instance. No patient data, no time.

Layout and the rules between the fields: docs/spec/statement.md.
"""

import itertools
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from signing import cbor, curve
from signing.digests import DIGEST_SIZE, MAX_FRAMES, SEAL_ID_SIZE, merkle_root
from signing.errors import MalformedStatement, UnsafeKey
from signing.reasons import Reason

__all__ = ["MAX_LEAVES", "MAX_STATEMENT", "VERSION", "DigestKind", "Reason", "Statement"]

VERSION: Final = 1
"""The only value of claim 1."""

MAX_LEAVES: Final = 2**17
"""Attribute commitments of one instance: some hundred, more with frames' own macros."""

MAX_EARLIER: Final = 15
"""Earlier statements that one names: a reader reads 16 of an instance."""

MAX_STATEMENT: Final = 2**24 - 256
"""Bytes of encoded claims: 96 for a frame, 5 more where it is unmarked, and a kilobyte."""

_REQUIRED: Final = frozenset(range(1, 12))
_OPTIONAL: Final = frozenset({12, 13, 14})


class DigestKind(IntEnum):
    """What the frame digests are of."""

    NONE = 0  # there are no pixels
    SAMPLES = 1  # decoded samples
    CODESTREAM = 2  # the bytes of each frame's codestream: lossy, or without a decoder


@dataclass(frozen=True, slots=True)
class Statement:
    """Claims about one instance. Construction raises MalformedStatement where a rule is broken."""

    seal_id: bytes
    """16 random bytes."""
    public_key: bytes
    """The signer's raw key, 32 bytes, strict."""
    frames: int
    """0 (no pixels) to 2**17."""
    kind: DigestKind
    """NONE exactly where there are no frames."""
    marked: bytes
    """Digest of each frame's samples as sealed: 32 bytes a frame."""
    original: bytes
    """Digest of each frame's samples before sealing: 32 bytes a frame."""
    certificates: bytes
    """SHA-256 of the certificate envelope of each marked frame, in frame order: 32 bytes each."""
    unmarked: tuple[int, ...]
    """Frames without a certificate, ascending; all frames where the seal is detached."""
    attribute_root: bytes
    """Root of the tree over the attribute commitments, 32 bytes."""
    leaf_count: int
    """Commitments in that tree, 0 to 2**17."""
    reason: Reason | None = None
    """Why no frame is marked; there exactly where there are frames and none is."""
    cells: bytes | None = None
    """Digest of the lists of cell digests, 32 bytes; None where no frame has one."""
    earlier: tuple[bytes, ...] = ()
    """SHA-256 of the envelope of each statement that was there before, oldest first; none where
    this one began the seal."""

    def __post_init__(self) -> None:
        self._check_sizes()
        self._check_frames()
        self._check_earlier()
        if not 0 <= self.leaf_count <= MAX_LEAVES:
            raise MalformedStatement("leaf count out of range")
        if self.leaf_count == 0 and self.attribute_root != merkle_root([]):
            raise MalformedStatement("no leaves, but not the root of no leaves")
        if (self.reason is not None) != self.detached:
            raise MalformedStatement("a reason goes with frames of which none is marked")
        try:
            curve.check_public_key(self.public_key)
        except UnsafeKey as error:
            raise MalformedStatement(str(error)) from error

    def _check_sizes(self) -> None:
        """Check every length that has one right value."""
        if not 0 <= self.frames <= MAX_FRAMES:
            raise MalformedStatement("frame count out of range")
        sizes = [
            ("seal id", self.seal_id, SEAL_ID_SIZE),
            ("digests of marked samples", self.marked, DIGEST_SIZE * self.frames),
            ("digests of original samples", self.original, DIGEST_SIZE * self.frames),
            ("certificate digests", self.certificates, DIGEST_SIZE * self.marked_count),
            ("attribute root", self.attribute_root, DIGEST_SIZE),
        ]
        if self.cells is not None:
            sizes.append(("digest of cell digests", self.cells, DIGEST_SIZE))
        for what, value, size in sizes:
            if len(value) != size:
                raise MalformedStatement(f"{what}: {len(value)} bytes instead of {size}")

    def _check_frames(self) -> None:
        """Check the unmarked frames, and the digest kind against them."""
        bounded = (-1, *self.unmarked, self.frames)
        if any(frame >= after for frame, after in itertools.pairwise(bounded)):
            raise MalformedStatement("unmarked frames are not ascending frame indices")
        if (self.kind is DigestKind.NONE) != (self.frames == 0):
            raise MalformedStatement("digest kind 0 goes with no frames")
        if self.kind is DigestKind.CODESTREAM and self.marked_count:
            raise MalformedStatement("frames digested as codestream cannot be marked")

    def _check_earlier(self) -> None:
        """Check the digests of earlier statements, and what goes with them."""
        if len(self.earlier) > MAX_EARLIER or len(set(self.earlier)) != len(self.earlier):
            raise MalformedStatement("earlier statements are too many, or named twice")
        if any(len(digest) != DIGEST_SIZE for digest in self.earlier):
            raise MalformedStatement("the digest of an earlier statement has not 32 bytes")
        follows = bool(self.earlier) and self.frames > 0
        if (self.reason is Reason.CUSTODY) != follows:
            raise MalformedStatement("a statement that follows others marks nothing, and says so")

    @property
    def marked_count(self) -> int:
        """Frames that carry a mark and have a certificate."""
        return self.frames - len(self.unmarked)

    @property
    def detached(self) -> bool:
        """Whether there are frames and none is marked."""
        return self.frames > 0 and self.marked_count == 0

    def marked_digest(self, frame: int) -> bytes:
        """Return the 32-byte digest of a frame's samples as sealed."""
        return _nth(self.marked, frame)

    def original_digest(self, frame: int) -> bytes:
        """Return the 32-byte digest of a frame's samples before sealing."""
        return _nth(self.original, frame)

    def marked_frames(self) -> tuple[int, ...]:
        """Return the frames that have a certificate, in the order of `certificates`."""
        unmarked = set(self.unmarked)
        return tuple(frame for frame in range(self.frames) if frame not in unmarked)

    def certificate_digests(self) -> dict[int, bytes]:
        """Return the digest of each marked frame's certificate envelope, by frame."""
        frames = self.marked_frames()
        return {frame: _nth(self.certificates, place) for place, frame in enumerate(frames)}

    @property
    def encoded(self) -> bytes:
        """The claims as they are signed."""
        claims: dict[int, cbor.Value] = {
            1: VERSION,
            2: self.seal_id,
            3: self.public_key,
            4: self.frames,
            5: int(self.kind),
            6: self.marked,
            7: self.original,
            8: self.certificates,
            9: list(self.unmarked),
            10: self.attribute_root,
            11: self.leaf_count,
        }
        if self.reason is not None:
            claims[12] = str(self.reason)
        if self.cells is not None:
            claims[13] = self.cells
        if self.earlier:
            claims[14] = list(self.earlier)
        return cbor.encode(claims)

    @classmethod
    def decode(cls, claims: bytes) -> "Statement":
        """Return the statement whose encoding is `claims`; raises MalformedStatement.

        To be called on claims whose signature has been verified, except to learn which key they
        name.
        """
        with cbor.reported_as(MalformedStatement):
            fields = cbor.Fields.read(claims, MAX_STATEMENT, _REQUIRED, _OPTIONAL)
            if fields.uint(1) != VERSION:
                raise MalformedStatement("not version 1")
            return cls(
                seal_id=fields.bstr(2),
                public_key=fields.bstr(3),
                frames=fields.uint(4),
                kind=_kind(fields.uint(5)),
                marked=fields.bstr(6),
                original=fields.bstr(7),
                certificates=fields.bstr(8),
                unmarked=_indices(fields.array(9)),
                attribute_root=fields.bstr(10),
                leaf_count=fields.uint(11),
                reason=_reason(fields.tstr(12)) if fields.has(12) else None,
                cells=fields.bstr(13) if fields.has(13) else None,
                earlier=fields.bstrs(14) if fields.has(14) else (),
            )


def _nth(digests: bytes, place: int) -> bytes:
    """Return the digest at `place` of a joined list; raises IndexError outside it."""
    if not 0 <= place < len(digests) // DIGEST_SIZE:
        raise IndexError(place)
    return digests[DIGEST_SIZE * place : DIGEST_SIZE * (place + 1)]


def _indices(values: list[cbor.Value]) -> tuple[int, ...]:
    """Return an array of integers as such."""
    frames = [value for value in values if isinstance(value, int)]
    if len(frames) != len(values):
        raise MalformedStatement("unmarked frames are not integers")
    return tuple(frames)


def _kind(value: int) -> DigestKind:
    """Return the digest kind of its number."""
    try:
        return DigestKind(value)
    except ValueError:
        raise MalformedStatement("a digest kind that version 1 does not have") from None


def _reason(value: str) -> Reason:
    """Return the reason of its word."""
    try:
        return Reason(value)
    except ValueError:
        raise MalformedStatement("a reason that version 1 does not have") from None
