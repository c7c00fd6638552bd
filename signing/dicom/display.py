"""Stored frames as a display shows them: windows, inversion and colour, 8 bits a channel.

For people who look at a report, not for measurement: overlays, shutters and lookup tables other
than palettes are left out. Reads only display attributes; none of their values is shown.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom.geometry import SUBSAMPLED, Geometry
from signing.dicom.quiet import silenced

Shown = NDArray[np.uint8]
"""(rows, columns) grey or (rows, columns, 3) RGB, 0 to 255."""

BAND: Final = 1 << 20
"""Samples that are turned into floating point numbers at once."""

_SUBSET: Final = 1 << 20
"""Samples from which percentiles are taken, at most."""

_PERCENTILES: Final = (0.5, 99.5)
"""Black and white where the file has no window: single outliers do not decide."""

_RGB: Final = frozenset({"RGB", "YBR_RCT", "YBR_ICT"})
"""Photometric interpretations whose frames are RGB once they are decoded."""


@dataclass(frozen=True, slots=True)
class Window:
    """A VOI window over rescaled values (PS3.3 C.11.1, C.11.2.1.2)."""

    center: float
    width: float
    slope: float = 1.0
    intercept: float = 0.0
    function: str = "LINEAR"
    """LINEAR, LINEAR_EXACT or SIGMOID."""


def read_window(dataset: Dataset, frame: int) -> Window | None:
    """Return the first window that the file has for a frame, None where it has no usable one.

    Functional groups of the frame come before shared ones, and those before the data set itself.
    With a Modality LUT there is none, for the window is not over rescaled stored values then.
    """
    try:
        with silenced():
            voi = _macro(dataset, frame, "FrameVOILUTSequence")
            scale = _macro(dataset, frame, "PixelValueTransformationSequence")
            if "ModalityLUTSequence" in dataset or "WindowCenter" not in voi:
                return None
            window = Window(
                _first(voi, "WindowCenter", math.nan),
                _first(voi, "WindowWidth", math.nan),
                _first(scale, "RescaleSlope", 1.0),
                _first(scale, "RescaleIntercept", 0.0),
                str(voi.get("VOILUTFunction") or "LINEAR").strip(),
            )
    except Exception:  # any: pydicom converts the values now
        return None
    return window if _is_usable(window) else None


def _macro(dataset: Dataset, frame: int, keyword: str) -> Dataset:
    """Return the item that holds a frame's attributes of one functional group, or the data set."""
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    shared = dataset.get("SharedFunctionalGroupsSequence") or ()
    for group in (*groups[frame : frame + 1], *shared[:1]):
        items = group.get(keyword)
        if items:
            found: Dataset = items[0]
            return found
    return dataset


def _first(dataset: Dataset, keyword: str, default: float) -> float:
    """Return the first number of an attribute, `default` where it is absent or empty."""
    value: Any = dataset.get(keyword)
    if value is None or value == "":
        return default
    return float(value if isinstance(value, int | float | str) else value[0])


def _is_usable(window: Window) -> bool:
    """Return whether all numbers are finite, not absurd, and the width is one."""
    numbers = (window.center, window.width, window.slope, window.intercept)
    least = 1.0 if window.function == "LINEAR" else math.ulp(0.0)
    known = window.function in ("LINEAR", "LINEAR_EXACT", "SIGMOID")
    return known and all(abs(n) < 1e30 for n in numbers) and window.width >= least


def apply(values: NDArray[Any], window: Window) -> Shown:
    """Return stored values under a window, 0 to 255, rounded. Source: PS3.3 C.11.2.1.2, .3."""
    return _in_bands(values, lambda band: _FUNCTIONS[window.function](band, window))


