"""Sealed instances of every format, and what attackers and archives do to them."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import block, codecs, part10
from signing.dicom.copies import fork
from signing.dicom.frames import padding_range
from signing.dicom.geometry import measure
from signing.dicom.limits import EXPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.keys import PublicKey, Role
from signing.sealing import Sealed, SealOptions, seal_dataset
from signing.trust import Trust
from signing.verdict import Code, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.strategies import OTHER, SIGNER

TRUST = Trust.of(PublicKey(SIGNER.public_key, "scanner", Role.ACQUISITION))
STRANGERS = Trust.of(PublicKey(OTHER.public_key, "other", Role.ACQUISITION))

ELEMENT_01, ELEMENT_02, ELEMENT_03 = 0x00771001, 0x00771002, 0x00771003
ELEMENT_05 = 0x00771005

Array = NDArray[Any]


def seal_it(dataset: Dataset, **options: Any) -> Sealed:
    """Seal with the key that `TRUST` trusts."""
    return seal_dataset(dataset, SIGNER, SealOptions(**options))


@cache
def file_of(name: str, **options: Any) -> bytes:
    """Return the bytes of the sealed file of one kind, sealed once."""
    return part10.encode(seal_it(images.make(name), **options).dataset)


def sealed(name: str = "monochrome2-12", **options: Any) -> Dataset:
    """Return a fresh sealed instance of one kind, as read from its file."""
    return part10.parse(file_of(name, **options)).dataset


@cache
def _file_of_seed(seed: int, profile: str | None) -> bytes:
    return part10.encode(seal_it(images.plain(seed), profile=profile).dataset)


def sealed_picture(seed: int, profile: str | None = None) -> Dataset:
    """Return a fresh sealed instance of the usual format with another picture."""
    return part10.parse(_file_of_seed(seed, profile)).dataset


def verdict(dataset: Dataset, trust: Trust = TRUST, *, deep: bool = False) -> Verdict:
    """Return the verdict on a data set."""
    return verify(dataset, trust, deep=deep).verdict


def failed(report: Report) -> set[Code]:
    """Return the codes that failed."""
    return {f.code for f in report.findings if f.outcome is Outcome.FAIL}


def stripped(dataset: Dataset) -> Dataset:
    """Return a copy without any private element, as anonymisers leave it."""
    bare = fork(dataset)
    bare.remove_private_tags()
    return bare


def without(dataset: Dataset, *tags: int) -> Dataset:
    """Return a copy without these elements."""
    less = fork(dataset)
    for tag in tags:
        del less[tag]
    return less


def frames_of(dataset: Dataset) -> list[Array]:
    """Return all frames, to be changed."""
    return [frame.copy() for frame in codecs.frames(dataset)]


def with_frames(dataset: Dataset, frames: Sequence[Array]) -> Dataset:
    """Return a copy with other samples, uncompressed; Number of Frames follows."""
    changed = fork(dataset)
    geometry = measure(dataset)
    assert geometry is not None
    if len(frames) != geometry.frames:
        changed.NumberOfFrames = len(frames)
        changed.PixelData = bytes(len(frames) * geometry.frame_bits // 8)
    replace_frames(changed, iter(frames), EXPLICIT_LITTLE)
    return changed


def with_block(dataset: Dataset, other: Dataset) -> Dataset:
    """Return a copy of `dataset` that bears the seal block of `other`."""
    changed = fork(dataset)
    block.write_block(changed, block.read_blocks(other)[0])
    return changed


def one_changed(dataset: Dataset, count: int, seed: int = 7) -> Iterator[Dataset]:
    """Yield copies with one sample moved by 1.

    The least, the greatest and a padding sample of the first frame, then `count` seeded ones,
    alternately up and down, never past the ends of the stored word.
    """
    frames = frames_of(dataset)
    for turn, (index, place) in enumerate(_places(dataset, frames, count, seed)):
        frame = frames[index]
        before = frame[place]
        ends = np.iinfo(frame.dtype)
        up = before == ends.min or (turn % 2 == 0 and before != ends.max)
        frame[place] = before + 1 if up else before - 1
        yield with_frames(dataset, frames)
        frame[place] = before


def _places(
    dataset: Dataset, frames: Sequence[Array], count: int, seed: int
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield frame and index of the samples to change."""
    first, geometry = frames[0], measure(dataset)
    for extreme in (int(first.argmin()), int(first.argmax())):
        yield 0, np.unravel_index(extreme, first.shape)
    padding = padding_range(dataset, geometry) if geometry else None
    if padding is not None:
        padded = np.argwhere((first >= padding[0]) & (first <= padding[1]))
        yield from ((0, tuple(place)) for place in padded[len(padded) // 2 :][:1])
    random = np.random.default_rng(seed)
    for turn in range(count):
        index = turn % len(frames)
        yield index, tuple(int(random.integers(size)) for size in frames[index].shape)
