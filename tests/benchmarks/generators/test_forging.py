import numpy as np
import pytest
import torch

from benchmarks.attacks.forgery import Flags, area
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.generators.cyclegan import CycleGAN
from benchmarks.generators.dcgan import DCGAN
from benchmarks.generators.diffusion import Diffusion
from benchmarks.generators.forging import forge, forge_whole
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.pix2pix import Pix2Pix
from benchmarks.generators.training import CLASSES, QUICK
from benchmarks.generators.vae import VAE
from benchmarks.generators.whole import WholeVAE
from tests.benchmarks.generators.material import coloured, hole, picture, ramp
from watermark.tiles import Box

PAINTERS = [kind for kind in CLASSES if issubclass(kind, PatchGenerator)]
each_painter = pytest.mark.parametrize("kind", PAINTERS, ids=lambda kind: kind.name)
BOXES: list[Box] = [(60, 70, 16, 20), (0, 0, 12, 12), (140, 160, 20, 16), (50, 50, 1, 1)]
LARGE: Box = (40, 40, 64, 50)


class Ones(PatchGenerator):
    """Fills with white, whatever there is."""

    name = "ones"
    build = Pix2Pix.build
    learn = Pix2Pix.learn

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return white in the hole."""
        assert window.shape == hole.shape == (64, 64)
        return np.where(hole, np.float32(1), window)


def only(box: Box, shape: tuple[int, ...]) -> Flags:
    """The samples of a box."""
    inside = np.zeros(shape[:2], dtype=bool)
    inside[area(box)] = True
    return inside


@each_painter
def test_windows_change_in_the_hole_alone_and_stay_in_range(kind: type[PatchGenerator]) -> None:
    window = np.random.default_rng(1).random((64, 64)).astype(np.float32)
    made = kind().inpaint(window, hole(), np.random.default_rng(1))
    assert made.shape == (64, 64)
    assert made.dtype == np.float32
    assert (made[~hole()] == window[~hole()]).all()
    assert made.min() >= 0
    assert made.max() <= 1
    assert (made == kind().inpaint(window, hole(), np.random.default_rng(1))).all()


@pytest.mark.parametrize("kind", [VAE, DCGAN, Diffusion, Pix2Pix], ids=lambda kind: kind.name)
def test_what_stands_in_the_hole_is_not_looked_at(kind: type[PatchGenerator]) -> None:
    window = np.random.default_rng(1).random((64, 64)).astype(np.float32)
    other = np.where(hole(), 1 - window, window)
    first, second = (kind().inpaint(w, hole(), np.random.default_rng(1)) for w in (window, other))
    assert np.abs(first - second).max() < 1e-5


@pytest.mark.parametrize("box", [*BOXES, LARGE])
def test_every_sample_of_the_box_is_replaced_and_no_other(box: Box) -> None:
    frame = picture()
    made = forge(Ones(), frame, box, np.random.default_rng(1))
    kept = made.values == frame.values
    assert (made.changed == ~kept).all()
    assert kept[~only(box, kept.shape)].all()
    assert made.values.dtype == frame.values.dtype
    if box != LARGE:  # there the seam is settled
        expected = min(2000, int(frame.values.max()))
        assert (made.values[area(box)] == expected).all()


@each_painter
@pytest.mark.parametrize("frame", [picture(), coloured()], ids=["grey", "colour"])
def test_forgeries_stay_in_the_box_and_the_range(
    kind: type[PatchGenerator], frame: Picture
) -> None:
    made = forge(kind(), frame, BOXES[0], np.random.default_rng(1))
    assert made.values.shape == frame.values.shape
    assert not made.changed[~only(BOXES[0], frame.values.shape)].any()
    assert made.values.min() >= frame.values.min()
    assert made.values.max() <= frame.values.max()


def test_touched_boxes_are_as_rough_as_their_surroundings() -> None:
    frame, box = ramp(), (50, 52, 24, 20)
    plain, touched = (
        forge(Pix2Pix(), frame, box, np.random.default_rng(1), touch=touch).values[area(box)]
        for touch in (False, True)
    )
    rough = [np.diff(v.astype(float), 2, axis=0).std() for v in (plain, touched, frame.values)]
    assert rough[0] < rough[2] / 2
    assert rough[1] == pytest.approx(rough[2], rel=0.3)


def test_frames_smaller_than_the_window_can_be_forged() -> None:
    frame = picture(rows=50, columns=90)
    made = forge(Pix2Pix(), frame, (30, 60, 16, 16), np.random.default_rng(1))
    assert made.changed.any()
    assert not made.changed[~only((30, 60, 16, 16), (50, 90))].any()


def test_signed_frames_can_be_forged() -> None:
    values = picture().values.astype(np.int16) - 1000
    frame = Picture(values, 16, "CT lung", -1000.0, 1000.0)
    made = forge(Ones(), frame, BOXES[0], np.random.default_rng(1))
    assert (made.values[area(BOXES[0])] == min(1000, values.max())).all()


def test_colours_go_on_in_a_coloured_frame() -> None:
    frame = coloured()
    made = forge(Pix2Pix(), frame, (60, 70, 20, 20), np.random.default_rng(1))
    before, after = (v[60:80, 70:90].mean(axis=(0, 1)) for v in (frame.values, made.values))
    assert np.abs(before - after).max() < 30
    assert after[0] > after[1] > after[2]


@pytest.mark.parametrize("kind", [VAE, DCGAN, Diffusion, Pix2Pix], ids=lambda kind: kind.name)
def test_a_quick_budget_beats_noise_on_a_slope(kind: type[PatchGenerator]) -> None:
    generator, frame, box = kind(), ramp(), (50, 52, 24, 20)
    generator.train([frame, picture()], 1, QUICK[kind.name])
    made = forge(generator, frame, box, np.random.default_rng(2)).values
    noise = np.random.default_rng(3).permutation(frame.values.ravel())[: 24 * 20].reshape(24, 20)
    before = frame.native()[area(box)]
    error, other = np.abs(made[area(box)] - before).mean(), np.abs(noise - before).mean()
    assert error < other / 2


def test_a_forger_heals_or_harms_as_he_was_told() -> None:
    frame, box = ramp(), BOXES[0]
    for heals in (True, False):
        generator = CycleGAN(heals=heals)
        with torch.random.fork_rng():
            torch.manual_seed(1)
            torch.nn.init.normal_(generator.network["heal"].out.weight, 0, 0.1)
        # The other translator is untrained, and changes nothing.
        assert forge(generator, frame, box, np.random.default_rng(1)).changed.any() == heals


@pytest.mark.parametrize("frame", [picture(), coloured()], ids=["grey", "colour"])
def test_whole_pictures_are_of_the_frame_s_shape_and_range(frame: Picture) -> None:
    made = forge_whole(WholeVAE(), frame, np.random.default_rng(1))
    assert made.values.shape == frame.values.shape
    assert made.values.dtype == frame.values.dtype
    assert made.values.min() >= frame.values.min()
    assert made.values.max() <= frame.values.max()
    assert made.changed.mean() > 0.5
    again = forge_whole(WholeVAE(), frame, np.random.default_rng(1))
    assert (made.values == again.values).all()


def test_whole_pictures_are_of_their_kind() -> None:
    dark = Picture(np.full((64, 64), 40, dtype=np.uint8), 8, "PET", 0.0, 255.0)
    bright = Picture(np.full((64, 64), 210, dtype=np.uint8), 8, "X-ray", 0.0, 255.0)
    generator = WholeVAE()
    generator.train([dark, bright] * 8, 1, 60)
    levels = [
        generator.generate(kind, np.random.default_rng(1)).mean() for kind in ("PET", "X-ray")
    ]
    assert levels[0] < 0.35
    assert levels[1] > 0.65
