"""2-D pix2pix that fills holes.

Source: Isola, Zhu, Zhou, Efros, Image-to-image translation with conditional adversarial networks,
CVPR 2017: a U-Net against a judge of parts that sees the condition too, plus 100 times the mean
absolute error. The squared loss is that of CT-GAN (Mao et al., ICCV 2017). Smaller than theirs:
64x64, four levels of 16 to 96 channels; group instead of batch norm and no dropout. The hole is
filled coarsely first, the network's output is added to that, and the seam is settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane
from benchmarks.generators.blending import extend, settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import (
    Tensor,
    UNet,
    adam,
    batches,
    fill,
    holes_like,
    judge,
    tensor,
)

ERROR = 100.0
"""Weight of the absolute error."""


class Pix2Pix(PatchGenerator):
    """U-Net against a judge of parts."""

    name = "pix2pix"

    def build(self) -> Any:
        """Return the U-Net."""
        return UNet(2, (16, 32, 64, 96))

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield the mean absolute error over the hole."""
        critic = judge(3, (16, 32, 64))
        ours, theirs = adam(self.network, 1e-3), adam(critic, 2e-4)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        for real in batches(samples, self.batch, steps):
            holes = holes_like(real)
            coarse = fill(real, holes)
            made = self.paint(coarse, holes)
            condition = torch.cat([coarse, holes], 1)
            theirs.zero_grad()
            wrong = (critic(torch.cat([condition, real], 1)) - 1).square().mean()
            wrong = wrong + critic(torch.cat([condition, made.detach()], 1)).square().mean()
            (wrong / 2).backward()
            theirs.step()
            ours.zero_grad()
            fooled = (critic(torch.cat([condition, made], 1)) - 1).square().mean()
            error = (made - real).abs()
            (fooled + ERROR * error.mean()).backward()
            ours.step()
            slow.step()
            yield float((error.detach() * holes).sum() / holes.sum())

    def paint(self, coarse: Tensor, holes: Tensor) -> Tensor:
        """Return coarsely filled windows (n, 1, 64, 64) with the network's part in the holes."""
        added = self.network(torch.cat([coarse - 0.5, holes], 1))
        return coarse + added * holes

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return the window with the hole filled and settled; no chance is in it."""
        holes = tensor(hole)
        with torch.no_grad():
            made = self.paint(fill(tensor(window), holes), holes)[0, 0].clamp(0, 1).numpy()
        return settle(extend(made, hole), window, hole)
