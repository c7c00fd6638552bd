"""Forgeries made of parts of images that were sealed with the same key.

Sources: Holliman, Memon, Counterfeiting attacks on oblivious block-wise independent invisible
watermarking schemes, IEEE TIP 9(3), 2000; Fridrich, Goljan, Memon, SPIE 3971, 2000 (collage).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery, area, compare
from watermark.tiles import Box

_ROWS = 256
"""Squares that are compared with the whole pool at a time; bounds the memory."""


def paste(values: Array, donor: Array, box: Box) -> Forgery:
    """Put the same place of another marked image over `box` (same-position collage)."""
    after = values.copy()
    after[area(box)] = donor[area(box)]
    return compare(values, after)


def quantise(values: Array, picture: Array, pool: Sequence[Array], box: Box, edge: int) -> Forgery:
    """Draw `picture` inside `box` with the nearest squares of marked images, from any place.

    picture: what the forger wants to be seen, of the frame's shape; pool: marked images; edge: of
    the squares, which lie on the grid of that edge and inside the box. Nearest: least square error.
    """
    book = np.concatenate([_squares(image, edge) for image in pool])
    flat = book.reshape(len(book), -1).astype(np.float32)
    norms = (flat * flat).sum(axis=1)
    after = values.copy()
    places = list(_grid(box, edge))
    for first in range(0, len(places), _ROWS):
        group = places[first : first + _ROWS]
        wanted = np.stack([picture[area(place)].reshape(-1) for place in group])
        nearest = (norms - 2 * (wanted.astype(np.float32) @ flat.T)).argmin(axis=1)
        for place, index in zip(group, nearest.tolist(), strict=True):
            after[area(place)] = book[index]
    return compare(values, after)


def quantise_in_place(
    values: Array, picture: Array, pool: Sequence[Array], box: Box, edge: int
) -> Forgery:
    """As `quantise`, each square from the same place of one of the images: keeps every position.

    No image gives a square more than any other, so that the squares are of as many seals as can be.
    """
    after = values.copy()
    left: list[Array] = []
    for place in _grid(box, edge):
        left = left or list(pool)
        wanted = picture[area(place)].astype(np.int64)
        errors = [((image[area(place)] - wanted) ** 2).sum() for image in left]
        after[area(place)] = left.pop(int(np.argmin(errors)))[area(place)]
    return compare(values, after)


def _grid(box: Box, edge: int) -> Iterator[Box]:
    """Yield the squares of the grid of `edge` that lie inside `box`."""
    top, left, height, width = box
    for row in range(-(-top // edge) * edge, top + height - edge + 1, edge):
        for column in range(-(-left // edge) * edge, left + width - edge + 1, edge):
            yield row, column, edge, edge


def _squares(image: Array, edge: int) -> Array:
    """Return (squares, edge, edge, ...) all whole squares of the image's grid."""
    down, across = image.shape[0] // edge, image.shape[1] // edge
    cut = image[: down * edge, : across * edge]
    split = cut.reshape(down, edge, across, edge, *image.shape[2:]).swapaxes(1, 2)
    return split.reshape(down * across, edge, edge, *image.shape[2:])
