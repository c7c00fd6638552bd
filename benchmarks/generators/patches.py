"""What generators learn from: windows of training pictures, and holes in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import scipy.ndimage

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Picture, Plane

EDGE = 64
"""Rows and columns of a window."""
LARGEST_HOLE = 36
"""Longest edge of a hole in a window."""
SMALLEST_HOLE = 6

FLAT = 0.01
"""Least standard deviation, as a share of the shown range, of a patch to learn from."""
INSIDE = 0.7
"""Least share of a patch that lies in the body."""
TRIES = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """A picture to draw from, at one size."""

    shown: Plane
    inside: Flags


def draw_patches(pictures: Sequence[Picture], count: int, seed: int) -> Plane:
    """Return (count, 64, 64) float32 in [0, 1]: windows inside the body, flipped at random.

    A kind of pictures is drawn as often as the square root of its share, so that a rare one is
    learned too; one patch of four comes from the picture at half its size, if that is large enough.
    Patches are inside the body and not flat where `TRIES` draws find such a place.
    """
    random = np.random.default_rng(seed)
    chosen = random.choice(len(pictures), size=count, p=_shares(pictures))
    halved = random.random(count) < 0.25
    sheets: dict[tuple[int, bool], _Sheet] = {}
    patches = np.empty((count, EDGE, EDGE), dtype=np.float32)
    for place, (which, half) in enumerate(zip(chosen.tolist(), halved.tolist(), strict=True)):
        key = (which, half)
        if key not in sheets:
            sheets[key] = _sheet(pictures[which], half=half)
        patches[place] = _flip(_draw(sheets[key], random), random)
    return patches


def draw_holes(random: np.random.Generator, count: int) -> Flags:
    """Return (count, 64, 64) bool: a box of 6 to 36 samples each, mostly about the middle.

    Forgers cut a window about their box; only at a frame's edge the box is not in the middle.
    """
    holes = np.zeros((count, EDGE, EDGE), dtype=bool)
    edges = random.integers(SMALLEST_HOLE, LARGEST_HOLE, (count, 2), endpoint=True)
    nearby = (EDGE - edges) // 2 + random.integers(-4, 5, (count, 2))
    anywhere = random.integers(0, EDGE - edges, endpoint=True)
    corners = np.where(random.random((count, 1)) < 0.8, nearby, anywhere)
    for hole, (top, left), (height, width) in zip(holes, corners, edges, strict=True):
        hole[top : top + height, left : left + width] = True
    return holes


def body(shown: Plane) -> Flags:
    """Return (rows, columns) True inside the patient: above Otsu's threshold, holes filled.

    Source: Otsu, IEEE Trans. SMC 9(1), 1979. All is inside where the picture is of one value.
    """
    if shown.min() == shown.max():
        return np.ones(shown.shape, dtype=bool)
    steps = np.asarray(np.round(shown * 255), dtype=np.uint8)
    level, _ = cv2.threshold(steps, 0, 255, cv2.THRESH_OTSU)
    bright = steps > level
    closed = scipy.ndimage.binary_closing(bright, iterations=2)
    return np.asarray(scipy.ndimage.binary_fill_holes(closed))


def shrink(plane: Plane, by: int) -> Plane:
    """Return the means of blocks of `by` x `by`; rows and columns that are over are left out."""
    rows, columns = plane.shape[0] // by, plane.shape[1] // by
    blocks = plane[: rows * by, : columns * by].reshape(rows, by, columns, by)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def resize(plane: Plane, shape: tuple[int, ...]) -> Plane:
    """Return a plane (rows, columns) of another shape: means when smaller, cubic when larger."""
    smaller = shape[0] <= plane.shape[0] and shape[1] <= plane.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(plane, shape[::-1], interpolation=how))


def _shares(pictures: Sequence[Picture]) -> Plane:
    """Return how often each picture is drawn; the sum is 1."""
    kinds = [picture.kind for picture in pictures]
    shares = np.array([kinds.count(kind) ** -0.5 for kind in kinds])
    return np.asarray(shares / shares.sum())


def _sheet(picture: Picture, *, half: bool) -> _Sheet:
    """Return a picture to draw from, at least as large as a patch."""
    shown = picture.shown()
    if half and min(shown.shape) >= 2 * EDGE:
        shown = shrink(shown, 2)
    lacks = [(0, max(0, EDGE - edge)) for edge in shown.shape]
    shown = np.pad(shown, lacks, mode="edge")
    return _Sheet(shown, body(shown))


def _draw(sheet: _Sheet, random: np.random.Generator) -> Plane:
    """Return a window; the one with most of the body where none is good."""
    rows, columns = sheet.shown.shape
    best, most = sheet.shown[:EDGE, :EDGE], -1.0
    for _ in range(TRIES):
        top = int(random.integers(rows - EDGE, endpoint=True))
        left = int(random.integers(columns - EDGE, endpoint=True))
        part = sheet.shown[top : top + EDGE, left : left + EDGE]
        share = float(sheet.inside[top : top + EDGE, left : left + EDGE].mean())
        if part.std() < FLAT:
            share = 0.0
        if share > most:
            best, most = part, share
        if share >= INSIDE:
            break
    return best


def _flip(patch: Plane, random: np.random.Generator) -> Plane:
    """Return a patch as it is or mirrored, upright or not."""
    down, right = random.integers(0, 2, 2)
    return patch[:: 1 - 2 * int(down), :: 1 - 2 * int(right)]
