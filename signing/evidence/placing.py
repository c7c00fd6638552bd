"""Frames that were mirrored, turned, cropped or shifted: found, laid back, compared.

The search is the dear part. An instance pays for two frames at most, of large pictures for one;
what one found is tried first in the frames after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import watermark
from signing.verdict import Box, Code, Finding, Outcome
from watermark.description import Description
from watermark.geometry.orientation import AS_SEALED
from watermark.geometry.placement import Canvas, Placement
from watermark.geometry.sighting import is_confirmed
from watermark.geometry.windows import MOST_SAMPLES, weigh_search
from watermark.samples import Samples
from watermark.spreading.chunks import seal_tag
from watermark.tiles import layout_of

MOST_READ: Final = 1 << 25
"""Samples of all interpretations of a frame that are read, beside the first: an export so large was
not signed, and colour not luma and chroma."""

MOST_SEARCHES: Final = 2
"""Frames of one instance that are searched."""

AS_IT_WAS: Final = "as sealed"
"""What `Report.geometry` says of a frame that lies as it did."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mark, in which interpretation of the samples, and how these lie."""

    samples: Samples
    reading: watermark.Reading
    placement: Placement | None = None
    """None where the mark stands on the frame's own grid."""

    @property
    def confirmed(self) -> bool:
        """Whether there is a payload, and more of it than the least that makes one up."""
        if self.placement is None:
            return self.reading.payload is not None
        return is_confirmed(self.placement, self.reading)


@dataclass(slots=True)
class Finder:
    """Finds the marks of the frames of one instance."""

    left: int = MOST_SEARCHES
    """Frames that may still be searched."""
    room: int = MOST_SAMPLES
    """What searches may still cost (`weigh_search`); one is never beyond it."""
    placement: Placement | None = field(default=None, repr=False)
    """How the last frame lay that was found."""

    def find(self, candidates: Sequence[Samples]) -> Found | None:
        """Return the mark of a frame, the first whose payload can be read, or None.

        candidates: the same picture under the interpretations its container allows.
        """
        traced, read = None, 0
        for samples in candidates:
            read += samples.values.size
            if read > MOST_READ and samples is not candidates[0]:
                break
            reading = watermark.extract(samples)
            if reading.payload is not None:
                return Found(samples, reading)
            if reading.marked and traced is None:
                traced = Found(samples, reading)
        if traced is None:
            return self._find_elsewhere(candidates)
        behind = _cut_behind(traced)
        if behind is not None and behind.confirmed:
            return behind
        # A few true tiles put back in their places must not hide how the rest lies.
        elsewhere = self._find_elsewhere(candidates)
        if elsewhere is not None and elsewhere.confirmed:
            return elsewhere
        return behind or traced

    def _find_elsewhere(self, candidates: Sequence[Samples]) -> Found | None:
        """Return a mark off the frame's own grid."""
        if self.placement is not None:
            for samples in candidates:
                reading = watermark.read_placed(samples, self.placement)
                if reading.marked:
                    return Found(samples, reading, self.placement)
        return self._search(candidates)

    def _search(self, candidates: Sequence[Samples]) -> Found | None:
        """Return a mark that is searched for, while there is room for searches."""
        if self.left == 0:
            return None
        self.left -= 1
        best = None
        for samples in candidates:
            cost = weigh_search(samples)
            if self.room < cost:
                break
            self.room -= cost
            sighting = watermark.search(samples)
            if sighting is None:
                continue
            best = Found(samples, sighting.reading, sighting.placement)
            if sighting.reading.payload is not None:
                self.placement = sighting.placement
                break
        return best


def _cut_behind(traced: Found) -> Found | None:
    """Return the mark of a frame that was cut at its right or bottom only: the tiles are at
    their own places, but nothing tells how many there were."""
    reading = traced.reading
    if reading.profile is None or reading.transform is None:
        return None
    layout = layout_of(traced.samples.rows, traced.samples.columns, reading.profile)
    edge = layout.coding.edge
    placement = Placement(AS_SEALED, 0, 0, reading.profile, reading.transform, edge)
    found = watermark.read_placed(traced.samples, placement)
    return None if found.payload is None else Found(traced.samples, found, placement)


