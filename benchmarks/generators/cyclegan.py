"""CycleGAN from sick to healthy patches, and back.

Source: Zhu, Park, Isola, Efros, Unpaired image-to-image translation using cycle-consistent
adversarial networks, ICCV 2017: two translators, two judges of parts, squared loss, twice the
cycle's and half the identity's mean absolute error (10 and 5 in the paper, with which so few steps
teach nothing but to leave patches alone). Narrower than theirs: 12 to 48 channels, three residual
blocks, and each translator's output is added to its input.

No training patient has enough findings to learn from, so the domains are these: every second patch
is "healthy", as it is; the others, which are other patches, are "sick": `plant` puts a synthetic
nodule into each. So the network learns to take out and to put in nodules of that sort, not disease.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane
from benchmarks.generators.blending import settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import Tensor, adam, batches, judge, tensor

CYCLE = 2.0
SAME = 0.5
SEEN = 0.05
"""Of the shown range: where a nodule is so much brighter, healing is measured."""


class Translator(nn.Module):
    """Patch to patch of the other domain; untrained, it changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(1, 12, 5, 1, 2),
            nn.ReLU(),
            nn.Conv2d(12, 24, 4, 2, 1),
            nn.GroupNorm(4, 24),
            nn.ReLU(),
            nn.Conv2d(24, 48, 4, 2, 1),
            nn.GroupNorm(4, 48),
            nn.ReLU(),
        )
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(48, 48, 3, 1, 1),
                nn.GroupNorm(4, 48),
                nn.ReLU(),
                nn.Conv2d(48, 48, 3, 1, 2, 2),
                nn.GroupNorm(4, 48),
            )
            for _ in range(3)
        )
        self.up = nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(48, 24, 3, 1, 1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(24, 12, 3, 1, 1),
            nn.ReLU(),
        )
        self.out = nn.Conv2d(13, 1, 5, 1, 2)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, 1, 64, 64) in [0, 1] -> the same shape, about [0, 1]."""
        deep = self.down(x - 0.5)
        for block in self.blocks:
            deep = deep + block(deep)
        return x + self.out(torch.cat([self.up(deep), x - 0.5], 1))


class CycleGAN(PatchGenerator):
    """Two translators; `inpaint` uses the one that heals, or the other."""

    name = "CycleGAN"
    batch = 8

    def __init__(self, *, heals: bool = True) -> None:
        super().__init__()
        self.heals = heals

    def build(self) -> Any:
        """Return both translators."""
        return nn.ModuleDict({"heal": Translator(), "harm": Translator()})

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield how far healed patches are, about the nodule, from those before it was planted.

        That is only told, not learned from: training is unpaired.
        """
        heal, harm = self.network["heal"], self.network["harm"]
        critics = nn.ModuleDict({"well": judge(1, (16, 32, 48)), "ill": judge(1, (16, 32, 48))})
        ours, theirs = adam(self.network, 1e-3), adam(critics, 1e-3)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        healthy, others = samples[::2], samples[1::2]
        pairs = zip(
            batches(healthy, self.batch, steps), batches(others, self.batch, steps), strict=True
        )
        for well, other in pairs:
            ill = plant(other)
            healed, harmed = heal(ill), harm(well)
            cycle = (harm(healed) - ill).abs().mean() + (heal(harmed) - well).abs().mean()
            same = (heal(well) - well).abs().mean() + (harm(ill) - ill).abs().mean()
            fooled = (critics["well"](healed) - 1).square().mean()
            fooled = fooled + (critics["ill"](harmed) - 1).square().mean()
            ours.zero_grad()
            (fooled + CYCLE * cycle + SAME * same).backward()
            ours.step()
            slow.step()
            wrong = _wrong(critics["well"], well, healed) + _wrong(critics["ill"], ill, harmed)
            theirs.zero_grad()
            (wrong / 2).backward()
            theirs.step()
            there = (ill - other > SEEN).float()
            yield float(((healed.detach() - other).abs() * there).sum() / there.sum())

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return the window with its translation settled into the hole; no chance is in it.

        What stands in the hole is looked at: it is what gets translated.
        """
        translator = self.network["heal" if self.heals else "harm"]
        with torch.no_grad():
            made = translator(tensor(window))[0, 0].clamp(0, 1).numpy()
        return settle(made, window, hole)


def plant(windows: Tensor) -> Tensor:
    """Return windows (n, 1, 64, 64) with a nodule each, drawn with torch's state.

    A ball of 3 to 12 samples radius, within 8 of the middle along each axis, with a lobed and soft
    edge, brighter than what was there by 0.25 to 0.6 of what is missing to 1.1.
    """
    count = len(windows)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    centres = 31.5 + 16 * (torch.rand(count, 2, 1, 1) - 0.5)
    radii = 3 + 9 * torch.rand(count, 1, 1)
    down, right = y - centres[:, 0], x - centres[:, 1]
    lobes = torch.randint(2, 5, (count, 1, 1)) * torch.atan2(down, right)
    lobes = 0.15 * torch.sin(lobes + 6.3 * torch.rand(count, 1, 1))
    soft = torch.sigmoid((radii * (1 + lobes) - torch.hypot(down, right)) / 0.8)
    bright = 0.25 + 0.35 * torch.rand(count, 1, 1)
    return (windows + (bright * soft)[:, None] * (1.1 - windows)).clamp(0, 1)


def _wrong(critic: Any, real: Tensor, made: Tensor) -> Tensor:
    """Return the squared loss of a judge."""
    return (critic(real) - 1).square().mean() + critic(made.detach()).square().mean()
