"""Marked frames that were cropped, shifted, turned and damaged: within what is signed, or beyond.

Every draw is random. Those within leave as many carrying tiles whole and unchanged as the payload
needs, those beyond fewer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np

from benchmarks.attacks.forgery import Array, Flags, area
from benchmarks.marked import Marked
from watermark.geometry.orientation import AS_SEALED, Orientation
from watermark.geometry.sighting import most_read
from watermark.geometry.windows import STAGES, choose_windows
from watermark.parameters import CELL
from watermark.samples import Samples
from watermark.tiles import Box

_DRAWS: Final = 1000
"""Draws until one leaves as much as it should."""
_MOST_OFF: Final = 0.33
"""Share of an axis that is cut off a side, at most."""
_LITTLE_OFF: Final = 0.12
"""The same beside damage."""
_MARGIN: Final = 60
"""Samples around a frame in a larger picture, at most."""

Cut = tuple[int, int, int, int]
"""Top, left, bottom, right of what is left of a frame, in the frame; less than 0 where more."""
Drawn = tuple[Array, Cut] | None


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A marked frame, and dice."""

    original: Samples
    """The frame before it was marked."""
    marked: Marked
    bare: Array
    """Another picture of the same kind, without a mark."""
    donor: Marked
    """That picture, sealed with the same key."""
    random: np.random.Generator
    way: Orientation = AS_SEALED
    """How the picture is laid in the end."""

    @property
    def values(self) -> Array:
        """The marked samples."""
        return self.marked.samples.values

    @property
    def shape(self) -> tuple[int, int]:
        """Coding tiles down and across."""
        grid = self.marked.description.layout.coding
        return grid.down, grid.across

    def keeps(self, cut: Cut, lost: Flags | None = None) -> bool:
        """Tell whether a cut, some tiles (down, across) lost, leaves what the payload needs."""
        signed, whole = self.marked.description, self.uncut(cut)
        if lost is not None:
            whole &= ~lost.reshape(-1)
        return int((signed.carrying & whole).sum()) >= signed.dimension

    def uncut(self, cut: Cut) -> Flags:
        """Return (tiles,) bool: the coding tiles that a cut leaves whole."""
        boxes = np.array(self.marked.description.layout.coding.boxes)
        ends = boxes[:, :2] + boxes[:, 2:]
        return np.asarray((boxes[:, :2] >= cut[:2]).all(axis=1) & (ends <= cut[2:]).all(axis=1))

    def draw_cut(self, most: float) -> Cut:
        """Return a cut that takes at most a share of each axis off each side."""
        rows, columns = self.values.shape[:2]
        top, left, bottom, right = self.random.uniform(0, most, 4).tolist()
        return (
            *(int(top * rows), int(left * columns)),
            *(rows - int(bottom * rows), columns - int(right * columns)),
        )

    def whole(self) -> Cut:
        """Return the cut that takes nothing."""
        rows, columns = self.values.shape[:2]
        return 0, 0, rows, columns

    def replaced(self, lost: Flags, source: Array) -> Array:
        """Return the marked samples, lost tiles (down, across) replaced from the same place."""
        values = self.values.copy()
        boxes = self.marked.description.layout.coding.boxes
        for index in np.flatnonzero(lost):
            values[area(boxes[index])] = source[area(boxes[index])]
        return values

    def nudged(self, lost: Flags) -> Array:
        """Return the marked samples, one sample changed by 2 in each lost tile (down, across)."""
        values = self.values.copy()
        boxes = np.array(self.marked.description.layout.coding.boxes)[lost.reshape(-1)]
        rows, columns = (boxes[:, :2] + boxes[:, 2:] // 2).T
        least, most = self.marked.samples.limits
        held = values[rows, columns].astype(np.int64)
        values[rows, columns] = np.where(held + 2 > most, np.maximum(held - 2, least), held + 2)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is searched, and what the search should say of it."""

    samples: Samples
    way: Orientation
    row: int
    column: int
    """Where its top left sample lies in the sealed frame, the orientation undone."""


def turn(scene: Scene) -> Drawn:
    """Nothing is lost."""
    return scene.values, scene.whole()


def crop(scene: Scene) -> Drawn:
    """Something is cut off every side."""
    for _ in range(_DRAWS):
        cut = scene.draw_cut(_MOST_OFF)
        if scene.keeps(cut):
            return scene.values, cut
    return None


def shift(scene: Scene) -> Drawn:
    """The frame lies in a larger picture."""
    rows, columns = scene.values.shape[:2]
    above, left, below, right = scene.random.integers(1, _MARGIN + 1, 4).tolist()
    return scene.values, (-above, -left, rows + below, columns + right)


def scatter(scene: Scene) -> Drawn:
    """Beside the crop 20 to 32 % of the tiles are of another sealed image, from the same place."""
    for _ in range(_DRAWS):
        lost = scene.random.random(scene.shape) < scene.random.uniform(0.2, 0.32)
        cut = scene.draw_cut(_LITTLE_OFF)
        if scene.keeps(cut, lost):
            return scene.replaced(lost, scene.donor.samples.values), cut
    return None


def paste(scene: Scene) -> Drawn:
    """The same, in one block."""
    drawn = _draw_block(scene)
    if drawn is None:
        return None
    lost, cut = drawn
    return scene.replaced(lost, scene.donor.samples.values), cut


def move(scene: Scene) -> Drawn:
    """The same, from another place of the same image, whole cells away."""
    drawn = _draw_block(scene)
    if drawn is None:
        return None
    lost, cut = drawn
    boxes = np.array(scene.marked.description.layout.coding.boxes)[lost.reshape(-1)]
    top, left = boxes[:, :2].min(axis=0).tolist()
    bottom, right = (boxes[:, :2] + boxes[:, 2:]).max(axis=0).tolist()
    height, width = bottom - top, right - left
    rows, columns = scene.values.shape[:2]
    y = top % CELL + CELL * int(scene.random.integers((rows - height - top % CELL) // CELL + 1))
    x = left % CELL + CELL * int(scene.random.integers((columns - width) // CELL + 1))
    values = scene.values.copy()
    values[top:bottom, left:right] = scene.values[y : y + height, x : x + width]
    return values, cut


def _draw_block(scene: Scene) -> tuple[Flags, Cut] | None:
    """Return a block of 20 to 32 % of the tiles, and a cut that leaves enough beside it."""
    down, across = scene.shape
    for _ in range(_DRAWS):
        share = scene.random.uniform(0.2, 0.32)
        tall = int(scene.random.integers(max(1, down // 4), max(2, down - 1)))
        wide = min(across, max(1, round(share * down * across / tall)))
        top = int(scene.random.integers(down - tall + 1))
        left = int(scene.random.integers(across - wide + 1))
        lost = np.zeros((down, across), dtype=bool)
        lost[top : top + tall, left : left + wide] = True
        cut = scene.draw_cut(_LITTLE_OFF)
        if scene.keeps(cut, lost):
            return lost, cut
    return None


def leave_unmarked(scene: Scene) -> Drawn:
    """The frame was never sealed."""
    return scene.original.values, scene.whole()


def lose(scene: Scene) -> Drawn:
    """So many tiles, 55 to 90 %, are of an unmarked picture that too few are left."""
    for _ in range(_DRAWS):
        lost = scene.random.random(scene.shape) < scene.random.uniform(0.55, 0.9)
        cut = scene.draw_cut(_LITTLE_OFF)
        if not scene.keeps(cut, lost):
            return scene.replaced(lost, scene.bare), cut
    return None


def cut_away(scene: Scene) -> Drawn:
    """A part of 40 to 65 % of each axis is cut out, and too few tiles are whole in it."""
    size = np.array(scene.values.shape[:2])
    for _ in range(_DRAWS):
        part = (size * scene.random.uniform(0.4, 0.65, 2)).astype(np.int64)
        top, left = scene.random.integers(0, size - part + 1).tolist()
        cut = (top, left, top + int(part[0]), left + int(part[1]))
        if not scene.keeps(cut):
            return scene.values, cut
    return None


def strew(scene: Scene) -> Drawn:
    """An unmarked picture in which pairs of true tiles lie where the search looks, each pair at
    a phase of its own: as many placements as are read in full, but one, are read in vain."""
    pair = _draw_pair(scene)
    if pair is None:
        return None
    values, strip = scene.original.values.copy(), scene.values[area(pair)]
    laid = scene.way.apply(values)
    for box in _places(scene, laid, pair)[: most_read(*laid.shape[:2]) - 1]:
        laid[area(box)] = strip
    return values, scene.whole()


def hide(scene: Scene) -> Drawn:
    """Beside the crop pairs of true tiles lie where the search looks, as if nothing had been
    turned: as many as the tolerance allows are to be read before the mark, or instead of it."""
    pair, cut = _draw_pair(scene), scene.draw_cut(_LITTLE_OFF)
    if pair is None or not scene.keeps(cut):
        return None
    values, strip = scene.values.copy(), scene.values[area(pair)]
    top, left, bottom, right = cut
    laid = scene.way.apply(values[top:bottom, left:right])
    lost = np.zeros(scene.marked.description.layout.coding.count, dtype=bool)
    for box in _places(scene, laid, pair):
        hit = _touched(scene, _part(scene, cut, box))
        if not scene.keeps(cut, lost | hit):
            break
        lost |= hit
        laid[area(box)] = strip
    return values, cut


def aim(scene: Scene) -> Drawn:
    """Beside the crop one sample is changed in every tile of the windows that a search reads first,
    then in others, until no more whole tiles are left than the payload needs."""
    cut = scene.draw_cut(_LITTLE_OFF)
    if not scene.keeps(cut):
        return None
    top, left, bottom, right = cut
    laid = scene.marked.like(scene.way.apply(scene.values[top:bottom, left:right]))
    signed = scene.marked.description
    whole = np.flatnonzero(signed.carrying & scene.uncut(cut))
    rank = scene.random.permutation(signed.layout.coding.count) + signed.layout.coding.count
    boxes = [box for stage in STAGES if stage.suits(laid) for box in choose_windows(laid, stage)]
    for place, box in reversed(list(enumerate(boxes))):
        rank[scene.uncut(_part(scene, cut, box))] = place
    lost = np.zeros(scene.shape, dtype=bool)
    spare = len(whole) - signed.dimension
    lost.reshape(-1)[whole[np.argsort(rank[whole], kind="stable")[:spare]]] = True
    return scene.nudged(lost), cut


def nudge_windows(samples: Samples, way: Orientation, first: tuple[int, int]) -> Samples:
    """Return a picture with one sample changed in every whole tile of 32 in the windows.

    way: how the picture lies; first: row and column of its first whole tile, the way undone.
    """
    values, shape = samples.values.copy(), way.undone_shape(samples.rows, samples.columns)
    windows = choose_windows(samples, STAGES[0])
    down, across = (range(start, end - 31, 32) for start, end in zip(first, shape, strict=True))
    for row, column in product(down, across):
        y, x, _, _ = way.apply_box((row, column, 32, 32), *shape)
        if any(t <= y <= t + h - 32 and m <= x <= m + w - 32 for t, m, h, w in windows):
            values[y + 16, x + 16] ^= 2
    return replace(samples, values=values)


def _part(scene: Scene, cut: Cut, box: Box) -> Cut:
    """Return what a box of the picture as it is laid holds of the frame."""
    top, left, bottom, right = cut
    shape = scene.way.undone_shape(bottom - top, right - left)
    y, x, height, width = scene.way.undo_box(box, *shape)
    return top + y, left + x, top + y + height, left + x + width


def _touched(scene: Scene, part: Cut) -> Flags:
    """Return (tiles,) bool: the coding tiles of which a part of the frame has a sample."""
    boxes = np.array(scene.marked.description.layout.coding.boxes)
    ends = boxes[:, :2] + boxes[:, 2:]
    return np.asarray((boxes[:, :2] < part[2:]).all(axis=1) & (ends > part[:2]).all(axis=1))


def _places(scene: Scene, laid: Array, pair: Box) -> list[Box]:
    """Return where pairs of tiles fit into the windows of a picture that is searched, each at
    another phase of the cells."""
    stage = next(stage for stage in STAGES if 2 * stage.edge == pair[3])
    windows = choose_windows(scene.marked.like(laid), stage)
    steps = range(0, stage.window - stage.edge - CELL, stage.window // 2)
    places = []
    for phase, ((top, left, _, _), step) in enumerate(product(windows, steps)):
        row = top + step + (phase // CELL - top - step) % CELL
        column = left + (phase - left) % CELL
        if row + pair[2] <= laid.shape[0] and column + pair[3] <= laid.shape[1]:
            places.append((row, column, pair[2], pair[3]))
    return places


def _draw_pair(scene: Scene) -> Box | None:
    """Return two tiles that carry, side by side."""
    grid = scene.marked.description.layout.coding
    carrying = scene.marked.description.carrying.reshape(scene.shape)
    pairs = np.argwhere(carrying[:-1, :-2] & carrying[:-1, 1:-1])
    if not len(pairs):
        return None
    row, column = pairs[int(scene.random.integers(len(pairs)))].tolist()
    return row * grid.edge, column * grid.edge, grid.edge, 2 * grid.edge


WITHIN: Final[dict[str, Callable[[Scene], Drawn]]] = {
    "whole": turn,
    "cropped": crop,
    "in a larger picture": shift,
    "cropped, scattered tiles of another sealed image": scatter,
    "cropped, a block of another sealed image": paste,
    "cropped, a block moved by whole cells": move,
}
"""Kinds that must be found."""
BEYOND: Final[dict[str, Callable[[Scene], Drawn]]] = {
    "never marked": leave_unmarked,
    "too many tiles lost": lose,
    "too much cut off": cut_away,
    "pairs of true tiles strewn over an unmarked picture": strew,
}
"""Kinds that must be given up."""
HOSTILE: Final[dict[str, Callable[[Scene], Drawn]]] = {
    "cropped, every tile in the windows lost": aim,
    "cropped, pairs of true tiles strewn over the windows": hide,
}
"""Kinds within the tolerance that are aimed at the windows that a search reads first. They must be
found in frames of up to PROMISED samples."""
PROMISED: Final = 1 << 22
"""Samples of a frame up to which damage within the tolerance hides no mark (docs/spec/mark.md,
"What is promised"); less in colour, but no colour frame here lies between the two."""


def lay(scene: Scene, kind: str) -> Picture | None:
    """Return a picture of one kind, laid as the scene says; None where no draw leaves as much as
    it should, as in small frames."""
    drawn = {**WITHIN, **BEYOND, **HOSTILE}[kind](scene)
    if drawn is None:
        return None
    values, (top, left, bottom, right) = drawn
    rows, columns = values.shape[:2]
    around = [(max(0, -top), max(0, bottom - rows)), (max(0, -left), max(0, right - columns))]
    wide = np.pad(values, [*around, *[(0, 0)] * (values.ndim - 2)])
    part = wide[max(0, top) :, max(0, left) :][: bottom - top, : right - left]
    return Picture(scene.marked.like(scene.way.apply(part)), scene.way, top, left)
