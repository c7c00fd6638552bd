"""Patches of a DCGAN, put where their border fits best.

Sources: Radford, Metz, Chintala, Unsupervised representation learning with deep convolutional
generative adversarial networks, ICLR 2016; choosing a patch by what is around the hole and
blending it in: Yeh et al., Semantic image inpainting with deep generative models, CVPR 2017, here
by the best of many draws instead of a descent in the code. Narrower than theirs: 16 to 128
channels, batches of 32; convolutions 3x3 after upsampling instead of transposed ones, which leave a
plaid.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane
from benchmarks.generators.blending import border, settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import Tensor, adam, batches

CODE = 64
DRAWS = 128
"""Patches to choose from."""
RING = 8
"""Samples about the hole that a patch has to fit."""


class DCGAN(PatchGenerator):
    """Noise to patches, against a judge."""

    name = "DCGAN"
    batch = 32

    def build(self) -> Any:
        """Return the generator: (n, CODE, 1, 1) to (n, 1, 64, 64) in [-1, 1]."""
        layers: list[Any] = [nn.ConvTranspose2d(CODE, 128, 4, 1, 0, bias=False)]
        for before, after in itertools.pairwise((128, 64, 32, 16, 16)):
            layers += [nn.BatchNorm2d(before), nn.ReLU()]
            layers += [nn.Upsample(scale_factor=2, mode="bilinear")]
            layers += [nn.Conv2d(before, after, 3, 1, 1, bias=False)]
        network = nn.Sequential(
            *layers, nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 1, 3, 1, 1), nn.Tanh()
        )
        return network

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield how far the means and deviations over 8x8 blocks are from those of the patches."""
        critic = _critic()
        ours, theirs = adam(self.network, 5e-4), adam(critic, 2e-4)
        cross = functional.binary_cross_entropy_with_logits
        for real in batches(samples, self.batch, steps):
            made = self.network(torch.randn(self.batch, CODE, 1, 1))
            said = critic(2 * real - 1), critic(made.detach())
            theirs.zero_grad()
            wrong = cross(said[0], torch.full_like(said[0], 0.9))
            (wrong + cross(said[1], torch.zeros_like(said[1]))).backward()
            theirs.step()
            fooled = critic(made)
            ours.zero_grad()
            cross(fooled, torch.ones_like(fooled)).backward()
            ours.step()
            yield _distance((made.detach() + 1) / 2, real)

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return the window with the best of `DRAWS` patches settled into the hole."""
        codes = torch.from_numpy(random.standard_normal((DRAWS, CODE, 1, 1)).astype(np.float32))
        with torch.no_grad():
            made = ((self.network(codes) + 1) / 2)[:, 0].numpy()
        return settle(made[_best(made, window, border(hole, RING))], window, hole)


def _best(made: Plane, window: Plane, ring: Flags) -> int:
    """Return which patch fits a ring best, but for a difference that is the same everywhere."""
    if not ring.any():
        return 0
    apart = made[:, ring] - window[ring]
    return int((apart - apart.mean(axis=1, keepdims=True)).std(axis=1).argmin())


def _critic() -> Any:
    """Return the judge of whole patches; no norm in it, for it sees real and made-up ones apart."""
    layers: list[Any] = []
    for before, after in ((1, 16), (16, 32), (32, 64), (64, 64)):
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Dropout(0.3), nn.Flatten(), nn.Linear(64 * 16, 1))


def _distance(made: Tensor, real: Tensor) -> float:
    """Return the mean difference of the statistics of two sets of patches."""
    blocks = [functional.avg_pool2d(part, 8).flatten(1) for part in (made, real)]
    means = (blocks[0].mean(0) - blocks[1].mean(0)).abs().mean()
    deviations = (blocks[0].std(0) - blocks[1].std(0)).abs().mean()
    return float(means + deviations)
