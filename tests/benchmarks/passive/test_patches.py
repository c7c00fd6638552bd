import numpy as np
import pytest
import torch

from benchmarks.contest.pictures import Example, Picture
from benchmarks.passive.patches import LEAST, draw
from benchmarks.passive.traces import trace
from tests.benchmarks.passive.planted import gather, plant, show


def test_half_of_the_windows_are_forged_and_a_third_original() -> None:
    patches = draw(gather(0, 12), 600, seed=1)
    count = len(patches.planes)
    assert 450 < count <= 600
    assert int(patches.forged.sum()) == 300
    assert int(patches.original.sum()) == 200
    assert not (patches.forged & patches.original).any()


def test_windows_are_forged_well_or_not_at_all() -> None:
    changed = draw(gather(0, 6), 200, seed=2).masks.flatten(1).sum(dim=1)
    assert ((changed == 0) | (changed >= LEAST)).all()


def test_masks_lie_where_their_windows_do() -> None:
    example = plant(3, forged=True)
    lone = Example(example.picture, example.changed, "smoothing", "3")
    patches = draw([lone], 40, seed=1)
    whole = trace(example.picture).half()
    places = whole.unfold(1, 64, 1).unfold(2, 64, 1).permute(1, 2, 0, 3, 4)
    for planes, mask in zip(patches.planes[:4], patches.masks[:4], strict=True):
        corner = (places == planes).flatten(2).all(dim=2).nonzero()[0].tolist()
        there = example.changed[corner[0] : corner[0] + 64, corner[1] : corner[1] + 64]
        assert np.array_equal(mask.numpy(), there)


def test_one_seed_draws_one_set() -> None:
    one, same, other = (draw(gather(0, 4), 60, seed) for seed in (1, 1, 2))
    assert torch.equal(one.planes, same.planes)
    assert one.planes.shape != other.planes.shape or not torch.equal(one.planes, other.planes)


def test_single_samples_are_no_windows_to_learn_from() -> None:
    original = plant(1, forged=False)
    flags = np.zeros(original.changed.shape, bool)
    flags[60, 60] = True
    patches = draw([Example(original.picture, flags, "bit", "1"), original], 40, seed=1)
    assert not patches.forged.any()
    assert patches.original.all()


def test_nothing_cannot_be_drawn_from() -> None:
    with pytest.raises(ValueError, match="nothing"):
        draw([], 10, seed=1)


def test_traces_do_not_know_the_scale_of_samples() -> None:
    values = plant(1, forged=False).picture.values.astype(np.int64)
    one = trace(Picture(values, 16, "other", -200, 2200))
    other = trace(Picture(values * 8 + 100, 16, "other", -1500, 17700))
    assert torch.allclose(one, other, atol=1e-3)


def test_traces_are_bounded_and_finite() -> None:
    for values in (np.zeros((64, 64), np.uint8), np.eye(80, dtype=np.int16) * 30000):
        planes = trace(show(values))
        assert planes.dtype == torch.float32
        assert planes.shape == (4, *values.shape)
        assert planes.abs().max() <= 4
