"""Redacted cells: the mark is gone, the canonical frame stays, every other cell is held to it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import redactions as twin
from tests.watermark.marking import SEAL_ID, SEED, mark
from tests.watermark.phantoms import KINDS, noise, resonance
from tests.watermark.twins import lists
from watermark import extract, list_cells, localise
from watermark.digests import frame_digest, sample_cells, sample_units
from watermark.errors import UnsupportedSamples
from watermark.parameters import CELL, PROFILES, TILE
from watermark.redaction import cells_in, check_rest, check_unmarked, samples_in, unmark
from watermark.salts import grow, read_salts
from watermark.samples import Samples
from watermark.survey import marked_boxes
from watermark.tiles import Flags, Grid

PREFIX = SEAL_ID + (7).to_bytes(4, "big")
BOX = (70, 75, 30, 40)


def blanked(samples: Samples, flags: Flags) -> Samples:
    """Return the samples with the flagged cells at one value."""
    values = samples.values.copy()
    values[samples_in(flags, samples.rows, samples.columns)] = values.min()
    return Samples(values, samples.bits, samples.signed, samples.colour, samples.padding)


@settings(max_examples=40)
@given(st.integers(8, 90), st.integers(8, 90), st.data())
def test_boxes_grow_to_the_cells_that_they_touch(
    rows: int, columns: int, data: st.DataObject
) -> None:
    top = data.draw(st.integers(0, rows - 1))
    left = data.draw(st.integers(0, columns - 1))
    tall, wide = data.draw(st.integers(1, rows - top)), data.draw(st.integers(1, columns - left))
    cells = Grid(rows, columns, CELL)
    flags = cells_in((top, left, tall, wide), cells)
    touched = {
        cells.index_at(y, x) for y in range(top, top + tall) for x in range(left, left + wide)
    }
    assert set(np.flatnonzero(flags).tolist()) == touched
    inside = samples_in(flags, rows, columns)
    assert inside[top : top + tall, left : left + wide].all()
    boxes = [cells.boxes[index] for index in touched]
    assert inside.sum() == sum(height * width for _, _, height, width in boxes)


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_unmarking_leaves_no_mark_and_the_same_canonical_frame(kind: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 270), profile)
    assert extract(done.samples).payload is not None
    bare = unmark(done.samples, done.description, bytes(range(32)))
    assert not extract(bare).marked
    assert list_cells(bare, done.description, SEED) == list_cells(
        done.original, done.description, SEED
    )
    assert localise(bare, done.description, SEED).canonical
    inside = np.zeros((288, 270), dtype=bool)
    layout = done.description.layout
    boxes = marked_boxes(layout, done.description.carrying, done.description.closing)
    for top, left, height, width in boxes.tolist():
        inside[top : top + height, left : left + width] = True
    assert np.array_equal(bare.values[~inside], done.samples.values[~inside])
    moved = np.abs(bare.values.astype(int) - done.samples.values.astype(int))
    assert moved.max() == 1


def test_other_randomness_draws_other_parities() -> None:
    done = mark(resonance(160, 160))
    first, second = (unmark(done.samples, done.description, bytes([n] * 32)) for n in (1, 2))
    assert (first.values != second.values).mean() > 0.3


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_not_redacted_is_still_held_to_the_digests(kind: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 270), profile)
    description, units = done.description, done.description.layout.units
    flags = cells_in(BOX, Grid(288, 270, CELL))
    salts = read_salts(*grow(SEED, units).disclose(flags, units), flags, units)
    listed = list_cells(done.samples, description, SEED)
    bare = unmark(done.samples, description, bytes(32))
    for whole in (done.samples, done.original, bare):
        shown = blanked(whole, flags)
        rest = check_rest(shown, description, salts, flags, listed)
        assert not rest.differing.any()
        random = np.random.default_rng(5)
        for _ in range(6):
            row, column = int(random.integers(288)), int(random.integers(270))
            values = shown.values.copy()
            values[row, column] ^= 4
            changed = Samples(values, shown.bits, shown.signed, shown.colour)
            found = check_rest(changed, description, salts, flags, listed).differing
            cell = cells_in((row, column, 1, 1), Grid(288, 270, CELL))
            assert np.array_equal(found, cell & ~flags)


def test_cells_beside_redacted_ones_are_counted() -> None:
    done = mark(resonance(160, 160))
    units = done.description.layout.units
    flags = cells_in((0, 0, 8, 8), Grid(160, 160, CELL))
    salts = read_salts(*grow(SEED, units).disclose(flags, units), flags, units)
    listed = list_cells(done.samples, done.description, SEED)
    assert check_rest(done.samples, done.description, salts, flags, listed).narrow == 15


def test_other_samples_are_refused() -> None:
    done, none = mark(resonance(160, 160)), np.zeros((20, 20), dtype=bool)
    salts = grow(SEED, done.description.layout.units)
    with pytest.raises(UnsupportedSamples):
        check_rest(noise(160, 160), done.description, salts, none, b"")


@settings(max_examples=20)
@given(rows=st.integers(1, 90), columns=st.integers(1, 90), channels=st.sampled_from([0, 3]))
def test_units_of_samples_equal_the_twins(rows: int, columns: int, channels: int) -> None:
    shape = (rows, columns, channels) if channels else (rows, columns)
    values = np.random.default_rng(rows).integers(-(2**15), 2**15, shape).astype(np.int16)
    planes = [values[:, :, c] for c in range(channels)] if channels else [values]
    expected = twin.unit_list((SEAL_ID, 7), SEED, [lists(p) for p in planes], 2)
    assert sample_units(values, PREFIX, SEED) == expected
    assert sample_units(values.astype(">i2"), PREFIX, SEED) == expected


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
def test_frames_without_a_mark_are_held_to_cells_and_units(kind: type) -> None:
    frame: NDArray[Any] = np.random.default_rng(3).integers(0, 99, (100, 110)).astype(kind)
    units, cells = Grid(100, 110, TILE), Grid(100, 110, CELL)
    listed = sample_cells(frame, PREFIX, SEED)
    both = listed + sample_units(frame, PREFIX, SEED)
    flags = cells_in((40, 40, 4, 4), cells)
    salts = read_salts(*grow(SEED, units).disclose(flags, units), flags, units)
    assert check_unmarked(frame, PREFIX, salts, flags, both).narrow == 15
    assert check_unmarked(frame, PREFIX, salts, flags, listed).narrow == cells.count - 1
    shown = frame.copy()
    shown[40:48, 40:48] = 0
    shown[99, 109] += 1
    for form in (listed, both):
        rest = check_unmarked(shown, PREFIX, salts, flags, form)
        assert np.argwhere(rest.differing).tolist() == [[11, 12]]
    other = both[:-1] + bytes([both[-1] ^ 1])  # a forger who found cells of these 32 bits
    rest = check_unmarked(frame, PREFIX, salts, flags, other)
    assert np.array_equal(rest.differing, cells_in((64, 64, 36, 46), cells))
    assert check_unmarked(frame, PREFIX, salts, flags, both[:-8]).differing.sum() == cells.count - 1


def test_the_frame_s_own_digest_is_not_needed_for_the_rest() -> None:
    """The salts that are left do not hold the one that would let the frame be guessed."""
    done = mark(resonance(160, 160))
    units = done.description.layout.units
    flags = cells_in(BOX, Grid(160, 160, CELL))
    left = read_salts(*grow(SEED, units).disclose(flags, units), flags, units)
    whole = frame_digest(np.zeros((1, 8, 8), np.int32), SEAL_ID, 7, SEED)
    for salt in (*left.units, *left.cells, *left.nodes.values()):
        assert frame_digest(np.zeros((1, 8, 8), np.int32), SEAL_ID, 7, salt or bytes(16)) != whole
