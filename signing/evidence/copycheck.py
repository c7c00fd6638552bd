"""Hold a lossy copy against the recovery data: altered everywhere, but beyond compression too?

What it says is for people who must decide what to do with a copy; it never makes one authentic.
Needs a recovery key, and recovery data whose digest a verified certificate names.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

import watermark
from signing import recoverydata
from signing.certificate import Certificate
from signing.dicom import codecs, lossy
from signing.dicom.geometry import measure
from signing.errors import Malformed, WrongRecoveryKey
from signing.evidence.tagcheck import TagEvidence
from signing.keys import RecoveryKey
from signing.statement import DigestKind
from signing.verdict import Box, Code, Finding, Outcome
from watermark.description import Description
from watermark.errors import MalformedDescription, MalformedPicture, UnsupportedSamples
from watermark.recovery import find_varying
from watermark.samples import Colour, Samples

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

EVERYWHERE = 0.5
"""Share of the digest units that differ in a decoded picture before it is held to be a copy."""

AGREES = "altered everywhere, consistent with lossy compression, no local outlier"
NO_COPY = "differs from the sealed picture in more than lossy compression explains, all over"


def compare_copies(dataset: Dataset, evidence: TagEvidence, key: RecoveryKey) -> None:
    """Compare the frames that differ everywhere with their recovery data; adds to `evidence`.

    Where only some areas go beyond compression, these become the frame's altered areas. Raises
    Unreadable for broken pixel data.
    """
    wanted = set(evidence.differing) & set(evidence.certificates)
    if not wanted or not _has_sealed_size(dataset, evidence):
        return
    for index, frame in enumerate(_decode(dataset)):
        if index not in wanted:
            continue
        if frame is not None and evidence.fractions.get(index, 1.0) < EVERYWHERE:
            continue  # not a copy: a picture of which parts were changed, and the map says which
        evidence.findings.append(_compare(frame, index, evidence, key))


def _has_sealed_size(dataset: Dataset, evidence: TagEvidence) -> bool:
    """Tell whether the frames have the size of a certificate, before any of them is decoded."""
    geometry = measure(dataset)
    if geometry is None:
        return False
    for sealed in evidence.certificates.values():
        try:
            claims = Certificate.decode(sealed.payload).description
            description = Description.decode(claims)
        except (Malformed, MalformedDescription):
            continue
        if (geometry.rows, geometry.columns) == (description.rows, description.columns):
            return True
    return False


def _decode(dataset: Dataset) -> Iterator[NDArray[Any] | None]:
    """Yield every frame, None where it cannot be decoded."""
    if measure(dataset) is None:
        return
    if codecs.pixel_kind(dataset) is DigestKind.SAMPLES:
        yield from codecs.frames(dataset)
    else:
        yield from lossy.frames(dataset)


def _compare(
    frame: NDArray[Any] | None, index: int, evidence: TagEvidence, key: RecoveryKey
) -> Finding:
    """Return what the comparison of one frame says; moves its altered areas to the outliers."""
    where = f"frame {index}"
    try:
        comparison, whole = _hold(frame, index, evidence, key)
    except _NotComparable as error:
        return Finding(Code.PIXELS_LOSSY_COPY, SKIPPED, where, error.reason)
    if not comparison.is_copy:
        return Finding(Code.PIXELS_LOSSY_COPY, FAIL, where, NO_COPY)
    evidence.boxes[index] = comparison.boxes or (whole,)
    evidence.fractions[index] = 1.0
    if not comparison.boxes:
        return Finding(Code.PIXELS_LOSSY_COPY, PASS, where, AGREES)
    tiles = _count_tiles(comparison.outliers)
    words = "1 tile differs" if tiles == 1 else f"{tiles} tiles differ"
    return Finding(Code.PIXELS_LOSSY_COPY, FAIL, where, f"{words} beyond lossy compression")


class _NotComparable(Exception):
    """There is nothing to compare a frame with. reason: why, in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _hold(
    frame: NDArray[Any] | None, index: int, evidence: TagEvidence, key: RecoveryKey
) -> tuple[watermark.Comparison, Box]:
    """Return a frame's comparison and the box of all of it. Raises _NotComparable."""
    if frame is None:
        raise _NotComparable("the copy cannot be decoded")
    data = evidence.recovery.get(index)
    if data is None:
        raise _NotComparable("it has no signed recovery data")
    try:
        certificate = Certificate.decode(evidence.certificates[index].payload)
        description = Description.decode(certificate.description)
        samples = _as_sealed(frame, description)
        picture = recoverydata.decrypt(data, key, description.seal_id, description.frame)
        whole = (0, 0, description.rows, description.columns)
        known, _ = watermark.recover(
            samples, description, [whole], watermark.expand(picture, _shape_of(samples))
        )
        matters = find_varying(description)
        return watermark.compare(samples, known, len(picture), matters), whole
    except WrongRecoveryKey:
        raise _NotComparable("its recovery data are not for this recovery key") from None
    except UnsupportedSamples:
        raise _NotComparable("size, depth or colour are not the sealed ones") from None
    except (Malformed, MalformedDescription, MalformedPicture) as error:
        raise _NotComparable(str(error)) from None


def _shape_of(samples: Samples) -> watermark.Shape:
    """Return what the picture's reader must know."""
    size = (samples.rows, samples.columns, samples.bits)
    return watermark.Shape(*size, samples.signed, samples.colour)


def _as_sealed(frame: NDArray[Any], description: Description) -> Samples:
    """Return a copy's frame with the depth and sign that were sealed, cut to their range.

    A lossy coder may leave the range by a few steps. Raises UnsupportedSamples where it is not of
    the sealed size and colour.
    """
    channels = 1 if description.colour is Colour.GREY else 3
    shape = (description.rows, description.columns, *((3,) if channels == 3 else ()))
    if frame.shape != shape or frame.dtype.kind not in "iu":
        raise UnsupportedSamples("size or colour are not the described ones")
    low = -(1 << (description.bits - 1)) if description.signed else 0
    wide = frame.astype(np.int32)
    if description.bits > 8 and frame.dtype.itemsize == 1:
        raise UnsupportedSamples("the depth is not the described one")
    cut = np.clip(wide, low, low + (1 << description.bits) - 1)
    kind = f"{'i' if description.signed else 'u'}{1 if description.bits <= 8 else 2}"
    values = np.ascontiguousarray(cut.astype(kind))
    return Samples(values, description.bits, description.signed, description.colour)


def _count_tiles(cells: NDArray[np.bool_]) -> int:
    """Return the number of 32x32 tiles in which a cell is flagged."""
    rows, columns = np.nonzero(cells)
    return len(set(zip((rows // 4).tolist(), (columns // 4).tolist(), strict=True)))
