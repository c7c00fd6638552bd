"""Restore: the scanner's own data set, bit for bit, and the proof that it is the one sealed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing import envelope
from signing.commitments import SEAL_RESTORATION
from signing.dicom import codecs, original, part10
from signing.dicom.copies import fork
from signing.dicom.frames import from_samples, to_samples
from signing.dicom.geometry import Geometry, measure
from signing.dicom.instances import follow_instance
from signing.dicom.original import Restoration
from signing.dicom.writing import replace_frames
from signing.digests import Stage
from signing.errors import NotAuthentic, NotRestorable, NotSealed
from signing.framedigests import digest_frame, place_of
from signing.sealparts import SealParts, read_seal
from signing.statement import Statement
from signing.tagcheck import frame_digests
from signing.trust import Trust
from signing.verdict import Verdict
from signing.verification import verify


def restore(dataset: Dataset, trust: Trust | None = None) -> Dataset:
    """Return the data set as it was before sealing; the input is not changed.

    With trust the seal must be by a trusted key. Raises NotSealed, NotRestorable where the record
    is gone or the result is not what was signed, NotAuthentic where `trust` is given and the seal
    does not verify, Unreadable, MalformedBlock.
    """
    return restore_instance(dataset, trust)


def restore_file(
    source: Path, target: Path, trust: Trust | None = None, force: bool = False
) -> None:
    """Restore the file at `source` into `target`, whole or not at all.

    Raises what `restore` raises, OutputExists, OSError.
    """
    part10.write(restore(part10.read(source).dataset, trust), target, force)


def restore_instance(dataset: Dataset, trust: Trust | None) -> Dataset:
    """As `restore`."""
    if trust is not None:
        report = verify(dataset, trust)
        if report.verdict is not Verdict.AUTHENTIC:
            raise NotAuthentic(report)
    parts = read_seal(dataset)
    if not parts.present:
        raise NotSealed
    statement, record, master = _what_was_sealed(parts)
    restored = fork(dataset)
    geometry = measure(dataset)
    if len(record.records) != statement.frames:
        raise NotRestorable("the record is of another number of frames")
    if geometry is not None and statement.marked_count:
        replace_frames(restored, _frames(dataset, geometry, statement, record, master))
    elif geometry is not None:
        _check_unmarked(dataset, statement, master)
    original.put_back(restored, record)
    follow_instance(restored, dataset)
    return restored


def _check_unmarked(dataset: Dataset, statement: Statement, master: bytes) -> None:
    """Compare frames that carry no mark with the signed digests of the original."""
    count = -1
    for count, digest in enumerate(frame_digests(dataset, statement, master, Stage.ORIGINAL)):
        if count < statement.frames and digest != statement.original_digest(count):
            raise NotRestorable("the samples are not those that were sealed")
    if count + 1 != statement.frames:
        raise NotRestorable("there are not as many frames as were sealed")


def _what_was_sealed(parts: SealParts) -> tuple[Statement, Restoration, bytes]:
    """Return statement, restoration record and seed that belong together."""
    for sealed, statement in parts.statements:
        if not envelope.verify(sealed, statement.public_key):
            continue
        for disclosures in parts.disclosures:
            row = disclosures.by_path().get(SEAL_RESTORATION)
            if disclosures.root != statement.attribute_root or row is None:
                continue
            for body in parts.restorations:
                if row.matches(row.type, original.digest_body(body)) and disclosures.seed:
                    return statement, Restoration.decode(body), disclosures.seed
    raise NotRestorable("the restoration record is gone, or not the one that was sealed")


def _frames(
    dataset: Dataset,
    geometry: Geometry,
    statement: Statement,
    record: Restoration,
    master: bytes,
) -> Iterator[NDArray[Any]]:
    """Yield each original frame, compared with its signed digest."""
    for index, frame in enumerate(codecs.frames(dataset)):
        if index >= statement.frames:
            raise NotRestorable("there are more frames than were sealed")
        result = frame
        if record.records[index]:
            result = _restore_frame(frame, geometry, record.records[index])
        place = place_of(statement.seal_id, master, index, Stage.ORIGINAL)
        if digest_frame(result, place, Stage.ORIGINAL) != statement.original_digest(index):
            raise NotRestorable("the restored samples are not those that were sealed")
        yield result


def _restore_frame(frame: NDArray[Any], geometry: Geometry, record: bytes) -> NDArray[Any]:
    """Return a frame with its mark taken off."""
    import watermark
    from watermark.errors import MalformedRecord, UnsupportedSamples

    try:
        restored = watermark.restore(to_samples(frame, geometry, None), record)
    except (MalformedRecord, UnsupportedSamples) as error:
        raise NotRestorable(str(error)) from None
    return np.asarray(from_samples(restored))
