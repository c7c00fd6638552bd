"""What a data set says about the shape of its pixel data, checked before anything is allocated."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from signing.dicom.quiet import silenced
from signing.digests import MAX_FRAMES
from signing.errors import Unreadable

LARGEST_AXIS: Final = 65535
"""Rows and Columns are US."""

LARGEST_FRAME: Final = 1 << 30
"""Bytes of one decoded frame."""

PIXEL_KEYWORDS: Final = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
SUBSAMPLED: Final = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})
"""Native layouts of two samples a pixel: Y1 Y2 Cb Cr (PS3.3 C.7.6.3.1.2)."""

WORDS: Final = (8, 16, 32, 64)
"""Bits Allocated that are whole machine words."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Shape and sample format of the pixel data of one instance."""

    rows: int
    columns: int
    frames: int
    channels: int
    """Samples per Pixel."""
    allocated: int
    """Bits Allocated."""
    stored: int
    """Bits Stored."""
    high_bit: int
    signed: bool
    photometric: str
    planar: bool
    """Planar Configuration 1: plane after plane in native pixel data."""
    keyword: str
    """One of `PIXEL_KEYWORDS`."""

    @property
    def is_float(self) -> bool:
        """Whether the samples are floating point numbers."""
        return self.keyword != "PixelData"

    @property
    def stored_channels(self) -> int:
        """Samples per pixel in native pixel data: two when chroma is subsampled."""
        return 2 if self.photometric in SUBSAMPLED and self.channels == 3 else self.channels

    @property
    def samples(self) -> int:
        """Samples of one native frame."""
        return self.rows * self.columns * self.stored_channels

    @property
    def frame_bits(self) -> int:
        """Bits of one native frame."""
        return self.samples * self.allocated

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """Native data type of one stored word; uint8 for single bits, which are unpacked."""
        if self.is_float:
            return np.dtype(np.float32 if self.allocated == 32 else np.float64)
        width = max(1, self.allocated // 8)
        return np.dtype(f"{'i' if self.signed and self.allocated > 1 else 'u'}{width}")


def measure(dataset: Dataset) -> Geometry | None:
    """Return the geometry of the pixel data, or None for an object without any.

    Raises Unreadable when an attribute of the image pixel module is missing or absurd.
    """
    keyword = next((word for word in PIXEL_KEYWORDS if word in dataset), "")
    if not keyword:
        return None
    allocated = _whole(dataset, "BitsAllocated", (1, 64))
    is_float = keyword != "PixelData"
    stored = allocated if is_float else _whole(dataset, "BitsStored", (1, allocated))
    geometry = Geometry(
        rows=_whole(dataset, "Rows", (1, LARGEST_AXIS)),
        columns=_whole(dataset, "Columns", (1, LARGEST_AXIS)),
        frames=_frame_count(dataset),
        channels=_whole(dataset, "SamplesPerPixel", (1, 4), 1 if is_float else None),
        allocated=allocated,
        stored=stored,
        high_bit=_whole(dataset, "HighBit", (0, allocated - 1), stored - 1),
        signed=bool(_whole(dataset, "PixelRepresentation", (0, 1), 0 if is_float else None)),
        photometric=_text(dataset, "PhotometricInterpretation"),
        planar=bool(_whole(dataset, "PlanarConfiguration", (0, 1), 0)),
        keyword=keyword,
    )
    if geometry.frame_bits > 8 * LARGEST_FRAME:
        raise Unreadable("structure.limits", "a frame is too large", "(0028,0010)")
    return geometry


def _whole(
    dataset: Dataset, keyword: str, bounds: tuple[int, int], default: int | None = None
) -> int:
    """Return an integer attribute inside `bounds`; `default` where it is absent or empty."""
    value = _get(dataset, keyword)
    if value is None and default is not None:
        return default
    if not isinstance(value, int) or not bounds[0] <= value <= bounds[1]:
        raise Unreadable("structure.malformed", f"{keyword} is missing or out of range")
    return int(value)


def _frame_count(dataset: Dataset) -> int:
    """Return Number of Frames, 1 where it is absent or empty."""
    return _whole(dataset, "NumberOfFrames", (1, MAX_FRAMES), 1)


def _text(dataset: Dataset, keyword: str) -> str:
    """Return a code string, '' where it is absent."""
    value = _get(dataset, keyword)
    return value.strip() if isinstance(value, str) else ""


def _get(dataset: Dataset, keyword: str) -> object:
    """Return a value, None where it is absent or empty, NotImplemented where it is no value."""
    try:
        with silenced():
            value = dataset.get(keyword)
    except Exception:  # any: pydicom converts the value now
        return NotImplemented
    return None if value == "" else value
