"""Published schemes find what their authors tested, and lose to what they did not."""

from types import ModuleType

import numpy as np
import pytest

from benchmarks.attacks import collage, edits, points, textures
from benchmarks.attacks.forgery import Forgery
from benchmarks.published import hilo, svd
from tests.watermark import phantoms

KEY, BOX = 5, (32, 64, 128, 128)
PICTURES = [phantoms.saturated(256, 256, seed).values.astype(np.uint8) for seed in (4, 8)]
every_scheme = pytest.mark.parametrize("scheme", [hilo, svd])


def recall(scheme: ModuleType, forgery: Forgery) -> float:
    """The share of the changed samples that a scheme finds."""
    found = scheme.detect(forgery.values, KEY)
    return float((found & forgery.changed).sum() / forgery.changed.sum())


@every_scheme
def test_a_marked_picture_is_called_whole(scheme: ModuleType) -> None:
    for picture in PICTURES:
        marked = scheme.embed(picture, KEY)
        assert not scheme.detect(marked, KEY).any()
        assert np.abs(marked.astype(int) - picture.astype(int)).max() == 3


@every_scheme
def test_noise_over_an_area_is_found(scheme: ModuleType) -> None:
    marked = scheme.embed(PICTURES[0], KEY)
    forgery = textures.scramble(marked, BOX, np.random.default_rng(1))
    assert recall(scheme, forgery) > 0.98
    outside = scheme.detect(forgery.values, KEY)
    outside[24:168, 56:200] = False
    assert not outside.any()


@every_scheme
def test_a_collage_under_the_same_key_passes(scheme: ModuleType) -> None:
    first, second = (scheme.embed(picture, KEY) for picture in PICTURES)
    assert recall(scheme, collage.paste(first, second, BOX)) == 0


def test_keyed_bits_pass_every_edit_of_the_content() -> None:
    marked = hilo.embed(PICTURES[0], KEY)
    assert recall(hilo, edits.replace_high_bits(marked, PICTURES[1], BOX, kept=2)) == 0
    for weight in range(2, 8):
        assert recall(hilo, points.flip_bit(marked, (40, 70), weight, 8)) == 0


def test_singular_values_pass_black() -> None:
    marked = svd.embed(PICTURES[0], KEY)
    assert recall(svd, edits.fill(marked, BOX, 0)) == 0
    assert recall(svd, edits.replace_high_bits(marked, PICTURES[1], BOX, kept=2)) > 0.98
