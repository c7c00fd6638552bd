"""Frames whose tags are there, but whose samples lie otherwise than they were sealed."""

from dataclasses import dataclass, field
from typing import Final

import watermark
from signing import payload
from signing.envelope import Envelope
from signing.errors import LimitExceeded, Malformed
from signing.evidence.mapping import Witness
from signing.evidence.placing import Finder, Inside, Laid, belongs, lay_back
from signing.evidence.proving import as_described
from signing.marking import with_checks
from signing.payload import Payload
from watermark.description import Description
from watermark.errors import MalformedDescription, UnsupportedSamples
from watermark.geometry.orientation import AS_SEALED, ORIENTATIONS
from watermark.geometry.placement import Placement
from watermark.samples import Samples

MOST_LOOKS: Final = 16
"""Frames of one instance that are looked at in every orientation in vain."""


@dataclass(slots=True)
class Turner:
    """Finds how the frames of one instance lie, by the certificates in its tags."""

    finder: Finder = field(default_factory=Finder)
    placement: Placement | None = None
    """How the last frame lay that did not lie as sealed."""
    left: int = MOST_LOOKS
    """Frames that may still be looked at in every orientation without finding their mark."""

    def lay_back(
        self, samples: Samples, sealed: Envelope, witness: Witness, frame: int
    ) -> Laid | None:
        """Return the frame in its place and how it differs there; None where it lies as sealed,
        or is not found.

        samples: as received; sealed: the certificate of frame number `frame`, verified; witness:
        what the tags say. The description is known, so that eight looks tell how a whole frame
        lies; only a frame of another size is searched.
        """
        try:
            expected = witness.expect(sealed, frame)
            description, parts, listed = expected.description, expected.parts, expected.listed
            if listed is not None:
                parts = with_checks(parts, listed, description)
            packed = payload.pack(parts, description.capacity) if expected.known else None
            received = as_described(samples, description)
            found = self._look(received, description)
            unmoved = watermark.placed_whole(AS_SEALED, description)
            if found is None or (found[0] == unmoved and description.fits(received)):
                return None
            self.placement, reading = found
            carried = reading.payload if _carries(reading, parts) else None
            inside = Inside(description, parts.seed, carried or packed, listed)
            return lay_back(received, self.placement, inside)
        except (Malformed, MalformedDescription, LimitExceeded, UnsupportedSamples):
            return None  # mapping says why

    def _look(
        self, received: Samples, description: Description
    ) -> tuple[Placement, watermark.Reading] | None:
        """Return how a frame lies, the likeliest first, and what it holds."""
        likely = [watermark.placed_whole(way, description) for way in ORIENTATIONS]
        size = description.rows, description.columns
        shape = received.rows, received.columns
        likely = [p for p in likely if p.orientation.undone_shape(*shape) == size]
        likely = likely if self.left else likely[:1]
        if self.placement is not None:
            likely.insert(1, self.placement)
        for placement in likely:
            reading = watermark.read_placed(received, placement)
            if reading.marked and belongs(reading, placement, description):
                return placement, reading
        if likely:
            self.left = max(0, self.left - 1)
        if description.fits(received):
            return None
        found = self.finder.find([received])
        if found is None or found.placement is None:
            return None
        ours = belongs(found.reading, found.placement, description)
        return (found.placement, found.reading) if ours else None


def _carries(reading: watermark.Reading, parts: Payload) -> bool:
    """Tell whether the payload read is the one whose certificate and seed are known."""
    try:
        read = payload.unpack(reading.payload or b"")
    except Malformed:
        return False
    return (read.seed, read.signature, read.claims) == (parts.seed, parts.signature, parts.claims)
