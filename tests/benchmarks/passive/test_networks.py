from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from benchmarks.contest.pictures import Picture
from benchmarks.passive.detector import Opinion
from benchmarks.passive.learned import Learned
from benchmarks.passive.lineup import networks
from benchmarks.passive.patches import Patches, draw
from benchmarks.passive.segmenting import Segmenter
from benchmarks.passive.training import QUICK, Budget
from benchmarks.passive.weights import MOST_BYTES
from tests.benchmarks.passive.planted import gather, plant, show
from tests.watermark.phantoms import coloured, computed, noise

BUDGET = Budget(steps=120, batch=16, windows=600)
NAMES = sorted(networks())
every_network = pytest.mark.parametrize("name", NAMES)


@cache
def patches() -> Patches:
    """Return windows of phantoms that no test judges."""
    torch.set_num_threads(1)
    return draw(gather(0, 24), BUDGET.windows, seed=1)


@cache
def fitted(name: str) -> Learned:
    """Return a detector, trained once."""
    detector = networks(BUDGET)[name]
    detector.learn(patches(), seed=1)
    return detector


@every_network
def test_planted_pictures_rank_above_pristine_ones(name: str) -> None:
    examples = gather(1000, 16)
    scores = [fitted(name).score(one.picture) for one in examples]
    assert roc_auc_score([one.forged for one in examples], scores) > 0.9


@every_network
def test_heat_is_higher_where_it_was_planted(name: str) -> None:
    inside, outside = [], []
    for example in gather(1000, 12)[1::2]:
        heat = fitted(name).locate(example.picture)
        assert heat is not None
        assert heat.shape == example.changed.shape
        assert heat.dtype == np.float32
        inside.append(heat[example.changed].mean())
        outside.append(heat[~example.changed].mean())
    assert np.mean(inside) > np.mean(outside)


@pytest.mark.parametrize("name", [n for n, one in networks().items() if isinstance(one, Segmenter)])
def test_segmenters_name_what_was_planted(name: str) -> None:
    shares = []
    for example in gather(1000, 12)[1::2]:
        opinion = fitted(name).examine(example.picture)
        assert opinion.heat is not None
        named = opinion.heat >= opinion.threshold
        shares.append((named & example.changed).sum() / (named | example.changed).sum())
    assert np.mean(shares) > 0.4


@every_network
def test_one_seed_learns_one_thing(name: str) -> None:
    budget = Budget(steps=4, batch=8, windows=0)
    picture = plant(5, forged=True).picture
    scores = []
    for seed in (3, 3, 4):
        detector = networks(budget)[name]
        detector.learn(patches(), seed)
        scores.append(detector.score(picture))
    assert scores[0] == scores[1] != scores[2]


@every_network
def test_saved_weights_judge_alike(name: str, tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    fitted(name).save(file)
    assert file.stat().st_size <= MOST_BYTES
    other = networks(QUICK)[name]
    other.load(file)
    picture = plant(7, forged=True).picture
    assert same(fitted(name).examine(picture), other.examine(picture))


@every_network
def test_every_sort_of_picture_is_judged(name: str) -> None:
    pictures = [
        show(computed(64, 64).values),
        show(computed(70, 129).values),
        show(coloured(96, 64).values),
        show(noise(64, 65, 16).values),
        show(np.zeros((64, 64), np.uint8)),
        Picture(np.full((65, 64, 3), 255, np.uint8), 8, "fundus", 0, 255),
    ]
    for picture in pictures:
        opinion = fitted(name).examine(picture)
        assert np.isfinite(opinion.score)
        assert opinion.heat is not None
        assert opinion.heat.shape == picture.values.shape[:2]
        assert np.isfinite(opinion.heat).all()


def test_pictures_beyond_a_tile_are_judged_as_one() -> None:
    values = computed(544, 600).values
    whole = fitted("CNN, VGG-type").locate(show(values))
    assert whole is not None
    assert whole.shape == values.shape
    assert len(np.unique(whole[:, 8::32])) > 200


@every_network
def test_nobody_judges_before_learning(name: str) -> None:
    with pytest.raises(ValueError, match="must learn"):
        networks(QUICK)[name].examine(plant(1, forged=False).picture)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    fitted("U-Net").save(file)
    with pytest.raises(ValueError, match="another network"):
        networks(QUICK)["SegNet"].load(file)


@every_network
def test_what_cannot_be_learned_from_is_refused(name: str) -> None:
    detector = networks(QUICK)[name]
    forged = draw([plant(1, forged=True)], 40, seed=1)
    original = draw([plant(1, forged=False)], 40, seed=1)
    with pytest.raises(ValueError, match="learn from"):
        detector.learn(forged if detector.one_class else original, seed=1)


def same(one: Opinion, other: Opinion) -> bool:
    """Whether two opinions are equal to the last bit."""
    return one.score == other.score and np.array_equal(one.heat, other.heat)  # type: ignore[arg-type]
