"""Filling damage: whole units, constant ones exactly, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.watermark import phantoms
from watermark.description import Description
from watermark.errors import UnsupportedSamples
from watermark.recovery import find_touched, find_varying, recover
from watermark.samples import Samples
from watermark.tiles import Grid


def plated() -> Samples:
    """Return colour with a flat plate whose channels differ."""
    values = phantoms.coloured(160, 171).values.copy()
    values[0:64, 0:64] = (10, 200, 90)
    return replace(phantoms.coloured(160, 171), values=values)


SUBJECTS = {
    "grey": phantoms.resonance(160, 171),
    "flat parts": phantoms.airy(160, 171),
    "padding": phantoms.computed(160, 171),
    "colour": phantoms.coloured(160, 171),
    "flat colour": plated(),
    "luma": phantoms.chromatic(160, 171),
    "16 bits, signed": phantoms.noise(160, 171, 16, signed=True),
}


def describe(samples: Samples) -> Description:
    """Return the description of a subject."""
    return watermark.describe(samples, bytes(16), seed=bytes(16), profile="full", damage=0.25)


def other(samples: Samples, seed: int) -> Samples:
    """Return a picture of the same kind with unrelated samples."""
    low, high = samples.limits
    random = np.random.default_rng(seed)
    values = random.integers(low, high + 1, samples.values.shape).astype(samples.values.dtype)
    return replace(samples, values=values)


boxes = st.lists(
    st.tuples(st.integers(0, 150), st.integers(0, 160), st.integers(1, 10), st.integers(1, 11)),
    max_size=4,
).map(tuple)


@pytest.mark.parametrize("name", SUBJECTS)
@settings(max_examples=15, deadline=None)
@given(boxes=boxes)
def test_units_that_a_box_touches_are_filled_and_no_others(
    name: str, boxes: tuple[tuple[int, int, int, int], ...]
) -> None:
    original = SUBJECTS[name]
    description = describe(original)
    received, picture = other(original, 1), other(original, 2)
    filled, mask = recover(received, description, boxes, picture)
    units = description.layout.units
    for index, (top, left, height, width) in enumerate(units.boxes):
        area = np.s_[top : top + height, left : left + width]
        touched = any(
            top < r + h and r < top + height and left < c + w and c < left + width
            for r, c, h, w in boxes
        )
        assert mask[area].all() if touched else not mask[area].any()
        source = received if not touched else original if description.constant[index] else picture
        assert (filled.values[area] == source.values[area]).all()
    assert filled.values.dtype == received.values.dtype


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_varies_is_all_but_the_constant_units(name: str) -> None:
    description = describe(SUBJECTS[name])
    varying = find_varying(description)
    for index, (top, left, height, width) in enumerate(description.layout.units.boxes):
        area = varying[top : top + height, left : left + width]
        assert area.all() if not description.constant[index] else not area.any()


def test_there_are_constant_units_among_the_subjects() -> None:
    assert describe(SUBJECTS["flat parts"]).constant.any()
    assert [10, 90, 200] in np.sort(describe(SUBJECTS["flat colour"]).values).tolist()


def test_another_kind_of_picture_is_refused() -> None:
    samples = SUBJECTS["grey"]
    description = describe(samples)
    for wrong in (replace(samples, bits=13), phantoms.resonance(160, 172)):
        for pair in ((samples, wrong), (wrong, samples)):
            with pytest.raises(UnsupportedSamples):
                recover(pair[0], description, (), pair[1])


@given(st.integers(32, 99), st.integers(32, 99), st.data())
def test_a_box_touches_the_squares_of_its_samples(
    rows: int, columns: int, data: st.DataObject
) -> None:
    grid = Grid(rows, columns, 32)
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    height, width = data.draw(st.integers(1, rows - top)), data.draw(st.integers(1, columns - left))
    expected = {
        grid.index_at(row, column)
        for row in range(top, top + height)
        for column in range(left, left + width)
    }
    touched = find_touched(grid, [(top, left, height, width)])
    assert set(np.flatnonzero(touched).tolist()) == expected
