"""One way to seal a frame in tests: fixed seal id and seed, payload and signature from rules."""

from dataclasses import dataclass
from hashlib import shake_256
from typing import Any

import numpy as np
from numpy.typing import NDArray

import watermark
from watermark import Description, Samples

SEAL_ID = bytes(range(16))
SEED = bytes(range(16, 32))


def filler(size: int, label: str = "payload") -> bytes:
    """Bytes without a pattern."""
    return shake_256(label.encode()).digest(size)


def sign(digest: bytes) -> bytes:
    """64 bytes in the place of a signature."""
    return shake_256(b"signature" + digest).digest(64)


@dataclass(frozen=True, eq=False, repr=False)
class Marked:
    """A frame before and after, and what was put into it."""

    original: Samples
    description: Description
    payload: bytes
    samples: Samples
    record: bytes

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(rows, columns): where the carrying plane differs from the original's."""
        return np.asarray(self.samples.planes()[0] != self.original.planes()[0])

    def values(self) -> NDArray[np.int64]:
        """The marked values as wide integers, to be damaged."""
        return self.samples.values.astype(np.int64)

    def damaged(self, values: NDArray[Any]) -> Samples:
        """Samples like the marked ones with other values."""
        return like(self.samples, values)

    def box(self, index: int) -> tuple[slice, slice]:
        """Rows and columns of a coding tile."""
        top, left, height, width = self.description.layout.coding.boxes[index]
        return slice(top, top + height), slice(left, left + width)

    def carrying(self) -> list[int]:
        """Indices of the carrying coding tiles."""
        return [int(i) for i in np.flatnonzero(self.description.carrying)]


def like(samples: Samples, values: NDArray[Any]) -> Samples:
    """Samples of the same kind with other values."""
    values = np.ascontiguousarray(values, dtype=samples.values.dtype)
    return Samples(values, samples.bits, samples.signed, samples.colour, samples.padding)


def mark(
    samples: Samples,
    profile: str = "standard",
    *,
    seal_id: bytes = SEAL_ID,
    protect: NDArray[np.bool_] | None = None,
    label: str = "payload",
    **options: Any,
) -> Marked:
    """Describe and embed a payload that fills the capacity."""
    description = watermark.describe(
        samples, seal_id, seed=SEED, profile=profile, protect=protect, **options
    )
    payload = filler(description.capacity, label)
    marked, record = watermark.embed(samples, description, payload, sign, protect)
    return Marked(samples, description, payload, marked, record)
