"""Pictures for people: a window over samples, boxes around areas, panels side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from signing.verdict import Box

BOX_COLOUR: Final = (230, 97, 1)
"""Orange: told from grey by every common kind of colour vision."""
_MARGIN, _CAPTION = 8, 18
_INK, _PAPER = (32, 32, 32), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture with its caption."""

    caption: str
    picture: NDArray[np.uint8]
    """(rows, columns) grey or (rows, columns, 3) colour."""
    boxes: tuple[Box, ...] = ()
    """Areas to outline, in samples."""


def apply_window(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Return values as 8-bit grey, `low` and below black, `high` and above white."""
    span = max(1e-9, high - low)
    scaled = (values.astype(np.float64) - low) * (255 / span)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def arrange(panels: Sequence[Panel], scale: int = 1) -> Image.Image:
    """Return the panels in a row, each enlarged by the whole number `scale`, captions above."""
    drawn = [_draw(panel, scale) for panel in panels]
    width = sum(image.width + _MARGIN for image in drawn) + _MARGIN
    height = max(image.height for image in drawn) + _CAPTION + 2 * _MARGIN
    sheet = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    left = _MARGIN
    for panel, image in zip(panels, drawn, strict=True):
        pen.text((left, _MARGIN // 2), panel.caption, fill=_INK)
        sheet.paste(image, (left, _CAPTION + _MARGIN))
        left += image.width + _MARGIN
    return sheet


def _draw(panel: Panel, scale: int) -> Image.Image:
    """Return one panel's picture with its boxes."""
    image = Image.fromarray(np.ascontiguousarray(panel.picture)).convert("RGB")
    image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(image)
    for row, column, height, width in panel.boxes:
        corner = (column * scale, row * scale)
        end = ((column + width) * scale - 1, (row + height) * scale - 1)
        pen.rectangle((*corner, *end), outline=BOX_COLOUR, width=max(1, scale - 1))
    return image
