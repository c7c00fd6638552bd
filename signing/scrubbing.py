"""Scrub: take a seal off for good, in the tags and in the samples.

Where the restoration record is there and fits, the result is the original; else every dry parity
is drawn anew, so that neither the mark nor what it carried can be read again. Needs no key.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import block, codecs, declaration, part10
from signing.dicom.copies import fork
from signing.dicom.frames import (
    can_be_marked,
    frame_reason,
    from_samples,
    padding_range,
    to_samples,
)
from signing.dicom.geometry import Geometry, measure
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.dicom.writing import replace_frames
from signing.errors import Malformed, NotRestorable, NotSealed, UnsupportedImage
from signing.evidence.pixelcheck import bears_marks
from signing.restoration import restore_instance
from signing.sealparts import read_seal
from signing.statement import DigestKind

_RANDOM_BYTES = 32


@silenced()
def scrub(dataset: Dataset) -> Dataset:
    """Return the data set without mark and seal; the input is not changed.

    Raises NotSealed where there is no trace of a seal, Unreadable, and UnsupportedImage where the
    attributes no longer let the marked samples be reached: what says "scrubbed" bears no mark.
    """
    if any(block.find_blocks(dataset)):
        try:
            return restore_instance(dataset, None)
        except (NotRestorable, Malformed):
            # Altered, or the record is gone: what can be taken off exactly no longer can.
            return _scrub_traces(dataset)
    if not bears_marks(dataset):
        raise NotSealed
    return _scrub_traces(dataset)


@silenced()
def scrub_file(source: Path, target: Path, force: bool = False) -> None:
    """Scrub the file at `source` into `target`, whole or not at all.

    Raises what `scrub` raises, OutputExists, OSError.
    """
    part10.write(scrub(read_sound(source)), target, force)


def _scrub_traces(dataset: Dataset) -> Dataset:
    """Remove block and declarations, and draw the parities of every frame anew."""
    if _markable(dataset) is None and _may_be_marked(dataset):
        raise UnsupportedImage("its attributes no longer describe samples that bear a mark")
    scrubbed = fork(dataset)
    block.remove_blocks(scrubbed)
    declaration.withdraw(scrubbed)
    geometry = _markable(dataset)
    if geometry is not None and not _is_unmarked(dataset):
        replace_frames(scrubbed, _redrawn(dataset, geometry))
    return scrubbed


def _is_unmarked(dataset: Dataset) -> bool:
    """Tell whether areas were taken out, and the mark with them: then they stay blank."""
    redacted = any(found.areas is not None for found in read_seal(dataset).disclosures)
    return redacted and not bears_marks(dataset)


def _may_be_marked(dataset: Dataset) -> bool:
    """Tell whether pixel data may hold a mark: as the statements say, or if there are samples."""
    if measure(dataset) is None:
        return False
    statements = read_seal(dataset).statements
    if statements:
        return any(statement.marked_count for _, statement in statements)
    return codecs.pixel_kind(dataset) is DigestKind.SAMPLES


def _markable(dataset: Dataset) -> Geometry | None:
    """Return the geometry of pixel data that can hold a mark, None for all others."""
    geometry = measure(dataset)
    if geometry is None or not can_be_marked(geometry):
        return None
    return geometry if codecs.pixel_kind(dataset) is DigestKind.SAMPLES else None


def _redrawn(dataset: Dataset, geometry: Geometry) -> Iterator[NDArray[Any]]:
    """Yield each frame with its parities drawn anew; frames that cannot hold a mark as they are."""
    import watermark

    padding = padding_range(dataset, geometry)
    for frame in codecs.frames(dataset):
        if frame_reason(frame, geometry) is not None:
            yield frame
        else:
            samples = to_samples(frame, geometry, padding)
            yield from_samples(watermark.redraw(samples, secrets.token_bytes(_RANDOM_BYTES)))
