"""Pictures for people: a window over samples, maps over areas, panels side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from signing.verdict import Box

BOX_COLOUR: Final = (230, 97, 1)
"""Orange: told from grey by every common kind of colour vision."""
GAP_COLOUR: Final = (0, 114, 178)
"""Blue, for what was redacted; told from orange by every common kind of colour vision."""
_TINT: Final = 35
"""Per cent of colour over altered samples: what is there stays visible."""
_HATCH, _STROKE = 8, 2
"""Samples from one stroke of the hatching to the next, and those of a stroke."""
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


def fill_boxes(boxes: Iterable[Box], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return (rows, columns) true inside any box; what lies outside the frame is cut off."""
    mask = np.zeros(shape, np.bool_)
    for row, column, height, width in boxes:
        top, left = max(0, row), max(0, column)
        mask[top : max(0, row + height), left : max(0, column + width)] = True
    return mask


def find_edge(mask: NDArray[np.bool_], thickness: int = 1) -> NDArray[np.bool_]:
    """Return the outermost `thickness` samples of the mask's areas; the frame's rim is an end."""
    inner = mask
    for _ in range(thickness):
        framed = np.pad(inner, 1)
        inner = inner & framed[:-2, 1:-1] & framed[2:, 1:-1]
        inner = inner & framed[1:-1, :-2] & framed[1:-1, 2:]
    edge: NDArray[np.bool_] = mask & ~inner
    return edge


def to_rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a fresh (rows, columns, 3) copy of a grey or RGB picture."""
    if picture.ndim == 3:
        return picture.copy()
    return np.repeat(picture[:, :, np.newaxis], 3, axis=2)


def draw_map(
    picture: NDArray[np.uint8], altered: NDArray[np.bool_], redacted: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) with the altered areas tinted, the redacted ones hatched.

    picture: grey or RGB; masks: (rows, columns). Both kinds of area are outlined inside.
    """
    out = to_rgb(picture)
    thickness = max(1, max(altered.shape) // 1024)
    beneath = out[altered].astype(np.uint16) * (100 - _TINT)
    out[altered] = (beneath + np.array(BOX_COLOUR, np.uint16) * _TINT) // 100
    rows, columns = np.nonzero(redacted)
    stroke = (rows + columns) % _HATCH < _STROKE
    out[rows[stroke], columns[stroke]] = GAP_COLOUR
    out[find_edge(redacted, thickness)] = GAP_COLOUR
    out[find_edge(altered, thickness)] = BOX_COLOUR
    return out


def reduce_picture(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return the means of blocks of `factor` x `factor`; blocks at the far ends may be smaller."""
    if factor == 1:
        return picture
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).reduce(factor))


def reduce_mask(mask: NDArray[np.bool_], factor: int) -> NDArray[np.bool_]:
    """Return which blocks of `factor` x `factor` hold any of the mask: no area vanishes."""
    rows, columns = (-(-length // factor) for length in mask.shape)
    padding = ((0, rows * factor - mask.shape[0]), (0, columns * factor - mask.shape[1]))
    blocks = np.pad(mask, padding).reshape(rows, factor, columns, factor)
    reduced: NDArray[np.bool_] = np.logical_or.reduce(blocks, axis=(1, 3))
    return reduced


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """Return a PNG file of a grey or RGB picture."""
    out = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(out, format="PNG")
    return out.getvalue()


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
