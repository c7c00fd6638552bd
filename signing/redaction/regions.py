"""Regions of frames taken out: blank, without a mark anywhere, the rest open to be checked.

The mark carries the seed that would let the region be guessed, so it is destroyed in every frame:
the original samples are written back where the restoration record is there, else every parity that
marking may have set is drawn anew. Rules: docs/spec/redaction.md.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing import envelope
from signing.areas import Area, Areas
from signing.commitments import SEAL_RESTORATION, Disclosures
from signing.dicom import codecs, extremes, original
from signing.dicom.frames import from_samples, padding_range, to_samples
from signing.dicom.geometry import Geometry, measure
from signing.dicom.original import Restoration
from signing.dicom.overlays import marks_within
from signing.dicom.writing import replace_frames
from signing.digests import Stage
from signing.errors import NotRedactable, NotRestorable, SelfCheckFailed, UnsupportedImage
from signing.evidence.cellcheck import judge_cells
from signing.evidence.coverage import Coverage, Signed, Unproved, check_areas, gather_signed
from signing.framedigests import digest_frame, place_of
from signing.restoration import unmark_frame
from signing.sealparts import SealParts, read_seal
from signing.statement import DigestKind, Statement
from signing.verdict import Outcome
from watermark import seedtree
from watermark.errors import MalformedSalts, UnsupportedSamples
from watermark.parameters import CELL
from watermark.tiles import Grid

RegionBox = tuple[int, int, int, int, int]
"""Frame, from 0; row, column, height and width in samples."""

MAX_BOXES: Final = 4096
"""Boxes of one call."""

TELLING: Final = frozenset(
    {"00603000", "00880200", "00287FE0", "00280108", "00280109", "00280110", "00280111"}
)
"""Attributes that show or let guess what samples were: histograms, icons, where else the samples
are, and the extremes of series and plane, which nothing that is left bears out."""

_LIMITS: Final = (0x00280106, 0x00280107)
"""Least and greatest sample of the image."""

Flags = NDArray[np.bool_]
Frame = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Removed:
    """What taking regions out did."""

    areas: Areas
    """What is disclosed in the place of the seed."""
    hidden: frozenset[str]
    """Attributes that are gone, for they told of the samples."""
    notices: tuple[str, ...]
    """What the user should know: one line each, no values."""


def take_out(dataset: Dataset, held: Disclosures, boxes: Iterable[RegionBox]) -> Removed:
    """Blank boxes in a sealed data set, in place, and destroy its mark.

    held: its disclosures. Boxes grow to whole cells of 8x8 samples. Raises NotRedactable where a
    box is none or not inside, an overlay shows something in it, frames are not as they were
    sealed or of a format that is not written, or the seal cannot be opened for the rest;
    SelfCheckFailed, CodecUnavailable, Unreadable.
    """
    geometry = measure(dataset)
    if geometry is None or codecs.pixel_kind(dataset) is not DigestKind.SAMPLES:
        raise NotRedactable("its samples cannot be decoded without loss, so no box can be blanked")
    wanted = _grow(boxes, geometry)
    _refuse_overlays(dataset, geometry, wanted)
    opened = _open(dataset, held, geometry, wanted)
    try:
        written = replace_frames(dataset, opened.frames())
        areas = opened.areas()
    except (Unproved, MalformedSalts, UnsupportedSamples, UnsupportedImage) as error:
        raise NotRedactable(str(error)) from None
    hidden = _hide_limits(dataset)
    found = check_areas(dataset, opened.signed, areas)
    if _contradicts(found) or not found.proved:
        raise SelfCheckFailed("what is left does not verify")
    return Removed(areas, hidden, written.notices)


def _grow(boxes: Iterable[RegionBox], geometry: Geometry) -> dict[int, Flags]:
    """Return (cell rows, cell columns) bool: the cells that boxes touch, of each frame with one."""
    from watermark.redaction import cells_in

    listed, grown = list(boxes), dict[int, Flags]()
    if not listed:
        raise NotRedactable("no box is named")
    if len(listed) > MAX_BOXES:
        raise NotRedactable(f"{len(listed)} boxes are more than {MAX_BOXES}")
    cells = Grid(geometry.rows, geometry.columns, CELL)
    for frame, row, column, height, width in listed:
        named = f"box {frame}:{row},{column},{height},{width}"
        if not 0 <= frame < geometry.frames:
            raise NotRedactable(f"{named}: there are {geometry.frames} frames, the first is 0")
        if height < 1 or width < 1:
            raise NotRedactable(f"{named}: it has no samples")
        if min(row, column) < 0 or row + height > cells.rows or column + width > cells.columns:
            raise NotRedactable(f"{named}: not inside {cells.rows} rows, {cells.columns} columns")
        flags = cells_in((row, column, height, width), cells)
        grown[frame] = grown.get(frame, np.zeros_like(flags)) | flags
    return grown


def _refuse_overlays(dataset: Dataset, geometry: Geometry, wanted: Mapping[int, Flags]) -> None:
    """Raise NotRedactable where an overlay, which cannot be redacted, shows something there."""
    from watermark.redaction import samples_in

    cells = np.any(list(wanted.values()), axis=0)
    group = marks_within(dataset, samples_in(cells, geometry.rows, geometry.columns))
    if group:
        raise NotRedactable(f"overlay {group:04X} shows something in a box, and has to stay")


@dataclass(slots=True)
class _Opened:
    """A sealed image of which cells are being taken out."""

    dataset: Dataset
    """Read frame by frame; must not change before `frames` has ended."""
    geometry: Geometry
    signed: Signed
    held: Disclosures
    """Its disclosures: with the seed, or where areas were taken out before with what opens the
    rest."""
    records: tuple[bytes, ...]
    """Restoration record of each frame; none where there are none."""
    flags: dict[int, Flags]
    """Redacted cells by frame, earlier ones included."""
    earlier: dict[int, Area]
    """Areas that were taken out before, by frame."""

    def frames(self) -> Iterator[Frame]:
        """Yield the frames without a mark, blank where cells are redacted."""
        from watermark.redaction import samples_in

        padding = padding_range(self.dataset, self.geometry)
        for index, frame in enumerate(codecs.frames(self.dataset)):
            result = self._without_mark(frame, index, padding)
            if index in self.flags:
                inside = samples_in(self.flags[index], *frame.shape[:2])
                result = result.copy()
                result[inside] = choose_fill(result, inside, self.geometry, padding)
            yield result

    def areas(self) -> Areas:
        """Return what opens everything but the redacted cells."""
        seeds = self._seeds()
        bare = b"".join(seeds[f] for f in range(self.geometry.frames) if f not in self.flags)
        return Areas(bare, tuple(self._area(frame, seeds) for frame in sorted(self.flags)))

    def _seeds(self) -> dict[int, bytes]:
        """Return the seed of each frame that had no area before."""
        if self.held.areas is not None:
            return self.held.areas.seeds_by_frame()
        every = range(self.geometry.frames)
        return {frame: seedtree.frame_seed(self._master, frame) for frame in every}

    @property
    def _master(self) -> bytes:
        """Seed of all frames; b"" where it is gone, for areas were taken out before."""
        return self.held.seed or b""

    def _area(self, frame: int, seeds: Mapping[int, bytes]) -> Area:
        """Return the area of one frame."""
        from watermark.redaction import units_of
        from watermark.salts import grow, read_salts

        flags, shape = self.flags[frame], (self.geometry.rows, self.geometry.columns)
        units = units_of(*shape, self.signed.description(frame))
        if frame in seeds:
            salts = grow(seeds[frame], units)
        else:
            earlier = self.earlier[frame]
            before = read_flags(earlier, self.geometry)
            salts = read_salts(earlier.nodes, earlier.salts, before, units)
        edges = np.flatnonzero(np.diff(flags.reshape(-1).astype(np.int8), prepend=0, append=0))
        starts, ends = edges[::2].tolist(), edges[1::2].tolist()
        runs = tuple((start, end - start) for start, end in zip(starts, ends, strict=True))
        return Area(frame, runs, *salts.disclose(flags, units))

    def _without_mark(self, frame: Frame, index: int, padding: tuple[int, int] | None) -> Frame:
        """Return a frame with its mark taken off, or destroyed.

        Raises NotRedactable where it is not as it was sealed. One of which areas were taken out
        before should bear no mark; whoever did it may have left it there.
        """
        statement, seed = self.signed.statement, self._master
        description = self.signed.description(index)
        if seed:
            place = place_of(statement.seal_id, seed, index, Stage.MARKED)
            if digest_frame(frame, place, Stage.MARKED) != statement.marked_digest(index):
                raise NotRedactable(f"frame {index} is not as it was sealed")
        if description is None:
            return frame
        before = self._original(frame, index) if seed else None
        if before is not None:
            return before
        from watermark import extract
        from watermark.redaction import unmark

        samples = to_samples(frame, self.geometry, padding)
        if not seed and not extract(samples).marked:
            return frame
        return from_samples(unmark(samples, description, secrets.token_bytes(32)))

    def _original(self, frame: Frame, index: int) -> Frame | None:
        """Return the frame before it was marked; None where nothing gives it back."""
        if index >= len(self.records) or not self.records[index]:
            return None
        statement = self.signed.statement
        place = place_of(statement.seal_id, self._master, index, Stage.ORIGINAL)
        try:
            result = unmark_frame(frame, self.geometry, self.records[index])
        except NotRestorable:
            return None
        same = digest_frame(result, place, Stage.ORIGINAL) == statement.original_digest(index)
        return result if same else None


def _open(
    dataset: Dataset, held: Disclosures, geometry: Geometry, wanted: dict[int, Flags]
) -> _Opened:
    """Return a sealed image that can be opened for all but the wanted cells."""
    parts = read_seal(dataset)
    statement = _find_statement(parts, held)
    if statement.frames != geometry.frames:
        raise NotRedactable("there are not as many frames as were sealed")
    if statement.kind is not DigestKind.SAMPLES:
        raise NotRedactable("its frames were sealed as compressed, so no part can be blanked")
    if held.seed is None and held.areas is None:
        raise NotRedactable("its salts are not disclosed: nothing would prove the rest")
    lists, _ = judge_cells(statement, parts.cells)
    signed = gather_signed(parts, statement, lists)
    listed = len(lists) == statement.frames and all(lists[frame] for frame in wanted)
    if not listed or not signed.marked <= signed.claims.keys():
        raise NotRedactable("certificates or cell digests are gone: nothing would prove the rest")
    if held.areas is not None and _contradicts(check_areas(dataset, signed, held.areas)):
        raise NotRedactable("what is left is not as it was sealed")
    earlier = {} if held.areas is None else held.areas.by_frame()
    flags = _join(earlier, geometry, wanted)
    return _Opened(dataset, geometry, signed, held, _records(parts, held), flags, earlier)


def _join(
    earlier: Mapping[int, Area], geometry: Geometry, wanted: Mapping[int, Flags]
) -> dict[int, Flags]:
    """Return the redacted cells by frame: those taken out before, and those that are wanted."""
    flags = {frame: read_flags(area, geometry) for frame, area in earlier.items()}
    for frame, cells in wanted.items():
        flags[frame] = flags.get(frame, np.zeros_like(cells)) | cells
    if len(flags) == geometry.frames and all(cells.all() for cells in flags.values()):
        raise NotRedactable("nothing of the samples would be left to prove")
    return flags


def _find_statement(parts: SealParts, held: Disclosures) -> Statement:
    """Return the statement that made the seal. Raises NotRedactable where there is no such."""
    for sealed, statement in parts.statements:
        fits = not statement.earlier and statement.attribute_root == held.root
        if fits and envelope.verify(sealed, statement.public_key):
            return statement
    raise NotRedactable("it has no statement that its disclosures belong to")


def _records(parts: SealParts, held: Disclosures) -> tuple[bytes, ...]:
    """Return the restoration records of all frames, none where they are gone or others."""
    row = held.by_path().get(SEAL_RESTORATION)
    for body in parts.restorations:
        if row is not None and row.matches(row.type, original.digest_body(body)):
            return Restoration.decode(body).records
    return ()


def read_flags(area: Area, geometry: Geometry) -> Flags:
    """Return (cell rows, cell columns) bool: the redacted cells of a frame.

    Raises NotRedactable where they are not inside it.
    """
    cells = Grid(geometry.rows, geometry.columns, CELL)
    flags = np.zeros(cells.count, dtype=bool)
    for first, count in area.runs:
        if first + count > cells.count or area.frame >= geometry.frames:
            raise NotRedactable("an area that was taken out before is not inside its frame")
        flags[first : first + count] = True
    return flags.reshape(cells.down, cells.across)


def choose_fill(
    frame: Frame, inside: Flags, geometry: Geometry, padding: tuple[int, int] | None
) -> Frame:
    """Return the value of blanked samples: one number, or one a channel.

    inside: (rows, columns), what is blanked. Nothing of these samples is looked at. Colours become
    black; greys the padding value where there is one, else the least sample outside, so that no
    window is spread; zero where there is none.
    """
    zero = np.zeros(frame.shape[2:], dtype=frame.dtype)
    if frame.ndim > 2:
        if geometry.photometric.startswith("YBR"):
            zero[1:] = 1 << (geometry.stored - 1)
        return zero
    low = -(1 << (geometry.stored - 1)) if geometry.signed else 0
    if padding is not None and low <= padding[0] < low + (1 << geometry.stored):
        return np.asarray(padding[0], dtype=frame.dtype)
    outside = frame[~inside]
    return np.asarray(outside.min(), dtype=frame.dtype) if outside.size else zero


def _hide_limits(dataset: Dataset) -> frozenset[str]:
    """Remove the least and the greatest value where the samples left do not bear them out.

    Else they would tell of what was taken out. Returns the paths of those removed.
    """
    present = [tag for tag in _LIMITS if tag in dataset]
    untrue = [tag for tag in present if not extremes.is_true(dataset, tag)]
    for tag in untrue:
        del dataset[tag]
    return frozenset(f"{tag:08X}" for tag in untrue)


def _contradicts(found: Coverage) -> bool:
    """Tell whether something failed, or a frame could not be compared."""
    frames = (f for f in found.findings if f.where)
    failed = any(f.outcome is Outcome.FAIL for f in found.findings)
    return failed or any(f.outcome is Outcome.SKIPPED for f in frames)
