"""Check bytes: changes in cells that message bits tell little of are narrowed all the same."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

import watermark
from tests.reference import checks as twin
from tests.watermark.marking import SEED, Marked, mark
from tests.watermark.phantoms import KINDS, computed, resonance
from tests.watermark.twins import digests_by_cell, places, told_of
from watermark import checkplan, pooling
from watermark.cellchecks import Scheme, pick_checks, split_checks
from watermark.checkplan import coarse_tiles, plan_checks, silent_cells
from watermark.parameters import CELL, PROFILES
from watermark.pooling import Doubt
from watermark.tiles import Grid

ROOMS = (0, 1, 2, 5, 9, 20, 60, 97, 222, 400, 1 << 12)


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
    digests, told = listed(done), told_of(done.description)
    known = digests_by_cell(digests, 284)
    for room in ROOMS:
        made = pick_checks(digests, done.description, room)
        assert made == twin.pick(told, known, room)
        assert len(made) <= room
        assert split_checks(made, done.description) is not None


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("room", [9, 40, 97, 300, 1 << 12])
def test_cells_that_changed_equal_the_twins(profile: str, room: int) -> None:
    done = mark(computed(288, 284), profile)
    digests, told = listed(done), told_of(done.description)
    made = pick_checks(digests, done.description, room)
    checks = split_checks(made, done.description)
    assert checks is not None
    grid = Grid(288, 284, CELL)
    random = np.random.default_rng(room)
    for share in (0.0, 0.01, 0.04, 0.2, 0.8):
        cells = Grid(9, 9, 1)
        doubt = np.zeros((grid.down, grid.across), dtype=bool)
        top, left = (int(random.integers(0, side - 9)) for side in (grid.down, grid.across))
        doubt[top : top + cells.down, left : left + cells.across] = True
        changed = doubt & (random.random(doubt.shape) < share)
        suspected = changed & (random.random(doubt.shape) < 0.9)
        received = bytearray(digests)
        for row, column in places(changed):
            at = 4 * (row * grid.across + column)
            received[at] ^= int(random.integers(0, 256))  # one in 256 looks the same
        found = checks.resolve(bytes(received), Doubt(doubt.reshape(-1), suspected.reshape(-1)))
        now = digests_by_cell(bytes(received), 284)
        expected = twin.resolve(told, made, now, places(doubt), places(suspected))
        assert [places(flags.reshape(doubt.shape)) for flags in found] == list(expected)


def test_silent_and_coarse_cells_are_those_of_the_page() -> None:
    light, standard = (mark(computed(288, 284), name) for name in ("light", "standard"))
    for done in (light, standard):
        flags = silent_cells(done.description).reshape(36, 35)
        assert places(flags) == told_of(done.description).silent
    assert coarse_tiles(light.description).sum() == light.description.carrying.sum()
    assert 0 < coarse_tiles(standard.description).sum() < standard.description.carrying.sum()


def test_what_no_writer_makes_is_refused() -> None:
    done = mark(computed(288, 288))
    claims = done.description
    pooled = pick_checks(listed(done), claims, 32)
    assert pooled[0] >> 4 == Scheme.POOLED
    checks = split_checks(pooled, claims)
    assert checks is not None
    alone = pick_checks(listed(done), claims, 1 << 12)
    assert alone[0] >> 4 == Scheme.ALONE
    full = pooled + bytes(checks.plan.count - len(checks.body))
    wrong = [
        pooled[:1],
        full,
        bytes([0x27]) + pooled[1:],
        bytes([0x16]) + pooled[1:],
        alone[:-1],
        alone + b"\0",
        bytes([0x06]) + alone[1 : 2 + 7 * checks.plan.count // 8],
    ]
    assert [split_checks(one, claims) for one in wrong] == [None] * len(wrong)
    assert split_checks(full[:-1], claims) is not None


def test_bits_after_the_last_value_are_zero() -> None:
    done = mark(computed(284, 284))
    count = plan_checks(done.description).count
    assert count % 8
    made = pick_checks(listed(done), done.description, 1 + -(-9 * count // 8))
    assert made[0] == 8
    wrong = made[:-1] + bytes([made[-1] ^ 1])
    assert split_checks(made, done.description) is not None
    assert split_checks(wrong, done.description) is None


def test_lists_of_another_size_give_no_check_bytes() -> None:
    done = mark(computed(288, 288))
    assert pick_checks(listed(done)[:-4], done.description, 400) == b""


@pytest.mark.parametrize("room", [80, 150, 1 << 12])
def test_a_change_in_a_silent_tile_is_narrowed_to_its_cell(room: int) -> None:
    done = mark(computed(288, 288))
    checks = pick_checks(listed(done), done.description, room)
    told = split_checks(checks, done.description)
    assert told is not None
    cells, exact = Grid(288, 288, CELL), []
    for index in np.flatnonzero(silent_cells(done.description)).tolist()[::5]:
        box = cells.box(index)
        found = located(done, change(done, box), checks)
        coarse = located(done, change(done, box), b"")
        assert found.cells[box[0] // CELL, box[1] // CELL]
        assert not (found.cells & ~coarse.cells).any()
        exact.append(found.boxes == (box,))
    missed = len(exact) - sum(exact)
    assert missed <= 1 + 4 * len(exact) * 2.0**-told.width  # 2^-width passes


@pytest.mark.parametrize("room", [80, 130])
def test_a_square_in_a_silent_tile_is_exact_with_pooled_values(room: int) -> None:
    done = mark(computed(288, 288))
    checks = pick_checks(listed(done), done.description, room)
    assert checks[0] >> 4 == Scheme.POOLED
    exact = []
    for box in done.description.layout.tiles.boxes:
        top, left, _, _ = box
        if (top // CELL, left // CELL) not in told_of(done.description).silent:
            continue
        values = done.values()
        values[top + 3 : top + 12, left + 9 : left + 22] += 5
        found = located(done, done.damaged(values), checks)
        assert found.cells.any()
        exact.append(found.boxes == ((top, left + 8, 16, 16),))
    assert len(exact) >= 8
    assert sum(exact) >= len(exact) - 1  # one cell in 256 passes


def test_squares_over_more_silent_cells_than_sums_are_narrowed_by_lines() -> None:
    done = mark(computed(512, 512), "light")
    checks = pick_checks(listed(done), done.description, 345)
    silent = silent_cells(done.description).reshape(64, 64)
    shares = []
    for edge in (40, 120, 200):
        values = done.values()
        values[12 : 12 + edge, 20 : 20 + edge] ^= 6
        found = located(done, done.damaged(values), checks).cells & silent
        truth = np.zeros_like(silent)
        truth[1 : (11 + edge) // 8 + 1, 2 : (19 + edge) // 8 + 1] = True
        truth &= silent
        shares.append((found & truth).sum() / (found | truth).sum())
    assert min(shares) >= 0.9


def test_under_light_a_square_at_the_rim_of_a_tile_is_exact_with_check_bytes() -> None:
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


def test_every_told_cell_is_in_one_codeword_in_ascending_order() -> None:
    for kind in KINDS.values():
        plan = plan_checks(mark(kind(288, 284), "light").description)
        members = pooling._members(plan)
        assert len(members) == plan.word_count
        for word, mine in enumerate(members):
            assert np.array_equal(mine, np.flatnonzero(plan.words == word))


def test_large_frames_are_pooled_and_resolved_by_cells_not_by_codewords_times_cells() -> None:
    costs = []
    for side in (256, 1024):
        rows, columns = np.divmod(np.arange(side * side), side)
        words, points = checkplan._assign(rows, columns)
        told = np.ones(side * side, dtype=bool)
        none = checkplan._lines(columns, ~told)
        lines = (checkplan._lines(rows, told), checkplan._lines(columns, told), none)
        plan = checkplan.Plan((side, side), np.arange(side * side), told, lines, words, points)
        symbols = ((rows * 31 + columns) % 256).astype(np.int32)
        taken = []
        for _ in range(3):
            started = process_time()
            pool = pooling.gather(plan, symbols, side * 6)
            changed, settled = pooling.resolve(plan, pool, symbols, Doubt(told, ~told))
            taken.append(process_time() - started)
        costs.append(min(taken))
        assert not changed.any()
        assert settled.any()
    assert costs[1] < 64 * costs[0]  # 16 times the cells; times the codewords it would be 256