@dataclass(frozen=True, slots=True)
class Laid:
    """A received picture in its place in the sealed frame, compared with the description."""

    canvas: Canvas
    words: str
    """How it lies; "" as sealed."""
    boxes: tuple[Box, ...]
    """Altered areas, in the picture as it was received."""
    fraction: float
    """Share of the digest units received whole that differ, 0 to 1."""
    intact: bool
    """True when all was received and nothing differs."""

    def findings(self, closed: bool | None, where: str) -> list[Finding]:
        """Return what this says; closed: of the closing tile, None where it was not read."""
        if not self.words:
            found = []
        else:
            found = [Finding(Code.PIXELS_GEOMETRY, Outcome.FAIL, where, self.words)]
        if self.boxes:
            areas = count_areas(len(self.boxes))
            found.append(Finding(Code.PIXELS_MARK, Outcome.FAIL, where, areas))
        elif self.intact:
            found.append(Finding(Code.PIXELS_MARK, Outcome.PASS, where))
        else:
            detail = "what was received whole is as sealed; the rest is lost"
            found.append(Finding(Code.PIXELS_MARK, Outcome.SKIPPED, where, detail))
        if not self.canvas.whole:
            detail = "its signature is over the whole frame, of which a part is lost"
            found.append(Finding(Code.PIXELS_CLOSING, Outcome.SKIPPED, where, detail))
        elif closed is not None:
            found.append(judge_closing(closed, bool(self.boxes), where))
        return found


def count_areas(count: int) -> str:
    """Return the words for so many altered areas."""
    return f"{count} area{'s' if count != 1 else ''} altered"


def judge_closing(closed: bool, located: bool, where: str) -> Finding:
    """Return whether the closing tile signs the samples; located: whether areas are named."""
    if closed:
        return Finding(Code.PIXELS_CLOSING, Outcome.PASS, where)
    beside = "changed parities outside the areas named would not be located"
    detail = beside if located else "samples were changed in a way that is not located"
    return Finding(Code.PIXELS_CLOSING, Outcome.FAIL, where, detail)


def belongs(reading: watermark.Reading, placement: Placement, description: Description) -> bool:
    """Tell whether a reading off the frame's own grid is one of this description's mark; what
    it carries, if that can be read, then has the described size."""
    tag = seal_tag(description.seal_id, description.frame, description.level)
    whole = watermark.placed_whole(placement.orientation, description)
    return (
        reading.tag == tag
        and (reading.profile, reading.transform) == (whole.profile, whole.transform)
        and (reading.payload is None or len(reading.payload) == description.capacity)
        and replace(placement, row=0, column=0) == whole
    )


@dataclass(frozen=True, slots=True)
class Inside:
    """What a sealed frame holds, by its certificate and its payload or tags."""

    description: Description
    seed: bytes
    """The frame's."""
    payload: bytes | None
    """What the mark holds, padding included; None where that is not known."""
    listed: bytes | None = None
    """The signed list of cell digests, where the tags hold it."""
    checks: bytes = b""
    """The check bytes in the payload."""


def lay_back(received: Samples, placement: Placement, inside: Inside) -> Laid:
    """Lay a picture into its place in the sealed frame and compare it there.

    received: with the described depth, sign and colour. Raises UnsupportedSamples where nothing
    of the picture lies in the frame.
    """
    description = inside.description
    canvas = watermark.lay(received, placement, description)
    known = inside.payload
    reading = None if known is None else watermark.reread(canvas.samples, description, known)
    tampered = watermark.localise(
        canvas.samples, description, inside.seed, reading, inside.listed, inside.checks
    )
    units = description.layout.units
    held = canvas.holds(units)
    differing = tampered.altered.reshape(-1) & held
    return Laid(
        canvas,
        placement.words(received.rows, received.columns, description),
        canvas.boxes_of(tampered.cells, units),
        float(differing.sum()) / max(1, int(held.sum())),
        canvas.whole and tampered.intact,
    )
