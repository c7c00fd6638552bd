"""Seal: mark the frames, commit to the attributes, sign, and check before anything is handed out.

The verb above both houses on the way forth: describe, certificate, sign, embed (marking), then
statement and tags. The input is never changed.
"""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import block, part10
from signing.dicom.burnedin import may_show_names
from signing.dicom.copies import fork
from signing.dicom.frames import (
    DETACHED,
    Suitability,
    judge,
)
from signing.dicom.geometry import Geometry, measure
from signing.dicom.quiet import silenced
from signing.dicom.soundness import read_sound
from signing.digests import SALT_SIZE, SEAL_ID_SIZE
from signing.errors import AlreadySealed, NotRestorable, UnsuitableMask
from signing.evidence.attributecheck import name_path
from signing.evidence.pixelcheck import bears_marks
from signing.gathering import SealedFrames, gather_marked, gather_unmarked
from signing.keys import PublicKey, RecoveryPublicKey, Role, Signer
from signing.marking import STANDARD, Marking
from signing.masks import read_mask
from signing.reasons import Reason
from signing.recipients import choose_recipients, judge_room
from signing.requirements import ANYBODY
from signing.restoration import check_restorable, list_amended, restore_instance
from signing.sealparts import read_seal
from signing.selfcheck import check_seal
from signing.signerchain import check_chain
from signing.tagging import TagOptions, sign_tags
from signing.timestamps.exchange import Stamper, stamp_with
from signing.timestamps.tokens import require_client
from signing.trust import Trust


