"""Windows: few, disjoint, inside the picture, and where something is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watermark.geometry import windows
from watermark.geometry.windows import STAGES, Stage, choose_part, choose_windows
from watermark.samples import Colour, Samples

stages = st.sampled_from(STAGES)
sizes = st.integers(96, 1100)


def grey(values: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Samples:
    """A grey picture of eight bits."""
    return Samples(values, 8)


@given(stage=stages, rows=sizes, columns=sizes, seed=st.integers(0, 99))
def test_windows_are_disjoint_few_and_of_bounded_size(
    stage: Stage, rows: int, columns: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    picture = grey(random.integers(0, 2, (rows, columns), dtype=np.uint8))
    covered = np.zeros((rows, columns), dtype=np.int8)
    chosen = choose_windows(picture, stage)
    for top, left, height, width in chosen:
        assert top + height <= rows
        assert left + width <= columns
        assert max(height, width) < 2 * stage.window
        covered[top : top + height, left : left + width] += 1
    assert covered.max() == 1
    assert 1 <= len(chosen) <= stage.windows


@pytest.mark.parametrize("colour", [Colour.GREY, Colour.RGB])
def test_windows_stand_where_something_is(colour: Colour) -> None:
    values = np.zeros((600, 600), dtype=np.uint8)
    values[30:150, 470:590] = np.random.default_rng(1).integers(0, 255, (120, 120))
    if colour is Colour.RGB:
        values = np.ascontiguousarray(np.repeat(values[:, :, np.newaxis], 3, axis=2))
    top, left, height, width = choose_windows(Samples(values, 8, colour=colour), STAGES[0])[0]
    # To the cell, of which half has to be lively.
    assert 26 <= top <= top + height <= 154
    assert 466 <= left <= left + width <= 594


@given(rows=sizes, columns=sizes)
def test_all_of_a_picture_is_read_up_to_a_size(rows: int, columns: int) -> None:
    picture = grey(np.zeros((rows, columns), dtype=np.uint8))
    assert choose_part(picture) == (0, 0, rows, columns)


@pytest.mark.parametrize("shape", [(100, 3000), (3000, 100), (640, 640), (500, 530), (200, 9000)])
def test_of_a_larger_picture_the_liveliest_part_of_its_proportions_is_read(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "MOST_SAMPLES", 1 << 18)
    values = np.zeros(shape, dtype=np.uint8)
    half = (shape[0] // 2, shape[1] // 2)
    lively = np.random.default_rng(1).integers(0, 255, (shape[0] - half[0], shape[1] - half[1]))
    values[half[0] :, half[1] :] = lively
    top, left, height, width = choose_part(grey(values))
    assert height * width <= 1 << 18
    assert height * width > 0.9 * min(1 << 18, values.size)
    assert top + height <= shape[0]
    assert left + width <= shape[1]
    if values.size > 1 << 18:
        assert abs(height * shape[1] - width * shape[0]) <= 2 * max(shape)
    held = np.count_nonzero(values[top : top + height, left : left + width])
    assert held > 0.8 * np.count_nonzero(values[-height:, -width:])
