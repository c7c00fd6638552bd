"""The search for a grid: which hypotheses are tried, in which order, and in how much."""

import numpy as np
import pytest

from tests.watermark.marking import like, mark
from tests.watermark.phantoms import noise
from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.synchronisation import comb, glance


def test_tiles_are_sought_only_where_there_can_be_such() -> None:
    marked = mark(noise(160, 160)).samples
    assert [hit.placement.edge for hit in comb(marked)][:1] == [32]
    # Too many tiles of 32, and too few samples for tiles of 128.
    assert {hit.placement.edge for hit in glance(noise(1153, 1153))} <= {64}


def test_the_first_placement_is_that_of_the_frame_itself() -> None:
    done = mark(noise(160, 160), transform="dct")
    first = next(comb(done.samples)).placement
    assert first.orientation.name == ""
    assert (first.row, first.column, first.profile.name) == (0, 0, "standard")
    assert first.transform == done.description.transform


def test_windows_that_are_most_of_a_picture_are_not_read_before_all_of_it() -> None:
    assert not list(glance(mark(noise(160, 160)).samples))
    assert next(glance(mark(noise(512, 512)).samples)).tiles >= 4


def test_all_tiles_that_agree_are_counted() -> None:
    done = mark(noise(224, 256), "full")
    hit = next(comb(done.samples))
    assert hit.tiles == len(done.carrying())


@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_two_tiles_anywhere_are_enough_to_be_seen(way: Orientation) -> None:
    done, values = mark(noise(256, 256), "full"), noise(256, 256).values.copy()
    inner = [i for i in done.carrying() if min(done.description.layout.coding.boxes[i][:2]) > 0]
    for index in (inner[0], inner[-1]):
        values[done.box(index)] = done.samples.values[done.box(index)]
    found = [hit.placement for hit in comb(like(done.samples, way.apply(values[13:, 7:])))]
    assert (way, 13, 7) in [(place.orientation, place.row, place.column) for place in found]


def test_keys_of_most_tiles_come_first_of_one_phase() -> None:
    done = mark(noise(416, 416), "standard")
    values = done.values()
    strip = done.samples.values[:32, :64].copy()
    # Twenty pairs of tiles, each at another place of the same phase, and read before the rest.
    for pair in range(20):
        y, x = 32 * (pair // 5), 64 * (pair % 5) + 32
        values[y : y + 32, x : x + 64] = strip
    first = next(comb(like(done.samples, values)))
    assert (first.placement.row, first.placement.column) == (0, 0)
    assert first.tiles > np.count_nonzero(done.description.carrying) // 2
