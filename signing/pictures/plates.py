"""One frame on its way to a page: as received, under its map, as recovered, and enlarged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from signing.dicom.display import Shown
from signing.pictures.drawing import (
    BOX_COLOUR,
    draw_map,
    encode_png,
    fill_boxes,
    find_edge,
    reduce_mask,
    reduce_picture,
    to_rgb,
)
from signing.pictures.views import View
from signing.report import Figure, Picture
from signing.report.words import describe_share
from signing.verdict import FrameMap

LONGEST_SIDE: Final = 1024
"""Columns or rows of a picture on a page; larger frames are reduced by a whole number."""

MARGIN: Final = 16
"""Samples around the altered areas that their enlargement shows."""

_SMALL: Final = 0.25
"""Share of the frame up to which altered areas are shown enlarged."""

RECOVERED: Final = "As recovered, from the signed recovery data; not the signer's own samples"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """What is known of one frame."""

    name: str
    """Which frame; "" where there is but one."""
    values: NDArray[Any]
    """Stored samples as received."""
    view: View
    found: FrameMap
    recovered: NDArray[Any] | None = None
    """Recovered samples, of the same shape; others are not shown."""

    def compose(self) -> Iterator[Figure]:
        """Yield the whole frame; then its altered areas, where they are hard to see there."""
        picture = self.view.render(self.values)
        altered = fill_boxes(self.found.boxes, picture.shape[:2])
        yield Figure(self.name, tuple(self._whole(picture, altered)), (_describe_size(picture),))
        if altered.any():
            window = _surround(altered)
            flat = picture[altered]
            hidden = float(((flat == 0) | (flat == 255)).mean()) > 0.5
            if hidden or altered[window].size <= _SMALL * altered.size:
                title = f"{self.name}, altered areas" if self.name else "Altered areas"
                yield Figure(f"{title} enlarged", tuple(self._enlarge(altered, window)))

    def _whole(self, picture: Shown, altered: Mask) -> Iterator[Picture]:
        """Yield the frame as received, with its map, and as recovered."""
        factor = _shrinking(picture)
        small, name = reduce_picture(picture, factor), self.name or "The picture"
        yield _finish(small, f"As received, {self.view.manner}", f"{name} as received")
        redacted = fill_boxes(self.found.redacted, picture.shape[:2])
        if altered.any() or redacted.any():
            drawn = draw_map(small, reduce_mask(altered, factor), reduce_mask(redacted, factor))
            words = _describe_areas(altered, redacted)
            yield _finish(drawn, f"Map: {words}", f"{name} with the map: {words}")
        if self.recovered is not None and self.recovered.shape == self.values.shape:
            repaired = reduce_picture(self.view.render(self.recovered), factor)
            yield _finish(repaired, RECOVERED, f"{name} as recovered")

    def _enlarge(self, altered: Mask, window: tuple[slice, slice]) -> Iterator[Picture]:
        """Yield the altered areas outlined, with their own contrast, received and recovered."""
        view = self.view.fit(self.values[window], altered[window])
        name = self.name or "the picture"
        edge = find_edge(altered)[window]
        kinds = [("As received", self.values)]
        if self.recovered is not None and self.recovered.shape == self.values.shape:
            kinds.append(("As recovered", self.recovered))
        for what, values in kinds:
            picture = view.render(values[window])
            factor = _shrinking(picture)
            drawn = to_rgb(reduce_picture(picture, factor))
            drawn[reduce_mask(edge, factor)] = BOX_COLOUR
            caption = f"{what}, outlined in orange, {view.manner}"
            yield _finish(drawn, caption, f"Altered areas of {name}, {what.lower()}")


def _surround(mask: Mask) -> tuple[slice, slice]:
    """Return rows and columns that hold the mask and a margin, inside the frame."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, int(rows[0]) - MARGIN), int(rows[-1]) + 1 + MARGIN),
        slice(max(0, int(columns[0]) - MARGIN), int(columns[-1]) + 1 + MARGIN),
    )


def _shrinking(picture: Shown) -> int:
    """Return by how much a picture is reduced for a page."""
    longest = max(len(picture), len(picture[0]))
    return -(-longest // LONGEST_SIDE)


def _finish(picture: Shown, caption: str, alt: str) -> Picture:
    """Return a picture as a page takes it."""
    rows, columns = picture.shape[:2]
    return Picture(caption, alt, encode_png(picture), columns, rows)


def _describe_size(picture: Shown) -> str:
    """Return a sentence on a frame's size."""
    factor = _shrinking(picture)
    scale = f", shown at 1/{factor} of its size" if factor > 1 else ""
    return f"{picture.shape[0]} rows, {picture.shape[1]} columns{scale}."


def _describe_areas(altered: Mask, redacted: Mask) -> str:
    """Return how many samples of a frame lie in altered areas, and how many in redacted ones."""
    kinds = ((altered, "altered (orange)"), (redacted, "taken out (blue, hatched)"))
    shares = [(describe_share(float(mask.mean())), what) for mask, what in kinds if mask.any()]
    return ", ".join(f"{share} of the samples {what}" for share, what in shares)
