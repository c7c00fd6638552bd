"""Mark one frame: describe, certify, embed, and check that the mark can be read and taken off.

The seam between the two houses on the way forth: `watermark` computes and carries, the signer
signs the certificate and the closing tile in between.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

import watermark
from signing import envelope, payload, recoverydata
from signing.certificate import Certificate
from signing.digests import recovery_digest
from signing.envelope import Kind
from signing.errors import SelfCheckFailed
from signing.keys import RecoveryPublicKey, Signer
from signing.payload import Payload
from watermark import seedtree
from watermark.cellchecks import pick_checks, wished_room
from watermark.description import Description
from watermark.recovery import find_varying
from watermark.samples import Samples

STANDARD: Final = "standard"
"""The profile where none is named."""

LEAST_PICTURE: Final = 64
"""Bytes of compressed picture below which no recovery data are made."""

CHECKS_SHARE: Final = 8
"""One in so many bytes of room is left to check bytes beside recovery data, at most."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What is the same for all frames of one seal."""

    signer: Signer
    seal_id: bytes
    """16 random bytes."""
    master: bytes
    """16 random bytes, from which each frame's seed is derived."""
    frames: int
    """Frames of the instance."""
    profile: str = STANDARD
    transform: str = "dwt"
    damage: float = 0.49
    spread: bool = False
    """Release all flat areas."""
    recovery_for: tuple[RecoveryPublicKey, ...] = ()
    """To whom recovery data are encrypted; none are made without."""
    checks: bool = True
    """Let the payload narrow changes in areas that carry nothing; they can be guessed more easily
    then."""


@dataclass(frozen=True, slots=True)
class MarkedFrame:
    """One frame with its mark."""

    samples: Samples
    certificate: bytes
    """The certificate's envelope."""
    record: bytes
    """Its restoration record."""
    cells: bytes
    """Digests of its cells."""
    recovery: bytes = b""
    """Its recovery data; b"" where there are none."""


def mark_frame(
    samples: Samples, frame: int, marking: Marking, protect: NDArray[np.bool_] | None = None
) -> MarkedFrame:
    """Return frame number `frame` marked; `samples` is not changed.

    Raises watermark's DoesNotFit where the frame cannot carry the mark, SignerFailed, and
    SelfCheckFailed where the mark does not read back or does not come off.
    """
    made, packed = make_mark(samples, frame, marking, protect)
    _check(samples, made.samples, made.record, packed)
    return made


def make_mark(
    samples: Samples, frame: int, marking: Marking, protect: NDArray[np.bool_] | None = None
) -> tuple[MarkedFrame, bytes]:
    """As `mark_frame`, without the check; returns the payload too. For measuring."""
    seed = seedtree.frame_seed(marking.master, frame)
    description = watermark.describe(
        samples,
        marking.seal_id,
        frame,
        seed=seed,
        profile=marking.profile,
        transform=marking.transform,
        damage=marking.damage,
        protect=protect,
        spread=marking.spread,
        overhead=payload.OVERHEAD,
    )
    recovery = _make_recovery(samples, description, marking)
    digest = recovery_digest(recovery) if recovery else None
    key_id = marking.signer.key_id
    claims = Certificate(description.encoded, marking.frames, key_id, digest).encoded
    sealed = envelope.sign(Kind.CERTIFICATE, claims, marking.signer)
    parts = Payload(seed, envelope.parse(sealed).signature, claims, recovery)
    cells = watermark.list_cells(samples, description, seed)
    if marking.checks:
        parts = with_checks(parts, cells, description)
    packed = payload.pack(parts, description.capacity)

    def close(digest: bytes) -> bytes:
        message = payload.closing_message(marking.seal_id, frame, digest)
        return envelope.sign_message(message, marking.signer)

    marked, record = watermark.embed(samples, description, packed, close, protect)
    return MarkedFrame(marked, sealed, record, cells, recovery), packed


def with_checks(parts: Payload, listed: bytes, description: Description) -> Payload:
    """Return the payload with the check bytes that there is room for."""
    room = payload.checks_room(description.capacity - parts.size)
    return replace(parts, checks=pick_checks(listed, description, room))


def _make_recovery(samples: Samples, description: Description, marking: Marking) -> bytes:
    """Return the recovery data of the original frame, as much of it as there is room for.

    A little is left to check bytes, without which flat tiles are named whole.
    """
    keys = marking.recovery_for
    if not keys:
        return b""
    room = min(description.room, payload.MAX_RECOVERY)
    budget = room - recoverydata.overhead(len(keys))
    if budget < LEAST_PICTURE:
        return b""
    if marking.checks:
        wished = min(payload.COUNT + wished_room(description), room // CHECKS_SHARE)
        budget = max(LEAST_PICTURE, budget - wished)
    picture = watermark.compress(samples, budget, find_varying(description))
    return recoverydata.encrypt(picture, keys, description.seal_id, description.frame)


def _check(original: Samples, marked: Samples, record: bytes, packed: bytes) -> None:
    """Read the mark back and take it off; a damaged image must not leave the house."""
    if watermark.extract(marked).payload != packed:
        raise SelfCheckFailed("the mark does not read back")
    if not np.array_equal(watermark.restore(marked, record).values, original.values):
        raise SelfCheckFailed("the mark does not come off")
