"""The code over the tiles: any k of them give the message, wrong ones are located."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import codes
from watermark.spreading.code import decode, encode, generator
from watermark.spreading.field import field_of, points_of, to_octets, to_symbols
from watermark.tiles import Grid

SMALL, WIDE = Grid(160, 128, 32), Grid(96, 544, 32)
"""5 x 4 tiles in GF(2^8), 3 x 17 in GF(2^16)."""
grids = pytest.mark.parametrize("grid", [SMALL, WIDE], ids=["bytes", "words"])
few = settings(max_examples=15)


def message(grid: Grid, k: int, octets: int, seed: int) -> NDArray[np.uint8]:
    """(k, octets) random bytes; an even number of octets."""
    return np.random.default_rng(seed).integers(0, 256, (k, octets)).astype(np.uint8)


def sent(grid: Grid, rows: NDArray[np.uint8]) -> tuple[NDArray[np.int16], list[bytes]]:
    """The codeword as symbols, and as the octets of each tile."""
    field = field_of(grid)
    word = encode(to_symbols(rows, field), grid)
    return word, [row.tobytes() for row in to_octets(word, field)]


def twin_of(grid: Grid) -> tuple[codes.Field, list[int]]:
    """The twin's field and points."""
    field = codes.field_of(grid.down, grid.across)
    places = [divmod(i, grid.across) for i in range(grid.count)]
    return field, [codes.point(field, *place) for place in places]


@grids
@few
@given(data=st.data())
def test_the_codeword_equals_the_twins(grid: Grid, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, 9))
    rows = message(grid, k, 4, data.draw(st.integers(0, 99)))
    field, points = twin_of(grid)
    assert points_of(grid, field_of(grid)).tolist() == points
    lines = [row.tobytes() for row in rows]
    assert sent(grid, rows)[1] == codes.encode(field, lines, points)


@grids
def test_the_generator_equals_the_twins(grid: Grid) -> None:
    field, points = twin_of(grid)
    expected = [codes.lagrange(field, list(range(5)), point) for point in points]
    assert generator(grid, 5).tolist() == expected


@grids
@few
@given(data=st.data())
def test_any_k_tiles_give_the_message(grid: Grid, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, grid.count))
    rows = message(grid, k, 6, k)
    word, octets = sent(grid, rows)
    order = data.draw(st.permutations(range(grid.count)))
    present = np.zeros(grid.count, dtype=bool)
    present[order[:k]] = True
    received = np.where(present[:, np.newaxis], word, np.int16(77))
    found = decode(received, present, k, grid)
    assert found is not None
    assert (to_octets(found[0], field_of(grid)) == rows).all()
    assert (found[1] == word).all()
    if k <= 8:
        field, points = twin_of(grid)
        values = {points[i]: octets[i] for i in order[:k]}
        assert codes.decode(field, values, k) == [row.tobytes() for row in rows]


@grids
def test_fewer_than_k_tiles_give_nothing(grid: Grid) -> None:
    word, _ = sent(grid, message(grid, 6, 4, 0))
    present = np.arange(grid.count) < 5
    assert decode(word, present, 6, grid) is None


@grids
@few
@given(data=st.data())
def test_wrong_tiles_up_to_half_the_spare_are_corrected(grid: Grid, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, grid.count - 2))
    valid = data.draw(st.integers(k, grid.count))
    order = data.draw(st.permutations(range(grid.count)))[:valid]
    wrong = order[: data.draw(st.integers(0, (valid - k) // 2))]
    rows = message(grid, k, 6, k)
    word, _ = sent(grid, rows)
    present = np.zeros(grid.count, dtype=bool)
    present[order] = True
    received = word.copy()
    for i in wrong:
        received[i, i % word.shape[1]] ^= 1 + i
    found = decode(received, present, k, grid)
    assert found is not None
    assert (found[1] == word).all()


def test_a_wrong_tile_that_escapes_a_combination_is_still_located() -> None:
    # In GF(2^8) one wrong tile in 256 vanishes from a combination of the columns.
    rows = message(SMALL, 4, 4, 1)
    word, _ = sent(SMALL, rows)
    present = np.ones(SMALL.count, dtype=bool)
    for tile, error in itertools.product(range(SMALL.count), range(1, 256, 3)):
        received = word.copy()
        received[tile] ^= error
        found = decode(received, present, 4, SMALL)
        assert found is not None
        assert (found[1] == word).all()


def test_correction_equals_brute_force() -> None:
    grid = Grid(64, 96, 32)
    field, points = twin_of(grid)
    random = np.random.default_rng(3)
    for _ in range(40):
        rows = random.integers(0, 256, (2, 2)).astype(np.uint8)
        word, _ = sent(grid, rows)
        received = word.copy()
        for i in random.permutation(grid.count)[: random.integers(0, 4)]:
            received[i] = random.integers(0, 256, 2)
        octets = to_octets(received, field_of(grid))
        values = {p: octets[i].tobytes() for i, p in enumerate(points)}
        expected = codes.correct(field, values, 2)
        found = decode(received, np.ones(grid.count, dtype=bool), 2, grid)
        if expected is None:
            assert found is None
        else:
            assert found is not None
            lines = to_octets(found[0], field_of(grid))
            assert [row.tobytes() for row in lines] == expected


@grids
@given(octets=st.binary(min_size=24, max_size=24))
def test_symbols_are_octets_and_back(grid: Grid, octets: bytes) -> None:
    field, rows = field_of(grid), np.frombuffer(octets, dtype=np.uint8).reshape(2, 12)
    symbols = to_symbols(rows, field)
    twin = codes.field_of(grid.down, grid.across)
    mask = (1 << field.width) - 1
    assert [value & mask for value in symbols.reshape(-1).tolist()] == twin.symbols(octets)
    assert (to_octets(symbols, field) == rows).all()
