"""The forger who asks: he climbs where there is a slope, and says when he has arrived."""

from functools import partial

import numpy as np

from benchmarks.attacks.forgery import Array, compare
from benchmarks.contest.climbing import CALLS, Answer, ask, climb
from benchmarks.contest.scenes import scene_of, without_tags
from benchmarks.contest.sources import Source, turned
from tests.signing import images
from tests.watermark import phantoms

BEFORE = np.random.default_rng(3).integers(10, 240, (32, 32)).astype(np.uint8)
EDGE = 8


class Parities:
    """A verifier that checks one parity of each of 16 cells, and names those that fail."""

    def __init__(self) -> None:
        self.wanted = self.sums(BEFORE)
        self.asked: list[Array] = []

    def sums(self, values: Array) -> Array:
        cells = values.astype(np.int64).reshape(4, EDGE, 4, EDGE)
        return np.asarray(cells.sum(axis=(1, 3)) % 2)

    def __call__(self, values: Array) -> Answer:
        self.asked.append(values)
        failed = self.sums(values) != self.wanted
        named = np.kron(failed, np.ones((EDGE, EDGE), dtype=bool)).astype(bool)
        return Answer(not named.any(), float(named.mean()), named)


def forged() -> Array:
    after = BEFORE.copy()
    after[::EDGE, ::EDGE] ^= 1  # one sample of every cell
    return after


def test_weak_checks_are_climbed_cell_by_cell() -> None:
    start, verifier = compare(BEFORE, forged()), Parities()
    best, kept = climb(start, verifier, np.random.default_rng(1))
    assert kept[0].share == 1 and kept[-1].proven
    assert len(verifier.asked) < CALLS
    shares = [one.share for one in kept]
    assert shares == sorted(shares, reverse=True)
    assert not np.array_equal(best, start.values)
    assert verifier.sums(best).tolist() == verifier.wanted.tolist()


def test_a_climb_changes_by_one_both_ways_and_only_what_is_named() -> None:
    start, asked = compare(BEFORE, forged()), list[Array]()
    left = np.zeros(BEFORE.shape, dtype=bool)
    left[:, :16] = True

    def refuse(values: Array) -> Answer:
        asked.append(values)
        return Answer(False, 0.5, left)

    best, kept = climb(start, refuse, np.random.default_rng(1))
    moved = [one.astype(np.int64) - start.values for one in asked]
    assert len(asked) == CALLS
    assert set(np.unique(moved[1])) == {-1, 0, 1}
    assert 0.4 < np.mean(moved[1][left] != 0) < 0.6
    assert not any(one[~left].any() for one in moved)
    assert len(kept) == 1 + CALLS // 2, "every other step is taken where none is better"
    assert np.array_equal(best, asked[-1])


def test_what_makes_it_worse_is_not_kept() -> None:
    start, shares = compare(BEFORE, forged()), iter(np.linspace(0.2, 0.9, CALLS))
    everywhere = np.ones(BEFORE.shape, dtype=bool)

    def worsen(_: Array) -> Answer:
        return Answer(False, float(next(shares)), everywhere)

    best, kept = climb(start, worsen, np.random.default_rng(1))
    assert np.array_equal(best, start.values)
    assert [one.share for one in kept] == [0.2]


def test_a_seal_gives_no_way_up() -> None:
    dataset = images.of(phantoms.resonance(160, 171))
    scene = scene_of(Source("phantom", "P1", "MR", dataset, turned(dataset)), "standard")
    assert scene is not None
    after = scene.values.copy()
    after[64:96, 64:96] = after.min()
    start = compare(scene.values, after)
    for asked in (scene.dataset, without_tags(scene.dataset)):
        best, kept = climb(start, partial(ask, asked), np.random.default_rng(2))
        assert len(kept) > CALLS // 4
        assert not any(one.proven for one in kept)
        assert kept[-1].named[start.changed].mean() > 0.9
        assert np.ptp(best[64:96, 64:96]) <= CALLS
    sealed = ask(scene.dataset, scene.values)
    assert (sealed.proven, sealed.share) == (True, 0)
