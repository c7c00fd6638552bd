"""Decoding without the frame: the tiles themselves tell how many rows there were."""

import numpy as np
import pytest
from numpy.typing import NDArray

from watermark.parameters import dimension
from watermark.spreading.code import encode
from watermark.spreading.field import field_of, to_octets, to_symbols
from watermark.spreading.unframed import decode_unframed
from watermark.tiles import Grid

Octets = NDArray[np.uint8]
GRIDS = [Grid(32 * 16, 32 * 16, 32), Grid(32 * 20, 32 * 18, 32), Grid(32 * 4, 32 * 5, 32)]
every_grid = pytest.mark.parametrize("grid", GRIDS, ids=["16x16", "20x18", "4x5"])


def codeword(grid: Grid, level: int, seed: int) -> tuple[Octets, Octets]:
    """A message's rows and what each tile holds."""
    random = np.random.default_rng(seed)
    field = field_of(grid)
    rows = random.integers(0, 256, (dimension(grid.count, level), 12), dtype=np.uint8)
    return rows, to_octets(encode(to_symbols(rows, field), grid), field)


def draw(grid: Grid, count: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Some tiles, and the row and column of each."""
    chosen = np.sort(np.random.default_rng(seed).permutation(grid.count)[:count])
    return chosen, np.stack(np.divmod(chosen, grid.across), axis=1).astype(np.int64)


@every_grid
@pytest.mark.parametrize("level", [3, 11, 15])
@pytest.mark.parametrize("beyond", [0, 1, 3])
def test_any_tiles_give_the_message_whatever_its_size(grid: Grid, level: int, beyond: int) -> None:
    rows, held = codeword(grid, level, level)
    chosen, places = draw(grid, len(rows) + beyond, level + beyond)
    decoded = decode_unframed(held[chosen], places, level)
    assert decoded is not None
    assert (to_octets(*decoded) == rows).all()


@every_grid
@pytest.mark.parametrize("alike", [True, False], ids=["in all columns alike", "at random"])
def test_wrong_tiles_are_located_up_to_a_third_of_the_tiles_beyond(grid: Grid, alike: bool) -> None:
    level = 9
    rows, held = codeword(grid, level, 1)
    chosen, places = draw(grid, grid.count - 2, 2)
    data = held[chosen]
    wrong = (len(chosen) - len(rows)) // 3
    random = np.random.default_rng(3)
    for index in random.permutation(len(chosen))[:wrong]:
        data[index] ^= np.uint8(1 + index % 255) if alike else random.integers(1, 255, 12, np.uint8)
    decoded = decode_unframed(data, places, level)
    assert decoded is not None
    assert (to_octets(*decoded) == rows).all()


@every_grid
def test_tiles_of_no_codeword_give_at_most_what_a_signature_has_to_prove(grid: Grid) -> None:
    chosen, places = draw(grid, grid.count // 2, 5)
    data = np.random.default_rng(6).integers(0, 256, (len(chosen), 12), dtype=np.uint8)
    decoded = decode_unframed(data, places, 7)
    assert decoded is None or len(decoded[0]) == len(chosen)


def test_zeros_give_zeros() -> None:
    _, places = draw(GRIDS[0], 40, 7)
    decoded = decode_unframed(np.zeros((40, 12), dtype=np.uint8), places, 7)
    assert decoded is not None
    assert not decoded[0].any()
