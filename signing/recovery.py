"""Recover: what was there before tiles were damaged, nearly, for holders of a recovery key.

Nothing is decrypted before a trusted key's signature and the digest of the recovery data were
verified; nothing is written over the input. Spec: docs/spec/recovery.md.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

import watermark
from signing import recoverydata
from signing.dicom import part10
from signing.dicom.copies import fork
from signing.dicom.derived import Recovery, declare_recovered
from signing.dicom.frames import from_samples
from signing.dicom.geometry import Geometry, measure
from signing.dicom.overlays import pack_mask, unpack_mask
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.dicom.writing import replace_frames
from signing.errors import NotRecoverable, OutputExists, UnsupportedImage
from signing.evidence.damage import Assessment, Damage, assess, assess_export
from signing.evidence.pixelcheck import read_frames
from signing.evidence.proving import as_described
from signing.exports import as_container, encode_export, is_export, read_export
from signing.keys import RecoveryKey
from signing.masks import encode_mask
from signing.tagging import software_version
from signing.trust import Trust
from watermark.compression import Shape
from watermark.errors import MalformedPicture
from watermark.samples import Samples

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovered data set, and what was recovered."""

    dataset: Dataset
    masks: dict[int, bytes]
    """By frame: which samples are recovered, packed as `dicom.overlays` packs them."""
    frames: int
    share: float
    """Share of all samples that are recovered, 0 to 1."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoverResult:
    """What became of one file."""

    path: Path
    frames: int
    recovered_frames: int
    """0 where nothing is damaged: then nothing was written."""
    share: float
    masks: tuple[Path, ...]
    """Where the masks were written, by frame."""
    notices: tuple[str, ...]


@silenced()
def recover(dataset: Dataset, trust: Trust, recovery_key: RecoveryKey) -> Dataset:
    """Return a new instance in which damaged areas are filled; the input is not changed.

    Where the samples are as sealed, an equal copy of the input is returned. Raises NotSealed,
    NotAuthentic where no trusted key signed, NotRecoverable where damage is not located or there
    are no signed recovery data for it, WrongRecoveryKey, MalformedRecovery, Unreadable.
    """
    return recover_dataset(dataset, trust, recovery_key).dataset


@silenced()
def recover_file(
    source: Path, target: Path, trust: Trust, recovery_key: RecoveryKey, force: bool = False
) -> RecoverResult:
    """Recover the DICOM file or export at `source` into `target`, with masks beside it.

    All of it is written or nothing; where the samples are as sealed nothing is. The source is never
    written over, whatever `force` says. Raises what `recover` raises, OutputExists,
    UnsupportedImage for a target of another kind, OSError.
    """
    if is_export(source) != is_export(target):
        raise UnsupportedImage("an export is recovered to an export, DICOM to DICOM")
    if not force or _is_same(target, source):
        _refuse_existing(target)
    if is_export(source):
        return _recover_export(source, target, trust, recovery_key, force)
    dataset = read_sound(source)
    done = recover_dataset(dataset, trust, recovery_key)
    geometry = measure(dataset)
    if not done.masks or geometry is None:
        return RecoverResult(target, done.frames, 0, 0.0, (), done.notices)
    shape, single = (geometry.rows, geometry.columns), geometry.frames == 1
    masks = {
        _mask_path(target, None if single else frame): encode_mask(unpack_mask(packed, *shape))
        for frame, packed in done.masks.items()
    }
    with _written(masks, target, source, force):
        part10.write(done.dataset, target, force)
    return RecoverResult(
        target, done.frames, len(done.masks), done.share, tuple(masks), done.notices
    )


def recover_dataset(dataset: Dataset, trust: Trust, recovery_key: RecoveryKey) -> Recovered:
    """As `recover`, with the masks."""
    found = assess(dataset, trust)
    result, geometry = fork(dataset), measure(dataset)
    if not found.damages or geometry is None:
        return Recovered(result, {}, found.frames, 0.0, found.notices)
    pictures = _decrypt(found, recovery_key)
    masks: dict[int, bytes] = {}
    written = replace_frames(result, _mended(dataset, found, pictures, masks))
    samples = geometry.rows * geometry.columns
    filled = sum(int.from_bytes(mask, "little").bit_count() for mask in masks.values())
    share = filled / (samples * geometry.frames)
    recovery = Recovery(software_version(), masks, share, _ratio(geometry, pictures))
    declare_recovered(result, dataset, geometry, recovery)
    return Recovered(result, masks, found.frames, share, (*found.notices, *written.notices))


def _ratio(geometry: Geometry, pictures: dict[int, bytes]) -> float:
    """Return bytes of the recovered frames by bytes of their pictures."""
    return geometry.frame_bits / 8 * len(pictures) / sum(map(len, pictures.values()))


def _decrypt(found: Assessment, key: RecoveryKey) -> dict[int, bytes]:
    """Return the compressed picture of every damaged frame. Raises WrongRecoveryKey."""
    return {
        damage.frame: recoverydata.decrypt(
            damage.recovery, key, damage.description.seal_id, damage.description.frame
        )
        for damage in found.damages
    }


def _mended(
    dataset: Dataset, found: Assessment, pictures: dict[int, bytes], masks: dict[int, bytes]
) -> Iterator[Array]:
    """Yield every frame, damaged ones filled; fills `masks`."""
    damages = {damage.frame: damage for damage in found.damages}
    for index, candidates in enumerate(read_frames(dataset)):
        if index not in damages:
            yield from_samples(candidates[0])
            continue
        filled, mask = _mend(candidates, damages[index], pictures[index])
        masks[index] = pack_mask(mask)
        yield from_samples(filled)


def _mend(
    candidates: list[Samples], damage: Damage, picture: bytes, *, exported: bool = False
) -> tuple[Samples, NDArray[np.bool_]]:
    """Return one frame with its damage filled, and the mask of what was."""
    signed = damage.description
    received = as_described(candidates[damage.choice], signed, exported=exported)
    shape = Shape(signed.rows, signed.columns, signed.bits, signed.signed, signed.colour)
    try:
        approximation = watermark.expand(picture, shape)
    except MalformedPicture as error:
        raise NotRecoverable(str(error)) from None
    return watermark.recover(received, signed, damage.boxes, approximation)


def _recover_export(
    source: Path, target: Path, trust: Trust, key: RecoveryKey, force: bool
) -> RecoverResult:
    """As `recover_file`, of exported samples."""
    candidates = read_export(source)
    found = assess_export(candidates, trust)
    if not found.damages:
        return RecoverResult(target, 1, 0, 0.0, (), found.notices)
    damage = found.damages[0]
    picture = _decrypt(found, key)[damage.frame]
    filled, mask = _mend(candidates, damage, picture, exported=True)
    values = as_container(filled.values, candidates[0], damage.choice)
    data, masks = encode_export(values, target.suffix), {_mask_path(target): encode_mask(mask)}
    with _written(masks, target, source, force):
        part10.store(data, target, force)
    return RecoverResult(target, 1, 1, float(mask.mean()), tuple(masks), found.notices)


def _mask_path(target: Path, frame: int | None = None) -> Path:
    """Return where the mask of a frame goes, beside the result.

    The whole name is kept: a.dcm and a.png in one folder have masks of their own.
    """
    number = "" if frame is None else f".{frame}"
    return target.with_name(f"{target.name}{number}.mask.png")


def _is_same(path: Path, source: Path) -> bool:
    """Tell whether writing `path` would write over `source`."""
    return path.exists() and path.samefile(source)


def _refuse_existing(path: Path) -> None:
    """Raise OutputExists where there is something of that name."""
    if os.path.lexists(path):
        raise OutputExists(str(path))


@contextmanager
def _written(files: dict[Path, bytes], target: Path, source: Path, force: bool) -> Iterator[None]:
    """Write files, and take new ones away again where the block, which writes `target`, fails.

    Raises OutputExists before anything is written; for `source` whatever `force` says.
    """
    for path in (target, *files):
        if not force or _is_same(path, source):
            _refuse_existing(path)
    new = [path for path in files if not os.path.lexists(path)]
    try:
        for path, data in files.items():
            part10.store(data, path, force)
        yield
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise


def mend_frames(
    source: Path, trust: Trust, key: RecoveryKey, wanted: Collection[int]
) -> dict[int, Array]:
    """Return the `wanted` frames of a file with their damage filled, for people to look at.

    Frames that are not damaged are left out. Nothing is written. Raises what `recover` raises,
    OSError.
    """
    if is_export(source):
        candidates = read_export(source)
        frames, found = iter([candidates]), assess_export(candidates, trust)
    else:
        dataset = part10.read(source).dataset
        frames, found = read_frames(dataset), assess(dataset, trust)
    damages = {damage.frame: damage for damage in found.damages if damage.frame in wanted}
    pictures = _decrypt(replace(found, damages=tuple(damages.values())), key)
    mended = {}
    for index, candidates in enumerate(frames):
        if index in damages:
            exported = is_export(source)
            filled, _ = _mend(candidates, damages[index], pictures[index], exported=exported)
            mended[index] = from_samples(filled)
    return mended
