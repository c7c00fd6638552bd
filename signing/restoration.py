"""Restore: the scanner's own data set, bit for bit, and the proof that it is the one sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing import envelope
from signing.commitments import SEAL_RESTORATION
from signing.dicom import codecs, original, part10
from signing.dicom.copies import fork
from signing.dicom.frames import can_be_marked, from_samples, to_samples
from signing.dicom.geometry import Geometry, measure
from signing.dicom.instances import follow_instance
from signing.dicom.original import Restoration
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.dicom.writing import replace_frames
from signing.digests import Stage
from signing.errors import NotAuthentic, NotRestorable, NotSealed
from signing.evidence.standing import assess_signers
from signing.evidence.tagcheck import frame_digests
from signing.framedigests import digest_frame, place_of
from signing.requirements import DEFAULT, Requirements
from signing.sealparts import SealParts, read_seal
from signing.statement import Statement
from signing.trust import Trust
from signing.verdict import Verdict
from signing.verification import verify


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What is needed to go back."""

    statement: Statement
    record: Restoration
    master: bytes
    """Seed of the frames' salts."""


@silenced()
def restore(
    dataset: Dataset, trust: Trust | None = None, policy: Requirements = DEFAULT
) -> Dataset:
    """Return the data set as it was before sealing; the input is not changed.

    An attribute that was changed later keeps its later value: of the sealed one there is only a
    commitment. With trust the seal must be by a trusted key, and the policy says whose amendments
    excuse such a change. Raises NotSealed, NotRestorable where the record
    is gone or the result is not what was signed, NotAuthentic where `trust` is given and the seal
    does not verify, Unreadable, MalformedBlock.
    """
    return restore_instance(dataset, trust, policy)


@silenced()
def restore_file(
    source: Path,
    target: Path,
    trust: Trust | None = None,
    policy: Requirements = DEFAULT,
    force: bool = False,
) -> tuple[str, ...]:
    """Restore the file at `source` into `target`, whole or not at all.

    Returns the paths of attributes that amendments are about, so that their values, which stay,
    are not taken for the scanner's. Raises what `restore` raises, OutputExists, OSError.
    """
    dataset = read_sound(source)
    part10.write(restore(dataset, trust, policy), target, force)
    return list_amended(dataset)


def list_amended(dataset: Dataset) -> tuple[str, ...]:
    """Return the paths that amendments of a data set are about, whoever made them, ascending."""
    listed = (found for held in read_seal(dataset).disclosures for found in held.amended)
    paths = {row.path for found in listed for row in found.rows}
    return tuple(sorted(path for path in paths if not path.startswith("seal/")))


def restore_instance(
    dataset: Dataset, trust: Trust | None, policy: Requirements = DEFAULT
) -> Dataset:
    """As `restore`."""
    if trust is not None:
        report = verify(dataset, trust, policy=policy)
        if report.verdict is not Verdict.AUTHENTIC:
            raise NotAuthentic(report)
    sealed = _what_was_sealed(dataset, trust)
    restored = fork(dataset)
    geometry = measure(dataset)
    if geometry is not None and any(sealed.record.records):
        replace_frames(restored, _frames(dataset, geometry, sealed))
    elif geometry is not None:
        _check_unmarked(dataset, sealed)
    original.put_back(restored, sealed.record)
    follow_instance(restored, dataset)
    return restored


def check_restorable(dataset: Dataset) -> None:
    """Raise what `restore` would raise, frame by frame, without making the restored data set."""
    sealed = _what_was_sealed(dataset, None)
    geometry = measure(dataset)
    if geometry is not None and any(sealed.record.records):
        for _ in _frames(dataset, geometry, sealed):
            pass
    elif geometry is not None:
        _check_unmarked(dataset, sealed)
    original.put_back(fork(dataset), sealed.record)


def _check_unmarked(dataset: Dataset, sealed: _Sealed) -> None:
    """Compare frames that carry no mark with the signed digests of the original."""
    statement, count = sealed.statement, -1
    ids = (statement.seal_id, sealed.master)
    found = frame_digests(dataset, statement.kind, ids, Stage.ORIGINAL)
    for count, (digest,) in enumerate(found):
        if count < statement.frames and digest != statement.original_digest(count):
            raise NotRestorable("the samples are not those that were sealed")
    if count + 1 != statement.frames:
        raise NotRestorable("there are not as many frames as were sealed")


def _what_was_sealed(dataset: Dataset, trust: Trust | None) -> _Sealed:
    """Return statement, restoration record and seed that belong together.

    trust: whose statements count; None for whoever signed, as long as it is one signer.
    """
    parts = read_seal(dataset)
    if not parts.present:
        raise NotSealed
    # Whoever followed says what the first says, and cannot be missed where nobody is named.
    signers = {found.public_key for _, found in parts.statements if not found.earlier}
    if trust is not None:
        standings = assess_signers(parts, trust).standings
        signers = {s.key.raw for s in standings if s.key is not None and s.trusted}
    elif len(signers) > 1:
        raise NotRestorable("there are seals of several signers; name whom to trust")
    found = _find_record(parts, signers)
    if found is None:
        raise NotRestorable("the restoration record is gone, or not the one that was sealed")
    if len(found.record.records) != found.statement.frames:
        raise NotRestorable("the record is of another number of frames")
    return found


def _find_record(parts: SealParts, signers: set[bytes]) -> _Sealed | None:
    """Return the first statement of a signer with the disclosures and record it commits to."""
    for sealed, statement in parts.statements:
        if statement.public_key not in signers:
            continue
        if not envelope.verify(sealed, statement.public_key):
            continue
        for disclosures in parts.disclosures:
            row = disclosures.by_path().get(SEAL_RESTORATION)
            if disclosures.root != statement.attribute_root or row is None:
                continue
            for body in parts.restorations:
                if row.matches(row.type, original.digest_body(body)) and disclosures.seed:
                    return _Sealed(statement, Restoration.decode(body), disclosures.seed)
    return None


def _frames(dataset: Dataset, geometry: Geometry, sealed: _Sealed) -> Iterator[NDArray[Any]]:
    """Yield each original frame, compared with its signed digest."""
    statement, records = sealed.statement, sealed.record.records
    for index, frame in enumerate(codecs.frames(dataset)):
        if index >= statement.frames:
            raise NotRestorable("there are more frames than were sealed")
        result = frame
        if records[index]:
            result = unmark_frame(frame, geometry, records[index])
        place = place_of(statement.seal_id, sealed.master, index, Stage.ORIGINAL)
        if digest_frame(result, place, Stage.ORIGINAL) != statement.original_digest(index):
            raise NotRestorable("the restored samples are not those that were sealed")
        yield result


def unmark_frame(frame: NDArray[Any], geometry: Geometry, record: bytes) -> NDArray[Any]:
    """Return a frame with its mark taken off by its record, which is believed.

    frame: as `codecs.frames` yields it. Raises NotRestorable where the record cannot be of it.
    """
    import watermark
    from watermark.errors import MalformedRecord, UnsupportedSamples

    if not can_be_marked(geometry):
        raise NotRestorable("the attributes no longer describe samples that bear a mark")
    try:
        restored = watermark.restore(to_samples(frame, geometry, None), record)
    except (MalformedRecord, UnsupportedSamples) as error:
        raise NotRestorable(str(error)) from None
    return np.asarray(from_samples(restored))
