"""Fields: tables, matrices and polynomials agree with long multiplication."""

import functools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import codes
from watermark.kernels.galois import (
    fill_power_sums,
    interpolate_points,
    reduce_pair,
    solve_powers,
)
from watermark.spreading.field import Field, combine, field_of, lagrange
from watermark.tiles import Grid

FIELDS = {
    "bytes": (codes.BYTES, field_of(Grid(128, 128, 32))),
    "words": (codes.WORDS, field_of(Grid(1024, 1024, 32))),
}
both = pytest.mark.parametrize(("twin", "field"), FIELDS.values(), ids=FIELDS)
few = settings(max_examples=25)


def elements(twin: codes.Field) -> st.SearchStrategy[int]:
    """Any field element."""
    return st.integers(0, (1 << twin.width) - 1)


def column(values: list[int]) -> NDArray[np.int32]:
    """Field elements as the kernels take them."""
    return np.array(values, dtype=np.int32)


@both
@given(data=st.data())
def test_tables_multiply_as_the_twin(twin: codes.Field, field: Field, data: st.DataObject) -> None:
    a, b = data.draw(elements(twin)), data.draw(elements(twin))
    product = int(field.exp[field.log[a] + field.log[b]]) if a and b else 0
    assert product == twin.times(a, b)
    assert twin.times(a, twin.inverse(a)) == (1 if a else 0)


@both
def test_the_generator_reaches_every_element(twin: codes.Field, field: Field) -> None:
    order = (1 << twin.width) - 1
    assert sorted(field.exp[:order].tolist()) == list(range(1, order + 1))
    assert (field.exp[:order] == field.exp[order:]).all()


@both
@few
@given(data=st.data())
def test_lagrange_rows_equal_the_twins(
    twin: codes.Field, field: Field, data: st.DataObject
) -> None:
    sources = data.draw(st.lists(elements(twin), min_size=1, max_size=8, unique=True))
    targets = data.draw(st.lists(elements(twin), min_size=1, max_size=4)) + sources[:1]
    rows = lagrange(column(sources), column(targets), field)
    assert rows.tolist() == [codes.lagrange(twin, sources, target) for target in targets]


@both
@few
@given(data=st.data())
def test_combining_equals_the_twin(twin: codes.Field, field: Field, data: st.DataObject) -> None:
    k, wide = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 6))
    line = st.lists(elements(twin), min_size=wide, max_size=wide)
    rows = data.draw(st.lists(line, min_size=k, max_size=k))
    weights = data.draw(st.lists(elements(twin), min_size=k, max_size=k))
    symbols = np.array(rows).astype(np.uint16).view(np.int16)
    out = combine(column(weights)[np.newaxis], symbols, field)[0]
    mask = (1 << twin.width) - 1
    assert [value & mask for value in out.tolist()] == codes.combine(twin, weights, rows)


@both
@few
@given(data=st.data())
def test_interpolation_goes_through_its_points(
    twin: codes.Field, field: Field, data: st.DataObject
) -> None:
    points = data.draw(st.lists(elements(twin), min_size=1, max_size=9, unique=True))
    n = len(points)
    values = data.draw(st.lists(elements(twin), min_size=n, max_size=n))
    table, out = np.empty((2, n + 1), dtype=np.int32), np.empty(n, dtype=np.int32)
    interpolate_points(column(points), column(values), field.exp, field.log, table, out)
    assert [codes.evaluate(twin, out.tolist(), x) for x in points] == values
    product = table[0].tolist()
    assert product[n] == 1
    assert [codes.evaluate(twin, product, x) for x in points] == [0] * n


@both
@few
@given(data=st.data())
def test_euclid_stops_at_a_multiple_of_small_degree(
    twin: codes.Field, field: Field, data: st.DataObject
) -> None:
    n = data.draw(st.integers(2, 9))
    big = [*data.draw(st.lists(elements(twin), min_size=n, max_size=n)), 1]
    small = [*data.draw(st.lists(elements(twin), min_size=n, max_size=n)), 0]
    bound = data.draw(st.integers(1, n))
    pair, cofactors = (column(big), column(small)), np.empty((2, n + 1), dtype=np.int32)
    which = reduce_pair(*pair, bound, field.exp, field.log, cofactors)
    rest = codes.trim(pair[which].tolist())
    assert len(rest) <= bound
    multiple = codes.multiply(twin, cofactors[which].tolist(), codes.trim(small))
    assert codes.remainder(twin, multiple, big) == rest


@both
@few
@given(data=st.data())
def test_power_sums_equal_the_twins_and_are_solved(
    twin: codes.Field, field: Field, data: st.DataObject
) -> None:
    points = data.draw(st.lists(elements(twin), min_size=1, max_size=9, unique=True))
    n = len(points)
    symbols = data.draw(st.lists(elements(twin), min_size=n, max_size=n))
    sums = np.zeros(n + 2, dtype=np.int32)
    tables = (field.exp, field.log)
    fill_power_sums(column(points), column(symbols), *tables, np.empty(n, np.int32), sums)
    pairs = list(zip(points, symbols, strict=True))
    for exponent, found in enumerate(sums.tolist()):
        terms = [twin.times(s, codes.power(twin, x, exponent)) for x, s in pairs]
        assert found == functools.reduce(operator.xor, terms)
    solved = sums[:n].copy()
    solve_powers(column(points), *tables, solved)
    assert solved.tolist() == symbols
