"""Where the samples of a frame differ from what was sealed; loads the watermark house."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import watermark
from signing import payload
from signing.certificate import Certificate
from signing.envelope import Envelope
from signing.errors import LimitExceeded, Malformed
from signing.evidence.proving import as_described, judge_map
from signing.evidence.tagcheck import Mapped
from signing.marking import with_checks
from signing.payload import Payload
from signing.verdict import Code, Finding, Outcome
from watermark import seedtree
from watermark.description import Description
from watermark.errors import MalformedDescription, UnsupportedSamples
from watermark.parameters import CELL, TILE
from watermark.redaction import check_unmarked
from watermark.salts import grow
from watermark.samples import Samples
from watermark.tiles import Grid, cover

FOREIGN_SEED = "the seed in the tags is not the one that was sealed; the map is by the sealed one"


@dataclass(frozen=True, slots=True)
class Witness:
    """What the tags say of all frames of an instance, verified."""

    seal_id: bytes
    master: bytes
    """The instance's seed."""
    lists: tuple[bytes, ...]
    """Cell digests of each frame, empty where it has none; none where they are not there."""
    recovery: dict[int, bytes]
    """Recovery data of the frames whose certificate names them."""

    def cells(self, frame: int) -> bytes | None:
        """Return the list of one frame; None where there is none."""
        return (self.lists[frame] or None) if frame < len(self.lists) else None

    def expect(self, sealed: Envelope, frame: int) -> "Expected":
        """Return what frame number `frame` should hold, by its verified certificate.

        Raises Malformed, MalformedDescription, LimitExceeded for a certificate that no frame has.
        """
        certificate = Certificate.decode(sealed.payload)
        description = Description.decode(certificate.description)
        seed = seedtree.frame_seed(self.master, description.frame)
        recovery = self.recovery.get(frame, b"")
        parts = Payload(seed, sealed.signature, sealed.payload, recovery)
        if parts.size > description.capacity:
            raise LimitExceeded("bytes of payload", parts.size, description.capacity)
        known = certificate.recovery is None or recovery != b""
        return Expected(description, parts, known, self.cells(frame))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a frame should hold, by the tags."""

    description: Description
    parts: Payload
    """Its payload, check bytes aside."""
    known: bool
    """Whether that is all of it: not where recovery data are named and gone."""
    listed: bytes | None
    """The list of its cells; None where there is none."""


def map_frame(samples: Samples, sealed: Envelope, witness: Witness, frame: int) -> Mapped:
    """Compare a frame with its certificate, whose signature was verified.

    samples: as received; sealed: the certificate. The payload that the frame should hold follows
    from the certificate, the seed and the recovery data, so that areas in which only parities
    changed are found too; not where recovery data are named and gone. The seed in the tags is not
    signed: where nothing agrees with it, the one in the samples is tried.
    """
    where, findings = f"frame {frame}", list[Finding]()
    try:
        expected = witness.expect(sealed, frame)
    except (Malformed, MalformedDescription, LimitExceeded) as error:
        return Mapped((Finding(Code.CHECK_INCOMPLETE, Outcome.FAIL, where, str(error)),))
    try:
        description, parts, listed = expected.description, expected.parts, expected.listed
        received, seed = as_described(samples, description), parts.seed
        reading = _reread(received, description, parts, listed) if expected.known else None
        tampered = watermark.localise(received, description, seed, reading, listed)
        carried = _carried(received, parts) if tampered.fraction == 1.0 else None
        if carried is not None and carried[1] != seed:
            tampered = watermark.localise(received, description, carried[1], carried[0])
            findings.append(Finding(Code.CHECK_INCOMPLETE, Outcome.FAIL, where, FOREIGN_SEED))
    except UnsupportedSamples:
        detail = "the samples have not the sealed size, depth or sign"
        finding = Finding(Code.PIXELS_GEOMETRY, Outcome.FAIL, where, detail)
        return Mapped((finding,), (), 1.0)
    findings += judge_map(tampered, None, where)
    return Mapped(tuple(findings), tampered.boxes, tampered.fraction)


def _reread(
    received: Samples, description: Description, parts: Payload, listed: bytes | None
) -> watermark.Reading | None:
    """Return what a frame holds of its payload, None where it is not known what that was.

    Its rest may be check bytes, if they are known from the list of the tags, or none, and zeros of
    the first writers: what most chunks hold is what was written.
    """
    readings = (
        watermark.reread(received, description, packed)
        for packed in _payloads(parts, description, listed)
    )
    best = max(readings, key=lambda reading: reading.valid)
    if 2 * best.valid >= description.carriers:
        return best
    carried = _carried(received, parts)
    return None if carried is None else carried[0]


def _carried(received: Samples, parts: Payload) -> tuple[watermark.Reading, bytes] | None:
    """Return what a frame holds and the seed in it, None where it is not of this certificate."""
    reading = watermark.extract(received)
    try:
        held = payload.unpack(reading.payload or b"")
    except Malformed:
        return None
    ours = (held.signature, held.claims) == (parts.signature, parts.claims)
    return (reading, held.seed) if ours else None


def _payloads(parts: Payload, description: Description, listed: bytes | None) -> Iterator[bytes]:
    """Yield what the frame may hold, the likeliest first."""
    if listed is not None:
        yield payload.pack(with_checks(parts, listed, description), description.capacity)
    yield payload.pack(parts, description.capacity)
    yield payload.pack(parts, description.capacity, zeros=True)


def map_unmarked(frame: NDArray[Any], witness: Witness, index: int) -> Mapped:
    """Compare a frame that carries no mark with the list of its cells, if there is one.

    frame: decoded, (rows, columns[, channels]). A frame of another size or type differs in
    every cell.
    """
    listed = witness.cells(index)
    if listed is None:
        return Mapped()
    rows, columns = frame.shape[:2]
    prefix = witness.seal_id + index.to_bytes(4, "big")
    seed = seedtree.frame_seed(witness.master, index)
    cells, tiles = Grid(rows, columns, CELL), Grid(rows, columns, TILE)
    none = np.zeros((cells.down, cells.across), dtype=bool)
    differing = check_unmarked(frame, prefix, grow(seed, tiles), none, listed).differing
    touched = set(cells.nest_in(tiles)[differing.reshape(-1)].tolist())
    return Mapped((), cover(differing, cells), len(touched) / tiles.count)
