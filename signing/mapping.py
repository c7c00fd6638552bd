"""Where the samples of a frame differ from what was sealed; loads the watermark house."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

import watermark
from signing import payload
from signing.celllists import decode_lists
from signing.certificate import Certificate
from signing.envelope import Envelope
from signing.errors import LimitExceeded, Malformed
from signing.framedigests import list_cells
from signing.payload import Payload
from signing.proving import as_described, judge_map
from signing.tagcheck import Mapped
from signing.verdict import Code, Finding, Outcome
from watermark import seedtree
from watermark.description import Description
from watermark.digests import differing_cells
from watermark.errors import MalformedDescription, UnsupportedSamples
from watermark.parameters import CELL, TILE
from watermark.samples import Samples
from watermark.tiles import Grid, cover


@dataclass(frozen=True)
class Witness:
    """What the tags say of all frames of an instance, verified."""

    seal_id: bytes
    master: bytes
    """The instance's seed."""
    body: bytes | None
    """Lists of cell digests; None where they are not there."""

    @cached_property
    def lists(self) -> tuple[bytes, ...]:
        """The list of each frame, empty where it has none."""
        return decode_lists(self.body) if self.body else ()

    def cells(self, frame: int) -> bytes | None:
        """Return the list of one frame; None where there is none."""
        return (self.lists[frame] or None) if frame < len(self.lists) else None


def map_frame(samples: Samples, sealed: Envelope, witness: Witness, frame: int) -> Mapped:
    """Compare a frame with its certificate, whose signature was verified.

    samples: as received; sealed: the certificate. The payload that the frame should hold follows
    from the certificate and the seed, so that areas in which only parities changed are found too.
    """
    where = f"frame {frame}"
    try:
        description = Description.decode(Certificate.decode(sealed.payload).description)
        seed = seedtree.frame_seed(witness.master, description.frame)
        parts = Payload(seed, sealed.signature, sealed.payload)
        packed = payload.pack(parts, description.capacity)
        listed = witness.cells(frame)
    except (Malformed, MalformedDescription, LimitExceeded) as error:
        return Mapped((Finding(Code.CHECK_INCOMPLETE, Outcome.FAIL, where, str(error)),))
    try:
        received = as_described(samples, description)
        reading = watermark.reread(received, description, packed)
        tampered = watermark.localise(received, description, seed, reading, listed)
    except UnsupportedSamples:
        detail = "the samples have not the sealed size, depth or sign"
        finding = Finding(Code.PIXELS_GEOMETRY, Outcome.FAIL, where, detail)
        return Mapped((finding,), (), 1.0)
    found = tuple(judge_map(tampered, None, where))
    return Mapped(found, tampered.boxes, tampered.fraction)


def map_unmarked(frame: NDArray[Any], witness: Witness, index: int) -> Mapped:
    """Compare a frame that carries no mark with the list of its cells, if there is one.

    frame: decoded, (rows, columns[, channels]). A frame of another size or type differs in
    every cell.
    """
    where = f"frame {index}"
    try:
        listed = witness.cells(index)
    except Malformed as error:
        return Mapped((Finding(Code.CHECK_INCOMPLETE, Outcome.FAIL, where, str(error)),))
    if listed is None:
        return Mapped()
    rows, columns = frame.shape[:2]
    found = list_cells(frame, witness.seal_id, witness.master, index)
    cells, tiles = Grid(rows, columns, CELL), Grid(rows, columns, TILE)
    differing = differing_cells(found, listed, rows, columns)
    touched = set(cells.nest_in(tiles)[differing.reshape(-1)].tolist())
    return Mapped((), cover(differing, cells), len(touched) / tiles.count)
