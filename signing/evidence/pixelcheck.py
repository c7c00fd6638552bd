"""Hold the samples of all frames against the marks in them; loads the watermark house when used."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pydicom.dataset import Dataset

from signing.dicom import codecs
from signing.dicom.frames import can_be_marked, frame_reason, padding_range, to_samples
from signing.dicom.geometry import Geometry, measure
from signing.dicom.growth import READING, check_frame, too_large
from signing.statement import DigestKind
from signing.trust import Trust
from signing.verdict import Code, Finding, FrameMap, Outcome
from watermark.samples import Samples

if TYPE_CHECKING:
    from signing.evidence.proving import FrameProof

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

PIXELS_REQUIRED: Final = frozenset(
    {
        Code.SIGNER_TRUSTED,
        Code.CERTIFICATE_SIGNATURE,
        Code.PIXELS_MARK,
        Code.PIXELS_CLOSING,
        Code.FRAMES_COUNT,
    }
)
"""What the samples alone must prove."""


@dataclass(slots=True)
class PixelProof:
    """What the samples of all frames prove by themselves."""

    findings: list[Finding] = field(default_factory=list)
    marked: int = 0
    """Frames with a trace of a mark."""
    total: int = 0
    proofs: "list[FrameProof]" = field(default_factory=list)
    fraction: float = 0.0
    maps: list[FrameMap] = field(default_factory=list)

    @property
    def geometry(self) -> str:
        """How the frames lie: of the first that lies otherwise than sealed, if there is one."""
        words = [proof.geometry for proof in self.proofs if proof.key is not None]
        return next((word for word in words if word != "as sealed"), words[0] if words else "")

    @property
    def first(self) -> "FrameProof | None":
        """The first frame that a trusted key signed."""
        return next((proof for proof in self.proofs if proof.key is not None), None)

    @property
    def recoverable(self) -> set[int]:
        """Frames that carry signed recovery data."""
        return {index for index, proof in enumerate(self.proofs) if proof.recovery}

    @property
    def needed(self) -> set[int]:
        """Frames whose recovery data would mend the image: altered ones, else all with a mark."""
        marked = {index for index, proof in enumerate(self.proofs) if proof.marked}
        altered = {
            index for index in marked if any(f.outcome is FAIL for f in self.proofs[index].findings)
        }
        return altered or marked


def prove_frames(
    frames: Iterable[list[Samples]],
    trust: Trust,
    *,
    single: bool = False,
    unmarked: tuple[int, ...] = (),
    patience: int = sys.maxsize,
) -> PixelProof:
    """Return what the samples of all frames prove.

    frames: for each the interpretations that its container allows; single: one frame of an
    instance suffices; unmarked: frames that a statement says carry no mark; patience: where so many
    samples hold no trace of a mark, the frames after them are not read.
    """
    from signing.evidence.placing import Finder
    from signing.evidence.proving import prove_frame

    result, finder = PixelProof(), Finder()
    share, read = 0.0, 0
    for index, candidates in enumerate(frames):
        where = f"frame {index}"
        proof = prove_frame(candidates, where, trust, exported=single, finder=finder)
        result.proofs.append(proof)
        result.marked += proof.marked
        result.findings += proof.findings
        result.total += 1
        share += proof.fraction
        if proof.boxes:
            result.maps.append(FrameMap(index, proof.boxes))
        read += candidates[0].values.size
        if not result.marked and read >= patience:
            break
    result.fraction = share / max(1, result.total)
    if result.first is not None:
        result.findings += _judge_order(result, single, unmarked)
    return result


def _judge_order(result: PixelProof, single: bool, unmarked: tuple[int, ...]) -> Iterator[Finding]:
    """Yield what number and order of the frames say, by what their certificates claim."""
    first = result.first
    if first is None or first.description is None:
        return
    same_seal = all(
        p.description.seal_id == first.description.seal_id
        for p in result.proofs
        if p.description is not None
    )
    in_place = single or all(
        p.description.frame == index
        for index, p in enumerate(result.proofs)
        if p.description is not None
    )
    count = single or first.frames == result.total
    if same_seal and in_place and count:
        yield Finding(Code.FRAMES_COUNT, PASS)
    else:
        detail = "frames are missing, added, moved or of several seals"
        yield Finding(Code.FRAMES_COUNT, FAIL, "", detail)
    for index, proof in enumerate(result.proofs):
        if not proof.marked and index not in unmarked:
            yield Finding(Code.PIXELS_MARK, SKIPPED, f"frame {index}", "no mark in this frame")


def bears_marks(dataset: Dataset) -> bool:
    """Tell whether any frame holds a mark or the remains of one, above chance."""
    import watermark

    geometry = _carrying(dataset)
    return geometry is not None and any(
        watermark.extract(samples).marked
        for candidates in _interpret(dataset, geometry)
        for samples in candidates
    )


def read_frames(dataset: Dataset) -> Iterator[list[Samples]]:
    """Yield each frame as the mark may be in it; nothing where no mark can be.

    Raises Unreadable: for a frame of far more samples than bytes before the first, for too many
    such frames when there are.
    """
    geometry = _carrying(dataset)
    if geometry is None:
        return
    left = check_frame(dataset, geometry, READING)
    for candidates in _interpret(dataset, geometry):
        left -= candidates[0].values.size
        if left < 0:
            raise too_large()
        yield candidates


def _carrying(dataset: Dataset) -> Geometry | None:
    """Return the geometry of frames that can carry a mark; None where there are none."""
    geometry = measure(dataset)
    if geometry is None or not can_be_marked(geometry):
        return None
    return geometry if codecs.pixel_kind(dataset) is DigestKind.SAMPLES else None


def _interpret(dataset: Dataset, geometry: Geometry) -> Iterator[list[Samples]]:
    """Yield each frame as the mark may be in it, however many there are."""
    padding = padding_range(dataset, geometry)
    for frame in codecs.frames(dataset):
        # A sample beyond the bits stored is still read, as the wider number that it is: the mark
        # around it tells that it was changed.
        beyond = frame_reason(frame, geometry) is not None
        beyond |= geometry.high_bit != geometry.stored - 1
        shape = replace(geometry, stored=geometry.allocated) if beyond else geometry
        yield [to_samples(frame, shape, padding)]
