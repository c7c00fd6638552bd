"""Wetness: each kernel and its twin agree on any frame."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import descriptions, wetness
from tests.reference import frames as grids
from tests.watermark.kernels.strategies import flags, frames
from tests.watermark.twins import frame_of, lists, places
from watermark.carrier.coefficients import analyse
from watermark.carrier.wetness import find_wet
from watermark.kernels.wetness import mark_constant
from watermark.parameters import Transform
from watermark.samples import Samples
from watermark.tiles import Grid

steps = pytest.mark.parametrize("step", list(Transform))


def carriers(found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Places that are no anchors."""
    return {place for place in found if not grids.is_anchor(*place)}


@steps
@settings(max_examples=40)
@given(samples=frames, data=st.data())
def test_hard_wetness_equals_the_twin(
    step: Transform, samples: Samples, data: st.DataObject
) -> None:
    mask = data.draw(st.one_of(st.none(), flags((samples.rows, samples.columns))))
    found = find_wet(samples, analyse(samples, step), None if mask is None else mask != 0)
    expected = wetness.forbidden(frame_of(samples), step, None if mask is None else lists(mask))
    assert carriers(places(found.hard)) == expected


@st.composite
def patchy(draw: st.DrawFn) -> Samples:
    """Frames of 0 and 1 that are constant over wide areas."""
    rows, columns = draw(st.integers(8, 24)), draw(st.integers(8, 24))
    values = np.zeros((rows, columns), dtype=np.uint8)
    spots = st.tuples(st.integers(0, rows - 1), st.integers(0, columns - 1))
    for y, x in draw(st.lists(spots, max_size=6)):
        values[y, x] = 1
    return Samples(values, 8)


@settings(max_examples=60)
@given(samples=st.one_of(patchy(), frames))
def test_flat_neighbourhoods_equal_the_twins(samples: Samples) -> None:
    found = find_wet(samples, analyse(samples, Transform.DWT))
    assert places(found.flat) == wetness.flat(frame_of(samples))


@settings(max_examples=25)
@given(samples=st.one_of(patchy(), frames))
def test_tile_sums_count_what_the_maps_hold(samples: Samples) -> None:
    seen = analyse(samples, Transform.DWT)
    found = find_wet(samples, seen)
    tiles = Grid(samples.rows, samples.columns, 8)
    sums = found.tile_sums(seen, tiles)
    hard, flat = carriers(places(found.hard)), carriers(places(found.flat))
    expected: list[list[int]] = [[], [], []]
    for top, left, height, width in grids.squares(samples.rows, samples.columns, 8):
        inside = {(top + y, left + x) for y in range(height) for x in range(width)}
        texture = sum(abs(int(seen.bound[0][place])) for place in carriers(inside))
        for row, value in zip(
            expected, (texture, len(inside & hard), len((inside & flat) - hard)), strict=True
        ):
            row.append(value)
    assert sums.tolist() == expected


@settings(max_examples=60)
@given(samples=st.one_of(patchy(), frames), edge=st.sampled_from([2, 5, 8, 32]))
def test_constant_squares_equal_the_twins(samples: Samples, edge: int) -> None:
    frame = frame_of(samples)
    boxes = grids.squares(samples.rows, samples.columns, edge)
    found = np.ones(len(boxes), dtype=np.int8)
    mark_constant(samples.planes(), edge, found)
    expected = [descriptions.constant_values(frame, box) is not None for box in boxes]
    assert found.astype(bool).tolist() == expected
