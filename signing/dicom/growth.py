"""How many samples the bytes of a file may grow to before anything is decoded.

A constant frame of 16384x16384 samples takes two kilobytes of JPEG 2000; decoding it takes a
gigabyte, and looking for a mark in it several.
"""

import sys
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

READING: Final = Growth(9 * 2**22, 4, 3 * 2**24, 5)
"""Of frames in which a mark is looked for, some 30 ns a sample, and a search beside it. A frame may
be as large as a fundus photograph of 4288x2848."""

PATIENCE: Final = 2**25
"""Samples of compressed frames without any mark that are read before an instance is taken to have
none."""


def patience_for(dataset: Dataset) -> int:
    """Return how many samples without a mark are read: of native ones all."""
    native = transfer_syntax(dataset) in NATIVE_SYNTAXES - {DEFLATED}
    return sys.maxsize if native else PATIENCE


def check_growth(dataset: Dataset, geometry: Geometry, growth: Growth) -> None:
    """Refuse pixel data that grow beyond what is allowed.

    Raises Unreadable, `structure.limits`; Unreadable for broken fragments.
    """
    if count_samples(geometry) > check_frame(dataset, geometry, growth):
        raise too_large()


def check_frame(dataset: Dataset, geometry: Geometry, growth: Growth) -> int:
    """Refuse frames that grow beyond what is allowed, and return how many samples all of them may
    have; native ones as many as they have. Raises as `check_growth`."""
    syntax, everything = transfer_syntax(dataset), count_samples(geometry)
    if syntax not in NATIVE_SYNTAXES:
        held = sum(fragments.assign(dataset, geometry.frames).sizes)
    elif syntax == DEFLATED:  # what it took is not known any more: so many bytes at the least
        held = everything * (geometry.allocated // 8) // MAX_INFLATE_RATIO
    else:
        return everything
    if everything > geometry.frames * max(growth.frame, growth.frame_ratio * held):
        raise too_large()
    return max(growth.total, growth.total_ratio * held)


def count_samples(geometry: Geometry) -> int:
    """Return how many samples the decoded frames have."""
    return geometry.rows * geometry.columns * geometry.channels * geometry.frames


def too_large() -> Unreadable:
    """Return the error that says why so many samples are not read."""
    return Unreadable("structure.limits", "far more samples than bytes", "(7fe0,0010)")
