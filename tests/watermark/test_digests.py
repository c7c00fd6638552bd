"""Digests of cells: equal to the twins, bound to seal, frame, place and salt."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import seals as twin
from tests.watermark.marking import SEAL_ID, SEED, mark
from tests.watermark.phantoms import KINDS, computed, resonance
from tests.watermark.twins import lists
from watermark import list_cells
from watermark.digests import CELL_BYTES, cell_digests, differing_cells, sample_cells
from watermark.parameters import PROFILES
from watermark.tiles import Grid

PREFIX = SEAL_ID + (7).to_bytes(4, "big")
sizes = st.integers(1, 90)


@settings(max_examples=25)
@given(rows=sizes, columns=sizes, edge=st.sampled_from([32, 64]), planes=st.sampled_from([1, 3]))
def test_cell_lists_equal_the_twins(rows: int, columns: int, edge: int, planes: int) -> None:
    values = np.random.default_rng(rows).integers(-(2**17), 2**17, (planes, rows, columns))
    found = cell_digests(values.astype(np.int32), Grid(rows, columns, edge), PREFIX, SEED)
    assert found == twin.cell_list((SEAL_ID, 7), SEED, [lists(p) for p in values], edge)


@settings(max_examples=25)
@given(rows=sizes, columns=sizes, channels=st.sampled_from([0, 3]))
def test_lists_of_samples_equal_the_twins(rows: int, columns: int, channels: int) -> None:
    shape = (rows, columns, channels) if channels else (rows, columns)
    values = np.random.default_rng(rows).integers(-(2**15), 2**15, shape).astype(np.int16)
    planes = [values[:, :, c] for c in range(channels)] if channels else [values]
    expected = twin.cell_list((SEAL_ID, 7), SEED, [lists(p) for p in planes], 32, "samples")
    assert sample_cells(values, PREFIX, SEED) == expected
    assert sample_cells(values.astype(">i2"), PREFIX, SEED) == expected


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint32, np.float32, np.float64])
def test_samples_of_any_type_have_a_list(kind: type) -> None:
    frame: NDArray[Any] = np.arange(20 * 30).reshape(20, 30).astype(kind)
    found = sample_cells(frame, PREFIX, SEED)
    assert len(found) == CELL_BYTES * 2 * 3
    frame[19, 29] += 1
    differs = differing_cells(sample_cells(frame, PREFIX, SEED), found, 20, 30)
    assert np.argwhere(differs).tolist() == [[1, 2]]


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_marking_leaves_the_list_as_it_is(kind: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 270), profile)
    listed = list_cells(done.samples, done.description, SEED)
    assert listed == list_cells(done.original, done.description, SEED)
    assert len(listed) == CELL_BYTES * (288 // 8) * (270 // 8)


def test_another_seal_frame_or_seed_gives_another_list() -> None:
    planes = resonance(64, 64).planes()
    units = Grid(64, 64, 32)
    base = cell_digests(planes, units, PREFIX, SEED)
    others = [
        cell_digests(planes, units, SEAL_ID + bytes(4), SEED),
        cell_digests(planes, units, SEAL_ID[::-1] + PREFIX[16:], SEED),
        cell_digests(planes, units, PREFIX, SEED[::-1]),
    ]
    for other in others:
        assert differing_cells(base, other, 64, 64).all()


def test_equal_cells_have_unequal_digests() -> None:
    found = sample_cells(np.full((64, 64), 5, dtype=np.uint8), PREFIX, SEED)
    digests = [found[i : i + CELL_BYTES] for i in range(0, len(found), CELL_BYTES)]
    assert len(set(digests)) == len(digests)


def test_a_list_of_another_length_differs_everywhere() -> None:
    done = mark(computed(160, 160))
    listed = list_cells(done.samples, done.description, SEED)
    for other in (b"", listed[:-4], listed + bytes(4)):
        assert differing_cells(listed, other, 160, 160).all()
