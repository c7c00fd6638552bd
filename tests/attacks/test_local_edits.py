"""Edits of a part of the picture are altered, and placed, whatever they keep of the samples."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import watermark
from benchmarks.attacks import chunks, collage, edits, lesions, moves, textures
from benchmarks.attacks.forgery import Forgery, area, compare, draw_box
from signing.verdict import Code
from tests.attacks.subjects import (
    KINDS,
    PROFILES,
    Subject,
    assert_located,
    boxes_of,
    is_tolerated,
    profiled,
    subject,
    touched,
)
from tests.signing import images
from tests.signing.seals import failed, seal_it
from tests.watermark import phantoms
from watermark.parameters import CELL
from watermark.tiles import Box, Grid

Array = NDArray[Any]
Attack = Callable[[Array, Array, Box, np.random.Generator], Forgery]

ATTACKS: dict[str, Attack] = {
    "collage": lambda v, other, box, random: collage.paste(v, other, box),
    "keeping the lowest bit": lambda v, other, box, random: edits.replace_high_bits(v, other, box),
    "keeping two bits": lambda v, other, box, random: edits.replace_high_bits(v, other, box, 2),
    "keeping all parities": lambda v, other, box, random: edits.keep_parities(v, box),
    "black": lambda v, other, box, random: edits.blacken(v, box),
    "white": lambda v, other, box, random: edits.whiten(v, box),
    "constant": lambda v, other, box, random: edits.fill(v, box, int(np.median(v))),
    "noise by 1": lambda v, other, box, random: textures.jitter(v, box, random),
    "noise": lambda v, other, box, random: textures.scramble(v, box, random),
    "blur": lambda v, other, box, random: textures.blur(v, box),
    "lesion added": lambda v, other, box, random: lesions.add(v, box),
    "lesion removed": lambda v, other, box, random: lesions.remove(v, box),
    "copy-move": lambda v, other, box, random: moves.copy(v, box, (3, 5)),
}


def attack(target: Subject, name: str, edge: int, seed: int) -> Forgery:
    """Make a forgery somewhere; elsewhere if nothing changes there, or more than is tolerated."""
    random = np.random.default_rng(seed)
    values, other = target.values, target.theirs
    for _ in range(64):
        forgery = ATTACKS[name](values, other, draw_box(random, values.shape, edge), random)
        if forgery.changed.any() and is_tolerated(target.description, forgery.changed):
            return forgery
    raise AssertionError("the attack changes nothing, or too much, everywhere")


@pytest.mark.parametrize("edge", [4, 8, 32, 64])
@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_is_altered_and_placed_to_the_signed_unit(kind: str, name: str, edge: int) -> None:
    target = subject(kind)
    assert_located(target, attack(target, name, edge, seed=edge))


@pytest.mark.parametrize("edge", [8, 48])
@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_places_an_edit(profile: str, name: str, edge: int) -> None:
    target = profiled(profile)
    assert_located(target, attack(target, name, edge, seed=edge))


@pytest.mark.parametrize("edge", [8, 16, 32])
@pytest.mark.parametrize("profile", PROFILES)
def test_swapped_blocks_are_altered_at_both_places(profile: str, edge: int) -> None:
    target = profiled(profile)
    assert_located(target, moves.swap(target.values, (32, 32, edge, edge), (96, 64)))


@pytest.mark.parametrize("edge", [8, 32])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_picture_drawn_with_tiles_of_sealed_images_is_altered(profile: str, edge: int) -> None:
    target = profiled(profile)
    wanted = target.theirs[:, ::-1].copy()
    pool, box = [target.values, target.theirs], (32, 32, 64, 96)
    for forgery in (
        collage.quantise(target.values, wanted, pool, box, edge),
        collage.quantise_in_place(target.values, wanted, pool, box, edge),
    ):
        assert_located(target, forgery)


@pytest.mark.parametrize("end", ["least", "greatest"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_closing_tile_painted_in_part_is_altered_there(kind: str, end: str) -> None:
    """Samples at the ends of their range are no reason to see another geometry."""
    target = subject(kind)
    low, high = target.samples.limits
    top, left, _, _ = target.description.layout.tiles.box(target.description.closing)
    box = (top + 2, left + 3, 27, 21)
    forgery = edits.fill(target.values, box, low if end == "least" else high)
    assert_located(target, forgery)
    assert failed(target.alone(forgery)) == {Code.PIXELS_MARK, Code.PIXELS_CLOSING}


def test_cells_pasted_from_another_seal_are_placed_one_by_one() -> None:
    """Where payloads are padded alike, pasted cells would hold the right message bits.

    A few bytes are the same in all payloads of one size and key: the heads of the description.
    """
    pair = [images.of(phantoms.resonance(512, 512, seed)) for seed in (2, 3)]
    target = Subject(*(seal_it(one).dataset for one in pair))
    grid = Grid(target.samples.rows, target.samples.columns, CELL)
    closing = target.description.layout.tiles.box(target.description.closing)
    for edge, corner in ((24, (40, 40)), (200, (77, 99)), (160, (320, 320))):
        forgery = collage.paste(target.values, target.theirs, (*corner, edge, edge))
        named, changed = boxes_of(target.alone(forgery)), forgery.changed.copy()
        # The closing tile carries no message bits: it is named as a whole.
        for flags in (named, changed):
            flags[area(closing)] = False
        found, true = set(touched(grid, named)), set(touched(grid, changed))
        assert found <= true
        assert len(true - found) <= 0.01 * len(true)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_edit_whose_chunks_were_written_anew_is_placed_to_its_unit(profile: str) -> None:
    """Message bits are public: they narrow a map, the signed digests make it."""
    target = profiled(profile)
    reading = watermark.extract(target.samples)
    assert reading.payload is not None
    edited = edits.blacken(target.values, (70, 70, 20, 20))
    whole = target.samples
    frame = watermark.Samples(edited.values, whole.bits)
    mended = chunks.rewrite_payload(frame, target.description, reading.payload)
    forged = watermark.extract(watermark.Samples(mended.values, whole.bits))
    assert not (forged.broken & target.description.carrying).any()
    assert_located(target, compare(target.values, mended.values))
