"""Localisation: exactly the changed units, by digest, by value, by chunk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.watermark.marking import SEED, Marked, mark
from tests.watermark.phantoms import KINDS, coloured, computed, resonance, sonogram
from watermark.errors import UnsupportedSamples
from watermark.parameters import PROFILES


def unit_at(done: Marked, row: int, column: int) -> int:
    """The unit of a sample."""
    return done.description.layout.units.index_at(row, column)


def named(done: Marked, values: np.ndarray, *, blind: bool = True) -> list[int]:
    """The units that are reported for other values."""
    hurt = done.damaged(values)
    reading = watermark.extract(hurt) if blind else None
    found = watermark.localise(hurt, done.description, SEED, reading)
    return [int(i) for i in np.flatnonzero(found.altered)]


@pytest.fixture(scope="module")
def sealed() -> dict[tuple[str, str], Marked]:
    """Every kind of picture under every profile."""
    return {
        (kind, p.name): mark(make(288, 270), p.name)
        for kind, make in KINDS.items()
        for p in PROFILES
    }


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4)
@given(row=st.integers(0, 287), column=st.integers(0, 269), data=st.data())
def test_one_changed_sample_names_its_unit(
    sealed: dict[tuple[str, str], Marked],
    kind: str,
    profile: str,
    row: int,
    column: int,
    data: st.DataObject,
) -> None:
    done = sealed[kind, profile]
    values = done.values()
    place = (row, column, data.draw(st.integers(0, 2))) if values.ndim == 3 else (row, column)
    low, high = done.samples.limits
    step = 1 if values[place] < high else -1
    values[place] += step
    units = named(done, values)
    closing = done.description.layout.tiles.box(done.description.closing)
    own = unit_at(done, row, column)
    assert units == [own], (low, closing)


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_frame_names_nothing(sealed: dict[tuple[str, str], Marked], kind: str) -> None:
    for p in PROFILES:
        done = sealed[kind, p.name]
        assert named(done, done.values()) == []
        assert named(done, done.values(), blind=False) == []


def test_constant_units_are_described_by_value() -> None:
    done = mark(computed(288, 288))
    claims = done.description
    constant = np.flatnonzero(claims.constant).tolist()
    assert len(constant) >= 2
    assert (claims.values == -2000).all()
    for index in constant:
        top, left, height, width = claims.layout.units.boxes[index]
        values = done.values()
        assert (values[top : top + height, left : left + width] == -2000).all()
        values[top + height - 1, left + 1] += 1
        assert named(done, values, blind=False) == [index]


def test_constant_colour_is_described_by_all_its_planes() -> None:
    done = mark(coloured(288, 301))
    claims = done.description
    index = int(np.flatnonzero(claims.constant)[0])
    top, left, _, _ = claims.layout.units.boxes[index]
    assert claims.values.shape[1] == 3
    for channel in range(3):
        values = done.values()
        values[top + 4, left + 4, channel] ^= 1
        assert named(done, values, blind=False) == [index]


def test_blank_units_are_exact_to_the_parity() -> None:
    done = mark(computed(288, 288))
    claims = done.description
    blank = ~claims.carrying & ~claims.constant
    blank[claims.closing_coding_tile] = False
    assert blank.any()
    coefficients = watermark.carrier.coefficients.analyse(done.samples, claims.transform)
    for index in np.flatnonzero(blank).tolist():
        top, left, _, _ = claims.layout.units.boxes[index]
        values = done.values()
        odd = coefficients.bound[0][top + 5, left + 6] & 1
        values[top + 5, left + 6] += -1 if odd else 1  # the flip that no carrier would show
        assert named(done, values, blind=False) == [index]


def test_parities_of_carrying_units_are_seen_with_the_reading() -> None:
    done = mark(resonance(160, 170))
    coefficients = watermark.carrier.coefficients.analyse(done.samples, done.description.transform)
    for index in done.carrying():
        rows, columns = done.box(index)
        place = rows.start + 5, columns.start + 6
        values = done.values()
        values[place] += -1 if coefficients.bound[0][place] & 1 else 1
        assert named(done, values, blind=False) == []
        assert named(done, values) == [index]


def test_the_closing_tile_is_named_when_it_contradicts_itself() -> None:
    done = mark(resonance(160, 170))
    top, left, _, _ = done.description.layout.tiles.box(done.description.closing)
    values = done.values()
    values[top + 9, left + 9] += 1
    assert named(done, values, blind=False) == [unit_at(done, top, left)]


def test_an_edit_over_many_units_names_all_and_no_other() -> None:
    done = mark(sonogram(320, 320), damage=0.2)
    values = done.values()
    values[70:140, 100:200] = 77
    before = done.samples.values
    changed = np.argwhere(before != values).tolist()
    assert named(done, values) == sorted({unit_at(done, y, x) for y, x in changed})


def cells_of(done: Marked, values: np.ndarray) -> np.ndarray:
    """The cells in which a sample differs."""
    changed = done.damaged(values).values != done.samples.values
    if changed.ndim == 3:
        changed = changed.any(axis=2)
    out = np.zeros((changed.shape[0] // 8, changed.shape[1] // 8), dtype=bool)
    for row, column in np.argwhere(changed).tolist():
        out[min(row // 8, len(out) - 1), min(column // 8, out.shape[1] - 1)] = True
    return out


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4)
@given(row=st.integers(0, 250), column=st.integers(0, 240), edge=st.sampled_from([1, 3, 20]))
def test_the_list_of_the_tags_names_exactly_the_changed_cells(
    sealed: dict[tuple[str, str], Marked], kind: str, profile: str, row: int, column: int, edge: int
) -> None:
    done = sealed[kind, profile]
    values = done.values()
    box = slice(row, row + edge), slice(column, column + edge)
    low, high = done.samples.limits
    values[box] = np.where(values[box] < (low + high) // 2, values[box] + 2, values[box] - 2)
    hurt = done.damaged(values)
    listed = watermark.list_cells(done.samples, done.description, SEED)
    reading = watermark.reread(hurt, done.description, done.payload)
    for seen in (reading, None):
        found = watermark.localise(hurt, done.description, SEED, seen, listed)
        assert np.array_equal(found.cells, cells_of(done, values))


@pytest.mark.parametrize("profile", ["standard", "full"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_alone_name_exactly_the_changed_cells_of_tiles_that_carry(
    sealed: dict[tuple[str, str], Marked], kind: str, profile: str
) -> None:
    done = sealed[kind, profile]
    values = done.values()
    inner = [i for i in done.carrying() if done.description.layout.coding.boxes[i][2:] == (32, 32)]
    for index in inner[::3]:
        rows, columns = done.box(index)
        place = slice(rows.start + 6, rows.start + 19), slice(columns.start + 9, columns.start + 15)
        values[place] ^= 6
    hurt = done.damaged(values)
    found = watermark.localise(hurt, done.description, SEED, watermark.extract(hurt))
    assert np.array_equal(found.cells, cells_of(done, values))


def test_blank_units_are_reported_whole_without_the_list() -> None:
    done = mark(computed(288, 288))
    claims = done.description
    blank = ~claims.carrying & ~claims.constant
    blank[claims.closing_coding_tile] = False
    index = int(np.flatnonzero(blank)[0])
    top, left, height, width = claims.layout.units.boxes[index]
    values = done.values()
    values[top + 5, left + 6] += 3
    hurt = done.damaged(values)
    found = watermark.localise(hurt, claims, SEED, watermark.extract(hurt))
    assert found.boxes == ((top, left, height, width),)


def test_a_constant_unit_is_narrowed_by_its_value() -> None:
    done = mark(computed(288, 288))
    top, left, _, _ = done.description.layout.units.boxes[
        int(np.flatnonzero(done.description.constant)[0])
    ]
    values = done.values()
    values[top + 9, left + 17] += 1
    hurt = done.damaged(values)
    found = watermark.localise(hurt, done.description, SEED, watermark.extract(hurt))
    assert found.boxes == ((top + 8, left + 16, 8, 8),)


def test_other_geometry_is_refused() -> None:
    done = mark(resonance(160, 170))
    for other in (resonance(170, 160), resonance(160, 170, bits=11), coloured(160, 170)):
        with pytest.raises(UnsupportedSamples):
            watermark.localise(other, done.description, SEED)


def test_another_seed_or_seal_proves_nothing() -> None:
    done = mark(resonance(160, 170))
    found = watermark.localise(done.samples, done.description, bytes(16))
    assert not found.canonical
    assert found.altered.all()
