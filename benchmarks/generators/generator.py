"""The one interface of learned forgers.

All of them are small, and trained in minutes on the pictures of a few patients: they make weaker
fakes than the published originals (CT-GAN has 189.5 million parameters). Weak fakes are easier to
find for passive detectors, so a contest with them is kind to those.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.generators import weights
from benchmarks.generators.patches import draw_patches
from benchmarks.generators.volumes import Cube, Volume, draw_cubes

PATCHES = 4096
"""Patches that a generator learns from at most."""
CUBES = 512
"""Cubes that a generator of volumes learns from at most."""

NDFloat = Plane
"""float32, of any number of dimensions."""

Watch = Callable[[int, float], None]
"""Is told the number of a step, from 1, and its loss."""


class Generator(ABC):
    """A network that makes parts of pictures, and what it takes to train and to keep it."""

    name: ClassVar[str]
    """Short, as tables print it; also the name of its file of weights."""
    volumetric: ClassVar[bool] = False
    """Whether it makes parts of volumes, not of single frames."""
    batch: ClassVar[int] = 16
    """Samples that one step learns from."""

    def __init__(self) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.network: Any = self.build().eval()

    @abstractmethod
    def build(self) -> Any:
        """Return the network that is kept, untrained, drawn from torch's current state."""

    @abstractmethod
    def learn(self, samples: Any, steps: int) -> Iterator[float]:
        """Train `self.network` on samples (n, 1, ...), yielding the loss of each step.

        All chance comes from torch's current state.
        """

    def save(self, path: Path) -> None:
        """Write the weights as float16 .npz, at most `weights.LARGEST` bytes."""
        weights.write(self.network, path)

    def load(self, path: Path) -> None:
        """Read what `save` wrote. Raises weights.WrongWeights."""
        weights.read(self.network, path)

    def study(
        self, samples: NDFloat, seed: int, steps: int, watch: Watch | None = None
    ) -> list[float]:
        """Train anew on samples (n, ...) float32, and return the loss of each step.

        The same weights come from the same samples, seed, steps and count of threads.
        """
        losses = []
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network = self.build().train()
            for loss in self.learn(torch.from_numpy(samples)[:, None], steps):
                losses.append(loss)
                if watch is not None:
                    watch(len(losses), loss)
        weights.shorten(self.network)
        self.network.eval()
        return losses


class PatchGenerator(Generator):
    """Fills holes in windows of 64x64."""

    def train(
        self,
        pictures: Sequence[Picture],
        seed: int,
        steps: int,
        watch: Watch | None = None,
    ) -> list[float]:
        """Learn from patches of the pictures of training patients; return the losses."""
        count = min(PATCHES, 2 * steps * self.batch)
        return self.study(draw_patches(pictures, count, seed), seed, steps, watch)

    @abstractmethod
    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return (64, 64) float32 in [0, 1]: the window with other samples in the hole.

        window: (64, 64) float32 in [0, 1]; what stands in the hole is not looked at, unless the
        class says so. hole: (64, 64) bool. Outside of the hole the window is returned as it is.
        """


class CubeGenerator(Generator):
    """Fills the middle of equalised cubes of 32x32x32."""

    volumetric = True
    batch = 4

    def train(
        self,
        volumes: Sequence[Volume],
        seed: int,
        steps: int,
        watch: Watch | None = None,
    ) -> list[float]:
        """Learn from cubes of the volumes of training patients; return the losses."""
        count = min(CUBES, steps * self.batch)
        return self.study(draw_cubes(volumes, count, seed), seed, steps, watch)

    @abstractmethod
    def inpaint_volume(self, cube: Cube) -> Cube:
        """Return (32, 32, 32) float32 in [-0.5, 0.5]: a cube whose inner 20^3 is made up.

        cube: (32, 32, 32) float32 in [-0.5, 0.5]; its inner 20^3 is not looked at. Outside of that
        it is returned as it is.
        """


class PictureGenerator(Generator):
    """Makes whole pictures of 64x64."""

    @abstractmethod
    def train(
        self,
        pictures: Sequence[Picture],
        seed: int,
        steps: int,
        watch: Watch | None = None,
    ) -> list[float]:
        """Learn from whole pictures of training patients; return the losses."""

    @abstractmethod
    def generate(self, kind: str, random: np.random.Generator) -> Plane:
        """Return (64, 64) float32 in [0, 1]: a picture that no patient has, of a kind."""
