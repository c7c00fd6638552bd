"""Hold frames of which areas were taken out against what is signed of all the rest.

Such a frame has no digest of the whole that could be compared: cell by cell, and unit by unit, it
is held against digests whose salts were disclosed. What is taken out has to be blank. Loads Numba
only where a frame is not found whole. Rules: docs/spec/redaction.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing import envelope
from signing.areas import Area, Areas
from signing.certificate import Certificate
from signing.dicom import codecs
from signing.dicom.frames import can_be_marked, frame_reason, to_samples
from signing.dicom.geometry import measure
from signing.digests import FramePlace, Stage, certificate_digest
from signing.errors import Malformed
from signing.framedigests import digest_frame
from signing.sealparts import SealParts
from signing.statement import DigestKind, Statement
from signing.verdict import Box, Code, Finding, Outcome
from watermark import seedtree
from watermark.errors import MalformedDescription, MalformedSalts
from watermark.parameters import CELL, TILE
from watermark.tiles import Grid, cover

if TYPE_CHECKING:
    from watermark.description import Description
    from watermark.redaction import Rest

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

Frame = NDArray[Any]
Flags = NDArray[np.bool_]

MAX_SHOWN = 2**16
"""Boxes of a report: cells that lie like a chess board would fill it by the million."""

MAX_COMPARED = 8192
"""Frames that are compared cell by cell; further ones have to be whole. Frames of 8x8 come by the
hundred thousand, and nobody has to have a key to name an area in each."""

CANONICAL = "samples of marked frames are proved up to their parities"


class Unproved(Exception):
    """One frame cannot be compared, for the reason given; never leaves the verbs above."""


@dataclass(slots=True)
class Coverage:
    """What was found of an instance with redacted areas."""

    findings: list[Finding] = field(default_factory=list)
    differing: list[int] = field(default_factory=list)
    """Frames that are not as signed outside of their areas, or not blank inside."""
    redacted: dict[int, tuple[Box, ...]] = field(default_factory=dict)
    """Areas that are taken out, by frame."""
    boxes: dict[int, tuple[Box, ...]] = field(default_factory=dict)
    """Altered areas, by frame."""
    fractions: dict[int, float] = field(default_factory=dict)
    """Share of the frame's tiles that is altered."""
    proved: int = 0
    """Frames of which some cell was compared, or all of the frame."""
    narrow: int = 0
    """Cells that only 32 bits prove."""
    compared: int = 0
    """Frames that were compared cell by cell, or were to be."""
    canonical: bool = False
    """Whether samples were only proved up to their parities."""
    shown: int = 0
    """Boxes so far."""

    def show(self, flags: Flags, cells: Grid) -> tuple[Box, ...]:
        """Return boxes of the flagged cells; one around them all where there are too many."""
        boxes = cover(flags, cells)
        if self.shown + len(boxes) > MAX_SHOWN:
            top, left = (min(box[axis] for box in boxes) for axis in (0, 1))
            bottom, right = (max(box[axis] + box[axis + 2] for box in boxes) for axis in (0, 1))
            boxes = ((top, left, bottom - top, right - left),)
        self.shown += len(boxes)
        return boxes

    def may_compare(self, where: str) -> bool:
        """Count a frame that is to be compared cell by cell; tell whether it may be."""
        self.compared += 1
        if self.compared == MAX_COMPARED + 1:
            reason = "this frame and further ones: more than are compared cell by cell"
            self.add(Code.PIXELS_CELLS, SKIPPED, where, reason)
        return self.compared <= MAX_COMPARED

    def add(self, code: Code, outcome: Outcome, where: str = "", detail: str = "") -> None:
        """Note a finding."""
        self.findings.append(Finding(code, outcome, where, detail))


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed of the frames of an instance."""

    statement: Statement
    claims: Mapping[int, bytes]
    """Claims of the certificate of each marked frame, bound by the statement; may lack some."""
    marked: frozenset[int]
    """Frames that were marked."""
    lists: Sequence[bytes]
    """The signed list of cells of each frame; none where they are gone."""

    def prefix(self, index: int) -> bytes:
        """Return what every digest of cells is bound to."""
        return self.statement.seal_id + index.to_bytes(4, "big")

    def listed(self, index: int) -> bytes:
        """Return the list of cells of a frame. Raises Unproved where it is gone."""
        if index >= len(self.lists) or not self.lists[index]:
            raise Unproved("its list of cell digests is gone")
        return self.lists[index]

    def description(self, index: int) -> "Description | None":
        """Return what a certificate says of a frame, None where it was not marked."""
        from watermark.description import Description

        if index not in self.marked:
            return None
        if index not in self.claims:
            raise Unproved("its certificate is missing")
        try:
            return Description.decode(Certificate.decode(self.claims[index]).description)
        except (Malformed, MalformedDescription) as error:
            raise Unproved(str(error)) from None


def gather_signed(parts: SealParts, statement: Statement, lists: Sequence[bytes]) -> Signed:
    """Return what is signed of the frames under a statement whose signature was verified.

    A later statement names the first by its digest, and that one the certificates by theirs.
    """
    first: Statement | None = statement
    if statement.earlier:
        named = (s for e, s in parts.statements if envelope.digest_of(e) == statement.earlier[0])
        first = next(named, None)
    if first is None:
        everything = frozenset(range(statement.frames))
        return Signed(statement, {}, everything, lists)
    present = {certificate_digest(data): data for data in parts.certificates}
    claims = {
        frame: envelope.parse(present[digest]).payload
        for frame, digest in first.certificate_digests().items()
        if digest in present
    }
    return Signed(statement, claims, frozenset(first.marked_frames()), lists)


def check_areas(dataset: Dataset, signed: Signed, opened: Areas) -> Coverage:
    """Return what an instance with redacted areas still proves.

    opened: what was disclosed in the place of the seed. Raises Unreadable, CodecUnavailable.
    """
    found, statement = Coverage(), signed.statement
    if codecs.pixel_kind(dataset) is not DigestKind.SAMPLES or (
        statement.kind is not DigestKind.SAMPLES
    ):
        found.add(Code.PIXELS_MATCH, FAIL, "", "the samples are in another form, or gone")
        found.differing = list(range(statement.frames))
        return found
    if opened.frames != statement.frames:
        found.add(Code.CHECK_INCOMPLETE, FAIL, "", "areas are of another number of frames")
        return found
    count, areas, seeds = 0, opened.by_frame(), opened.seeds_by_frame()
    for count, frame in enumerate(codecs.frames(dataset), 1):
        if count <= statement.frames:
            index = count - 1
            _check_frame(dataset, frame, index, areas.get(index) or seeds[index], signed, found)
    same = count == statement.frames
    detail = "" if same else f"{count} instead of {statement.frames}"
    found.add(Code.FRAMES_COUNT, PASS if same else FAIL, "", detail)
    _conclude(found)
    return found


def _conclude(found: Coverage) -> None:
    """Note what was proved of the frames together."""
    taken = sum(map(len, found.redacted.values()))
    named = f"{taken} area{'s' if taken != 1 else ''} taken out"
    remarks = [CANONICAL] if found.canonical else []
    if found.narrow:
        remarks.append(f"{found.narrow} cells beside are proved by 32 bits alone")
    detail = "; ".join([f"{named}, so that no digest of the whole can be compared", *remarks])
    found.add(Code.PIXELS_MATCH, SKIPPED, "", detail)
    codes = {f.code for f in found.findings if f.outcome is not PASS}
    if Code.PIXELS_REDACTED not in codes:
        found.add(Code.PIXELS_REDACTED, PASS, "", f"{named}, all blank")
    if not found.proved and Code.PIXELS_CELLS not in codes:
        found.add(Code.PIXELS_CELLS, SKIPPED, "", "nothing is left of the samples")
    elif Code.PIXELS_CELLS not in codes:
        found.add(Code.PIXELS_CELLS, PASS)


def _check_frame(
    dataset: Dataset,
    frame: Frame,
    index: int,
    opened: Area | bytes,
    signed: Signed,
    found: Coverage,
) -> None:
    """Look at one frame. opened: its area, or its seed where it has none."""
    if isinstance(opened, bytes) and _is_whole(frame, index, opened, signed):
        found.proved += 1
        return
    where = f"frame {index}"
    if not found.may_compare(where):
        return
    try:
        redacted = _flags(frame, opened)
        rest = _compare(dataset, frame, index, (opened, redacted), signed)
    except Unproved as error:
        found.add(Code.PIXELS_CELLS, SKIPPED, where, str(error))
        return
    cells = Grid(frame.shape[0], frame.shape[1], CELL)
    stained = find_stained(frame, redacted)
    altered = rest.differing | stained
    found.redacted |= {index: found.show(redacted, cells)} if redacted.any() else {}
    found.proved += not redacted.all()
    found.narrow += rest.narrow
    found.canonical |= index in signed.marked
    if rest.differing.any():
        count = len(cover(rest.differing, cells))
        found.add(Code.PIXELS_CELLS, FAIL, where, f"{count} area{'s' * (count != 1)} altered")
    if stained.any():
        found.add(Code.PIXELS_REDACTED, FAIL, where, "an area taken out is not blank")
    if altered.any():
        found.differing.append(index)
        found.boxes[index] = found.show(altered, cells)
        tiles = Grid(cells.rows, cells.columns, TILE)
        touched = np.unique(cells.nest_in(tiles)[altered.reshape(-1)])
        found.fractions[index] = len(touched) / tiles.count


def _is_whole(frame: Frame, index: int, seed: bytes, signed: Signed) -> bool:
    """Tell whether all of a frame is as it was sealed, or as it was before."""
    statement = signed.statement
    expected = (
        (Stage.MARKED, statement.marked_digest(index)),
        (Stage.ORIGINAL, statement.original_digest(index)),
    )
    for stage, digest in expected:
        salt = seedtree.frame_salt(seed, str(stage))
        if digest_frame(frame, FramePlace(statement.seal_id, index, salt), stage) == digest:
            return True
    return False


def _flags(frame: Frame, opened: Area | bytes) -> Flags:
    """Return (cell rows, cell columns) bool: the redacted cells of a frame."""
    cells = Grid(frame.shape[0], frame.shape[1], CELL)
    flags = np.zeros(cells.count, dtype=bool)
    for first, count in () if isinstance(opened, bytes) else opened.runs:
        if first + count > cells.count:
            raise Unproved("an area is not inside the frame")
        flags[first : first + count] = True
    return flags.reshape(cells.down, cells.across)


def _compare(
    dataset: Dataset,
    frame: Frame,
    index: int,
    left: tuple[Area | bytes, Flags],
    signed: Signed,
) -> "Rest":
    """Compare the cells of a frame that are not redacted. Raises Unproved."""
    from watermark import redaction
    from watermark.errors import UnsupportedSamples
    from watermark.salts import grow, read_salts

    opened, redacted = left
    listed, description = signed.listed(index), signed.description(index)
    rows, columns = frame.shape[:2]
    if description is not None and (description.rows, description.columns) != (rows, columns):
        return redaction.Rest(~redacted, 0)
    units = redaction.units_of(rows, columns, description)
    try:
        if isinstance(opened, bytes):
            salts = grow(opened, units)
        else:
            salts = read_salts(opened.nodes, opened.salts, redacted, units)
    except MalformedSalts as error:
        raise Unproved(str(error)) from None
    if description is None:
        rest = redaction.check_unmarked(frame, signed.prefix(index), salts, redacted, listed)
        bare = isinstance(opened, bytes) and not rest.differing.any()
        return redaction.Rest(~redacted, 0) if bare else rest
    geometry = measure(dataset)
    if geometry is None or not can_be_marked(geometry) or frame_reason(frame, geometry):
        return redaction.Rest(~redacted, 0)
    try:
        samples = to_samples(frame, geometry, None)
        return redaction.check_rest(samples, description, salts, redacted, listed)
    except UnsupportedSamples:
        return redaction.Rest(~redacted, 0)


def find_stained(frame: Frame, redacted: Flags) -> Flags:
    """Return (cell rows, cell columns) bool: redacted cells that are not blank.

    Blank are those that hold one value, and the same as most of the others that do.
    """
    if not redacted.any():
        return redacted
    rows, columns = frame.shape[:2]
    cells = Grid(rows, columns, CELL)
    values = frame.reshape(rows, columns, -1)
    starts = (np.arange(cells.down) * CELL, np.arange(cells.across) * CELL)
    least, most = (
        reduce.reduceat(reduce.reduceat(values, starts[0], axis=0), starts[1], axis=1)
        for reduce in (np.minimum, np.maximum)
    )
    constant = (least == most).all(axis=2) & redacted
    if not constant.any():
        return redacted
    kinds, counts = np.unique(least[constant], axis=0, return_counts=True)
    blank = constant & (least == kinds[counts.argmax()]).all(axis=2)
    return np.asarray(redacted & ~blank)
