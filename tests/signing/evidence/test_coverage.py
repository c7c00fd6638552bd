"""Hostile disclosures of areas: they prove nothing that is not signed, and nothing breaks."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from signing.areas import Area, Areas
from signing.commitments import Disclosures
from signing.dicom import block, original, part10
from signing.evidence import coverage
from signing.evidence.coverage import find_stained
from signing.evidence.pixelcheck import bears_marks
from signing.redaction.release import redact
from signing.sealparts import read_seal
from signing.verdict import Code, Outcome, Report, Scope, Verdict
from signing.verification import verify
from tests.signing.seals import TRUST, failed, frames_of, sealed, with_frames
from watermark import seedtree
from watermark.parameters import CELL, TILE
from watermark.redaction import cells_in, units_of
from watermark.salts import grow
from watermark.tiles import Grid, cover

BOX = (0, 50, 60, 20, 30)
COUNT = 20 * 21
"""Cells of a frame."""


@cache
def file_of(name: str) -> bytes:
    """Return the bytes of a copy with a region taken out."""
    return part10.encode(redact(sealed(name), boxes=[BOX]))


def copy_of(name: str = "monochrome2-12") -> Dataset:
    """Return a fresh copy with a region taken out."""
    return part10.parse(file_of(name)).dataset


def held_by(dataset: Dataset) -> Disclosures:
    """Return the disclosures."""
    (held,) = read_seal(dataset).disclosures
    return held


def areas_of(dataset: Dataset) -> Areas:
    """Return the areas that are taken out."""
    areas = held_by(dataset).areas
    assert areas is not None
    return areas


def disclosing(dataset: Dataset, areas: Areas | None, seed: bytes | None = None) -> Report:
    """Return the report of the data set with other areas, or the seed, disclosed."""
    body = replace(held_by(dataset), seed=seed, areas=areas).encoded
    block.write_block(dataset, replace(block.read_blocks(dataset)[0], disclosures=body))
    return verify(dataset, TRUST)


def moved(area: Area, **change: object) -> Areas:
    """Return an area with one part replaced, alone."""
    return Areas(b"", (replace(area, **change),))  # type: ignore[arg-type]


FITTING: dict[str, Callable[[Area], Areas]] = {
    "nodes swapped": lambda a: moved(a, nodes=a.nodes[16:32] + a.nodes[:16] + a.nodes[32:]),
    "nodes backwards": lambda a: moved(a, nodes=a.nodes[::-1]),
    "a node of another tree": lambda a: moved(a, nodes=bytes(16) + a.nodes[16:]),
    "salts backwards": lambda a: moved(a, salts=a.salts[::-1]),
    "a salt for the node": lambda a: moved(a, nodes=a.salts[:16] + a.nodes[16:]),
}
LONG: dict[str, Callable[[Area], Areas]] = {
    "a node too many": lambda a: moved(a, nodes=a.nodes + bytes(16)),
    "a node too few": lambda a: moved(a, nodes=a.nodes[:-16]),
    "no nodes": lambda a: moved(a, nodes=b""),
    "a salt too many": lambda a: moved(a, salts=a.salts + bytes(16)),
    "no salts": lambda a: moved(a, salts=b""),
    "more nodes than a tree has": lambda a: moved(a, nodes=bytes(16 * 4096)),
    "the root": lambda a: moved(a, nodes=a.nodes[:16]),
    "fewer cells, same salts": lambda a: moved(a, runs=a.runs[:-1]),
    "more cells, same salts": lambda a: moved(a, runs=((0, 3), *a.runs)),
    "cells behind the last": lambda a: moved(a, runs=((COUNT - 1, 2),)),
    "cells far behind": lambda a: moved(a, runs=((2**22 - 1, 1),)),
    "another frame": lambda a: Areas(bytes(16), (replace(a, frame=1),)),
    "a frame too many": lambda a: Areas(bytes(16), (a,)),
}


@pytest.mark.parametrize("name", ["monochrome2-12", "mammogram"])
@pytest.mark.parametrize("how", FITTING)
def test_salts_that_are_others_contradict(how: str, name: str) -> None:
    """As with a seed that is another: the samples have not the digests that are signed."""
    copy = copy_of(name)
    report = disclosing(copy, FITTING[how](areas_of(copy).areas[0]))
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.PIXELS_CELLS}


@pytest.mark.parametrize("name", ["monochrome2-12", "mammogram"])
@pytest.mark.parametrize("how", LONG)
def test_salts_that_do_not_fit_prove_nothing(how: str, name: str) -> None:
    copy = copy_of(name)
    report = disclosing(copy, LONG[how](areas_of(copy).areas[0]))
    assert report.verdict is Verdict.UNDECIDED


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=1, max_size=4),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_no_areas_that_are_made_up_are_believed(
    gaps: list[tuple[int, int]], nodes: int, salts: int
) -> None:
    end, runs = -1, list[tuple[int, int]]()
    for gap, size in gaps:
        runs.append((end + gap, size))
        end += gap + size
    copy = copy_of()
    report = disclosing(
        copy, Areas(b"", (Area(0, tuple(runs), bytes(16 * nodes), bytes(16 * salts)),))
    )
    assert report.verdict in (Verdict.ALTERED, Verdict.UNDECIDED)


def test_the_seed_beside_a_blanked_region_is_no_redaction() -> None:
    whole = sealed()
    seed = held_by(whole).seed
    copy = copy_of()
    report = disclosing(copy, None, seed)
    assert (report.verdict, Code.PIXELS_MATCH in failed(report)) == (Verdict.ALTERED, True)


def test_neither_seed_nor_areas_prove_nothing_of_the_samples() -> None:
    copy = copy_of()
    assert disclosing(copy, None).verdict is not Verdict.PARTIAL


def forged(name: str, box: tuple[int, int, int, int], samples: np.ndarray | None = None) -> Dataset:
    """Return a copy of which somebody took out a region by hand, over samples of his own."""
    whole = sealed(name)
    held, frame = held_by(whole), frames_of(whole)[0] if samples is None else samples
    flags = cells_in(box, Grid(160, 171, CELL))
    units = units_of(160, 171, None)
    assert held.seed is not None
    salts = grow(seedtree.frame_seed(held.seed, 0), units).disclose(flags, units)
    edges = np.flatnonzero(np.diff(flags.reshape(-1).astype(int), prepend=0, append=0)).tolist()
    runs = tuple((a, b - a) for a, b in zip(edges[::2], edges[1::2], strict=True))
    for index in np.flatnonzero(flags).tolist():
        top, left, height, width = Grid(160, 171, CELL).boxes[index]
        frame[top : top + height, left : left + width] = 0
    copy = with_frames(whole, [frame])
    body = replace(held, seed=None, areas=Areas(b"", (Area(0, runs, *salts),))).encoded
    block.write_block(copy, replace(block.read_blocks(copy)[0], disclosures=body))
    return copy


@pytest.mark.parametrize("name", ["monochrome2-12", "mammogram"])
def test_a_region_blanked_by_anybody_over_a_change_is_partial_and_listed(name: str) -> None:
    """Redaction needs no key: what is under the blank area is not known, and not said to be."""
    frame = frames_of(sealed(name))[0]
    frame[50:60, 60:70] = 4000
    report = verify(forged(name, BOX[1:], frame), TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.pixels is not None
    assert report.pixels.frames[0].redacted == ((48, 56, 24, 40),)
    frame = frames_of(sealed(name))[0]
    frame[50:60, 90:99] = 4000  # it reaches beyond
    report = verify(forged(name, BOX[1:], frame), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert report.pixels is not None
    assert report.pixels.frames[0].boxes == ((48, 96, 16, 8),)


@pytest.mark.parametrize("name", ["monochrome2-12", "mammogram"])
def test_a_picture_of_which_nothing_is_left_is_undecided(name: str) -> None:
    report = verify(forged(name, (0, 0, 160, 171)), TRUST)
    assert report.verdict is Verdict.UNDECIDED
    (told,) = (f for f in report.findings if f.code is Code.PIXELS_CELLS)
    assert (told.outcome, told.detail) == (Outcome.SKIPPED, "nothing is left of the samples")


def test_a_mark_that_was_left_there_is_proved_up_to_its_parities_too() -> None:
    """Other redactors may leave it, to their own harm: the samples are no less proved."""
    copy = forged("monochrome2-12", BOX[1:])
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
    assert bears_marks(copy)
    again = redact(copy, boxes=[(0, 0, 0, 8, 8)])  # what others left is destroyed with the next box
    assert verify(again, TRUST).verdict is Verdict.PARTIAL
    assert not bears_marks(again)


def test_lists_or_certificates_that_are_gone_leave_nothing_to_compare() -> None:
    (found,) = block.read_blocks(copy_of())
    statement = original.decode_envelopes(found.envelopes or b"")[:1]
    bare = replace(found, envelopes=original.encode_envelopes(statement))
    for less in (replace(found, cells=None), bare):
        copy = copy_of()
        block.write_block(copy, less)
        report = verify(copy, TRUST)
        assert report.verdict is Verdict.UNDECIDED
        assert Code.PIXELS_CELLS not in failed(report)


def test_another_size_or_depth_is_altered_not_an_error() -> None:
    copy = copy_of()
    copy.Rows, copy.Columns = 171, 160
    assert verify(copy, TRUST).verdict is Verdict.ALTERED
    copy = copy_of()
    copy.BitsStored, copy.HighBit = 16, 15
    assert verify(copy, TRUST).verdict is Verdict.ALTERED
    copy = copy_of()
    copy.PixelRepresentation = 1
    assert verify(copy, TRUST).verdict is Verdict.ALTERED
    copy = copy_of()
    del copy.PixelData
    assert verify(copy, TRUST).verdict is Verdict.ALTERED


def test_blank_cells_are_told_from_stained_ones_at_once() -> None:
    """As many as a file of 10 MiB can hold of one value, in less than a second."""
    frame = np.zeros((4096, 4096, 3), np.uint8)
    flags = np.ones((512, 512), dtype=bool)
    frame[9, 9, 1], frame[4000:4008, 8:16] = 7, 5
    start = perf_counter()
    stained = find_stained(frame, flags)
    assert perf_counter() - start < 5
    assert np.argwhere(stained).tolist() == [[1, 1], [500, 1]]
    flags[1, 1] = flags[500, 1] = False
    assert not find_stained(frame, flags).any()
    assert not find_stained(frame, np.zeros_like(flags)).any()


def test_units_of_a_frame_are_those_of_its_salts() -> None:
    assert units_of(160, 171, None) == Grid(160, 171, TILE)


def test_a_report_has_no_more_boxes_than_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there would be more, one box around them all: it says more is gone, never less."""
    cells = Grid(83, 64, CELL)
    board = np.indices((cells.down, cells.across)).sum(axis=0) % 2 == 0
    board[0] = board[:, 0] = False
    every = cover(board, cells)
    monkeypatch.setattr(coverage, "MAX_SHOWN", len(every) + 1)
    found = coverage.Coverage()
    assert found.show(board, cells) == every
    assert found.show(board, cells) == ((8, 8, 75, 56),)
    assert found.shown == len(every) + 1


def test_only_so_many_frames_are_compared_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs a key to name areas by the hundred thousand; the rest is undecided."""
    count = len(frames_of(sealed("multi-frame")))
    copy = redact(sealed("multi-frame"), boxes=[(index, *BOX[1:]) for index in range(count)])
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
    monkeypatch.setattr(coverage, "MAX_COMPARED", count - 2)
    report = verify(copy, TRUST)
    assert report.verdict is Verdict.UNDECIDED
    (told,) = (f for f in report.findings if f.code is Code.PIXELS_CELLS)
    assert (told.outcome, told.where) == (Outcome.SKIPPED, f"frame {count - 2}")
