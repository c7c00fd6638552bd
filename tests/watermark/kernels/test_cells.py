"""Cells: each kernel and its twin agree on any frame, and the laws of a flip."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import parities, transforms
from tests.reference.frames import squares
from tests.watermark.kernels.strategies import Ints, flags, frames, planes
from tests.watermark.twins import frame_of, lists, places, table
from watermark.carrier.coefficients import analyse, carrier_bits, flip_carriers
from watermark.carrier.order import order_of
from watermark.kernels.cells import clear_parities, gather_carriers
from watermark.parameters import Transform
from watermark.samples import Samples
from watermark.transform.prediction import predict

steps = pytest.mark.parametrize("step", list(Transform))
few = settings(max_examples=25)


@steps
@few
@given(plane=planes(1))
def test_coefficients_equal_the_twins(step: Transform, plane: Ints) -> None:
    assert lists(predict(plane[0], step)) == transforms.coefficients(lists(plane[0]), step)


@steps
@few
@given(samples=frames)
def test_bound_planes_equal_the_twins(step: Transform, samples: Samples) -> None:
    frame = frame_of(samples)
    seen = analyse(samples, step)
    assert lists(seen.bound[0]) == transforms.coefficients(frame.planes()[0], step)
    assert [lists(plane) for plane in seen.bound[1:]] == transforms.companions(frame)


@few
@given(samples=frames)
def test_grey_cells_and_witnesses_equal_the_twins(samples: Samples) -> None:
    frame = frame_of(samples)
    seen = analyse(samples, Transform.DWT)
    cells = squares(samples.rows, samples.columns, 8)
    grey = [cells[i] for i in np.flatnonzero(seen.grey).tolist()]
    assert grey == transforms.grey_cells(frame)
    assert sorted(places(seen.witness)) == sorted(transforms.witnesses(frame))


@few
@given(samples=frames, data=st.data())
def test_clearing_parities_equals_the_twin(samples: Samples, data: st.DataObject) -> None:
    cells = squares(samples.rows, samples.columns, 8)
    boxes = data.draw(st.lists(st.sampled_from(cells), unique=True))
    seen = analyse(samples, Transform.DCT)
    cleared = seen.bound.copy()
    clear_parities(cleared[0], table(boxes))
    expected = transforms.canonical(frame_of(samples), Transform.DCT, boxes)
    assert [lists(plane) for plane in cleared] == expected


@steps
@few
@given(samples=frames)
def test_bound_bits_equal_the_twins(step: Transform, samples: Samples) -> None:
    whole = (0, 0, samples.rows, samples.columns)
    order = order_of(samples.rows, samples.columns)
    assert [tuple(place) for place in order.positions.tolist()] == parities.tile_order(whole)
    bits = carrier_bits(analyse(samples, step), table([whole]), order.positions, order.cells)
    assert bits.tolist() == parities.bound_bits(frame_of(samples), step, [whole])


def room(samples: Samples) -> Samples:
    """The same frame in which no sample stands at the end of its container."""
    low, high = samples.limits
    values = samples.values.clip(low + 1, high - 1)
    return Samples(values, samples.bits, samples.signed, samples.colour)


@steps
@few
@given(samples=frames, data=st.data())
def test_flips_equal_the_twins_and_change_parities_only(
    step: Transform, samples: Samples, data: st.DataObject
) -> None:
    samples = room(samples)
    order = order_of(samples.rows, samples.columns).positions
    wanted = data.draw(flags((1, len(order))))
    before = analyse(samples, step)
    changed = np.zeros((samples.rows, samples.columns), dtype=np.int8)
    whole = table([(0, 0, samples.rows, samples.columns)])
    canonical = before.bound.copy()
    flip_carriers(before, whole, order, wanted, changed)
    where = {(y, x) for (y, x), flag in zip(order.tolist(), wanted[0], strict=True) if flag}
    assert places(changed) == where
    after = samples.with_planes(before.planes)
    assert frame_of(after) == transforms.flip(frame_of(samples), step, where)
    # Flipping twice is flipping never. A grey cell that stays grey is hashed alike.
    again = analyse(after, step)
    flip_carriers(again, whole, order, wanted, changed)
    witnesses = places(before.witness)
    if not where & witnesses:
        assert (again.planes == samples.planes()).all()
        assert (again.bound[1:] == canonical[1:]).all()
        assert (again.bound[0] >> 1 == canonical[0] >> 1).all()


@few
@given(data=st.data())
def test_gathering_takes_each_carriers_flag(data: st.DataObject) -> None:
    found = data.draw(flags((40, 24)))
    order = order_of(16, 20).positions
    out = np.empty((2, len(order)), dtype=np.int8)
    gather_carriers(found, table([(0, 0, 16, 20), (24, 4, 16, 20)]), order, out)
    assert out[0].tolist() == [found[y, x] for y, x in order.tolist()]
    assert out[1].tolist() == [found[24 + y, 4 + x] for y, x in order.tolist()]