def _linear(values: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """Return the share of white, by the formula of LINEAR; a width of 1 is a threshold."""
    middle, span = window.center - 0.5, window.width - 1
    if span <= 0:
        return np.where(values <= middle, 0.0, 1.0)
    return (values - middle) / span + 0.5


def _linear_exact(values: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """Return the share of white, by the formula of LINEAR_EXACT."""
    return (values - window.center) / window.width + 0.5


def _sigmoid(values: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """Return the share of white, by the formula of SIGMOID."""
    exponent = np.clip(-4 * (values - window.center) / window.width, -700, 700)
    return 1 / (1 + np.exp(exponent))


_FUNCTIONS: Final[dict[str, Callable[[NDArray[np.float64], Window], NDArray[np.float64]]]] = {
    "LINEAR": lambda band, window: _linear(band * window.slope + window.intercept, window),
    "LINEAR_EXACT": lambda band, window: _linear_exact(
        band * window.slope + window.intercept, window
    ),
    "SIGMOID": lambda band, window: _sigmoid(band * window.slope + window.intercept, window),
}


def spread(values: NDArray[Any], padding: tuple[int, int] | None = None) -> tuple[float, float]:
    """Return the values to show black and white where no window says: robust percentiles.

    padding: first and last value that mean "no image"; they do not count, unless there is nothing
    else. What is not finite does not count either.
    """
    flat = values.reshape(-1)
    some = flat[:: max(1, flat.size // _SUBSET)].astype(np.float64)
    counted = np.isfinite(some)
    if padding is not None:
        image = counted & ((some < padding[0]) | (some > padding[1]))
        counted = image if image.any() else counted
    if not counted.any():
        return 0.0, 1.0
    low, high = np.percentile(some[counted], _PERCENTILES)
    if low == high:
        low, high = some[counted].min(), some[counted].max()
    return float(low), float(high)


def widen(around: tuple[float, float], inside: tuple[float, float]) -> tuple[float, float]:
    """Return the range of an area's surroundings, widened to hold the area, to thrice at most.

    So both are seen: what was painted over with one extreme value does not turn the rest black.
    """
    low, high = min(around[0], inside[0]), max(around[1], inside[1])
    span = around[1] - around[0]
    if span <= 0:
        return low, high
    return max(low, around[0] - span), min(high, around[1] + span)


def stretch(values: NDArray[Any], low: float, high: float) -> Shown:
    """Return values with `low` black and `high` white, between them in proportion."""
    span = max(high - low, 1e-9)
    return _in_bands(values, lambda band: (band - low) / span)


def _in_bands(
    values: NDArray[Any], share: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Shown:
    """Return shares of white as 8-bit grey, a band of rows at a time: frames may be huge."""
    out = np.empty(values.shape, np.uint8)
    rows = max(1, BAND // max(1, values[0].size))
    for first in range(0, len(values), rows):
        band = values[first : first + rows].astype(np.float64)
        white = np.nan_to_num(255 * share(band), nan=0.0)
        out[first : first + rows] = np.rint(np.clip(white, 0, 255))
    return out


def to_colour(frame: NDArray[Any], geometry: Geometry, dataset: Dataset) -> Shown | None:
    """Return a colour frame as RGB, None where its colour is of a kind that is not shown."""
    if geometry.photometric == "PALETTE COLOR" and frame.ndim == 2:
        return _through_palette(frame, dataset)
    eight = _to_eight_bits(frame, geometry.stored)
    if geometry.photometric in SUBSAMPLED and frame.ndim == 3 and frame.shape[2] == 2:
        eight = _fill_chroma(eight) if geometry.columns % 2 == 0 else eight
    if eight.ndim != 3 or eight.shape[2] != 3:
        return None
    if geometry.photometric in _RGB:
        return eight
    return from_ybr(eight) if geometry.photometric in ("YBR_FULL", "YBR_FULL_422") else None


def _to_eight_bits(frame: NDArray[Any], stored: int) -> Shown:
    """Return the upper eight of the bits stored."""
    if stored <= 8:
        return (frame << (8 - stored)).astype(np.uint8)
    return (frame >> (stored - 8)).astype(np.uint8)


def _fill_chroma(frame: Shown) -> Shown:
    """Return Y1 Y2 Cb Cr, two samples a pixel, as full YBR (PS3.3 C.7.6.3.1.2)."""
    rows, columns = frame.shape[:2]
    quads = frame.reshape(rows, columns // 2, 4)
    full = np.empty((rows, columns, 3), np.uint8)
    full[:, 0::2, 0], full[:, 1::2, 0] = quads[..., 0], quads[..., 1]
    full[:, :, 1:] = np.repeat(quads[..., 2:], 2, axis=1)
    return full


def from_ybr(frame: Shown) -> Shown:
    """Return full YBR as RGB. Source: PS3.3 C.7.6.3.1.2, YBR_FULL, solved for R, G and B."""
    mix = np.array(((1, 0, 1.402), (1, -0.344136, -0.714136), (1, 1.772, 0)))

    def turn(band: NDArray[np.float64]) -> NDArray[np.float64]:
        share: NDArray[np.float64] = (band - (0, 128, 128)) @ mix.T / 255
        return share

    return _in_bands(frame, turn)


def _through_palette(frame: NDArray[Any], dataset: Dataset) -> Shown | None:
    """Return indices through the palette (PS3.3 C.7.6.3.1.5), None where it cannot be read."""
    out = np.empty((*frame.shape, 3), np.uint8)
    try:
        with silenced():
            for channel, colour in enumerate(("Red", "Green", "Blue")):
                first, table = _read_table(dataset, f"{colour}PaletteColorLookupTable")
                places = np.clip(frame.astype(np.int64) - first, 0, len(table) - 1)
                out[..., channel] = table[places]
    except Exception:  # any: pydicom converts the values now
        return None
    return out


def _read_table(dataset: Dataset, name: str) -> tuple[int, Shown]:
    """Return first index and entries of one plain table; raises what pydicom and NumPy raise."""
    count, first, bits = (int(number) for number in dataset[f"{name}Descriptor"].value)
    data = bytes(dataset[f"{name}Data"].value)
    count = count or 1 << 16
    wide = np.frombuffer(data, "<u2", count) if len(data) >= 2 * count else None
    entries = np.frombuffer(data, "u1", count) if wide is None else wide
    return first, _to_eight_bits(entries, 8 if wide is None else bits)
