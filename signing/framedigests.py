"""Digests of decoded frames: the seam between arrays and `digests`. Loads no Numba."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from signing import digests
from signing.digests import FramePlace, FrameShape, Stage
from watermark import seedtree
from watermark.digests import sample_cells, sample_units

_SIGNS: Final = {"u": 0, "i": 1, "f": 2}


def digest_frame(frame: NDArray[Any], place: FramePlace, stage: Stage) -> bytes:
    """Return the digest of a decoded frame, (rows, columns[, channels]) of any number type."""
    shape = FrameShape(
        rows=frame.shape[0],
        columns=frame.shape[1],
        samples=frame.shape[2] if frame.ndim == 3 else 1,
        width=frame.dtype.itemsize,
        sign=_SIGNS[frame.dtype.kind],
    )
    little = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("<"))
    return digests.frame_digest(stage, place, shape, little.data)


def list_cells(frame: NDArray[Any], seal_id: bytes, master: bytes, index: int) -> bytes:
    """Return the list of a decoded frame that carries no mark.

    4 bytes for each of its cells, then 8 for each of its units.
    """
    prefix, seed = seal_id + index.to_bytes(4, "big"), seedtree.frame_seed(master, index)
    return sample_cells(frame, prefix, seed) + sample_units(frame, prefix, seed)


def place_of(seal_id: bytes, master: bytes, frame: int, stage: Stage) -> FramePlace:
    """Return what binds a frame's digest of this stage to its seal: ids and salt."""
    seed = seedtree.frame_seed(master, frame)
    return FramePlace(seal_id, frame, seedtree.frame_salt(seed, str(stage)))
