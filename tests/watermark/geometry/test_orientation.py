"""Orientations: eight ways to lie, each undone exactly, for arrays and for boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watermark.geometry.orientation import AS_SEALED, ORIENTATIONS, Orientation

every = pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")


def numbered(rows: int, columns: int, *channels: int) -> np.ndarray[tuple[int, ...], np.dtype]:
    """A picture whose samples are all different."""
    return np.arange(rows * columns * int(np.prod(channels))).reshape(rows, columns, *channels)


def test_there_are_eight_and_the_first_is_as_sealed() -> None:
    seen = {way.apply(numbered(3, 3)).tobytes() for way in ORIENTATIONS}
    assert len(seen) == len(ORIENTATIONS) == 8
    assert ORIENTATIONS[0] == AS_SEALED


@every
@pytest.mark.parametrize("channels", [(), (3,)])
def test_undo_undoes_apply(way: Orientation, channels: tuple[int, ...]) -> None:
    picture = numbered(4, 7, *channels)
    laid = way.apply(picture)
    assert (way.undo(laid) == picture).all()
    assert way.undone_shape(*laid.shape[:2]) == picture.shape[:2]


@every
@given(box=st.tuples(st.integers(0, 4), st.integers(0, 7), st.integers(1, 5), st.integers(1, 4)))
def test_a_box_goes_where_its_samples_go(way: Orientation, box: tuple[int, int, int, int]) -> None:
    rows, columns = 9, 11
    top, left, height, width = box
    picture = np.zeros((rows, columns), dtype=np.int8)
    picture[top : top + height, left : left + width] = 1
    laid = way.apply(picture)
    y, x, tall, wide = way.apply_box(box, rows, columns)
    assert laid[y : y + tall, x : x + wide].all()
    assert tall * wide == laid.sum() == height * width
    assert way.undo_box((y, x, tall, wide), *laid.shape) == box


def test_turns_are_clockwise_and_follow_the_mirror() -> None:
    picture = np.array([[1, 2], [3, 4]])
    assert Orientation(turns=1).apply(picture).tolist() == [[3, 1], [4, 2]]
    assert Orientation(mirrored=True).apply(picture).tolist() == [[2, 1], [4, 3]]
    assert Orientation(mirrored=True, turns=1).apply(picture).tolist() == [[4, 2], [3, 1]]


def test_names_say_what_was_done() -> None:
    assert AS_SEALED.name == ""
    assert Orientation(mirrored=True).name == "mirrored"
    assert Orientation(turns=3).name == "rotated 270"
    assert Orientation(mirrored=True, turns=2).name == "mirrored and rotated 180"
