"""Digests of frames: of meaning, not of memory; and of nothing else."""

import hashlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from signing.digests import Stage
from signing.framedigests import digest_frame, place_of
from watermark import seedtree

SEAL_ID, MASTER = bytes(range(16)), bytes(range(16, 32))
PLACE = place_of(SEAL_ID, MASTER, 3, Stage.MARKED)
FRAME: NDArray[Any] = np.arange(60, dtype=np.uint16).reshape(6, 10) * 300


def digest(frame: NDArray[Any]) -> bytes:
    return digest_frame(frame, PLACE, Stage.MARKED)


@pytest.mark.parametrize(
    ("dtype", "sign"),
    [("u1", 0), ("i1", 1), ("u2", 0), ("i2", 1), ("u4", 0), ("i4", 1), ("f4", 2), ("f8", 2)],
)
@pytest.mark.parametrize("shape", [(6, 10), (4, 5, 3)])
def test_the_digest_is_that_of_the_specification(
    dtype: str, sign: int, shape: tuple[int, ...]
) -> None:
    frame = np.arange(60).reshape(shape).astype(dtype)
    salt = seedtree.frame_salt(seedtree.frame_seed(MASTER, 3), "marked")
    expected = hashlib.sha256(
        b"scanseal/1/frame/marked\0"
        + SEAL_ID
        + (3).to_bytes(4, "big")
        + salt
        + shape[0].to_bytes(4, "big")
        + shape[1].to_bytes(4, "big")
        + bytes([3 if len(shape) == 3 else 1, frame.itemsize, sign])
        + frame.astype(frame.dtype.newbyteorder("<")).tobytes()
    ).digest()
    assert digest(frame) == expected


def test_memory_order_and_byte_order_do_not_matter() -> None:
    assert digest(np.asfortranarray(FRAME)) == digest(FRAME)
    assert digest(FRAME.astype(">u2")) == digest(FRAME)
    assert digest(np.repeat(FRAME, 2, axis=0)[::2]) == digest(FRAME)


def test_every_sample_shape_type_and_place_matters() -> None:
    seen = {digest(FRAME)}
    for row in range(6):
        for column in range(10):
            changed = FRAME.copy()
            changed[row, column] ^= 1
            seen.add(digest(changed))
    seen.add(digest(FRAME.reshape(10, 6)))
    seen.add(digest(FRAME.view(np.int16)))
    seen.add(digest(FRAME.reshape(6, 10, 1).repeat(3, axis=2)))
    for stage in Stage:
        for frame, seal, master in ((3, SEAL_ID, MASTER), (4, SEAL_ID, MASTER)):
            seen.add(digest_frame(FRAME, place_of(seal, master, frame, stage), stage))
    seen.add(digest_frame(FRAME, place_of(MASTER, MASTER, 3, Stage.MARKED), Stage.MARKED))
    seen.add(digest_frame(FRAME, place_of(SEAL_ID, SEAL_ID, 3, Stage.MARKED), Stage.MARKED))
    assert len(seen) == 1 + 60 + 3 + 2 * len(Stage) - 1 + 2
