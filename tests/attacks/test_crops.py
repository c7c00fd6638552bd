"""Crops of benchmarks: what is drawn within the tolerance is found, what is beyond is given up."""

from functools import cache

import numpy as np
import pytest

import watermark
from benchmarks.crops import BEYOND, HOSTILE, WITHIN, Picture, Scene, lay
from benchmarks.geometry import FOUND, NOTHING, TRACE, WRONG, judge
from benchmarks.marked import mark
from tests.watermark.marking import like
from tests.watermark.phantoms import resonance
from watermark.geometry.orientation import ORIENTATIONS, Orientation

WAY = Orientation(mirrored=True, turns=1)


@cache
def scene() -> Scene:
    """A marked phantom, with another one beside it."""
    one = resonance(288, 270)
    other = like(one, one.values[::-1, ::-1])
    marked, donor = mark(one, "one", "standard"), mark(other, "other", "standard")
    return Scene(one, marked, other.values, donor, np.random.default_rng(3), WAY)


def laid(kind: str) -> Picture:
    """A picture of one kind."""
    picture = lay(scene(), kind)
    assert picture is not None
    return picture


@pytest.mark.parametrize("kind", WITHIN)
def test_what_leaves_enough_is_found(kind: str) -> None:
    picture = laid(kind)
    sighting = watermark.search(picture.samples)
    assert judge(picture, scene().marked.payload, sighting) == FOUND


@pytest.mark.parametrize("kind", BEYOND)
def test_what_leaves_too_little_is_given_up(kind: str) -> None:
    picture = laid(kind)
    sighting = watermark.search(picture.samples)
    assert judge(picture, scene().marked.payload, sighting) in {TRACE, NOTHING}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_hides_a_mark_leaves_enough_of_it(kind: str) -> None:
    picture = laid(kind)
    rows, columns = picture.way.undone_shape(picture.samples.rows, picture.samples.columns)
    top, left = picture.row, picture.column
    there = scene().values[top : top + rows, left : left + columns]
    upright = picture.way.undo(picture.samples.values)
    changed = np.zeros(scene().values.shape, dtype=bool)
    changed[top : top + rows, left : left + columns] = there != upright
    assert changed.any()
    boxes = scene().marked.description.layout.coding.boxes
    lost = np.array([changed[y : y + h, x : x + w].any() for y, x, h, w in boxes])
    assert scene().keeps((top, left, top + rows, left + columns), lost)
    sighting = watermark.search(picture.samples)
    assert judge(picture, scene().marked.payload, sighting) != WRONG


@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_a_picture_says_where_it_lies(way: Orientation) -> None:
    one = scene()
    cut = Scene(one.original, one.marked, one.bare, one.donor, one.random, way)
    picture = lay(cut, "cropped")
    assert picture is not None
    upright = way.undo(picture.samples.values)
    rows, columns = upright.shape
    there = one.values[picture.row : picture.row + rows, picture.column : picture.column + columns]
    np.testing.assert_array_equal(upright, there)


def test_another_payload_or_place_is_wrong() -> None:
    picture = laid("whole")
    sighting = watermark.search(picture.samples)
    moved = Picture(picture.samples, picture.way, picture.row + 32, picture.column)
    assert judge(moved, scene().marked.payload, sighting) == WRONG
    assert judge(picture, bytes(len(scene().marked.payload)), sighting) == WRONG
    assert judge(picture, scene().marked.payload, None) == NOTHING
