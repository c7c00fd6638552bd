"""What the mark does inside lesions that a radiologist marked with a box.

The boxes come with the images as one XML file for each annotated slice, of the layout that the
Lung-PET-CT-Dx collection uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring

import numpy as np

from benchmarks.measures.filters import Plane

LONGEST_FILE = 1 << 16
"""Bytes of an annotation, at most."""
MOST_BOXES = 64
_CORNERS = ("ymin", "xmin", "ymax", "xmax")
Box = tuple[int, int, int, int]
"""First row and column, row and column after the last."""


class MalformedAnnotation(ValueError):
    """The bytes are no annotation that we read."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Change inside the lesions of a frame, in native units."""

    samples: int
    largest: float
    """Magnitude of the largest change of a sample."""
    mean: float
    """Mean magnitude."""
    shift: float
    """Change of the mean, with its sign."""


def boxes_beside(path: Path) -> tuple[Box, ...]:
    """Return the boxes of the annotation that lies beside an image; none where there is none."""
    beside = path.with_name(f"annotation_{path.stem}.xml")
    if not beside.is_file():
        return ()
    with beside.open("rb") as stream:
        return read_boxes(stream.read(LONGEST_FILE + 1))


def read_boxes(octets: bytes) -> tuple[Box, ...]:
    """Return the boxes of an annotation, clipped to the picture that it is of.

    Corners count from 1 and are inside, as in Pascal VOC. Declarations of types and entities are
    refused before anything is parsed, so that nothing expands. Raises MalformedAnnotation.
    """
    if len(octets) > LONGEST_FILE:
        raise MalformedAnnotation("it is too long")
    if b"<!" in octets or b"\0" in octets:
        raise MalformedAnnotation("it declares something, or is not in one-byte letters")
    try:
        root = fromstring(octets)  # noqa: S314 - short, and without declarations
        size = root.find("size")
        if size is None:
            raise MalformedAnnotation("it has no size")
        rows, columns = _number(size, "height"), _number(size, "width")
        boxes = root.findall("object/bndbox")
    except (ParseError, LookupError, ValueError) as error:
        raise MalformedAnnotation("it is not well formed") from error
    if len(boxes) > MOST_BOXES:
        raise MalformedAnnotation("it has too many boxes")
    return tuple(_box(box, rows, columns) for box in boxes)


def change_inside(before: Plane, after: Plane, boxes: Sequence[Box]) -> Inside:
    """Return the change inside one or more boxes; each sample counts once."""
    inside = np.zeros(before.shape, dtype=np.bool_)
    for top, left, bottom, right in boxes:
        inside[top:bottom, left:right] = True
    change = (after - before)[inside]
    magnitude = np.abs(change)
    return Inside(
        len(change), float(magnitude.max()), float(magnitude.mean()), float(change.mean())
    )


def _box(element: Element, rows: int, columns: int) -> Box:
    """Return one box."""
    top, left, bottom, right = (_number(element, name) for name in _CORNERS)
    box = max(0, top - 1), max(0, left - 1), min(rows, bottom), min(columns, right)
    if box[0] >= box[2] or box[1] >= box[3]:
        raise MalformedAnnotation("a box is empty")
    return box


def _number(element: Element, name: str) -> int:
    """Return a small whole number that an element holds."""
    text = (element.findtext(name) or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise MalformedAnnotation("a number is missing, or too long")
    return int(text)
