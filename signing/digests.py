"""Domain-separated digests: keys, frames, codestreams, certificates, and the Merkle root.

All are SHA-256. A frame's digest is salted with a leaf of the seal's seed tree, so that a redacted
area cannot be guessed from it. Layouts: docs/spec/statement.md.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from signing.errors import LimitExceeded

DIGEST_SIZE: Final = 32
"""Bytes of a SHA-256 digest."""

KEY_ID_SIZE: Final = 16
"""Bytes of a key id."""

SEAL_ID_SIZE: Final = 16
"""Bytes of a seal id."""

SALT_SIZE: Final = 16
"""Bytes of every salt, and of the seed that frame salts come from."""

MAX_FRAMES: Final = 2**17
"""Frames of one instance: 64 bytes each in a statement, which so stays below 16 MiB."""

Buffer = bytes | bytearray | memoryview
"""Bytes, read where they lie; a memoryview must be C-contiguous, of any shape and format."""


class Stage(StrEnum):
    """Which samples of a frame a digest is of."""

    MARKED = "marked"  # as sealed; the same as the original where the frame is unmarked
    ORIGINAL = "original"  # as they were before sealing


@dataclass(frozen=True, slots=True)
class FramePlace:
    """What binds a digest to one frame of one seal."""

    seal_id: bytes
    """16 bytes."""
    frame: int
    """Index from 0, below MAX_FRAMES."""
    salt: bytes
    """16 bytes, the seed tree's leaf for this frame and stage."""

    def __post_init__(self) -> None:
        if len(self.seal_id) != SEAL_ID_SIZE or len(self.salt) != SALT_SIZE:
            raise ValueError("seal id and salt have 16 bytes each")
        if not 0 <= self.frame < MAX_FRAMES:
            raise LimitExceeded("frame index", self.frame, MAX_FRAMES - 1)


@dataclass(frozen=True, slots=True)
class FrameShape:
    """How the samples of a frame lie; part of what is digested."""

    rows: int
    """1 to 2**32 - 1."""
    columns: int
    """1 to 2**32 - 1."""
    samples: int
    """Samples of one pixel, 1 to 255."""
    width: int
    """Bytes of one sample, 1 to 8."""
    sign: int
    """0 unsigned, 1 two's complement, 2 floating point."""

    @property
    def size(self) -> int:
        """Bytes of all samples of the frame."""
        return self.rows * self.columns * self.samples * self.width


def domain(name: str) -> bytes:
    """Return the first bytes of what is hashed for the purpose `name`: "scanseal/1/NAME" and 0."""
    return b"scanseal/1/" + name.encode("ascii") + b"\0"


def key_id(raw_key: bytes) -> bytes:
    """Return the 16-byte id of a raw public key of 32 bytes: the start of its SHA-256."""
    return hashlib.sha256(raw_key).digest()[:KEY_ID_SIZE]


def certificate_digest(envelope: bytes) -> bytes:
    """Return the 32-byte SHA-256 of a certificate's envelope, as the statement lists it.

    No domain string: what is hashed starts with the envelope's own.
    """
    return hashlib.sha256(envelope).digest()


def recovery_digest(data: bytes) -> bytes:
    """Return the 32-byte SHA-256 of a frame's encrypted recovery data, for its certificate."""
    return hashlib.sha256(data).digest()


def frame_digest(stage: Stage, place: FramePlace, shape: FrameShape, samples: Buffer) -> bytes:
    """Return the 32-byte digest of a frame's decoded samples.

    samples: interleaved, row by row, each little-endian; exactly `shape.size` bytes, not copied.
    Raises ValueError where the sizes differ.
    """
    view = memoryview(samples)
    if view.nbytes != shape.size:
        raise ValueError(f"{view.nbytes} bytes of samples instead of {shape.size}")
    state = hashlib.sha256(_start("frame", stage, place))
    layout = (shape.rows, shape.columns, shape.samples, shape.width, shape.sign)
    state.update(struct.pack(">IIBBB", *layout))
    state.update(view)
    return state.digest()


def codestream_digest(stage: Stage, place: FramePlace, fragments: Iterable[Buffer]) -> bytes:
    """Return the 32-byte digest of a frame's codestream: its fragments, joined, not copied."""
    state = hashlib.sha256(_start("codestream", stage, place))
    for fragment in fragments:
        state.update(fragment)
    return state.digest()


def _start(kind: str, stage: Stage, place: FramePlace) -> bytes:
    """Return what every digest of a frame starts with."""
    index = place.frame.to_bytes(4, "big")
    return domain(f"{kind}/{stage}") + place.seal_id + index + place.salt


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the 32-byte root of the tree over `leaves` (RFC 6962, 2.1), in the order given.

    Nodes are paired level by level, and one left over moves up as it is: that is the tree of the
    recursive definition, in one loop.
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]
