"""Compression: few bytes, cut anywhere; any bytes are refused or give a frame in range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.reference import pictures
from tests.watermark.phantoms import KINDS, noise
from tests.watermark.twins import START, frame_of
from watermark import Colour, Samples, Shape, compress, expand
from watermark.errors import DoesNotFit, MalformedPicture, UnsupportedSamples

every_kind = pytest.mark.parametrize("kind", sorted(KINDS))
sizes = st.tuples(st.integers(1, 19), st.integers(1, 19))


def shape_of(samples: Samples) -> Shape:
    """What a reader of these samples' approximation knows."""
    return Shape(samples.rows, samples.columns, samples.bits, samples.signed, samples.colour)


def error(samples: Samples, data: bytes) -> float:
    """Root of the mean square error of an approximation."""
    found = expand(data, shape_of(samples)).values.astype(np.float64)
    return float(np.sqrt(np.square(found - samples.values.astype(np.float64)).mean()))


@st.composite
def frames(draw: st.DrawFn) -> Samples:
    """Small frames of every format: smooth or wild, most of them of odd sizes."""
    rows, columns = draw(sizes)
    colour = draw(st.sampled_from(Colour))
    bits = draw(st.integers(8, 16))
    signed = colour is Colour.GREY and draw(st.booleans())
    shape = (rows, columns) if colour is Colour.GREY else (rows, columns, 3)
    low = -(1 << (bits - 1)) if signed else 0
    high = low + (1 << bits) - 1
    base = draw(st.integers(low, high))
    values = st.one_of(st.integers(max(low, base - 9), min(high, base + 9)), st.integers(low, high))
    kind = np.dtype(f"{'i' if signed else 'u'}{1 if bits == 8 else 2}")
    return Samples(draw(arrays(kind, shape, elements=values, fill=values)), bits, signed, colour)


@settings(max_examples=60, deadline=None)
@given(samples=frames(), budget=st.integers(16, 1500), cut=st.integers(3, 1500))
def test_bytes_and_frames_equal_the_twins_at_every_cut(
    samples: Samples, budget: int, cut: int
) -> None:
    data = compress(samples, budget)
    assert data == pictures.compress(frame_of(samples), budget, START)
    found = expand(data[:cut], shape_of(samples))
    twin = pictures.expand(data[:cut], frame_of(samples), START)
    assert twin is not None
    assert frame_of(found) == twin


@every_kind
def test_a_smaller_budget_gives_the_beginning_of_a_larger_one(kind: str) -> None:
    samples = KINDS[kind](97, 130)
    whole = compress(samples, 4000)
    for budget in (16, 17, 100, 701, 3999):
        part = compress(samples, budget)
        assert part == whole[:budget]
        assert len(part) <= budget


@every_kind
def test_more_bytes_come_closer(kind: str) -> None:
    samples = KINDS[kind](97, 130)
    whole = compress(samples, 4000)
    errors = [error(samples, whole[:cut]) for cut in (3, 60, 250, 1000, 4000)]
    assert errors == sorted(errors, reverse=True)
    assert len(set(errors)) == 5


@settings(max_examples=40, deadline=None)
@given(samples=frames())
def test_all_planes_are_all_but_lossless(samples: Samples) -> None:
    data = compress(samples, 1 << 24)
    assert len(data) < 1 << 16
    found = expand(data, shape_of(samples))
    largest = 1 if samples.colour is Colour.GREY else 3
    assert np.abs(found.values.astype(int) - samples.values).max() <= largest


def test_a_constant_frame_takes_its_header_alone() -> None:
    values = np.full((96, 101), -7, dtype=np.int16)
    samples = Samples(values, 12, signed=True)
    data = compress(samples, 500)
    assert len(data) < 16
    assert (expand(data, shape_of(samples)).values == values).all()


@every_kind
def test_what_does_not_matter_costs_nothing_that_matters(kind: str) -> None:
    samples = KINDS[kind](128, 130)
    matters = np.ones((128, 130), dtype=bool)
    matters[32:96, 64:] = False
    other = samples.values.copy()
    other[32:96, 64:] = samples.limits[1]
    spoilt = Samples(other, samples.bits, samples.signed, samples.colour)
    data = compress(spoilt, 900, matters)
    assert data == compress(samples, 900, matters)
    wrong = expand(data, shape_of(samples)).values.astype(float) - samples.values
    plain = expand(compress(spoilt, 900), shape_of(samples)).values.astype(float) - samples.values
    assert np.square(wrong[matters]).mean() < np.square(plain[matters]).mean()


def test_a_frame_in_which_nothing_matters_is_empty() -> None:
    samples = noise(96, 96)
    assert len(compress(samples, 500, np.zeros((96, 96), dtype=bool))) < 16


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=80),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    bits=st.integers(8, 16),
    colour=st.sampled_from(Colour),
)
def test_any_bytes_are_refused_or_give_a_frame_in_range(
    data: bytes, size: tuple[int, int], bits: int, colour: Colour
) -> None:
    shape = Shape(*size, bits, colour is Colour.GREY and bits % 2 == 0, colour)
    try:
        found = expand(data, shape)
    except MalformedPicture:
        return
    assert (found.rows, found.columns) == size
    assert (found.bits, found.signed, found.colour) == (bits, shape.signed, colour)
    assert found.limits[0] <= found.values.min() <= found.values.max() <= found.limits[1]


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    changes=st.lists(st.tuples(st.integers(0, 599), st.integers(0, 255)), max_size=5),
    cut=st.integers(0, 600),
)
def test_changed_bytes_are_refused_or_give_a_frame_in_range(
    kind: str, changes: list[tuple[int, int]], cut: int
) -> None:
    samples = KINDS[kind](65, 71)
    data = bytearray(compress(samples, 600))
    for at, value in changes:
        data[at % len(data)] = value
    try:
        found = expand(bytes(data[:cut]), shape_of(samples))
    except MalformedPicture:
        return
    assert found.values.shape == samples.values.shape


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\x1d\0\0", b"\3\x10\0", bytes(1 << 24)])
def test_a_header_out_of_range_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedPicture):
        expand(data, Shape(96, 96, 12))


def test_budgets_and_shapes_out_of_range_are_refused() -> None:
    samples = Samples(np.zeros((96, 97), dtype=np.uint8), 8)
    with pytest.raises(DoesNotFit):
        compress(samples, 15)
    with pytest.raises(UnsupportedSamples):
        compress(samples, 99, np.ones((97, 96), dtype=bool))
    for fields in ((0, 9, 8), (9, 16385, 8), (9, 9, 7), (9, 9, 17)):
        with pytest.raises(UnsupportedSamples):
            Shape(*fields)
    with pytest.raises(UnsupportedSamples):
        Shape(9, 9, 8, True, Colour.RGB)


@pytest.mark.parametrize("size", [(1, 16384), (6, 16384), (16384, 3), (16384, 7)])
def test_the_longest_axis_is_addressed_to_its_end(size: tuple[int, int]) -> None:
    values = np.random.default_rng(5).integers(90, 110, size).astype(np.uint8)
    samples = Samples(values, 8)
    found = expand(compress(samples, 1 << 20), shape_of(samples)).values
    assert np.abs(found.astype(int) - values).max() <= 1
