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
