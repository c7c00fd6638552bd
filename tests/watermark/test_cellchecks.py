"""Check bytes: changes in cells that message bits tell little of are narrowed all the same."""

from dataclasses import replace

import numpy as np
import pytest

import watermark
from tests.reference import checks as twin
from tests.watermark.marking import SEED, Marked, mark
from tests.watermark.phantoms import KINDS, computed, resonance
from tests.watermark.twins import cells_by_box, tiles_of
from watermark.cellchecks import pick_checks, split_checks
from watermark.checkplan import Scheme, coarse_tiles, silent_cells
from watermark.parameters import CELL, PROFILES
from watermark.tiles import Grid

ROOMS = (0, 1, 2, 5, 9, 20, 33, 60, 97, 150, 222, 400, 1 << 12)


def listed(done: Marked) -> bytes:
    """The digests of all cells of a marked frame."""
    return watermark.list_cells(done.samples, done.description, SEED)


def change(done: Marked, box: tuple[int, int, int, int]) -> watermark.Samples:
    """The frame with one sample of a cell moved."""
    values = done.values()
    values[box[0] + 4, box[1] + 4] += 3
    return done.damaged(values)


def located(done: Marked, received: watermark.Samples, checks: bytes) -> watermark.TamperMap:
    """The map from the samples alone."""
    reading = watermark.extract(received)
    return watermark.localise(received, done.description, SEED, reading, checks=checks)


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_check_bytes_equal_the_twins(kind: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 284), profile)
    digests, tiles = listed(done), tiles_of(done.description)
    known = cells_by_box(digests, 288, 284)
    for room in ROOMS:
        made = pick_checks(digests, done.description, room)
        assert made == twin.pick(tiles, known, room)
        assert len(made) <= room
        assert split_checks(made, done.description) is not None


def test_silent_and_coarse_tiles_are_those_of_the_page() -> None:
    light, standard = (mark(computed(288, 284), name) for name in ("light", "standard"))
    for done in (light, standard):
        tiles = tiles_of(done.description)
        cells = Grid(288, 284, CELL)
        expected = [
            any(_holds(tile.box, box) for tile in tiles if not tile.coarse) for box in cells.boxes
        ]
        assert silent_cells(done.description).tolist() == expected
        coarse = sum(tile.coarse for tile in tiles)
        assert coarse == int(coarse_tiles(done.description).sum())
    assert coarse_tiles(light.description).sum() == light.description.carrying.sum()
    assert 0 < coarse_tiles(standard.description).sum() < standard.description.carrying.sum()


def _holds(outer: tuple[int, int, int, int], inner: tuple[int, int, int, int]) -> bool:
    return all(
        outer[axis] <= inner[axis]
        and inner[axis] + inner[axis + 2] <= outer[axis] + outer[axis + 2]
        for axis in (0, 1)
    )


def test_what_no_writer_makes_is_refused() -> None:
    done = mark(computed(288, 288))
    claims = done.description
    made = pick_checks(listed(done), claims, 32)
    assert made[0] >> 4 == Scheme.SHARED
    told = split_checks(made, claims)
    assert told is not None
    assert len(told.values) < told.plan.count
    wrong = [made[:1], made[:-1], made + b"\0", bytes([made[0] | 0x20]) + made[1:]]
    assert [split_checks(one, claims) for one in wrong] == [None] * len(wrong)


def test_bits_after_the_last_value_are_zero() -> None:
    done = mark(resonance(288, 288), "light")
    loose = 0
    for room in range(20, 60):
        made = pick_checks(listed(done), done.description, room)
        told = split_checks(made, done.description)
        assert told is not None
        if told.width * len(told.values) % 8:
            wrong = made[:-1] + bytes([made[-1] ^ 1])
            assert split_checks(wrong, done.description) is None
            loose += 1
    assert loose


def test_lists_of_another_size_give_no_check_bytes() -> None:
    done = mark(computed(288, 288))
    assert pick_checks(listed(done)[:-4], done.description, 400) == b""


@pytest.mark.parametrize("room", [32, 60, 1 << 12])
def test_a_change_in_a_silent_tile_is_narrowed_to_its_cell(room: int) -> None:
    done = mark(computed(288, 288))
    checks = pick_checks(listed(done), done.description, room)
    told = split_checks(checks, done.description)
    assert told is not None
    cells, exact = Grid(288, 288, CELL), []
    silent = silent_cells(done.description)
    for index in np.flatnonzero(silent).tolist()[::5]:
        box = cells.box(index)
        found = located(done, change(done, box), checks)
        coarse = located(done, change(done, box), b"")
        assert found.cells[box[0] // CELL, box[1] // CELL]
        assert not (found.cells & ~coarse.cells).any()
        if told.told[index]:
            exact.append(found.boxes == (box,))
        else:
            assert found.boxes == coarse.boxes
    missed = len(exact) - sum(exact)
    assert missed <= 1 + 4 * len(exact) * 2.0**-told.width  # 2^-width passes, in row or column


def test_a_square_in_a_silent_tile_is_exact_with_shared_values() -> None:
    done = mark(computed(288, 288))
    checks = pick_checks(listed(done), done.description, 130)
    told = split_checks(checks, done.description)
    assert told is not None
    assert told.plan.scheme is Scheme.SHARED
    exact = []
    for tile in (tile for tile in tiles_of(done.description) if not tile.coarse):
        top, left, _, _ = tile.box
        values = done.values()
        values[top + 3 : top + 12, left + 9 : left + 22] += 5
        found = located(done, done.damaged(values), checks)
        assert found.cells.any()
        exact.append(found.boxes == ((top, left + 8, 16, 16),))
    assert len(exact) >= 8
    assert sum(exact) >= len(exact) - 1  # values of eleven bits


def test_under_light_a_square_at_the_rim_of_a_tile_is_exact_with_column_values() -> None:
    done = mark(resonance(512, 512), "light")
    checks = pick_checks(listed(done), done.description, 1 << 12)
    exact = better = 0
    for tile in done.carrying()[::9]:
        top, left, height, width = done.description.layout.coding.boxes[tile]
        if (height, width) != (32, 32):
            continue
        values = done.values()
        values[top + 4 : top + 20, left + 2 : left + 23] ^= 4
        received = done.damaged(values)
        found, coarse = located(done, received, checks), located(done, received, b"")
        truth = np.zeros_like(found.cells)
        truth[top // 8 : top // 8 + 3, left // 8 : left // 8 + 3] = True
        exact += int(np.array_equal(found.cells, truth))
        better += int((found.cells ^ truth).sum() < (coarse.cells ^ truth).sum())
    assert exact >= 15
    assert better >= 15


def test_check_bytes_of_another_frame_name_nothing_outside_what_differs() -> None:
    done = mark(computed(288, 288))
    other = replace(done, samples=mark(computed(288, 288, seed=5)).samples)
    wrong = pick_checks(listed(other), done.description, 1 << 12)
    intact = located(done, done.samples, wrong)
    assert intact.intact
    assert not np.asarray(intact.cells).any()
    box = Grid(288, 288, CELL).box(int(np.flatnonzero(silent_cells(done.description))[3]))
    named = located(done, change(done, box), wrong).cells
    assert not (named & ~located(done, change(done, box), b"").cells).any()
