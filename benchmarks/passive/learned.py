"""What all detectors on networks share: a budget, a network, weights that can be kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from torch import nn

from benchmarks.contest.pictures import Example
from benchmarks.passive.detector import Detector
from benchmarks.passive.patches import Patches, draw
from benchmarks.passive.traces import CHANNELS
from benchmarks.passive.training import FULL, Budget, seeded
from benchmarks.passive.weights import read, settle, write


class Learned(Detector):
    """A detector whose whole knowledge is the weights of one network."""

    share: ClassVar[float] = 1.0
    """Steps for each step of the budget: fewer where a step costs more."""

    def __init__(self, budget: Budget = FULL) -> None:
        self.budget = budget
        self.network: Any = None

    @property
    def steps(self) -> int:
        """Steps that training takes."""
        return max(1, round(self.budget.steps * self.share))

    @abstractmethod
    def build(self) -> Any:
        """Return the network, untrained."""

    @abstractmethod
    def train(self, patches: Patches) -> None:
        """Train `self.network` on windows; chance is seeded by the caller."""

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn from windows of the examples. Several detectors: `draw` once, then `learn`."""
        self.learn(draw(examples, self.budget.windows, seed), seed)

    def learn(self, patches: Patches, seed: int) -> None:
        """Learn from windows, the same from the same seed; raise ValueError if none serves."""
        with seeded(seed):
            self.network = self.build()
            self.train(patches)
        settle(self.network)
        self.network.eval()

    def save(self, path: Path) -> None:
        """Write what was learned, at most 1 MB."""
        write(self._fitted(), path)

    def load(self, path: Path) -> None:
        """Take what another of the same class has saved; raise ValueError if it is not of it."""
        with seeded(0):
            network = self.build()
        read(network, path)
        network.eval()
        self.network = network

    def _fitted(self) -> Any:
        """Return the trained network; raise ValueError before `fit`."""
        if self.network is None:
            raise ValueError("a detector must learn before it judges")
        return self.network


def block(inside: int, outside: int, stride: int = 1, edge: int = 3) -> Any:
    """Return convolution, batch normalisation and ReLU."""
    step: Callable[..., Any] = nn.Conv2d
    return nn.Sequential(
        step(inside, outside, edge, stride, edge // 2, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


def stem(outside: int) -> Any:
    """Return a convolution of full resolution, and one of stride 2.

    The families begin with stride 2 at once; traces of forgeries are gone after it, as Boroumand,
    Chen, Fridrich, SRNet, TIFS 14(5), 2019, found of traces of steganography.
    """
    return nn.Sequential(block(CHANNELS, 12), block(12, outside, 2))
