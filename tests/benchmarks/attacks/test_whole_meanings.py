"""Each attack on the whole frame, and each that is too small to be seen, does what it says."""

import numpy as np
import pytest

from benchmarks.attacks import filtering, points, rearrangement, recompression, remapping
from benchmarks.attacks.forgery import Array, span
from benchmarks.attacks.graininess import noise
from tests.benchmarks.attacks.stages import MAKERS, stage

HOST = stage("12 bits").values
every_frame = pytest.mark.parametrize("name", MAKERS)


def seeded() -> np.random.Generator:
    return np.random.default_rng(5)


def error(before: Array, after: Array) -> float:
    return float(np.abs(after.astype(float) - before).mean())


@every_frame
def test_a_flip_is_undone_by_a_flip_and_a_turn_by_four(name: str) -> None:
    values = stage(name).values
    assert (rearrangement.flip(rearrangement.flip(values).values).values == values).all()
    turned = values
    for _ in range(4):
        turned = rearrangement.turn(turned).values
    assert (turned == values).all()


def test_what_fits_of_a_turned_oblong_is_in_the_middle() -> None:
    values = HOST[:60, :100]
    turned = rearrangement.turn(values).values
    assert turned.shape == values.shape
    assert (turned[:, 20:80] == np.rot90(values)[20:80]).all()
    assert (turned[:, :20] == values.min()).all() and (turned[:, 80:] == values.min()).all()


def test_a_cut_keeps_the_middle_and_a_move_all_but_an_edge() -> None:
    cut = rearrangement.cut(HOST, 0.25).values
    assert (cut[16:112, 16:112] == HOST[16:112, 16:112]).all()
    assert (cut[:16] == HOST.min()).all() and (cut[:, 112:] == HOST.min()).all()
    moved = rearrangement.move(HOST, 2, -1).values
    assert (moved[2:, :-1] == HOST[:-2, 1:]).all() and (moved[0, :-1] == HOST[0, 1:]).all()


def test_remapping_is_monotone_and_keeps_its_ends() -> None:
    bent = remapping.bend(HOST, 100, 2000, 0.8).values.astype(int)
    order = np.argsort(HOST, axis=None)
    assert (np.diff(bent.ravel()[order]) >= 0).all()
    outside = (HOST <= 100) | (HOST >= 2000)
    assert outside.any() and (bent == HOST)[outside].all()
    assert (bent >= HOST.astype(int) - 1).all()
    low = int(HOST.min())
    stretched = remapping.stretch(HOST, 0.5).values
    assert stretched.max() == round((int(HOST.max()) - low) * 0.5 + low)
    moved = remapping.offset(HOST, 9).values.astype(int) - HOST
    assert (moved[HOST <= HOST.max() - 9] == 9).all()


def test_eight_bits_have_256_values() -> None:
    coarse = remapping.coarsen(HOST, 0, 2400).values
    assert len(np.unique(coarse)) <= 256 < len(np.unique(HOST))
    inside = HOST <= 2400
    assert np.abs(coarse.astype(float) - HOST)[inside].max() <= 2400 / 255 / 2 + 1


@every_frame
def test_codecs_lose_more_the_harder_they_press(name: str) -> None:
    low, high = MAKERS[name][1:]
    values = stage(name).values
    shown = remapping.coarsen(values, low, high).values
    by_jpeg = [
        error(shown, recompression.compress_jpeg(values, low, high, quality).values)
        for quality in (95, 75, 50, 20)
    ]
    assert by_jpeg == sorted(by_jpeg) and 0 < by_jpeg[0] < 0.05 * (high - low)
    by_wavelets = [
        error(values, recompression.compress_jpeg2000(values, ratio).values)
        for ratio in (4, 10, 40)
    ]
    assert by_wavelets == sorted(by_wavelets) and 0 < by_wavelets[0] < 0.05 * (high - low)


def test_filters_take_noise_away_and_noise_adds_it() -> None:
    before = noise(HOST.astype(float))
    for forgery in (
        filtering.smooth(HOST, 1),
        filtering.take_median(HOST),
        filtering.resize(HOST, 0.5),
    ):
        assert noise(forgery.values.astype(float)) < 0.6 * before
    added = filtering.add_noise(HOST, 60, seeded())
    assert np.std(added.values.astype(float) - HOST) == pytest.approx(60, rel=0.05)


@every_frame
@pytest.mark.parametrize("count", [1, 7, 500])
def test_lowest_bits_are_counted(name: str, count: int) -> None:
    values = stage(name).values
    flipped = points.flip_lowest(values, count, seeded()).values
    assert ((flipped.astype(int) ^ values) == 1).sum() == count
    assert (flipped != values).sum() == count


def test_no_lowest_bit_is_turned_out_of_the_range() -> None:
    flat = np.full((4, 4), 6, dtype=np.uint8)
    assert not points.flip_lowest(flat, 3, seeded()).changed.any()
    flat[0, 0] = 7
    assert points.flip_lowest(flat, 99, seeded()).changed.all()


@every_frame
def test_one_sample_is_raised(name: str) -> None:
    values = stage(name).values
    forgery = points.raise_to_top(values, (3, 5))
    assert np.argwhere(forgery.changed).tolist() == [[3, 5]]
    assert (forgery.values[3, 5] == span(values)[1]).all()
