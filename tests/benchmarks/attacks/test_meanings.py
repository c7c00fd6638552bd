"""Each attack does what its name says."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.restoration import inpaint_biharmonic

from benchmarks.attacks import (
    exemplars,
    inpainting,
    moves,
    nodules,
    patchmatch,
    poisson,
    shading,
    softening,
    splices,
)
from benchmarks.attacks.brushes import disc, stamp
from benchmarks.attacks.forgery import Array, Forgery, area, span
from benchmarks.attacks.graininess import match, noise
from tests.benchmarks.attacks.stages import EDGE, stage
from watermark.tiles import Box

HOST = stage("12 bits").values
DONOR = stage("12 bits").foreign
BOX, SOURCE = (48, 40, 24, 24), (80, 70, 24, 24)
ROUND = disc(24, 24) > 0
Reals = NDArray[np.float64]
Fill = Callable[[Array, Box], Forgery]


def seeded() -> np.random.Generator:
    return np.random.default_rng(5)


def form(y: Reals, x: Reals) -> Reals:
    """What goes up and down smoothly, as the fillers assume pictures to do."""
    return np.asarray(1000 + 300 * np.sin(y / 17) + 200 * np.cos(x / 13))


def waves(noise_level: float = 0.0) -> Array:
    """A frame of that form, with noise."""
    y, x = np.indices((EDGE, EDGE)).astype(float)
    grainy = form(y, x) + seeded().normal(0, noise_level, y.shape)
    return np.asarray(np.round(grainy).astype(np.int16))


def stripes() -> Array:
    """Oblique stripes, whose continuation is known."""
    y, x = np.indices((EDGE, EDGE))
    return np.where((y + x) % 16 < 8, 400, 1200).astype(np.uint16)


def laplacian(frame: Reals) -> Reals:
    shifts = ((1, 0), (-1, 0), (1, 1), (-1, 1))
    return np.asarray(4 * frame - sum(np.roll(frame, by, axis) for by, axis in shifts))


def fill_with_patches(values: Array, box: Box) -> Forgery:
    return patchmatch.fill_patchmatch(values, box, seeded())


def test_a_copied_area_equals_its_source() -> None:
    forgery = splices.splice(HOST, HOST, SOURCE, BOX[:2], disc(24, 24))
    assert (forgery.values[area(BOX)][ROUND] == HOST[area(SOURCE)][ROUND]).all()
    assert (forgery.values[area(BOX)][~ROUND] == HOST[area(BOX)][~ROUND]).all()


def test_a_soft_edge_passes_from_source_to_host() -> None:
    weights = disc(24, 24, 0.5)
    forgery = splices.splice(HOST, DONOR, SOURCE, BOX[:2], weights)
    new, old = forgery.values[area(BOX)].astype(float), HOST[area(BOX)].astype(float)
    theirs = DONOR[area(SOURCE)].astype(float)
    assert np.abs(new - (old + weights * (theirs - old))).max() <= 0.5
    assert (weights == 1).any() and ((weights > 0) & (weights < 1)).sum() > 200


def test_a_copy_turned_by_a_right_angle_is_the_turned_source() -> None:
    forgery = moves.copy_turned(HOST, SOURCE, BOX[:2], 90, 1)
    core = disc(24, 24, 0.25) == 1
    turned = min(
        np.abs(forgery.values[area(BOX)].astype(int) - np.rot90(HOST[area(SOURCE)], k))[core].max()
        for k in (1, 3)
    )
    assert turned <= 1


def test_a_copy_twice_as_large_shows_the_middle_of_its_source() -> None:
    forgery = moves.copy_turned(waves(), SOURCE, BOX[:2], 0, 2)
    y, x = (np.indices((24, 24)) - 11.5) / 2
    middle = form(y + SOURCE[0] + 11.5, x + SOURCE[1] + 11.5)
    core = disc(24, 24, 0.25) == 1
    assert np.abs(forgery.values[area(BOX)] - middle)[core].max() < 1.5


def test_noise_is_measured_and_matched() -> None:
    grain = seeded().normal(0, 20, (64, 64))
    assert noise(grain) == pytest.approx(20, rel=0.05)
    for sigma in (3.0, 50.0):
        assert noise(match(grain, sigma, seeded())) == pytest.approx(sigma, rel=0.02)
    assert noise(match(np.zeros((64, 64)), 7.0, seeded())) == pytest.approx(7, rel=0.1)


@pytest.mark.parametrize("level", [4.0, 60.0])
def test_a_matched_splice_has_the_donors_form_and_the_hosts_noise(level: float) -> None:
    host = waves(20)
    donor = waves(level)[::-1, ::-1] + np.int16(300)
    box, source = (40, 40, 48, 48), (30, 50, 48, 48)
    bare = splices.splice(host, donor, source, box[:2], disc(48, 48))
    forgery = splices.splice_matched(host, donor, source, box[:2], disc(48, 48, 0.25), seeded())
    inner = (56, 56, 16, 16)
    ours = noise(host[area(box)].astype(float))
    assert noise(forgery.values[area(inner)].astype(float)) == pytest.approx(ours, rel=0.25)
    assert noise(bare.values[area(inner)].astype(float)) != pytest.approx(ours, rel=0.4)
    part, theirs = forgery.values[area(inner)].ravel(), waves()[::-1, ::-1][46:62, 66:82].ravel()
    assert np.corrcoef(part, theirs)[0, 1] > np.corrcoef(host[area(inner)].ravel(), theirs)[0, 1]
    edge = (disc(48, 48, 0.25) > 0) & (disc(48, 48, 0.25) < 1)
    ends = [np.median(one[area(box)][edge]) for one in (host, forgery.values, bare.values)]
    assert abs(ends[1] - ends[0]) < 20
    assert abs(ends[2] - ends[0]) > 100


def test_a_clone_of_the_host_onto_itself_changes_nothing() -> None:
    assert not poisson.clone(HOST, HOST, BOX, BOX[:2]).changed.any()


def test_a_clone_forgets_how_bright_the_donor_was() -> None:
    first = poisson.clone(HOST, DONOR, SOURCE, BOX[:2])
    second = poisson.clone(HOST, DONOR.astype(np.int64) + 500, SOURCE, BOX[:2])
    assert (first.values == second.values).all()


def test_a_clone_meets_the_host_at_its_border_and_keeps_gradients() -> None:
    host, donor = waves(), np.ascontiguousarray(waves()[::-1]) + np.int16(900)
    forgery = poisson.clone(host, donor, SOURCE, BOX[:2])
    new = forgery.values.astype(float)
    inner = stamp(new.shape, BOX)
    assert not (forgery.changed & ~inner).any()
    moved = np.roll(donor, (BOX[0] - SOURCE[0], BOX[1] - SOURCE[1]), (0, 1)).astype(float)
    assert np.abs(laplacian(new) - laplacian(moved))[inner].max() <= 4


@pytest.mark.parametrize(
    "fill", [inpainting.fill_telea, inpainting.fill_navier_stokes, inpainting.fill_biharmonic]
)
def test_smooth_fillers_take_a_bump_out(fill: Fill) -> None:
    clean = waves()
    low, high = span(clean)
    dirty = clean.copy()
    hole = stamp(clean.shape, BOX)
    dirty[hole] = np.clip(dirty[hole] + 250, low, high)
    error = np.abs(fill(dirty, BOX).values.astype(float) - clean)[hole].mean()
    assert error < 0.35 * np.abs(dirty.astype(float) - clean)[hole].mean()


def test_biharmonic_is_that_of_the_whole_frame() -> None:
    frame = waves(5)
    whole = inpaint_biharmonic(frame.astype(float), stamp(frame.shape, BOX))
    filled = inpainting.fill_biharmonic(frame, BOX).values
    assert np.abs(filled - np.clip(whole, *span(frame))).max() <= 0.5001


@pytest.mark.parametrize("fill", [exemplars.fill_exemplars, fill_with_patches])
def test_patch_fillers_continue_a_pattern(fill: Fill) -> None:
    clean = stripes()
    dirty = clean.copy()
    hole = stamp(clean.shape, BOX)
    dirty[hole] = 400
    wrong = np.abs(fill(dirty, BOX).values.astype(int) - clean)[hole] > 200
    assert wrong.mean() < 0.05


@pytest.mark.parametrize("fill", [exemplars.fill_exemplars, fill_with_patches])
def test_patch_fillers_keep_grain(fill: Fill) -> None:
    host = waves(20)
    filled = fill(host, BOX).values[area(BOX)].astype(float)
    smooth = inpainting.fill_telea(host, BOX).values[area(BOX)].astype(float)
    assert noise(filled[6:18, 6:18]) > 0.4 * noise(host.astype(float))
    assert noise(smooth[6:18, 6:18]) < 0.4 * noise(host.astype(float))


def test_a_nodule_is_round_dense_and_as_noisy_as_its_place() -> None:
    host, box = waves(20), (40, 40, 32, 32)
    host[0, 0] = 4000  # room for the nodule in the frame's range
    forgery = nodules.grow_nodule(host, box, 800, seeded())
    gain = forgery.values[area(box)].astype(float) - host[area(box)]
    assert gain[12:20, 12:20].mean() == pytest.approx(800, rel=0.25)
    assert np.abs(gain[:2]).max() < 80 and np.abs(gain[:, -2:]).max() < 80
    assert 0.3 < (gain > 400).mean() < 0.75
    core = (50, 50, 12, 12)
    before, after = (noise(one[area(core)].astype(float)) for one in (host, forgery.values))
    assert after == pytest.approx(before, rel=0.3)


def test_a_nodule_is_as_strong_as_asked() -> None:
    host, box = waves(20), (40, 40, 24, 24)
    host[0, :2] = (0, 4000)
    means = [
        float((nodules.grow_nodule(host, box, steps, seeded()).values.astype(int) - host).sum())
        for steps in (-200, -50, -5, 5, 50, 200)
    ]
    assert means == sorted(means)
    faint = nodules.grow_nodule(host, box, 1, seeded()).values.astype(int) - host
    assert 0 < np.abs(faint).max() <= 12


def test_shades_move_by_what_they_say() -> None:
    host, box = waves(), (40, 40, 16, 16)
    host[0, :2] = (0, 4000)
    moved = shading.shift(host, box, -7).values.astype(int) - host
    assert (moved[area(box)] == -7).all()
    top = np.full((16, 16), 9, dtype=np.uint8)
    top[0, 0] = 0
    assert (shading.step_either_way(top, (4, 4, 4, 4), 2).values[4:8, 4:8] == 7).all()


def test_contrast_and_blur_change_the_spread_of_an_area() -> None:
    host, box = waves(20), (40, 40, 32, 32)
    host[0, :2] = (0, 4000)
    core = (52, 52, 8, 8)

    def spread(forgery: Forgery) -> float:
        return float(forgery.values[area(core)].std())

    before = float(host[area(core)].std())
    assert spread(shading.stretch(host, box, 0.5)) == pytest.approx(0.5 * before, rel=0.02)
    assert spread(shading.stretch(host, box, 1.5)) == pytest.approx(1.5 * before, rel=0.02)
    for softened in (softening.soften(host, box, 2), softening.denoise(host, box)):
        assert noise(softened.values[area(core)].astype(float)) < 0.5 * noise(host.astype(float))
