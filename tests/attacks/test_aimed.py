"""Damage aimed at what a search reads first: within the tolerance it hides no mark."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import watermark
from benchmarks.crops import HOSTILE, Picture, Scene, lay
from benchmarks.geometry import FOUND, judge
from benchmarks.marked import mark
from tests.watermark.marking import like
from tests.watermark.phantoms import resonance
from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.synchronisation import comb, glance

AIMED = next(iter(HOSTILE))
kinds = pytest.mark.parametrize("kind", HOSTILE)
turned = pytest.mark.parametrize(
    "way",
    [ORIENTATIONS[0], ORIENTATIONS[1], ORIENTATIONS[6]],
    ids=lambda way: way.name or "upright",
)


@cache
def scene(rows: int, columns: int, profile: str) -> Scene:
    """A marked phantom, with another one beside it."""
    one = resonance(rows, columns)
    other = like(one, one.values[::-1, ::-1])
    marked, donor = mark(one, "one", profile), mark(other, "other", profile)
    return Scene(one, marked, other.values, donor, np.random.default_rng(3))


def laid(shape: tuple[int, int], profile: str, kind: str, way: Orientation) -> Picture:
    """A picture of one kind."""
    picture = lay(replace(scene(*shape, profile), way=way), kind)
    assert picture is not None
    return picture


def assert_found(shape: tuple[int, int], profile: str, kind: str, way: Orientation) -> None:
    """The picture gives the payload, and tells how it lies."""
    picture = laid(shape, profile, kind, way)
    found = watermark.search(picture.samples)
    assert judge(picture, scene(*shape, profile).marked.payload, found) == FOUND


@kinds
@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_a_small_frame_is_found_in_every_orientation(kind: str, way: Orientation) -> None:
    assert_found((256, 265), "full", kind, way)


@kinds
@turned
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
def test_a_slice_is_found_under_every_profile(profile: str, kind: str, way: Orientation) -> None:
    assert_found((512, 512), profile, kind, way)


@kinds
@pytest.mark.parametrize("shape", [(1024, 1024), (788, 1318)], ids=str)
def test_larger_frames_are_found(shape: tuple[int, int], kind: str) -> None:
    assert_found(shape, "standard", kind, Orientation(mirrored=True))


def test_a_frame_of_larger_coding_tiles_is_found() -> None:
    subject = scene(1190, 1160, "standard")
    assert subject.marked.description.layout.coding.edge == 64
    assert_found((1190, 1160), "standard", AIMED, Orientation(turns=1))


@turned
def test_aimed_damage_leaves_nothing_in_the_windows_and_no_tile_too_many(way: Orientation) -> None:
    picture = laid((512, 512), "standard", AIMED, way)
    assert not list(glance(picture.samples))
    signed = scene(512, 512, "standard").marked.description
    assert max(hit.tiles for hit in comb(picture.samples)) == signed.dimension
