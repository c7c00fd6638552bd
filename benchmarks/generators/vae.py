"""A variational autoencoder that fills holes.

Sources: Kingma, Welling, Auto-encoding variational Bayes, ICLR 2014; Sohn, Lee, Yan, Learning
structured output representation using deep conditional generative models, NeurIPS 2015: the encoder
sees what is around the hole, one code is drawn, the decoder makes the whole window. Its part in the
hole is settled into the surroundings. No norms, which hide how bright a window is; no skips, hence
blurred, as those of the papers are.
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
from benchmarks.generators.blending import settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import Tensor, batches, fill, holes_like, tensor

WIDTHS = (16, 32, 64, 64)
CODE = 64
"""Numbers in a code."""
DIVERGENCE = 2e-4
"""Weight of the divergence from the normal distribution, per number of the code."""


class Coder(nn.Module):
    """Window to code and back."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        ends: tuple[int, ...] = (inputs, *WIDTHS)
        deep = WIDTHS[-1] * 16
        downs: list[Any] = []
        for before, after in itertools.pairwise(ends):
            downs += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
        self.encoder = nn.Sequential(*downs, nn.Flatten(), nn.Linear(deep, 2 * CODE))
        ends = (*reversed(WIDTHS), WIDTHS[0])
        ups: list[Any] = [nn.Linear(CODE, deep), nn.Unflatten(1, (WIDTHS[-1], 4, 4))]
        for before, after in itertools.pairwise(ends):
            ups += [
                nn.LeakyReLU(0.2),
                nn.Upsample(scale_factor=2),
                nn.Conv2d(before, after, 3, 1, 1),
            ]
        self.decoder = nn.Sequential(
            *ups, nn.LeakyReLU(0.2), nn.Conv2d(WIDTHS[0], 1, 3, 1, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """x (n, inputs, 64, 64), noise (n, CODE) -> windows (n, 1, 64, 64), divergence."""
        mean, logarithm = self.encoder(x).clamp(-8, 8).chunk(2, 1)
        divergence = (mean.square() + logarithm.exp() - 1 - logarithm).mean() / 2
        return self.decoder(mean + noise * (logarithm / 2).exp()), divergence


class VAE(PatchGenerator):
    """Encoder, code, decoder."""

    name = "VAE"

    def build(self) -> Any:
        """Return encoder and decoder."""
        return Coder(2)

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield the mean absolute error, the hole counted four times, plus the divergence."""
        ours = torch.optim.Adam(self.network.parameters(), 2e-3)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        for real in batches(samples, self.batch, steps):
            holes = holes_like(real)
            seen = torch.cat([fill(real, holes), holes], 1)
            made, divergence = self.network(seen, torch.randn(len(real), CODE))
            error = functional.l1_loss(made, real, reduction="none") * (1 + 3 * holes)
            loss = error.mean() + DIVERGENCE * CODE * divergence
            ours.zero_grad()
            loss.backward()
            ours.step()
            slow.step()
            yield float(loss.detach())

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return the window with one draw of the decoder settled into the hole."""
        holes = tensor(hole)
        noise = torch.from_numpy(random.standard_normal((1, CODE)).astype(np.float32))
        with torch.no_grad():
            seen = torch.cat([fill(tensor(window), holes), holes], 1)
            made = self.network(seen, noise)[0][0, 0].numpy()
        return settle(made, window, hole)
