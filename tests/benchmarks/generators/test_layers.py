import pytest
import torch

from benchmarks.generators.cyclegan import Translator, plant
from benchmarks.generators.layers import UNet, batches, fill, holes_like, judge
from benchmarks.generators.pix2pix3d import empty


def test_filling_keeps_what_is_known_and_goes_on_with_what_is_constant() -> None:
    torch.manual_seed(1)
    windows = torch.rand(4, 1, 64, 64)
    holes = holes_like(windows)
    filled = fill(windows, holes)
    assert torch.equal(filled * (1 - holes), windows * (1 - holes))
    assert torch.equal(filled, fill(windows * (1 - holes), holes))
    assert fill(torch.full((4, 1, 64, 64), 0.3), holes).sub(0.3).abs().max() < 1e-6


def test_a_window_without_anything_known_becomes_black() -> None:
    ones = torch.ones(1, 1, 64, 64)
    assert torch.equal(fill(ones, ones), torch.zeros_like(ones))


def test_untrained_networks_add_nothing() -> None:
    torch.manual_seed(1)
    assert torch.equal(UNet(2, (8, 12))(torch.rand(2, 2, 64, 64)), torch.zeros(2, 1, 64, 64))
    windows = torch.rand(2, 1, 64, 64)
    assert torch.equal(Translator()(windows), windows)


def test_a_clock_needs_weights_of_its_own() -> None:
    network = UNet(1, (8, 12), 4)
    assert network(torch.rand(3, 1, 16, 16), torch.rand(3, 4)).shape == (3, 1, 16, 16)
    assert sum(p.numel() for p in network.clocks.parameters()) == 5 * (8 + 12)


def test_a_judge_scores_parts() -> None:
    assert judge(2, (8, 8, 8))(torch.rand(3, 2, 64, 64)).shape == (3, 1, 8, 8)


def test_batches_are_drawn_from_the_samples() -> None:
    torch.manual_seed(1)
    drawn = torch.cat(list(batches(torch.arange(10), 8, 5)))
    assert len(drawn) == 40
    assert set(drawn.tolist()) <= set(range(10))


def test_a_planted_nodule_is_brighter_and_near_the_middle() -> None:
    torch.manual_seed(1)
    windows = torch.full((20, 1, 64, 64), 0.2)
    apart = plant(windows) - windows
    assert apart.min() >= 0
    assert (apart.amax((1, 2, 3)) > 0.1).all()
    assert apart[:, :, :6].abs().max() < 0.01
    assert plant(torch.ones(2, 1, 64, 64)).max() == pytest.approx(1)


def test_an_empty_middle_is_20_long() -> None:
    hollow = empty(torch.ones(1, 1, 32, 32, 32))
    assert (hollow == 0).sum() == 20**3
    assert hollow[0, 0, 5, 16, 16] == 1
    assert hollow[0, 0, 26, 16, 16] == 1
