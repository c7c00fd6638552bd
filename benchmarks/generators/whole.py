"""Whole pictures that no patient has: a variational autoencoder of whole pictures.

Sources: Kingma, Welling, Auto-encoding variational Bayes, ICLR 2014; drawing from a distribution
that is fitted to the codes after training, one for each kind of pictures: Ghosh et al., From
variational to deterministic autoencoders, ICLR 2020. Pictures are made at 64x64 and enlarged by
`forging`, with the noise of the frame that they replace: as coarse as that, for anybody to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.contest.pictures import Picture, Plane
from benchmarks.generators.generator import PictureGenerator, Watch
from benchmarks.generators.layers import Tensor, batches
from benchmarks.generators.patches import EDGE, resize
from benchmarks.generators.vae import CODE, Coder

KINDS = ("CT lung", "CT head", "MR", "PET", "X-ray", "ultrasound", "fundus", "other")
DIVERGENCE = 2e-5
"""Weight of the divergence from the normal distribution, per number of the code."""


class Wholes(Coder):
    """The coder, and mean and deviation of the codes of each kind."""

    def __init__(self) -> None:
        super().__init__(1)
        self.register_buffer("means", torch.zeros(len(KINDS), CODE))
        self.register_buffer("spreads", torch.ones(len(KINDS), CODE))


class WholeVAE(PictureGenerator):
    """Codes to whole pictures."""

    name = "whole VAE"

    def build(self) -> Any:
        """Return coder and the distributions of codes."""
        return Wholes()

    def train(
        self, pictures: Sequence[Picture], seed: int, steps: int, watch: Watch | None = None
    ) -> list[float]:
        """Learn whole pictures, made smaller to 64x64, then fit the codes of each kind."""
        small = np.stack([resize(picture.shown(), (EDGE, EDGE)) for picture in pictures])
        losses = self.study(small, seed, steps, watch)
        self._fit(small, [picture.kind for picture in pictures])
        return losses

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield the mean squared error plus the divergence."""
        ours = torch.optim.Adam(self.network.parameters(), 1e-3)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        for real in batches(samples, self.batch, steps):
            made, divergence = self.network(real, torch.randn(len(real), CODE))
            loss = functional.mse_loss(made, real) + DIVERGENCE * CODE * divergence
            ours.zero_grad()
            loss.backward()
            ours.step()
            slow.step()
            yield float(loss.detach())

    def generate(self, kind: str, random: np.random.Generator) -> Plane:
        """Return a picture from a random code of a kind; of one never seen, as of "other"."""
        row = KINDS.index(kind if kind in KINDS else "other")
        noise = torch.from_numpy(random.standard_normal(CODE).astype(np.float32))
        with torch.no_grad():
            code = self.network.means[row] + self.network.spreads[row] * noise
            return np.asarray(self.network.decoder(code[None])[0, 0].numpy())

    def _fit(self, small: Plane, kinds: Sequence[str]) -> None:
        """Set mean and deviation of the codes of each kind; of one not there, those of all."""
        with torch.no_grad():
            codes = self.network.encoder(torch.from_numpy(small)[:, None])[:, :CODE]
            for row, kind in enumerate(KINDS):
                own = torch.tensor([other == kind for other in kinds])
                chosen = codes[own] if own.any() else codes
                self.network.means[row] = chosen.mean(0).half().float()
                self.network.spreads[row] = chosen.std(0, correction=0).half().float()
