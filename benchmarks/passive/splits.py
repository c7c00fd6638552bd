"""What the split is worth: the cascade, tested as its authors did and on patients it has not seen.

Zhang et al. (`cascade`) shuffle the slices: neighbours of one slice, and the original of each
forgery, fall on both sides. Here the same examples are shuffled once by slice and once by patient;
two fifths of them train the network, two the judge, one is tested, in as many rounds as asked, so
that all are tested where five are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.contest.pictures import Example
from benchmarks.passive.cascade import Cascade

NAMES = ("slice", "patient")
"""Ways to split."""
PARTS = 5
"""Parts of equal size: rounds test one after the other."""


@dataclass(frozen=True, slots=True)
class Split:
    """Scores of tested pictures under one way to split."""

    name: str
    """One of `NAMES`."""
    scores: tuple[float, ...]
    forged: tuple[bool, ...]
    patients: tuple[str, ...]
    """Of each tested picture, as the next two."""
    rounds: tuple[int, ...]
    """Scores of one round come from one model; those of two are comparable by their sign alone."""

    @property
    def tested(self) -> int:
        """How many pictures were tested."""
        return len(self.scores)

    @property
    def correct(self) -> int:
        """How many were told right: a score of more than 0 says forged."""
        return sum(
            (score > 0) == truth for score, truth in zip(self.scores, self.forged, strict=True)
        )

    @property
    def accuracy(self) -> float:
        """Part that was told right."""
        return self.correct / self.tested


def try_split(
    name: str,
    examples: Sequence[Example],
    seed: int,
    rounds: int = PARTS,
    build: Callable[[], Cascade] = Cascade,
) -> Split:
    """Train and test in each round: the part of the round is tested, the next two judge.

    name: "slice", as the authors split, or "patient"; examples: originals and forgeries of at
    least five patients; rounds: 1 to 5, a model is trained for each.
    """
    assert 1 <= rounds <= PARTS
    groups = [example.patient for example in examples]
    assert len(set(groups)) >= PARTS, "fewer patients than parts"
    if name == "slice":
        groups = [str(number) for number in range(len(examples))]
    parts = _deal(groups, seed).tolist()
    found: list[tuple[float, bool, str, int]] = []
    for number in range(rounds):
        dealt: list[list[Example]] = [[], [], []]
        for one, part in zip(examples, parts, strict=True):
            dealt[((part - number) % PARTS + 1) // 2].append(one)
        tested, second, first = dealt
        model = build()
        model.fit_stages(first, second, seed, by_patient=name != "slice")
        found += [(model.score(one.picture), one.forged, one.patient, number) for one in tested]
    scores, forged, patients, of = zip(*found, strict=True)
    return Split(name, scores, forged, patients, of)


def _deal(groups: Sequence[str], seed: int) -> NDArray[np.int64]:
    """Return the part, 0 to 4, of each example; those of one group are in one part."""
    names = np.random.default_rng(seed).permutation(sorted(set(groups)))
    part = {str(name): number % PARTS for number, name in enumerate(names)}
    return np.array([part[group] for group in groups])
