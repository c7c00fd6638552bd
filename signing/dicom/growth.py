"""How many samples the bytes of a file may grow to before anything is decoded.

A constant frame of 16384x16384 samples takes two kilobytes of JPEG 2000; decoding it takes a
gigabyte, and looking for a mark in it several.
"""

from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from signing.dicom import fragments
from signing.dicom.geometry import Geometry
from signing.dicom.limits import DEFLATED, MAX_INFLATE_RATIO, NATIVE_SYNTAXES
from signing.dicom.part10 import transfer_syntax
from signing.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Growth:
    """Samples that may come of pixel data, whatever they take, or of each byte that they take."""

    frame: int
    """In one frame."""
    frame_ratio: int
    total: int
    """In all frames."""
    total_ratio: int


DECODING: Final = Growth(2**26, 16, 2**28, 64)
"""Of compressed frames that are decoded."""

SEARCHING: Final = Growth(2**25, 4, 2**26, 16)
"""Of frames in which a mark is looked for, which takes some 18 bytes and 30 ns a sample."""


def check_growth(dataset: Dataset, geometry: Geometry, growth: Growth) -> None:
    """Refuse pixel data that grow beyond what is allowed.

    Raises Unreadable, `structure.limits`; Unreadable for broken fragments.
    """
    syntax = transfer_syntax(dataset)
    frame = geometry.rows * geometry.columns * geometry.channels
    if syntax not in NATIVE_SYNTAXES:
        held = sum(fragments.assign(dataset, geometry.frames).sizes)
    elif syntax == DEFLATED:  # what it took is not known any more: so many bytes at the least
        held = frame * geometry.frames * (geometry.allocated // 8) // MAX_INFLATE_RATIO
    else:
        return
    limit = max(growth.frame, growth.frame_ratio * held)
    if frame > limit or frame * geometry.frames > max(growth.total, growth.total_ratio * held):
        raise Unreadable("structure.limits", "far more samples than bytes", "(7fe0,0010)")
