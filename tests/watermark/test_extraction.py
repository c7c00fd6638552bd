"""Blind reading: any half suffices, forged chunks are corrected, strangers are not believed."""

import numpy as np
import pytest

import watermark
from tests.watermark.marking import SEAL_ID, SEED, Marked, filler, mark, sign
from tests.watermark.phantoms import KINDS, chromatic, computed, noise, resonance
from watermark.narrowing import suspect_cells
from watermark.parameters import PROFILES
from watermark.samples import Samples

OTHER_SEAL = bytes(range(100, 116))
every_profile = pytest.mark.parametrize("profile", [p.name for p in PROFILES])
SHAPES = ["random", "checkerboard", "rectangle", "left half", "spread out"]


def chosen(done: Marked, shape: str, count: int) -> list[int]:
    """`count` carrying coding tiles in a pattern."""
    tiles, across = done.carrying(), done.description.layout.coding.across
    if shape == "random":
        tiles = np.random.default_rng(count).permutation(tiles).tolist()
    elif shape == "checkerboard":
        tiles = sorted(tiles, key=lambda i: ((i // across + i % across) % 2, i))
    elif shape == "left half":
        tiles = sorted(tiles, key=lambda i: (i % across, i))
    elif shape == "spread out":
        tiles = sorted(tiles, key=lambda i: (i * 7 % len(tiles), i))
    return tiles[:count]


def paste(done: Marked, tiles: list[int], source: Samples) -> Samples:
    """The marked frame with tiles of another at the same place."""
    values = done.values()
    for index in tiles:
        values[done.box(index)] = source.values[done.box(index)]
    return done.damaged(values)


@pytest.fixture(scope="module")
def sealed() -> dict[str, Marked]:
    """The same frame under every profile."""
    return {p.name: mark(resonance(320, 352), p.name) for p in PROFILES}


@every_profile
@pytest.mark.parametrize("shape", SHAPES)
def test_49_percent_replaced_are_read_and_named(
    sealed: dict[str, Marked], shape: str, profile: str
) -> None:
    done = sealed[profile]
    lost = chosen(done, shape, len(done.carrying()) * 49 // 100)
    hurt = paste(done, lost, noise(320, 352, 12))
    reading = watermark.extract(hurt)
    assert reading.payload == done.payload
    assert reading.broken[lost].all()
    kept = sorted(set(done.carrying()) - set(lost))
    assert not reading.broken[kept].any()
    assert reading.valid >= len(kept)
    found = watermark.localise(hurt, done.description, SEED, reading)
    units, coding = done.description.layout.units, done.description.layout.coding
    expected = {units.index_at(*coding.boxes[i][:2]) for i in lost}
    assert set(np.flatnonzero(found.altered).tolist()) == expected
    inside = np.zeros_like(found.cells)
    for index in lost:
        rows, columns = done.box(index)
        inside[rows.start // 8 : rows.stop // 8, columns.start // 8 : columns.stop // 8] = True
    assert not (found.cells & ~inside).any()
    assert found.cells.sum() >= 0.97 * inside.sum()
    assert found.fraction == len(expected) / units.count
    assert not found.intact


@every_profile
def test_one_tile_more_than_signed_is_a_trace_without_payload(
    sealed: dict[str, Marked], profile: str
) -> None:
    done = sealed[profile]
    lost = chosen(done, "random", len(done.carrying()) - done.description.dimension + 1)
    reading = watermark.extract(paste(done, lost, noise(320, 352, 12)))
    assert reading.marked
    assert reading.payload is None
    assert reading.valid == done.description.dimension - 1


@every_profile
@pytest.mark.parametrize("shape", SHAPES)
def test_a_collage_of_sealed_frames_reads_as_the_greater_part(
    sealed: dict[str, Marked], shape: str, profile: str
) -> None:
    done = sealed[profile]
    other = mark(chromatic_luma(320, 352), profile, seal_id=OTHER_SEAL, label="other")
    lost = chosen(done, shape, len(done.carrying()) * 44 // 100)
    hurt = paste(done, lost, other.samples)
    reading = watermark.extract(hurt)
    assert reading.payload == done.payload
    assert not watermark.localise(hurt, done.description, SEED, reading).intact


def chromatic_luma(rows: int, columns: int) -> Samples:
    """Another picture of 12 bits."""
    return Samples(resonance(rows, columns, 99).values, 12)


def test_a_collage_from_the_same_picture_sealed_twice_is_named() -> None:
    done = mark(resonance(256, 256))
    again = mark(resonance(256, 256), seal_id=OTHER_SEAL, label="other")
    lost = chosen(done, "random", len(done.carrying()) * 40 // 100)
    hurt = paste(done, lost, again.samples)
    reading = watermark.extract(hurt)
    assert reading.payload == done.payload
    found = watermark.localise(hurt, done.description, SEED, reading)
    assert found.canonical  # every sample is the picture's own: only parities tell
    assert not found.intact
    assert sorted(lost) == np.flatnonzero(found.altered).tolist()


def test_two_tags_of_equal_weight_still_give_a_payload() -> None:
    done = mark(resonance(288, 288), damage=0.49)
    other = mark(resonance(288, 288, 98), seal_id=OTHER_SEAL, label="other")
    tiles = chosen(done, "checkerboard", len(done.carrying()) * 49 // 100)
    reading = watermark.extract(paste(done, tiles, other.samples))
    assert reading.payload in {done.payload, other.payload}
    assert reading.payload == done.payload


@every_profile
@pytest.mark.parametrize("shape", SHAPES)
def test_forged_valid_chunks_up_to_24_percent_are_corrected(
    sealed: dict[str, Marked], shape: str, profile: str
) -> None:
    done = sealed[profile]
    forged, _ = watermark.embed(
        done.original, done.description, filler(done.description.capacity, "forged"), sign
    )
    wrong = chosen(done, shape, len(done.carrying()) * 24 // 100)
    hurt = paste(done, wrong, forged)
    reading = watermark.extract(hurt)
    assert reading.valid == len(done.carrying())  # every chunk bears the tag and its place
    assert reading.payload == done.payload
    assert set(np.flatnonzero(reading.broken).tolist()) & set(done.carrying()) == set(wrong)


def test_forged_chunks_and_erasures_are_corrected_together() -> None:
    done = mark(noise(544, 576, 12))  # the wider field
    forged, _ = watermark.embed(done.original, done.description, b"forged", sign)
    tiles = chosen(done, "random", len(done.carrying()) * 30 // 100)
    cut = len(tiles) // 2
    hurt = paste(done, tiles[:cut], resonance(544, 576))
    values = hurt.values.copy()
    for index in tiles[cut : cut + cut // 2]:
        values[done.box(index)] = forged.values[done.box(index)]
    assert watermark.extract(done.damaged(values)).payload == done.payload


@pytest.mark.parametrize("kind", KINDS)
def test_unmarked_pictures_hold_no_trace(kind: str) -> None:
    reading = watermark.extract(KINDS[kind](301, 288))
    assert not reading.marked
    assert reading.payload is None


def test_frames_below_every_profile_hold_no_trace() -> None:
    for size in ((1, 1), (8, 300), (95, 96), (31, 2000)):
        assert not watermark.extract(noise(max(size[0], 3), max(size[1], 3), 12)).marked


def test_suspect_cells_are_the_changed_ones() -> None:
    done = mark(noise(256, 256, 12))
    values = done.values()
    tiles = chosen(done, "random", len(done.carrying()) * 40 // 100)
    cells = [(done.box(i)[0].start // 8 + i % 4, done.box(i)[1].start // 8 + i % 3) for i in tiles]
    for row, column in cells:
        values[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = 2000
    reading = watermark.extract(done.damaged(values))
    suspicion = suspect_cells(reading.differing, done.description.layout)
    carries = np.kron(done.description.carrying.reshape(8, 8), np.ones((4, 4), dtype=bool))
    seen = {(row, column) for row, column in np.argwhere(suspicion.certain & carries).tolist()}
    assert seen == set(cells)


def test_reading_does_not_need_the_padding_nor_a_mask() -> None:
    protect = np.zeros((224, 224), dtype=bool)
    protect[64:96, 64:96] = True
    done = mark(computed(224, 224), protect=protect)
    plain = Samples(done.samples.values, 16, signed=True)
    assert watermark.extract(plain).payload == done.payload


def test_the_seal_of_a_frame_is_that_of_its_number() -> None:
    picture = resonance(160, 160)
    first, second = (watermark.describe(picture, SEAL_ID, number, seed=SEED) for number in (0, 1))
    marked = [watermark.embed(picture, d, b"", sign)[0] for d in (first, second)]
    tags = [watermark.extract(samples).tag for samples in marked]
    assert tags[0] != tags[1]
    assert {tag & 31 for tag in tags} == {first.level}


def test_colour_is_read_after_its_companions_changed() -> None:
    # Companions are part of a cell's hash: a change of chroma alone breaks the tile it is in.
    done = mark(chromatic(224, 224))
    values = done.values()
    values[done.box(done.carrying()[0])][4, 4, 1] ^= 1
    hurt = done.damaged(values)
    reading = watermark.extract(hurt)
    assert reading.payload == done.payload
    found = watermark.localise(hurt, done.description, SEED, reading)
    assert np.flatnonzero(found.altered).tolist() == [done.carrying()[0]]
