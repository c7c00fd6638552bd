"""What sealing gathers of the frames of an image while they pass by, one at a time.

Either each frame is marked on its way, or its digests are taken as it is.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import codecs
from signing.dicom.frames import (
    Suitability,
    frame_reason,
    from_samples,
    padding_range,
    to_samples,
)
from signing.dicom.geometry import Geometry
from signing.dicom.writing import replace_frames
from signing.digests import Stage
from signing.evidence.tagcheck import frame_digests
from signing.framedigests import digest_frame, list_cells, place_of
from signing.marking import Marking, mark_frame
from signing.reasons import Reason
from signing.statement import DigestKind
from watermark.errors import DoesNotFit

_REASONS: Final = {"small": Reason.SMALL, "flat": Reason.FLAT, "capacity": Reason.CAPACITY}


@dataclass(slots=True)
class SealedFrames:
    """What is gathered while the frames pass by, one at a time."""

    marked: list[bytes] = field(default_factory=list)
    """Digest of each frame as sealed."""
    original: list[bytes] = field(default_factory=list)
    """Digest of each frame before."""
    certificates: list[bytes] = field(default_factory=list)
    """Envelope for each marked frame."""
    cells: list[bytes] = field(default_factory=list)
    """Digests of each frame's cells, empty where its samples are not decoded."""
    records: list[bytes] = field(default_factory=list)
    """Restoration record of each frame, empty where unmarked."""
    recoveries: list[bytes] = field(default_factory=list)
    """Recovery data of each frame, empty where there are none."""
    unmarked: list[int] = field(default_factory=list)
    """Frames without a mark."""
    reasons: set[Reason] = field(default_factory=set)
    """Why they have none."""
    changed: int = 0
    """Samples that marking changed, each by 1."""
    samples: int = 0
    """Samples of all marked frames."""

    def add_unmarked(self, marked: bytes, original: bytes, reason: Reason) -> None:
        """Note the digests of the next frame, which stays without a mark."""
        self.keep(len(self.marked), reason)
        self.marked.append(marked)
        self.original.append(original)

    def keep(self, frame: int, reason: Reason) -> None:
        """Note that a frame stays without a mark."""
        self.unmarked.append(frame)
        self.records.append(b"")
        self.recoveries.append(b"")
        self.reasons.add(reason)

    def psnr(self, peak: int) -> float | None:
        """Return the PSNR of all marked frames, dB, at `peak`; None without any change.

        Every change is by 1, so that their number is the squared error.
        """
        if not self.changed:
            return None
        return 10 * math.log10(peak**2 * self.samples / self.changed)


def gather_marked(
    result: Dataset,
    dataset: Dataset,
    geometry: Geometry,
    marking: Marking,
    protect: NDArray[np.bool_] | None = None,
    transfer_syntax: str | None = None,
) -> tuple[SealedFrames, tuple[str, ...]]:
    """Replace the pixel data of `result` by the marked frames of `dataset`, in place.

    protect: (rows, columns), True where no sample may change; transfer_syntax: UID to write, None
    for that of the source. Return what was gathered, and what the user should know. Raises
    Unreadable, CodecUnavailable, UnsupportedImage, SelfCheckFailed.
    """
    gathered = SealedFrames()

    def marked() -> Iterator[NDArray[Any]]:
        padding = padding_range(dataset, geometry)
        for index, frame in enumerate(codecs.frames(dataset)):
            yield _mark_one(frame, index, (geometry, padding, protect), marking, gathered)

    written = replace_frames(result, marked(), transfer_syntax)
    return gathered, written.notices


def gather_unmarked(dataset: Dataset, suitability: Suitability, marking: Marking) -> SealedFrames:
    """Return the digests of pixel data that carry no mark: of samples, or of the codestream.

    Raises Unreadable, CodecUnavailable.
    """
    gathered = SealedFrames()
    reason = suitability.reason or Reason.REQUESTED
    ids, stages = (marking.seal_id, marking.master), (Stage.MARKED, Stage.ORIGINAL)
    if suitability.kind is DigestKind.SAMPLES:
        for index, frame in enumerate(codecs.frames(dataset)):
            marked, original = (digest_frame(frame, place_of(*ids, index, s), s) for s in stages)
            gathered.add_unmarked(marked, original, reason)
            gathered.cells.append(list_cells(frame, *ids, index))
        return gathered
    for marked, original in frame_digests(dataset, suitability.kind, ids, *stages):
        gathered.add_unmarked(marked, original, reason)
    return gathered


def _mark_one(
    frame: NDArray[Any],
    index: int,
    about: tuple[Geometry, tuple[int, int] | None, NDArray[np.bool_] | None],
    marking: Marking,
    gathered: SealedFrames,
) -> NDArray[Any]:
    """Return one frame marked where it can be, and gather what the statement needs."""
    geometry, padding, protect = about
    place = place_of(marking.seal_id, marking.master, index, Stage.ORIGINAL)
    gathered.original.append(digest_frame(frame, place, Stage.ORIGINAL))
    result = frame
    reason = frame_reason(frame, geometry)
    if reason is None:
        samples = to_samples(frame, geometry, padding)
        try:
            made = mark_frame(samples, index, marking, protect)
        except DoesNotFit as error:
            reason = Reason.PROTECTED if protect is not None else _REASONS[error.reason]
        else:
            result = from_samples(made.samples)
            gathered.certificates.append(made.certificate)
            gathered.records.append(made.record)
            gathered.cells.append(made.cells)
            gathered.recoveries.append(made.recovery)
            gathered.changed += int(np.count_nonzero(result != frame))
            gathered.samples += frame.size
    if reason is not None:
        gathered.keep(index, reason)
        gathered.cells.append(list_cells(frame, marking.seal_id, marking.master, index))
    place = place_of(marking.seal_id, marking.master, index, Stage.MARKED)
    gathered.marked.append(digest_frame(result, place, Stage.MARKED))
    return result
