"""Just-noticeable differences on a display that follows the standard function of DICOM.

On such a display equal steps of the picture are equal numbers of just-noticeable differences (JND),
so that the map of them is the picture times the display's range of JND indices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.measures.filters import Plane
from benchmarks.measures.windows import WHITE

DARKEST, BRIGHTEST = 0.5, 300.0
"""Luminance of black and white of the display that is assumed, cd/m2, ambient light included."""
_RISE = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
_FALL = (1.0, -2.5840191e-2, -1.0320229e-1, 2.8745620e-2, -3.1978977e-3, 1.2992634e-4)
"""Numerator and denominator, by powers of ln j."""
_INDEX = (
    71.498068,
    94.593053,
    41.912053,
    9.8247004,
    0.28175407,
    -1.1878455,
    -0.18014349,
    0.14710899,
    -0.017046845,
)
"""By powers of log10 L."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What could be seen of a change, sample by sample and without the noise around it."""

    rounded: float
    """Share of the samples that differ by 1 JND or more, on a screen of 8 bits."""
    exact: float
    """The same where grey levels are not rounded: screens of 10 bits and more come near."""
    largest: float
    """JND, grey levels not rounded."""


def luminance(index: Plane) -> Plane:
    """Return the luminance in cd/m2 of JND indices from 1 to 1023. Source: DICOM PS3.14, 7.1."""
    logarithm = np.log(index)
    rise = np.polynomial.polynomial.polyval(logarithm, _RISE)
    return np.asarray(10 ** (rise / np.polynomial.polynomial.polyval(logarithm, _FALL)))


def jnd_index(light: Plane) -> Plane:
    """Return the JND index of luminances from 0.05 to 3993 cd/m2. Source: DICOM PS3.14, 7.1."""
    return np.asarray(np.polynomial.polynomial.polyval(np.log10(light), _INDEX))


def display_range() -> float:
    """Return how many JND lie between black and white of the display."""
    dark, bright = jnd_index(np.array([DARKEST, BRIGHTEST]))
    return float(bright - dark)


def index_map(shares: Plane) -> Plane:
    """Return the JND index at which the display shows each sample; shares: 0 (black) to 1."""
    dark, bright = jnd_index(np.array([DARKEST, BRIGHTEST]))
    return np.asarray(dark + shares * (bright - dark))


def see(before: Plane, after: Plane) -> Visible:
    """Return what can be seen of a change of shares from 0 (black) to 1 (white)."""
    exact = np.abs(index_map(after) - index_map(before))
    coarse = np.abs(index_map(_rounded(after)) - index_map(_rounded(before)))
    return Visible(
        float((coarse >= 1).mean()), float((exact >= 1).mean()), float(exact.max(initial=0))
    )


def _rounded(shares: Plane) -> Plane:
    """Return shares rounded to grey levels of 8 bits."""
    return np.asarray(np.rint(WHITE * shares) / WHITE)
