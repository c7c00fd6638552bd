"""Grey levels as a screen shows them, and PSNR and SSIM whose peak is declared.

A peak is 2**bits - 1, the range that the original uses, or 255 after one of the windows in which
radiologists read: the same change is 24 dB apart between a peak of 255 and one of 4095.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures.filters import Plane
from watermark.quality import psnr, ssim

Shown = NDArray[np.uint8]
WHITE = 255
"""Brightest grey level of 8 bits."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is shown from black to white, in native units (HU, for CT)."""

    name: str
    centre: float
    width: float


LUNG = Window("lung", -600, 1500)
SOFT = Window("soft", 40, 400)
BONE = Window("bone", 400, 1800)
BRAIN = Window("brain", 40, 80)


def window_of(name: str, low: float, high: float) -> Window:
    """Return the window that shows `low` as black and `high` as white."""
    return Window(name, (low + high + 1) / 2, max(2.0, high - low + 1))


def stretch(native: Plane, window: Window) -> Plane:
    """Return 0 (black) to 1 (white), not rounded.

    native: any shape, in the window's unit. Source: DICOM PS3.3 C.11.2.1.2.1, the linear function.
    """
    share = (native - (window.centre - 0.5)) / (window.width - 1) + 0.5
    return np.asarray(np.clip(share, 0.0, 1.0))


def show(native: Plane, window: Window) -> Shown:
    """Return the picture in grey levels of 8 bits, rounded as a screen rounds."""
    return np.asarray(np.rint(WHITE * stretch(native, window)), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two pictures are at a peak."""

    psnr: float | None
    """dB; None where the two are equal, whose PSNR is infinite."""
    unlike: float
    """1 - SSIM: what is left to tell pictures apart whose SSIM is all but 1."""


def compare(a: NDArray[np.generic], b: NDArray[np.generic], peak: float) -> Likeness:
    """Return PSNR and SSIM of two integer pictures, (rows, columns) or with 3 channels."""
    decibels = psnr(a, b, peak)
    return Likeness(decibels if isfinite(decibels) else None, 1 - ssim(a, b, peak))
