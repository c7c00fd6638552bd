"""Detectors without training: planted cases are found, originals are quiet, any picture goes."""

import numpy as np
import pytest

from benchmarks.contest.pictures import Picture
from benchmarks.passive.blocks import EqualBlocks
from benchmarks.passive.cooccurrence import Cooccurrence
from benchmarks.passive.detector import Detector
from benchmarks.passive.keypoints import KeyPoints
from benchmarks.passive.moments import MomentField
from benchmarks.passive.noiselevels import NoiseLevels
from tests.benchmarks.passive.plants import copied, spliced, textured
from tests.watermark.phantoms import coloured

DOUBLES = (EqualBlocks, MomentField, KeyPoints)
SPLICES = (NoiseLevels, Cooccurrence)
every_detector = pytest.mark.parametrize("kind", [*DOUBLES, *SPLICES])


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    return float((one & other).sum() / max(1, (one | other).sum()))


@pytest.mark.parametrize("kind", DOUBLES)
def test_a_copied_square_is_found_and_placed(kind: type[Detector]) -> None:
    detector = kind()
    picture, both = copied(textured(1))
    opinion = detector.examine(picture)
    assert opinion.score >= 1
    assert opinion.heat is not None
    assert overlap(opinion.heat >= opinion.threshold, both) > 0.3
    assert all(detector.score(textured(seed)) < 1 for seed in (1, 2, 3))


@pytest.mark.parametrize("kind", SPLICES)
def test_a_square_of_other_noise_is_found_and_placed(kind: type[Detector]) -> None:
    detector = kind()
    quiet = [detector.score(textured(seed)) for seed in range(4)]
    for seed in range(4):
        picture, changed = spliced(textured(seed), seed)
        opinion = detector.examine(picture)
        assert opinion.score > max(quiet)
        assert opinion.heat is not None
        assert overlap(opinion.heat >= opinion.threshold, changed) > 0.3


def test_a_copy_that_was_turned_is_found_by_moments() -> None:
    picture = textured(4)
    after = picture.values.copy()
    after[150:214, 130:194] = np.rot90(picture.values[20:84, 100:164])
    detector = MomentField()
    assert detector.score(picture.like(after)) > 1 > detector.score(picture)


@pytest.mark.parametrize("edge", [12, 16, 24])
def test_small_copies_have_as_many_equal_blocks_as_fit(edge: int) -> None:
    picture, _ = copied(textured(5), edge)
    assert EqualBlocks().score(picture) >= (edge - 7) ** 2 / 24 - 1e-6


@every_detector
def test_the_same_picture_gets_the_same_opinion(kind: type[Detector]) -> None:
    picture, _ = copied(textured(6))
    first, second = kind().examine(picture), kind().examine(picture)
    assert first.score == second.score
    assert first.heat is not None
    assert second.heat is not None
    assert np.array_equal(first.heat, second.heat)


@every_detector
def test_colour_is_judged_by_its_mean(kind: type[Detector]) -> None:
    picture = Picture(coloured(160, 200).values, 8, "ultrasound", 0, 255)
    opinion = kind().examine(picture)
    assert opinion.heat is not None
    assert opinion.heat.shape == (160, 200)
    assert np.isfinite(opinion.heat).all()


@every_detector
@pytest.mark.parametrize("shape", [(64, 64), (65, 131), (1100, 64)])
def test_any_size_gets_a_map_of_its_size(kind: type[Detector], shape: tuple[int, int]) -> None:
    random = np.random.default_rng(7)
    for values in (np.zeros(shape), random.integers(-900, 900, shape)):
        opinion = kind().examine(Picture(values.astype(np.int16), 16, "other", -1000, 1000))
        assert opinion.heat is not None
        assert opinion.heat.shape == shape
        assert opinion.heat.dtype == np.float32
        assert np.isfinite(opinion.heat).all()
        assert np.isfinite(opinion.score)


@every_detector
def test_a_constant_picture_is_not_suspect(kind: type[Detector]) -> None:
    opinion = kind().examine(Picture(np.full((96, 96), -7, np.int16), 16, "other", -100, 100))
    assert opinion.score == 0
    assert opinion.heat is not None
    assert (opinion.heat < opinion.threshold).all()


def test_the_filter_is_daubechies_eighth() -> None:
    import pywt

    from benchmarks.passive.noiselevels import DETAIL

    high = np.array(pywt.Wavelet("db8").dec_hi)
    alike = [np.allclose(DETAIL, sign * taps) for sign in (1, -1) for taps in (high, high[::-1])]
    assert any(alike)


def test_noise_of_known_deviation_is_measured() -> None:
    from benchmarks.passive.noiselevels import measure_noise

    plane = np.random.default_rng(8).normal(0, 20, (256, 256)).astype(np.float32)
    noise, known = measure_noise(plane)
    assert known.all()
    assert np.exp(np.median(noise)) == pytest.approx(20, rel=0.05)


def test_words_of_both_signs_and_directions_are_twenty_five() -> None:
    from benchmarks.passive.residuals import WORDS, _fold_words, count_words

    assert len(np.unique(_fold_words())) == WORDS
    plane = np.random.default_rng(9).normal(0, 5, (64, 80)).astype(np.float32)
    counts = count_words(plane, 16)
    assert counts.shape == (4, 5, 2 * WORDS)
    assert (counts.sum(axis=2) == 4 * 256).all()
    assert np.array_equal(counts.sum(axis=(0, 1)), count_words(-plane, 16).sum(axis=(0, 1)))