@dataclass(frozen=True, slots=True)
class SealOptions:
    """How to seal; the defaults suit most images."""

    profile: str | None = None
    """"light", "standard", "full", "detached"; None for standard where the image suits it."""
    transform: str = "dwt"
    """"dwt" or "dct"."""
    damage: float = 0.49
    """Share of the carrying tiles that may be lost."""
    protect: NDArray[np.bool_] | Path | None = None
    """Mask of the frame's shape, or its file: non-zero samples are never changed."""
    restoration: bool = True
    """Keep what gives the original back."""
    new_uid: bool = False
    """Make the sealed image a new instance, derived from the source."""
    reseal: bool = False
    """Restore an image that is sealed already, then seal it."""
    transfer_syntax: str | None = None
    """UID to write; None for that of the source."""
    spread: bool = False
    """Release all flat areas."""
    recovery_for: tuple[RecoveryPublicKey, ...] = ()
    """To whom recovery data are encrypted; none are made without."""
    recover_burned_in: bool = False
    """Make them even where names may be burned in."""
    certificates: tuple[bytes, ...] = ()
    """X.509 certificates of the signer's key in DER, its own first, that go along."""

    timestamp: str | Stamper | None = None
    """URL of an authority that stamps the time, or a function from SHA-256 digest to token.

    Raises UnsuitableAddress on construction for another URL than of http or https, MissingExtra
    where the extra is not there.
    """

    def __post_init__(self) -> None:
        if self.timestamp is not None:
            require_client()
            stamp_with(self.timestamp)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed data set and what was done to it."""

    dataset: Dataset
    profile: str
    """What became of it: "detached" where no frame is marked."""
    reason: Reason | None
    """Why no frame is marked; None where one is."""
    notices: tuple[str, ...]
    frames: int
    marked: int
    """Frames that carry a mark."""
    psnr: float | None
    """PSNR of all marked frames, dB, at `peak`; None without any."""
    peak: int = 0
    """Largest value of the bits stored; 0 without samples."""
    recoverable: int = 0
    """Frames that have recovery data."""


@dataclass(frozen=True, slots=True)
class SealResult:
    """What became of one file."""

    path: Path
    profile: str
    reason: str | None
    notices: tuple[str, ...]
    frames: int
    marked_frames: int
    psnr: float | None
    peak: int = 0
    """Peak of the PSNR."""
    recoverable_frames: int = 0


@silenced()
def seal(dataset: Dataset, signer: Signer, **options: Any) -> Dataset:
    """Return a sealed copy of `dataset`.

    options: the fields of `SealOptions`. Raises AlreadySealed for what bears a seal or its
    remains, Unreadable for broken pixel data, UnsupportedImage and watermark's UnknownName for
    options that do not exist, MalformedKey for certificates that are not the signer's,
    SelfCheckFailed rather than handing out a damaged image; StampFailed where a time stamp was
    asked for and is not to be had, UnsuitableAddress, MissingExtra.
    """
    return seal_dataset(dataset, signer, SealOptions(**options)).dataset


@silenced()
def seal_file(
    source: Path, target: Path, signer: Signer, options: SealOptions, force: bool = False
) -> SealResult:
    """Seal the file at `source` into `target`, whole or not at all.

    Raises what `seal` raises, OutputExists, OSError.
    """
    sealed = seal_dataset(read_sound(source), signer, options)
    part10.write(sealed.dataset, target, force)
    return SealResult(
        target,
        sealed.profile,
        sealed.reason.meaning if sealed.reason else None,
        sealed.notices,
        sealed.frames,
        sealed.marked,
        sealed.psnr,
        sealed.peak,
        sealed.recoverable,
    )


def seal_dataset(dataset: Dataset, signer: Signer, options: SealOptions) -> Sealed:
    """Return a sealed copy of `dataset`, and what was done. Raises as `seal`."""
    check_chain(options.certificates, signer)
    amended, dataset = _tell_amended(dataset), _unsealed(dataset, options)
    profile = options.profile or STANDARD
    suitability = judge(dataset, profile, options.profile is not None)
    geometry = measure(dataset)
    frames, peak = (geometry.frames, (1 << geometry.stored) - 1) if geometry else (0, 0)
    chosen = choose_recipients(dataset, options.recovery_for, options.recover_burned_in)
    marking = _marking(signer, frames, profile, options, (chosen[0], not may_show_names(dataset)))
    result, gathered, suitability, notices = _gather(
        dataset, geometry, suitability, marking, options
    )
    mode = _tag_options(suitability, options)
    sign_tags(result, dataset, marking, gathered, mode)
    _check(result, signer, options)
    marked, recoverable = frames - len(gathered.unmarked), sum(map(bool, gathered.recoveries))
    room = judge_room(bool(marking.recovery_for), marked, recoverable)
    return Sealed(
        result,
        profile if suitability.embed and frames else DETACHED,
        suitability.reason,
        (*notices, *chosen[1], *room, *amended),
        frames,
        marked,
        gathered.psnr(peak),
        peak,
        recoverable,
    )


def _gather(
    dataset: Dataset,
    geometry: Geometry | None,
    suitability: Suitability,
    marking: Marking,
    options: SealOptions,
) -> tuple[Dataset, SealedFrames, Suitability, tuple[str, ...]]:
    """Return a copy, marked where it can be; what was gathered; whether it is marked; notices."""
    if geometry is None:
        return fork(dataset), SealedFrames(), suitability, ()
    if suitability.embed:
        result, protect = fork(dataset), _mask(options, geometry)
        gathered, notices = gather_marked(
            result, dataset, geometry, marking, protect, options.transfer_syntax
        )
        if len(gathered.unmarked) < geometry.frames:
            return result, gathered, suitability, notices
        # Nothing carries: the pixel data stay as they are, byte for byte.
        reason = gathered.reasons.pop() if len(gathered.reasons) == 1 else Reason.MIXED
        suitability = replace(suitability, reason=reason)
    moved = options.transfer_syntax is not None
    notices = ("detached: the pixel data stay in their transfer syntax",) if moved else ()
    return fork(dataset), gather_unmarked(dataset, suitability, marking), suitability, notices


def _unsealed(dataset: Dataset, options: SealOptions) -> Dataset:
    """Return what is to be sealed: the data set, or where it is sealed what it was before.

    Raises AlreadySealed where that was not asked for, or only remains of a seal are there.
    """
    if any(block.find_blocks(dataset)):
        if not options.reseal:
            raise AlreadySealed("private block")
        return restore_instance(dataset, _own_trust(dataset), ANYBODY)
    if bears_marks(dataset):
        raise AlreadySealed("mark in the samples")
    return dataset


def _tell_amended(dataset: Dataset) -> tuple[str, ...]:
    """Return a notice where values are sealed that amendments of the earlier seal were about."""
    names = ", ".join(name_path(path) for path in list_amended(dataset))
    return (f"sealed as amended: {names}",) if names else ()


def _tag_options(suitability: Suitability, options: SealOptions) -> TagOptions:
    """Return what the tags are to hold."""
    stamper = None if options.timestamp is None else stamp_with(options.timestamp)
    kind, reason = suitability.kind, suitability.reason
    kept = options.new_uid, options.restoration
    return TagOptions(kind, reason, *kept, stamper, options.certificates)


def _own_trust(dataset: Dataset) -> Trust:
    """Return trust in the one signer of an earlier seal, whoever that is.

    What is sealed anew must have been whole under its earlier seal: else sealing would launder a
    forgery. Raises NotRestorable where there is no statement, or more than one signer.
    """
    parts = read_seal(dataset)
    signers = {found.public_key for _, found in parts.statements if not found.earlier}
    if len(signers) != 1:
        raise NotRestorable("the earlier seal has no statement, or several signers")
    amenders = {found.public_key for _, found in parts.amendments} - signers
    keys = (PublicKey(raw, "earlier", Role.ACQUISITION) for raw in (*signers, *amenders))
    return Trust.of(*keys)


def _marking(
    signer: Signer,
    frames: int,
    profile: str,
    options: SealOptions,
    carried: tuple[tuple[RecoveryPublicKey, ...], bool],
) -> Marking:
    """Return what all frames share, with a fresh seal id and seed.

    carried: to whom recovery data are encrypted, and whether there are check bytes.
    """
    return Marking(
        signer,
        secrets.token_bytes(SEAL_ID_SIZE),
        secrets.token_bytes(SALT_SIZE),
        frames,
        profile,
        options.transform,
        options.damage,
        options.spread,
        *carried,
    )


def _check(result: Dataset, signer: Signer, options: SealOptions) -> None:
    """Verify and restore the sealed data set in memory, as its first reader would."""
    trust = Trust.of(PublicKey(signer.public_key, signer.name, signer.role))
    check_seal(result, trust)
    if options.restoration:
        check_restorable(result)


def _mask(options: SealOptions, geometry: Geometry) -> NDArray[np.bool_] | None:
    """Return the mask, read from its file if need be. Raises UnsuitableMask."""
    mask = options.protect
    if isinstance(mask, Path):
        mask = read_mask(mask)
    shape = (geometry.rows, geometry.columns)
    if mask is not None and mask.shape != shape:
        raise UnsuitableMask(mask.shape, shape)
    return mask
