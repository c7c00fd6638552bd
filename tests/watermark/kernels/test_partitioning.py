"""Set partitioning and its coder: the kernels write the twin's bytes and read what it reads."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.reference import pictures, rangecoders
from tests.watermark.twins import START, lists
from watermark.kernels.planting import bit_length
from watermark.kernels.rangecoder import SIGHTS, code_mixed, shift_out
from watermark.picture import priors, stream
from watermark.picture.bands import plan

Ints = NDArray[np.int32]


@st.composite
def coefficients(draw: st.DrawFn) -> list[Ints]:
    """One or three planes of coefficients, most of them small, some large."""
    size = draw(st.tuples(st.integers(1, 21), st.integers(1, 21)))
    count = draw(st.sampled_from([1, 1, 3]))
    values = st.one_of(st.integers(-40, 40), st.integers(-(1 << 21), 1 << 21))
    part = arrays(np.int32, size, elements=values, fill=st.integers(-3, 3))
    return [draw(part) for _ in range(count)]


def twin_bands(parts: list[Ints], lighter: bool) -> tuple[list[pictures.Band], int]:
    """The bands of the twin, planted, and the number of bit planes."""
    bands = pictures.all_bands(len(parts), *parts[0].shape)
    return bands, pictures.plant([lists(part) for part in parts], bands, lighter)


@settings(max_examples=60, deadline=None)
@given(parts=coefficients(), lighter=st.booleans(), budget=st.integers(0, 900))
def test_written_bytes_equal_the_twins(parts: list[Ints], lighter: bool, budget: int) -> None:
    bands, planes = twin_bands(parts, lighter)
    coder = rangecoders.Writer(START, budget)
    pictures.Picture(coder, bands).run(planes)
    written = stream.write(parts, plan(len(parts), *parts[0].shape), lighter, budget)
    assert written == (planes, coder.octets())


@settings(max_examples=60, deadline=None)
@given(
    data=st.one_of(st.binary(max_size=60), st.integers(0, 60).map(lambda n: b"\xff" * n)),
    planes=st.integers(0, 28),
    size=st.tuples(st.integers(1, 21), st.integers(1, 21), st.sampled_from([1, 3])),
    lighter=st.booleans(),
)
def test_any_bytes_read_as_the_twin_reads_them(
    data: bytes, planes: int, size: tuple[int, int, int], lighter: bool
) -> None:
    rows, columns, count = size
    bands = pictures.all_bands(count, rows, columns)
    pictures.Picture(rangecoders.Reader(START, data), bands).run(planes)
    found = stream.read(data, planes, plan(count, rows, columns), lighter)
    assert [lists(part) for part in found] == pictures.harvest(bands, (rows, columns), lighter)


CHANCE = st.one_of(st.sampled_from([32, 65504]), st.integers(32, 65504))
WEIGHT = st.one_of(st.sampled_from([-1 << 19, 1 << 19]), st.integers(-1 << 19, 1 << 19))


@settings(max_examples=60, deadline=None)
@given(
    known=st.lists(st.tuples(CHANCE, st.integers(0, 60)), min_size=3, max_size=3),
    weights=st.lists(WEIGHT, min_size=3, max_size=3),
    bits=st.lists(st.integers(0, 1), min_size=1, max_size=80),
)
@example(known=[(65504, 60)] * 3, weights=[66248, 0, 0], bits=[1])  # one beyond the largest odds
def test_a_bit_under_any_chances_and_weights_is_coded_as_the_twin_codes_it(
    known: list[tuple[int, int]], weights: list[int], bits: list[int]
) -> None:
    contexts, choice, budget = (5, 400, 700), 2, 300
    twin = rangecoders.Writer(START, budget)
    coder = stream.begin(np.zeros(budget, dtype=np.uint8), decoding=False)
    for context, (chance, seen) in zip(contexts, known, strict=True):
        twin.chances[context] = [chance, seen]
        coder.chances[context] = (chance << SIGHTS) | seen
    twin.weights[choice] = list(weights)
    coder.weights[3 * choice : 3 * choice + 3] = weights
    for bit in bits:
        assert code_mixed(coder, *contexts, 3 * choice, bit) == bit
        twin.code(contexts, choice, bit)
    for _ in range(5):
        shift_out(coder.registers, coder.octets)
    octets = twin.octets()
    assert coder.octets[: len(octets)].tobytes() == octets
    assert coder.weights.reshape(-1, 3).tolist() == twin.weights
    assert coder.chances.tolist() == [(c << SIGHTS) | seen for c, seen in twin.chances]


@settings(max_examples=200)
@given(value=st.integers(0, (1 << 31) - 1), shift=st.integers(0, 30))
def test_a_bit_length_equals_that_of_the_integer(value: int, shift: int) -> None:
    assert bit_length(value >> shift) == (value >> shift).bit_length()


def test_the_tables_equal_the_twins() -> None:
    squash, stretch, rates = (table.tolist() for table in priors.mixing_tables())
    assert squash == rangecoders.SQUASH
    assert stretch == rangecoders.STRETCH
    assert rates == [131072 // (2 * seen + 3) for seen in range(64)]
