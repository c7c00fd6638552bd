"""Windows: few, disjoint, inside the picture, and where something is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watermark.marking import mark
from tests.watermark.phantoms import noise
from watermark.geometry.synchronisation import STAGES, Stage, choose_windows, synchronise
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
    windows = choose_windows(picture, stage)
    for top, left, height, width in windows:
        assert top + height <= rows
        assert left + width <= columns
        assert max(height, width) < 2 * stage.window
        covered[top : top + height, left : left + width] += 1
    assert covered.max() == 1
    assert 1 <= len(windows) <= stage.windows


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


def test_tiles_are_sought_only_where_there_can_be_such() -> None:
    marked = mark(noise(160, 160)).samples
    assert [hit.placement.edge for hit in synchronise(marked)][:1] == [32]
    # Too many tiles of 32, and too few samples for tiles of 128.
    assert {hit.placement.edge for hit in synchronise(noise(1153, 1153))} <= {64}


def test_the_first_placement_is_that_of_the_frame_itself() -> None:
    done = mark(noise(160, 160), transform="dct")
    first = next(synchronise(done.samples)).placement
    assert first.orientation.name == ""
    assert (first.row, first.column, first.profile.name) == (0, 0, "standard")
    assert first.transform == done.description.transform
