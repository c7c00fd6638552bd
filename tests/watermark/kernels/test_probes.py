"""Probes: the carrier bits of cells at any phase are those that the twin reads there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from tests.reference.parities import bound_bits, cell_mask
from tests.reference.transforms import coefficients
from tests.watermark.mosaics import carriers, picture
from tests.watermark.twins import frame_of
from watermark.kernels import probes
from watermark.parameters import Transform
from watermark.samples import Colour

steps = pytest.mark.parametrize("step", list(Transform))
few = settings(max_examples=8)


@steps
@pytest.mark.parametrize("colour", list(Colour))
@few
@given(seed=st.integers(0, 1 << 32), top=st.integers(0, 7), left=st.integers(0, 7))
def test_bits_of_cells_equal_the_twins(
    step: Transform, colour: Colour, seed: int, top: int, left: int
) -> None:
    samples = picture(seed, 27, 21, colour)
    found, dull = carriers(samples, step, (top, left))
    down, across = (27 - top) // 8, (21 - left) // 8
    boxes = [(top + 8 * i, left + 8 * j, 8, 8) for i in range(down) for j in range(across)]
    for at, (y, x, _, _) in enumerate(boxes):
        part = frame_of(samples).pixels[y : y + 8]
        cell = type(frame_of(samples))(
            [row[x : x + 8] for row in part], samples.bits, samples.signed, samples.colour
        )
        expected = bound_bits(cell, step, [(0, 0, 8, 8)])[0]
        word = int(found[at])
        assert [word >> k & 1 for k in range(60)] == expected
        assert word >> 60 == 0
        plane = coefficients(cell.planes()[0], step)
        odd = any(plane[r][c] % 2 for r in range(8) for c in range(8) if r % 4 or c % 4)
        assert dull[at] == (0 if odd else 1)


@st.composite
def cells(draw: st.DrawFn) -> NDArray[np.int32]:
    """A few values of any sign, where hashes could wrap."""
    return draw(arrays(np.int32, 5, elements=st.integers(-(1 << 31), (1 << 31) - 1)))


@given(state=cells(), values=cells())
def test_mixing_equals_integers_modulo_two_to_the_32(
    state: NDArray[np.int32], values: NDArray[np.int32]
) -> None:
    expected = []
    for word, value in zip(state.tolist(), values.tolist(), strict=True):
        mixed = (word ^ value) % (1 << 32) * 0x5BD1E995 % (1 << 32)
        expected.append(mixed ^ mixed >> 15)
    probes.mix_values(state, values)
    assert [word % (1 << 32) for word in state.tolist()] == expected


@given(state=cells(), low=cells(), high=cells())
def test_masks_equal_the_twin(
    state: NDArray[np.int32], low: NDArray[np.int32], high: NDArray[np.int32]
) -> None:
    bits = np.zeros(len(state), dtype=np.int64)
    high &= 0xFFFFFFF
    probes.mask_bits(state, low, high, bits)
    for word, one, two, mixed in zip(
        bits.tolist(), low.tolist(), high.tolist(), state.tolist(), strict=True
    ):
        held = (one % (1 << 32)) | two << 32
        mask = cell_mask(mixed % (1 << 32), 60)
        assert [word >> k & 1 for k in range(60)] == [held >> k & 1 ^ mask[k] for k in range(60)]


@given(top=st.integers(0, 7), left=st.integers(0, 7), sample=st.integers(0, 63))
def test_a_view_of_a_lattice_holds_one_sample_of_each_cell(
    top: int, left: int, sample: int
) -> None:
    # 3 rows and 4 columns of cells, numbered by their samples, a row and a place to spare.
    numbers = np.arange(24 * 32, dtype=np.int32).reshape(3, 8, 4, 8).transpose(1, 3, 0, 2)
    plane = np.zeros((64, 17), dtype=np.int32)
    plane[:, :12] = numbers.reshape(64, 12)
    found = probes.view_sample(plane, sample, (top, left, 4), 4, 4).tolist()
    row, column = top + 8 + sample // 8, left + sample % 8
    whole = 3 if left else 4
    assert found[:whole] == [32 * row + column + 8 * j for j in range(whole)]
