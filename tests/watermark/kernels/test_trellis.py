"""Trellis: kernels and twins agree; the search finds the fewest flips that there are."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import trellises
from tests.watermark.kernels.strategies import Bits, flags
from watermark.carrier.trellis import holds_any_message, search_flips, syndromes, trellis_of


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int]:
    """Carriers and message bits: 1 to 12 carriers a bit."""
    bits = draw(st.integers(1, 14))
    return draw(st.integers(bits, min(12 * bits, 42))), bits


@settings(max_examples=40)
@given(shape=shapes())
def test_the_matrix_equals_the_twins(shape: tuple[int, int]) -> None:
    trellis = trellis_of(*shape)
    pairs = trellises.columns(*shape)
    assert trellis.columns.tolist() == [column for _, column in pairs]
    starts = [sum(owner < j for owner, _ in pairs) for j in range(shape[1] + 1)]
    assert trellis.starts.tolist() == starts


@settings(max_examples=40)
@given(shape=shapes(), data=st.data())
def test_syndromes_equal_the_twins(shape: tuple[int, int], data: st.DataObject) -> None:
    carriers: Bits = data.draw(flags((3, shape[0])))
    expected = [trellises.syndrome(row, shape[1]) for row in carriers.tolist()]
    assert syndromes(carriers, trellis_of(*shape)).tolist() == expected


@settings(max_examples=60)
@given(shape=shapes(), data=st.data())
def test_spanning_is_full_rank(shape: tuple[int, int], data: st.DataObject) -> None:
    dry: Bits = data.draw(flags((4, shape[0])))
    ranks = [trellises.rank(row, shape[1]) for row in dry.tolist()]
    assert holds_any_message(dry, trellis_of(*shape)).tolist() == [r == shape[1] for r in ranks]


def some_dry(shape: tuple[int, int], draws: Bits) -> Bits:
    """Rows of `draws` that can hold any message; all dry in place of those that cannot."""
    fits = holds_any_message(draws, trellis_of(*shape))
    return np.where(fits[:, np.newaxis], draws, np.int8(1))


@settings(max_examples=10)
@given(shape=shapes(), tiles=st.sampled_from([1, 3, 33]), seed=st.integers(0, 2**32 - 1))
def test_flips_equal_the_twins(shape: tuple[int, int], tiles: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    carriers = random.integers(0, 2, (tiles, shape[0])).astype(np.int8)
    dry = some_dry(shape, random.integers(0, 4, (tiles, shape[0])).clip(0, 1).astype(np.int8))
    messages = random.integers(0, 2, (tiles, shape[1])).astype(np.int8)
    trellis = trellis_of(*shape)
    flips = search_flips(carriers, dry, messages, trellis)
    assert (syndromes(carriers ^ flips, trellis) == messages).all()
    for tile in range(min(tiles, 2)):
        row = trellises.embed(*(a[tile].tolist() for a in (carriers, dry, messages)))
        assert (carriers ^ flips)[tile].tolist() == row


@settings(max_examples=6)
@given(bits=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
def test_no_fewer_flips_would_do(bits: int, seed: int) -> None:
    shape = (9, bits)
    random = np.random.default_rng(seed)
    carriers = random.integers(0, 2, (1, 9)).astype(np.int8)
    dry = some_dry(shape, random.integers(0, 2, (1, 9)).astype(np.int8))
    message = random.integers(0, 2, (1, bits)).astype(np.int8)
    every = np.array(list(itertools.product((0, 1), repeat=9)), dtype=np.int8)
    lawful = every[(every <= dry).all(axis=1)]
    right = (syndromes(lawful ^ carriers, trellis_of(*shape)) == message).all(axis=1)
    flips = search_flips(carriers, dry, message, trellis_of(*shape))
    assert (flips <= dry).all()
    assert flips.sum() == lawful[right].sum(axis=1).min()
