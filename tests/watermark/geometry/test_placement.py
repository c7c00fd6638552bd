"""Placements: what was received is laid where it was, and nothing is said of the rest."""

from dataclasses import replace

import numpy as np
import pytest

import watermark
from tests.watermark.marking import SEED, like, mark
from tests.watermark.phantoms import coloured, resonance
from watermark.errors import UnsupportedSamples
from watermark.geometry.orientation import AS_SEALED, ORIENTATIONS, Orientation
from watermark.parameters import CELL
from watermark.tiles import Grid

DONE = mark(resonance(160, 171))
every = pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")


def placed(way: Orientation, row: int, column: int) -> watermark.Placement:
    """A placement of the marked phantom."""
    return replace(watermark.placed_whole(way, DONE.description), row=row, column=column)


@every
def test_a_whole_frame_is_laid_back_exactly(way: Orientation) -> None:
    received = like(DONE.samples, way.apply(DONE.samples.values))
    canvas = watermark.lay(received, placed(way, 0, 0), DONE.description)
    assert canvas.whole
    assert (canvas.samples.values == DONE.samples.values).all()
    assert canvas.holds(DONE.description.layout.units).all()


@every
def test_a_crop_is_laid_where_it_was_cut_out_and_the_rest_is_zero(way: Orientation) -> None:
    received = like(DONE.samples, way.apply(DONE.samples.values[11:150, 40:]))
    canvas = watermark.lay(received, placed(way, 11, 40), DONE.description)
    assert not canvas.whole
    assert canvas.received == (11, 40, 139, 131)
    expected = np.zeros_like(DONE.samples.values)
    expected[11:150, 40:] = DONE.samples.values[11:150, 40:]
    assert (canvas.samples.values == expected).all()


@every
def test_altered_cells_are_boxed_where_they_were_received(way: Orientation) -> None:
    values = DONE.values()
    values[70:75, 80:82] = 0
    received = like(DONE.samples, way.apply(values[11:150, 40:]))
    canvas = watermark.lay(received, placed(way, 11, 40), DONE.description)
    units = DONE.description.layout.units
    cells = np.zeros((20, 21), dtype=bool)
    cells[8:10, 10] = True  # rows 64 to 79, columns 80 to 87
    cells[0, :] = True  # lost
    cells[3, 6] = True  # received, in a unit that was cut
    (box,) = canvas.boxes_of(cells, units)
    changed = way.apply(values != DONE.samples.values)[()]
    cut = way.apply((values != DONE.samples.values)[11:150, 40:])
    top, left, height, width = box
    assert changed.sum() == cut[top : top + height, left : left + width].sum() == 10
    assert height * width == 16 * 8


def test_squares_at_the_frames_end_count_as_received_with_their_remainder() -> None:
    received = like(DONE.samples, DONE.samples.values[:, :170])
    canvas = watermark.lay(received, placed(AS_SEALED, 0, 0), DONE.description)
    held = canvas.holds(Grid(160, 171, CELL)).reshape(20, 21)
    assert held[:, :-1].all()
    assert not held[:, -1].any()


@every
def test_words_say_how_a_picture_lies(way: Orientation) -> None:
    def words(rows: int, columns: int, row: int, column: int) -> str:
        shape = (columns, rows) if way.turns % 2 else (rows, columns)
        return placed(way, row, column).words(*shape, DONE.description)

    prefix = f"{way.name}, " if way.name else ""
    assert words(160, 171, 0, 0) == way.name
    assert words(160, 100, 0, 0) == f"{prefix}cropped at (0, 0)"
    assert words(100, 120, 60, 51) == f"{prefix}cropped at (60, 51)"
    assert words(160, 171, 1, 0) == f"{prefix}shifted to (1, 0)"
    assert words(180, 190, -4, -9) == f"{prefix}shifted to (-4, -9)"


def test_a_frame_inside_a_larger_picture_is_whole() -> None:
    values = np.pad(DONE.samples.values, 6)
    canvas = watermark.lay(like(DONE.samples, values), placed(AS_SEALED, -6, -6), DONE.description)
    assert canvas.whole
    assert (canvas.samples.values == DONE.samples.values).all()
    reading = watermark.reread(canvas.samples, DONE.description, DONE.payload)
    assert watermark.localise(canvas.samples, DONE.description, SEED, reading).intact


def test_what_does_not_lie_in_the_frame_or_is_of_another_kind_is_refused() -> None:
    for row, column in ((160, 0), (0, 171), (-160, 0), (0, -171)):
        with pytest.raises(UnsupportedSamples):
            watermark.lay(DONE.samples, placed(AS_SEALED, row, column), DONE.description)
    with pytest.raises(UnsupportedSamples):
        watermark.lay(coloured(160, 171), placed(AS_SEALED, 0, 0), DONE.description)
