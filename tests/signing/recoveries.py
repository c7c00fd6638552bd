"""Instances with recovery data, and damage to them."""

from functools import cache

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import part10
from signing.keys import RecoveryKey, RecoveryPublicKey
from tests.signing import images
from tests.signing.images import MARKED
from tests.signing.seals import frames_of, seal_it, with_frames
from tests.signing.strategies import noise
from tests.watermark import phantoms

ELEMENT_04 = 0x00771004
BOX = (40, 50, 30, 45)
"""Row, column, height and width of the usual damage: four units of 32x32."""
FILLED = np.s_[32:96, 32:96]
"""Samples of the units that it touches."""

KEY, SECOND, STRANGER = (
    RecoveryKey(X25519PrivateKey.from_private_bytes(noise(f"recovery {name}", 32)), name)
    for name in ("clinic", "archive", "stranger")
)
PUBLIC, SECOND_PUBLIC = (
    RecoveryPublicKey(key.private.public_key(), key.name) for key in (KEY, SECOND)
)


LARGE = {
    "large-air": lambda: images.of(phantoms.airy(288, 288)),
    "large-8-bits": lambda: images.of(phantoms.saturated(288, 288)),
    "large-8-signed": lambda: images.instance([phantoms.saturated(288, 288).values.view(np.int8)]),
    "large-rgb": lambda: images.of(phantoms.coloured(288, 288)),
    "large-rgb-planar": lambda: images.of(phantoms.coloured(288, 288), PlanarConfiguration=1),
    "large-padding": lambda: images.of(phantoms.computed(288, 288)),
}
"""Kinds that have room for recovery data in larger frames only."""

WITHOUT_ROOM = {"monochrome1-8", "8-in-16", "8-signed", "air", "rgb", "rgb-planar", "rle-rgb"}
"""Kinds whose small frames are too flat for it."""

NAMES = [name for name in MARKED if name not in WITHOUT_ROOM] + list(LARGE)


def source(name: str) -> Dataset:
    """Return a fresh instance of one kind, before sealing."""
    return LARGE[name]() if name in LARGE else images.make(name)


@cache
def _file_of(name: str, profile: str, several: bool) -> bytes:
    keys = (PUBLIC, SECOND_PUBLIC) if several else (PUBLIC,)
    damage = 0.25 if name in LARGE else 0.49
    done = seal_it(source(name), profile=profile, recovery_for=keys, damage=damage)
    return part10.encode(done.dataset)


def recoverable(
    name: str = "monochrome2-12", profile: str = "full", *, several: bool = False
) -> Dataset:
    """Return a fresh sealed instance of one kind with recovery data, as read from its file.

    several: encrypted to `SECOND` too.
    """
    return part10.parse(_file_of(name, profile, several)).dataset


def damaged(dataset: Dataset, *frames: int, box: tuple[int, int, int, int] = BOX) -> Dataset:
    """Return a copy in which a box of these frames, the first where none is named, is black."""
    top, left, height, width = box
    changed = frames_of(dataset)
    for frame in frames or (0,):
        area = changed[frame][top : top + height, left : left + width]
        area[:] = np.where(area == 0, 1, 0)
    return with_frames(dataset, changed)


def filled(mask_shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the mask of the samples that mending `BOX` fills."""
    mask = np.zeros(mask_shape[:2], dtype=bool)
    mask[FILLED] = True
    return mask
