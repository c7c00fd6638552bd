from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from signing.pictures.drawing import (
    BOX_COLOUR,
    GAP_COLOUR,
    draw_map,
    encode_png,
    fill_boxes,
    find_edge,
    reduce_mask,
    reduce_picture,
)

BOXES = st.lists(st.tuples(*[st.integers(-20, 60)] * 2, *[st.integers(0, 40)] * 2), max_size=8)
SHAPE = (37, 41)
NONE = np.zeros(SHAPE, np.bool_)


def covered(boxes: list[tuple[int, int, int, int]], row: int, column: int) -> bool:
    """Whether a sample lies in any box."""
    return any(r <= row < r + h and c <= column < c + w for r, c, h, w in boxes)


@given(BOXES)
def test_boxes_cover_exactly_their_samples(boxes: list[tuple[int, int, int, int]]) -> None:
    mask = fill_boxes(boxes, SHAPE)
    for row in range(SHAPE[0]):
        for column in range(SHAPE[1]):
            assert mask[row, column] == covered(boxes, row, column)


def test_touching_boxes_have_one_outline() -> None:
    mask = fill_boxes([(8 * r, 8 * c, 8, 8) for r in range(1, 4) for c in range(1, 4)], (40, 40))
    edge = find_edge(mask)
    assert edge.sum() == 4 * 24 - 4
    assert np.array_equal(edge, fill_boxes([(8, 8, 24, 24)], (40, 40)) & ~find_inner(mask))


def find_inner(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The samples whose four neighbours all are in the mask, one at a time."""
    inner = np.zeros_like(mask)
    for row in range(1, mask.shape[0] - 1):
        for column in range(1, mask.shape[1] - 1):
            around = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))
            inner[row, column] = all(mask[row + r, column + c] for r, c in around)
    return inner


@given(BOXES)
def test_an_edge_is_what_has_a_neighbour_outside(boxes: list[tuple[int, int, int, int]]) -> None:
    mask = fill_boxes(boxes, SHAPE)
    assert np.array_equal(find_edge(mask), mask & ~find_inner(mask))


@given(BOXES, BOXES)
def test_a_map_changes_no_sample_outside_its_areas(
    first: list[tuple[int, int, int, int]], second: list[tuple[int, int, int, int]]
) -> None:
    picture = np.random.default_rng(1).integers(0, 256, SHAPE, dtype=np.uint8)
    altered, redacted = fill_boxes(first, SHAPE), fill_boxes(second, SHAPE)
    drawn = draw_map(picture, altered, redacted)
    outside = ~(altered | redacted)
    assert np.array_equal(drawn[outside], np.repeat(picture[outside][:, np.newaxis], 3, axis=1))
    assert (drawn[find_edge(altered)] == BOX_COLOUR).all()
    assert (drawn[find_edge(redacted) & ~altered] == GAP_COLOUR).all()


def test_what_lies_under_the_tint_can_still_be_told_apart() -> None:
    picture = np.zeros((32, 32), np.uint8)
    picture[:, 16:] = 255
    drawn = draw_map(picture, fill_boxes([(0, 0, 32, 32)], (32, 32)), NONE[:32, :32])
    dark, light = drawn[16, 8].astype(int), drawn[16, 24].astype(int)
    assert np.abs(light - dark).min() > 128
    assert dark.tolist() == [channel * 35 // 100 for channel in BOX_COLOUR]


def test_redacted_areas_are_hatched_not_only_coloured() -> None:
    picture = np.full((64, 64), 90, np.uint8)
    mask = fill_boxes([(0, 0, 64, 64)], (64, 64))
    inner = draw_map(picture, NONE[:1, :1].repeat(64, 0).repeat(64, 1), mask)[8:56, 8:56]
    blue = (inner == GAP_COLOUR).all(axis=2)
    assert 0.2 < blue.mean() < 0.3
    assert (inner[~blue] == 90).all()


def test_a_colour_picture_keeps_its_colours_and_the_input_is_not_changed() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (*SHAPE, 3), dtype=np.uint8)
    before = picture.copy()
    drawn = draw_map(picture, fill_boxes([(8, 8, 8, 8)], SHAPE), NONE)
    assert np.array_equal(drawn[:8], before[:8])
    assert np.array_equal(picture, before)


@pytest.mark.parametrize("factor", [1, 2, 3, 7, 64])
def test_no_area_vanishes_when_a_map_is_reduced(factor: int) -> None:
    for row, column in ((0, 0), (36, 40), (18, 5)):
        reduced = reduce_mask(fill_boxes([(row, column, 1, 1)], SHAPE), factor)
        assert reduced.sum() == 1
        assert reduced[row // factor, column // factor]


@pytest.mark.parametrize("factor", [1, 2, 3, 7])
@pytest.mark.parametrize("channels", [(), (3,)])
def test_a_picture_and_its_map_are_reduced_alike(factor: int, channels: tuple[int, ...]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (*SHAPE, *channels), dtype=np.uint8)
    small = reduce_picture(picture, factor)
    assert small.shape[:2] == reduce_mask(NONE, factor).shape
    block = picture[:factor, :factor].reshape(factor * factor, -1).mean(axis=0)
    assert np.abs(small[0, 0] - block).max() <= 0.5 + 1e-6


def test_a_png_holds_the_picture_as_it_is() -> None:
    for shape in (SHAPE, (*SHAPE, 3)):
        picture = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)
        with Image.open(BytesIO(encode_png(picture))) as image:
            assert np.array_equal(np.asarray(image), picture)
