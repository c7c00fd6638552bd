"""Detectors that learn: what they saw of some patients they find in others."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.contest.pictures import Example, Picture
from benchmarks.passive.cascade import FIELD, LEVELS, STRIDE, Cascade, _build, _count_pairs
from benchmarks.passive.detector import Detector
from benchmarks.passive.learners import Forest, SupportVectors, Tree, draw_windows
from benchmarks.passive.splits import NAMES, _deal, try_split
from tests.benchmarks.passive.plants import family

torch.set_num_threads(1)


class Short(Cascade):
    """Trained for fewer steps."""

    def __init__(self) -> None:
        super().__init__(120)


class Brief(Cascade):
    """Trained for a few steps."""

    def __init__(self) -> None:
        super().__init__(5)


KINDS = (SupportVectors, Forest, Tree, Short)
every_learner = pytest.mark.parametrize("kind", KINDS)


@cache
def learned(kind: type[Detector]) -> Detector:
    detector = kind()
    detector.fit(family(range(24)), 1)
    return detector


@every_learner
def test_what_was_learned_is_found_in_new_pictures(kind: type[Detector]) -> None:
    fresh = family(range(40, 52))
    scores = np.array([learned(kind).score(one.picture) for one in fresh])
    forged = np.array([one.forged for one in fresh])
    apart = scores[forged][:, np.newaxis] - scores[~forged]
    assert ((apart > 0) + 0.5 * (apart == 0)).mean() > 0.75


@every_learner
def test_the_heat_is_where_it_was_changed(kind: type[Detector]) -> None:
    fresh = [one for one in family(range(60, 66)) if one.forged]
    for one in fresh:
        heat = learned(kind).locate(one.picture)
        assert heat is not None
        assert heat[one.changed].mean() > heat[~one.changed].mean()


@every_learner
def test_the_same_seed_gives_the_same_scores(kind: type[Detector]) -> None:
    few = family(range(4))
    scores = []
    for _ in range(2):
        detector = kind()
        detector.fit(few, 3)
        scores.append([detector.score(one.picture) for one in few])
    assert scores[0] == scores[1]


@every_learner
@pytest.mark.parametrize("shape", [(64, 64), (67, 130, 3), (600, 64)])
def test_any_picture_gets_a_map_of_its_size(kind: type[Detector], shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(5)
    for values in (np.zeros(shape), random.integers(-90, 120, shape)):
        picture = Picture(values.astype(np.int16), 16, "other", -100, 100)
        opinion = learned(kind).examine(picture)
        assert opinion.heat is not None
        assert opinion.heat.shape == shape[:2]
        assert np.isfinite(opinion.heat).all()
        assert np.isfinite(opinion.score)


@every_learner
def test_nothing_forged_teaches_nothing(kind: type[Detector]) -> None:
    detector = kind()
    clean = [one for one in family(range(3)) if not one.forged]
    detector.fit(clean, 1)
    assert detector.score(clean[0].picture) == 0


def test_windows_of_forgery_are_those_that_were_changed() -> None:
    rows, labels = draw_windows(family(range(3)), np.random.default_rng(1))
    assert len(rows) == len(labels)
    assert 0 < labels.sum() < len(labels)
    assert np.isfinite(rows).all()


def test_the_map_is_what_the_network_says_of_each_window() -> None:
    torch.manual_seed(1)
    network = _build().eval()
    plane = torch.rand(1, 1, FIELD + 3 * STRIDE, FIELD + 2 * STRIDE)
    with torch.inference_mode():
        whole = network(plane)[0, 0]
        assert whole.shape == (4, 3)
        for row in range(4):
            for column in range(3):
                top, left = row * STRIDE, column * STRIDE
                window = plane[:, :, top : top + FIELD, left : left + FIELD]
                assert float(network(window)) == pytest.approx(float(whole[row, column]), abs=1e-4)


def test_pairs_are_those_of_a_grey_level_matrix() -> None:
    from skimage import feature

    count: Any = feature.graycomatrix

    heat = np.random.default_rng(2).random((20, 30)).astype(np.float32)
    levels = (heat * (LEVELS - 1)).astype(np.uint8)
    angles = [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4]
    known = count(levels, [1], angles, levels=LEVELS, normed=True)[:, :, 0]
    ours = _count_pairs(heat).reshape(4, LEVELS, LEVELS) ** 2
    for index in range(4):
        matrix = known[:, :, index]
        assert any(
            np.allclose(part, matrix, atol=1e-6) or np.allclose(part.T, matrix, atol=1e-6)
            for part in ours
        )


def test_no_patient_is_on_both_sides() -> None:
    patients = [f"p{number % 7}" for number in range(70)]
    parts = _deal(patients, 1)
    assert set(parts.tolist()) == set(range(5))
    assert len({(patient, part) for patient, part in zip(patients, parts, strict=True)}) == 7


def test_no_patient_is_in_two_stages_of_a_split_by_patients() -> None:
    met: list[tuple[set[str], set[str]]] = []

    class Watched(Brief):
        """Remembers whom it learned from."""

        def fit_stages(
            self,
            first: Sequence[Example],
            second: Sequence[Example],
            seed: int,
            *,
            by_patient: bool = True,
        ) -> None:
            met.append(({one.patient for one in first}, {one.patient for one in second}))
            assert by_patient
            super().fit_stages(first, second, seed, by_patient=by_patient)

    examples: list[Example] = family(range(6), 64)
    by_patient = try_split("patient", examples, 1, rounds=1, build=Watched)
    ((first, second),) = met
    assert first | second | set(by_patient.patients) == {one.patient for one in examples}
    assert not first & second
    assert not (first | second) & set(by_patient.patients)


def test_both_splits_test_every_example_once() -> None:
    examples: list[Example] = family(range(10), 64)
    for name in NAMES:
        split = try_split(name, examples, 1, build=Brief)
        assert split.name == name
        assert split.tested == 20
        assert sum(split.forged) == 10
        assert sorted(split.patients) == sorted(one.patient for one in examples)
        assert split.accuracy == np.mean(
            [(score > 0) == truth for score, truth in zip(split.scores, split.forged, strict=True)]
        )
