"""Attacks say exactly what they changed, keep what they claim to keep, and stay in the range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attacks import carriers, collage, damage, edits, lesions, points, textures
from benchmarks.attacks.forgery import compare, draw_box
from tests.attacks.subjects import profiled
from tests.watermark import phantoms
from watermark.carrier.coefficients import analyse
from watermark.parameters import Transform
from watermark.tiles import Grid

VALUES = phantoms.resonance(96, 104).values
OTHER = phantoms.resonance(96, 104, seed=9).values


@given(seed=st.integers(0, 999), edge=st.integers(1, 96))
def test_the_mask_is_where_samples_differ_and_nothing_leaves_the_box(seed: int, edge: int) -> None:
    random = np.random.default_rng(seed)
    box = draw_box(random, VALUES.shape, edge)
    inside = np.zeros(VALUES.shape, dtype=bool)
    inside[box[0] : box[0] + box[2], box[1] : box[1] + box[3]] = True
    for forgery in (
        edits.keep_parities(VALUES, box),
        edits.blacken(VALUES, box),
        lesions.add(VALUES, box),
        lesions.remove(VALUES, box),
        textures.blur(VALUES, box),
        textures.jitter(VALUES, box, random),
        textures.scramble(VALUES, box, random),
    ):
        assert (forgery.changed == (forgery.values != VALUES)).all()
        assert not (forgery.changed & ~inside).any()
        assert VALUES.min() <= forgery.values.min() <= forgery.values.max() <= VALUES.max()
    pasted = collage.paste(VALUES, OTHER, box)
    assert (pasted.values == np.where(inside, OTHER, VALUES)).all()
    assert (pasted.changed == (pasted.values != VALUES)).all()


@pytest.mark.parametrize("kept", [1, 2])
def test_an_edit_of_the_content_keeps_the_lowest_bits(kept: int) -> None:
    forgery = edits.replace_high_bits(VALUES, OTHER, (5, 7, 40, 50), kept)
    assert ((forgery.values ^ VALUES) & ((1 << kept) - 1) == 0).all()
    assert forgery.changed.any()


@pytest.mark.parametrize("step", list(Transform))
def test_moving_carriers_by_two_keeps_every_parity(step: Transform) -> None:
    before = phantoms.resonance(96, 104)
    forgery = edits.keep_parities(VALUES, (5, 7, 40, 50))
    after = before.with_planes(forgery.values[np.newaxis].astype(np.int32))
    moved = analyse(after, step).bound[0] ^ analyse(before, step).bound[0]
    assert (moved & 1 == 0).all() and (moved != 0).any()


def test_a_bit_turned_twice_is_as_it_was() -> None:
    signed = phantoms.computed(96, 104).values
    for values, bits in ((VALUES, 12), (signed, 16)):
        for weight in range(bits):
            once = points.flip_bit(values, (9, 9), weight, bits).values
            assert once[9, 9] != values[9, 9]
            assert (points.flip_bit(once, (9, 9), weight, bits).values == values).all()


@settings(max_examples=30)
@given(
    pattern=st.sampled_from(damage.PATTERNS),
    down=st.integers(1, 12),
    across=st.integers(1, 12),
    percent=st.integers(0, 100),
)
def test_a_pattern_takes_its_share_of_the_carrying_tiles(
    pattern: str, down: int, across: int, percent: int
) -> None:
    grid = Grid(32 * down, 32 * across, 32)
    carrying = np.random.default_rng(down).random(grid.count) < 0.8
    chosen = damage.choose_tiles(pattern, grid, carrying, percent / 100, seed=1)
    assert len(set(chosen)) == len(chosen) == int(carrying.sum() * (percent / 100))
    assert carrying[chosen].all()


def test_forged_carriers_stay_inside_the_bits_stored() -> None:
    target = profiled("standard")
    read = carriers.Carriers.read(target.samples, target.description)
    for group in read.groups([0, 1]):
        read.flip(group, read.dry(group))
    forgery = read.forgery()
    assert np.abs(forgery.values.astype(int) - target.values.astype(int)).max() == 1
    assert (compare(target.values, forgery.values).changed == forgery.changed).all()
