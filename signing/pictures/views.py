"""Frames of a file as pictures: which decoder, which window, which colour; no map and no page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom import codecs, display, lossy, part10
from signing.dicom.display import Shown
from signing.dicom.frames import padding_range
from signing.dicom.geometry import Geometry, measure
from signing.errors import UnsupportedImage
from signing.exports import is_export, read_export
from signing.statement import DigestKind
from watermark.samples import Colour, Samples

OWN = "with its own contrast"
"""How an enlarged area is shown."""


@dataclass(frozen=True, slots=True)
class View:
    """How the frame with one index is shown."""

    render: Callable[[NDArray[Any]], Shown]
    """From samples to a picture; the same for what was received and what was recovered."""
    manner: str
    """In words."""
    stretch: Callable[[float, float], "View"] | None = None
    """From the values to show black and white to such a view; None where colour is shown."""
    padding: tuple[int, int] | None = None
    """First and last value that mean "no image"."""

    def fit(self, values: NDArray[Any], inside: NDArray[np.bool_]) -> "View":
        """Return this view with a contrast that shows an area and what lies around it.

        values: samples of both; inside: which are the area's, at least one.
        """
        if self.stretch is None:
            return self
        area = display.spread(values[inside], self.padding)
        around = area if inside.all() else display.spread(values[~inside], self.padding)
        return self.stretch(*display.widen(around, area))


@dataclass(frozen=True, slots=True)
class Views:
    """The frames of one file, and how each is shown."""

    count: int
    """Number of frames."""
    pick: Callable[[list[int]], Iterator[tuple[int, NDArray[Any]]]]
    """From indices to index and stored samples of each frame, ascending."""
    view: Callable[[int, NDArray[Any]], View]
    """From index and stored samples to how that frame is shown."""


def read_views(path: Path) -> Views:
    """Return the frames of a file. Raises SigningError where they cannot be shown, OSError."""
    if is_export(path):
        return _from_export(read_export(path))
    return _from_dataset(part10.read(path).dataset)


def _from_export(candidates: list[Samples]) -> Views:
    """Return the one frame of an export, under the interpretation with the least contrast.

    The wrong sign tears neighbours apart by half the range, so that the right one is smoother.
    """
    samples = min(candidates, key=_roughness)

    def view(_index: int, values: NDArray[Any]) -> View:
        if samples.colour is Colour.GREY:
            return _stretched(display.spread(values), None, inverted=False)
        return View(lambda frame: (frame >> (samples.bits - 8)).astype(np.uint8), "in colour")

    return Views(1, lambda wanted: ((index, samples.values) for index in wanted), view)


def _roughness(samples: Samples) -> float:
    """Return the mean difference of neighbouring rows."""
    values = samples.values.astype(np.int32)
    return float(np.abs(np.diff(values, axis=0)).mean()) if len(values) > 1 else 0.0


def _from_dataset(dataset: Dataset) -> Views:
    """Return the frames of a data set."""
    geometry = measure(dataset)
    if geometry is None:
        raise UnsupportedImage("the file holds no picture")
    lossless = codecs.pixel_kind(dataset) is DigestKind.SAMPLES
    if not lossless and (geometry.channels != 1 or not lossy.is_readable(dataset)):
        raise UnsupportedImage("it is compressed with loss, or in a way that is not shown here")
    return Views(
        geometry.frames,
        lambda wanted: (codecs if lossless else lossy).pick(dataset, wanted),
        lambda index, values: _look(dataset, geometry, index, values),
    )


def _look(dataset: Dataset, geometry: Geometry, index: int, values: NDArray[Any]) -> View:
    """Return how one frame is shown: in colour, under the file's window, or stretched."""
    if values.ndim == 3 or geometry.photometric == "PALETTE COLOR":
        return View(lambda frame: _colour(frame, geometry, dataset), "in colour")
    inverted = geometry.photometric == "MONOCHROME1"
    padding = padding_range(dataset, geometry)
    window = display.read_window(dataset, index)
    if window is not None:
        first = display.apply(values, window)
        if first.min() < first.max() or values.min() == values.max():
            return View(
                lambda frame: _invert(display.apply(frame, window), inverted),
                "under the file's own window",
                lambda low, high: _stretched((low, high), padding, inverted, OWN),
                padding,
            )
    return _stretched(display.spread(values, padding), padding, inverted)


def _colour(frame: NDArray[Any], geometry: Geometry, dataset: Dataset) -> Shown:
    """Return a colour frame as RGB. Raises UnsupportedImage for colour of another kind."""
    shown = display.to_colour(frame, geometry, dataset)
    if shown is None:
        raise UnsupportedImage("its colour is of a kind that is not shown here")
    return shown


def _stretched(
    ends: tuple[float, float],
    padding: tuple[int, int] | None,
    inverted: bool,
    manner: str = "with contrast set from the picture itself",
) -> View:
    """Return a view with these values black and white."""
    return View(
        lambda frame: _invert(display.stretch(frame, *ends), inverted),
        manner,
        lambda low, high: _stretched((low, high), padding, inverted, OWN),
        padding,
    )


def _invert(picture: Shown, inverted: bool) -> Shown:
    """Return the picture, or its negative: the lowest sample of MONOCHROME1 is white."""
    return np.subtract(255, picture, dtype=np.uint8) if inverted else picture
