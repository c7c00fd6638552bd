"""Sightings: a mark is found however its picture lies, and nothing is found where none is."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import watermark
from tests.watermark.marking import SEED, Marked, like, mark
from tests.watermark.phantoms import KINDS, airy, computed, noise, resonance
from watermark import Samples
from watermark.geometry import sighting
from watermark.geometry.orientation import AS_SEALED, ORIENTATIONS, Orientation
from watermark.geometry.synchronisation import glance
from watermark.geometry.windows import STAGES, choose_windows
from watermark.samples import Colour

SIZES = {"light": 352, "standard": 256, "full": 224}
profiles = pytest.mark.parametrize("profile", SIZES)
steps = pytest.mark.parametrize("step", ["dwt", "dct"])
ways = st.sampled_from(ORIENTATIONS)
_DONE: dict[tuple[str, str, str], Marked] = {}


def done(profile: str, step: str, kind: str = "resonance") -> Marked:
    """A marked phantom, each made once."""
    key = (profile, step, kind)
    if key not in _DONE:
        size = SIZES[profile]
        _DONE[key] = mark(KINDS[kind](size, size + 9), profile, transform=step)
    return _DONE[key]


@dataclass(frozen=True)
class Cut:
    """What is taken off each side."""

    top: int
    left: int
    bottom: int
    right: int

    def of(self, subject: Marked, way: Orientation, damage: int = 0) -> Samples:
        """The crop of a marked phantom, laid some way; some of its tiles blackened before."""
        values = subject.values()
        for index in subject.carrying()[:: max(2, damage)] if damage else ():
            values[subject.box(index)] = subject.samples.limits[0]
        rows, columns = values.shape[:2]
        cut = values[self.top : rows - self.bottom, self.left : columns - self.right]
        return like(subject.samples, way.apply(cut))

    def keeps_enough(self, subject: Marked) -> bool:
        """Whether as many carrying tiles are left whole as the payload needs."""
        rows, columns = subject.samples.rows - self.bottom, subject.samples.columns - self.right
        boxes = [subject.description.layout.coding.boxes[i] for i in subject.carrying()]
        whole = sum(
            self.top <= y and self.left <= x and y + h <= rows and x + w <= columns
            for y, x, h, w in boxes
        )
        return whole >= subject.description.dimension


cuts = st.builds(Cut, *(st.integers(1, 31) for _ in range(2)), *(st.integers(0, 20),) * 2)


def assert_found(
    subject: Marked, samples: Samples, way: Orientation, row: int, column: int
) -> None:
    """The search gives the payload and tells how the picture lies."""
    found = watermark.search(samples)
    assert found is not None
    place = found.placement
    assert (place.orientation, place.row, place.column) == (way, row, column)
    assert place.profile == subject.description.profile
    assert place.transform == subject.description.transform
    assert found.reading.payload == subject.payload


@profiles
@steps
@settings(max_examples=8)
@given(way=ways, cut=cuts)
def test_a_crop_is_found_in_every_orientation(
    profile: str, step: str, way: Orientation, cut: Cut
) -> None:
    subject = done(profile, step)
    assume(cut.keeps_enough(subject))
    assert_found(subject, cut.of(subject, way), way, cut.top, cut.left)


@pytest.mark.parametrize("kind", ["computed", "airy", "saturated", "coloured", "chromatic"])
@settings(max_examples=6, suppress_health_check=[HealthCheck.filter_too_much])
@given(way=ways, cut=cuts)
def test_every_kind_of_picture_is_found(kind: str, way: Orientation, cut: Cut) -> None:
    subject = done("full", "dct", kind)
    assume(cut.keeps_enough(subject))
    assert_found(subject, cut.of(subject, way), way, cut.top, cut.left)


@settings(max_examples=8)
@given(way=ways, damage=st.integers(5, 9))
def test_damage_beside_the_crop_is_borne(way: Orientation, damage: int) -> None:
    subject, cut = done("standard", "dwt"), Cut(9, 5, 0, 0)
    assert_found(subject, cut.of(subject, way, damage), way, cut.top, cut.left)


@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_a_whole_frame_is_found_with_its_last_tiles(way: Orientation) -> None:
    subject = done("full", "dwt")
    samples = like(subject.samples, way.apply(subject.samples.values))
    assert_found(subject, samples, way, 0, 0)
    found = watermark.search(samples)
    assert found is not None
    assert found.reading.valid == len(subject.carrying())


@pytest.mark.parametrize("way", [ORIENTATIONS[0], ORIENTATIONS[6]], ids=["upright", "turned"])
def test_coding_tiles_of_64_are_found_in_a_crop(way: Orientation) -> None:
    subject = mark(noise(1160, 1190))
    assert subject.description.layout.coding.edge == 64
    assert_found(subject, Cut(37, 21, 90, 140).of(subject, way), way, 37, 21)


def test_the_last_tiles_count_as_whole_where_the_frames_end_was_kept() -> None:
    subject = mark(resonance(160, 151), "full")
    assert len(subject.carrying()) == 19
    samples = Cut(7, 9, 0, 0).of(subject, AS_SEALED)
    found = watermark.search(samples)
    assert found is not None
    # Four of five rows and three of four columns are whole, the last ones included.
    assert found.reading.valid >= 11
    assert found.reading.payload == subject.payload


def test_a_frame_shifted_in_a_larger_picture_is_found() -> None:
    subject = done("standard", "dwt")
    values = np.pad(subject.samples.values, ((3, 40), (50, 2)))
    assert_found(subject, like(subject.samples, values), AS_SEALED, -3, -50)


@pytest.mark.parametrize("step", [32, 8], ids=["tiles", "cells"])
def test_a_block_that_was_moved_by_whole_cells_does_not_hide_the_mark(step: int) -> None:
    subject = done("standard", "dwt")
    values = subject.values()
    # All of the window that is read first: its tiles agree on a place that is not theirs.
    values[:128, 128:] = values[:128, 128 - step : -step].copy()
    way = Orientation(mirrored=True)
    samples = like(subject.samples, way.apply(values[9:, 5:]))
    assert_found(subject, samples, way, 9, 5)


def test_too_small_a_part_is_a_trace_without_a_payload() -> None:
    subject = done("standard", "dwt")
    samples = like(subject.samples, subject.samples.values[41:170, 45:174])
    found = watermark.search(samples)
    assert found is not None
    assert found.reading.valid < subject.description.dimension
    assert found.reading.payload is None or len(found.reading.payload) < len(subject.payload)


def test_flat_tiles_that_read_the_same_under_both_transforms_are_no_other_mark() -> None:
    # Released flat tiles have one reading under both; their tag, row and column differ by a
    # constant xor, so that a few of them agree on a place that is not theirs.
    subject = mark(KINDS["chromatic"](512, 512), "full", transform="dct")
    way = Orientation(turns=2)
    assert_found(subject, Cut(37, 21, 12, 22).of(subject, way), way, 37, 21)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_found_in_a_picture_without_a_mark(kind: str) -> None:
    assert watermark.search(KINDS[kind](256, 300)) is None


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((256, 256), dtype=np.uint8),
        np.full((300, 200), 255, dtype=np.uint8),
        np.tile(np.random.default_rng(2).integers(0, 255, (8, 8), dtype=np.uint8), (40, 40)),
        np.tile(np.arange(256, dtype=np.uint8), (256, 1)),
        np.zeros((1, 9), dtype=np.uint8),
        np.zeros((31, 400), dtype=np.uint8),
        np.random.default_rng(3).integers(0, 255, (33, 35), dtype=np.uint8),
    ],
    ids=["black", "white", "periodic", "ramp", "line", "strip", "tile"],
)
def test_nothing_is_found_in_pictures_of_no_content_or_size(
    values: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
) -> None:
    assert watermark.search(Samples(values, 8)) is None
    if min(values.shape) > 1:
        deep = np.ascontiguousarray(np.repeat(values[:, :, np.newaxis], 3, axis=2))
        assert watermark.search(Samples(deep, 8, colour=Colour.RGB)) is None


def strewn(picture: Samples, windows: int = STAGES[0].windows) -> Samples:
    """Pairs of true chunks in some of the windows, each pair at a phase of its own."""
    subject = done("standard", "dwt")
    strip = subject.samples.values[64:96, 96:160]
    values = picture.values.copy()
    boxes = choose_windows(picture, STAGES[0])[:windows]
    corners = [(y + d, x) for y, x, _, _ in boxes for d in (0, 48)]
    for phase, (top, left) in enumerate(corners):
        y, x = top + (phase // 8 - top) % 8, left + (phase % 8 - left) % 8
        values[y : y + 32, x : x + 64] = strip
    return like(subject.samples, values)


def test_pairs_strewn_in_another_orientation_are_read_after_a_mark_of_more_tiles() -> None:
    subject, way = mark(noise(512, 512, 12)), Orientation(mirrored=True)
    laid = like(subject.samples, way.apply(subject.samples.values[9:, 5:]))
    # Sixteen pairs lie as sealed, which is tried first; one window is left.
    assert_found(subject, strewn(laid, 8), way, 9, 5)


def test_a_picture_strewn_with_pairs_of_chunks_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    samples, read, whole = strewn(noise(512, 512, 12)), [], sighting.read_placed

    def counted(received: Samples, placement: watermark.Placement) -> watermark.Reading:
        read.append(placement)
        return whole(received, placement)

    assert len(list(glance(samples))) == 18
    monkeypatch.setattr(sighting, "read_placed", counted)
    assert watermark.search(samples) is None
    # Sixteen at most in the windows, then those among all tiles that are not yet read.
    assert 18 <= len(read) == len(set(read)) <= 32


def test_many_blocks_that_lie_elsewhere_are_not_read_in_the_marks_stead() -> None:
    subject, way = mark(noise(512, 512, 12)), Orientation(mirrored=True)
    assert len(subject.carrying()) > 250
    values = way.apply(subject.samples.values).copy()
    # Fifteen placements of eight tiles each under the orientation that is tried first.
    for slot in range(0, 30, 2):
        y, x = 64 * (slot // 4), 128 * (slot % 4)
        values[y : y + 64, x : x + 128] = subject.samples.values[:64, :128]
    assert_found(subject, like(subject.samples, values), way, 0, 0)


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [(96, 96, 16), (512, 512, 16), (2048, 2048, 4), (4096, 3328, 2), (16384, 16384, 2)],
)
def test_fewer_placements_of_larger_pictures_are_read(
    rows: int, columns: int, expected: int
) -> None:
    assert sighting.most_read(rows, columns) == expected


def test_what_is_found_is_mapped_in_its_place() -> None:
    subject = done("standard", "dwt")
    values = subject.values()
    values[100:103, 120:125] += 5
    way = Orientation(mirrored=True, turns=1)
    samples = like(subject.samples, way.apply(values[9:, 5:]))
    found = watermark.search(samples)
    assert found is not None
    assert found.reading.payload == subject.payload
    canvas = watermark.lay(samples, found.placement, subject.description)
    reading = watermark.reread(canvas.samples, subject.description, subject.payload)
    tampered = watermark.localise(canvas.samples, subject.description, SEED, reading)
    boxes = canvas.boxes_of(tampered.cells, subject.description.layout.units)
    changed = way.apply((values != subject.values())[9:, 5:])
    flagged = np.zeros_like(changed)
    for top, left, height, width in boxes:
        flagged[top : top + height, left : left + width] = True
    assert (flagged | ~changed).all()
    cells = way.apply(np.indices((subject.samples.rows, subject.samples.columns))[0][9:, 5:] // 8)
    assert set(cells[flagged]) == set(cells[changed])


def test_a_placement_is_read_for_another_frame_of_the_same_cut() -> None:
    one, two = done("standard", "dwt"), mark(computed(256, 265), frame=1)
    way = Orientation(mirrored=True)
    cut = Cut(9, 5, 3, 7)
    found = watermark.search(cut.of(one, way))
    assert found is not None
    reading = watermark.read_placed(cut.of(two, way), found.placement)
    assert reading.payload == two.payload
    assert not watermark.read_placed(airy(244, 253), found.placement).marked
