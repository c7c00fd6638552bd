"""What the kernels are compared on: small arrays of every kind that they take."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from watermark.samples import Colour, Samples

Ints = NDArray[np.int32]
Bits = NDArray[np.int8]

sizes = st.tuples(st.integers(8, 24), st.integers(8, 24))
"""From one cell to two and their remainder."""


def planes(count: int) -> st.SearchStrategy[Ints]:
    """(count, rows, columns) int32 samples, mostly near each other, some anywhere."""
    values = st.one_of(st.integers(0, 3), st.integers(-32768, 65535))
    return sizes.flatmap(
        lambda size: arrays(np.int32, (count, *size), elements=values, fill=st.integers(0, 3))
    )


@st.composite
def colours(draw: st.DrawFn) -> Samples:
    """RGB frames in which some cells are grey, and some all but grey."""
    rows, columns = draw(sizes)
    grey = draw(arrays(np.uint8, (rows, columns), elements=st.integers(0, 255)))
    values = np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    spots = st.tuples(
        st.integers(0, rows - 1),
        st.integers(0, columns - 1),
        st.integers(0, 2),
        st.integers(0, 255),
    )
    for y, x, channel, value in draw(st.lists(spots, max_size=3)):
        values[y, x, channel] = value
    return Samples(np.ascontiguousarray(values), 8, colour=Colour.RGB)


@st.composite
def greys(draw: st.DrawFn) -> Samples:
    """Grey frames of any depth and sign, with few values so that runs are common."""
    bits, signed = draw(st.sampled_from([8, 10, 12, 16])), draw(st.booleans())
    low = -(1 << (bits - 1)) if signed else 0
    high = low + (1 << bits) - 1
    values = st.one_of(st.integers(low, high), st.sampled_from([low, low + 1, high - 1, high]))
    array = draw(sizes.flatmap(lambda size: arrays(np.int32, size, elements=values)))
    band = draw(st.sampled_from([None, (low, low), (low, low + 4), (high - 1, high)]))
    return Samples(array.astype(np.int16 if signed else np.uint16), bits, signed, padding=band)


frames = st.one_of(greys(), colours())


def flags(shape: tuple[int, ...]) -> st.SearchStrategy[Bits]:
    """An int8 array of zeros and ones."""
    return arrays(np.int8, shape, elements=st.integers(0, 1))
