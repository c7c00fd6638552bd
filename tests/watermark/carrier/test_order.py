"""Carrier order: each carrier once, cell by cell, neighbours far apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import parities
from tests.reference.frames import is_anchor
from watermark.carrier.order import cell_carriers, order_of


@pytest.mark.parametrize("height", range(8, 16))
@pytest.mark.parametrize("width", range(8, 16))
def test_a_cells_order_equals_the_twins_and_meets_each_carrier_once(
    height: int, width: int
) -> None:
    order = cell_carriers(height, width)
    assert order == parities.cell_order(height, width)
    every = {(y, x) for y in range(height) for x in range(width) if not is_anchor(y, x)}
    assert len(order) == len(every)
    assert set(order) == every


@settings(max_examples=20)
@given(height=st.integers(32, 127), width=st.integers(32, 127))
def test_a_tiles_order_equals_the_twins(height: int, width: int) -> None:
    order = order_of(height, width)
    places = parities.tile_order((0, 0, height, width))
    assert [tuple(place) for place in order.positions.tolist()] == places
    at = 0
    cells = parities.cells_of((0, 0, height, width))
    for row, cell in zip(order.cells.tolist(), cells, strict=True):
        count = len(parities.cell_order(*cell[2:]))
        assert row == [*cell, at, at + count]
        at += count
    assert at == len(places)


def test_a_regular_tile_has_960_carriers() -> None:
    assert len(order_of(32, 32).positions) == 960
