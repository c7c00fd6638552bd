"""Check bytes: changes in areas that carry nothing are narrowed from the samples alone."""

import numpy as np
import pytest

import watermark
from tests.watermark.marking import SEED, Marked, mark
from tests.watermark.phantoms import KINDS, computed
from watermark.cellchecks import pick_checks, silent_cells, split_checks
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL, PROFILES
from watermark.tiles import Grid


def checks_of(done: Marked) -> bytes:
    """All check bytes of a frame."""
    listed = watermark.list_cells(done.samples, done.description, SEED)
    return pick_checks(listed, done.description, len(silent_cells(done.description)))


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_silent_cells_are_those_of_no_carrying_tile_and_no_constant_unit(
    kind: str, profile: str
) -> None:
    claims = mark(KINDS[kind](288, 270), profile).description
    cells = Grid(288, 270, CELL)
    expected = [
        index
        for index, (top, left, _, _) in enumerate(cells.boxes)
        if not claims.carrying[claims.layout.coding.index_at(top, left)]
        and not claims.constant[claims.layout.units.index_at(top, left)]
    ]
    assert silent_cells(claims).tolist() == expected


def test_check_bytes_are_the_first_bytes_of_the_digests() -> None:
    done = mark(computed(288, 288))
    listed = watermark.list_cells(done.samples, done.description, SEED)
    expected = bytes(listed[CELL_BYTES * i] for i in silent_cells(done.description).tolist())
    assert checks_of(done) == expected
    assert len(expected) >= 16
    cells = silent_cells(done.description).tolist()
    wide = b"".join(listed[CELL_BYTES * i : CELL_BYTES * i + 2] for i in cells)
    room = 2 * len(cells)
    assert pick_checks(listed, done.description, room) == wide
    assert pick_checks(listed, done.description, room + 9) == wide
    assert pick_checks(listed, done.description, room - 1) == expected
    assert pick_checks(listed, done.description, 5) == expected[:5]
    assert pick_checks(listed, done.description, 0) == b""


def test_check_bytes_are_split_by_their_number() -> None:
    claims = mark(computed(288, 288)).description
    silent = silent_cells(claims)
    for size, width in ((0, 1), (7, 1), (len(silent), 1), (2 * len(silent), 2)):
        told = split_checks(bytes(size), claims)
        assert told is not None
        assert told[1].shape == (len(told[0]), width)
        assert set(told[0].tolist()) <= set(silent[: size // width].tolist())
        if size >= len(silent):
            assert told[0].tolist() == silent.tolist()
    for size in (len(silent) + 1, 2 * len(silent) - 1, 2 * len(silent) + 1):
        assert split_checks(bytes(size), claims) is None


def test_two_check_bytes_leave_no_cell_out() -> None:
    done = mark(computed(288, 288))
    listed = watermark.list_cells(done.samples, done.description, SEED)
    checks = pick_checks(listed, done.description, 1 << 20)
    cells = Grid(288, 288, CELL)
    for index in silent_cells(done.description).tolist()[3::5]:
        top, left, height, width = cells.box(index)
        values = done.values()
        values[top + 4, left + 4] += 3
        hurt = done.damaged(values)
        reading = watermark.extract(hurt)
        found = watermark.localise(hurt, done.description, SEED, reading, checks=checks)
        assert found.boxes == ((top, left, height, width),)


def test_a_change_in_a_blank_tile_is_narrowed_to_its_cell() -> None:
    done = mark(computed(288, 288))
    checks, cells = checks_of(done), Grid(288, 288, CELL)
    whole = exact = 0
    for index in silent_cells(done.description).tolist()[::5]:
        top, left, height, width = cells.box(index)
        values = done.values()
        values[top + 4, left + 4] += 3
        hurt = done.damaged(values)
        reading = watermark.extract(hurt)
        found = watermark.localise(hurt, done.description, SEED, reading, checks=checks)
        coarse = watermark.localise(hurt, done.description, SEED, reading)
        exact += found.boxes == ((top, left, height, width),)
        whole += found.boxes == coarse.boxes != ((top, left, height, width),)
        assert found.cells[top // CELL, left // CELL]
    assert exact >= 20 * max(1, whole)  # one in 256 passes its check byte


def test_cells_beyond_the_check_bytes_are_reported_with_their_unit() -> None:
    done = mark(computed(288, 288))
    last = int(silent_cells(done.description)[-1])
    top, left, _, _ = Grid(288, 288, CELL).box(last)
    values = done.values()
    values[top + 4, left + 4] += 3
    hurt = done.damaged(values)
    reading = watermark.extract(hurt)
    found = watermark.localise(hurt, done.description, SEED, reading, checks=checks_of(done)[:10])
    assert found.cells.sum() > 1
    assert found.cells[top // CELL, left // CELL]


def test_check_bytes_of_another_frame_name_nothing_outside_what_differs() -> None:
    done = mark(computed(288, 288))
    wrong = bytes(byte ^ 255 for byte in checks_of(done))
    intact = watermark.localise(
        done.samples, done.description, SEED, watermark.extract(done.samples), checks=wrong
    )
    assert intact.intact
    assert not np.asarray(intact.cells).any()
