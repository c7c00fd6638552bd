"""CycleGAN from sick to healthy patches, and back.

Source: Zhu, Park, Isola, Efros, Unpaired image-to-image translation using cycle-consistent
adversarial networks, ICCV 2017: two translators, two judges, squared loss, the cycle's and the
identity's mean absolute error, rates that fall from half of the steps on. What differs from the
paper, and why:

- A judge scores the patch, not its parts, as most parts of a sick patch are healthy: judges of
  parts told sick from healthy hardly better than by chance, and taught nothing.
- Judges and translators are also shown how far each sample is from the middle. Nodules are planted
  about it, and forgers cut their window about what they heal.
- Five times the cycle's error, not 10: no translator can know which nodule another took out, so
  that a strong cycle teaches to leave it in, or a trace of it. Five times the identity's, as there.
- A translator has 16 and 32 channels, three residual blocks and no normalisation. It returns a
  linear function of its input, whose gain and offset it finds for each sample: so texture stays.
- Batches of 4, not 1, and no pool of earlier fakes. What is kept is the mean of the last steps'
  translators, as adversaries circle.

No training patient has enough findings to learn from, so the domains are these: every second patch
is "healthy", as it is; the others, which are other patches, are "sick": `plant` puts a synthetic
nodule into each. So the network learns to take out and to put in nodules of that sort, not disease.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane
from benchmarks.generators.blending import settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import Tensor, adam, batches, tensor
from benchmarks.generators.patches import EDGE

CYCLE = 5.0
SAME = 5.0
LASTING = 0.98
"""What is kept of the mean network in each step."""
SEEN = 0.05
"""Of the shown range: where a nodule is so much brighter, healing is measured."""
SCORED = (16, 32, 48, 64)
"""Channels of a judge, from fine to coarse."""


class Translator(nn.Module):
    """Patch to patch of the other domain; untrained, it changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Conv2d(2, 16, 4, 2, 1)
        self.coarse = nn.Conv2d(16, 32, 4, 2, 1)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(32, 32, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 32, 3, 1, 2, 2)
            )
            for _ in range(3)
        )
        self.up = nn.Conv2d(32, 16, 3, 1, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, 0.2)
                nn.init.zeros_(layer.bias)
        self.out = nn.Conv2d(17, 2, 3, 1, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, 1, 64, 64) in [0, 1] -> the same shape, about [0, 1]."""
        seen = placed(x)
        half = functional.leaky_relu(self.fine(seen), 0.2)
        deep = functional.leaky_relu(self.coarse(half), 0.2)
        for block in self.blocks:
            deep = deep + block(deep) / 2
        half = functional.leaky_relu(
            self.up(functional.interpolate(deep, scale_factor=2)) + half, 0.2
        )
        last = torch.cat([functional.interpolate(half, scale_factor=2), seen[:, :1]], 1)
        offset, gain = self.out(last).chunk(2, 1)
        return x + offset + gain * (x - 0.5)


class Judge(nn.Module):
    """One score of a patch: convolutions 4x4 of stride 2 and a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[Any] = []
        for before, after in itertools.pairwise((2, *SCORED)):
            layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
        rest = SCORED[-1] * (EDGE >> len(SCORED)) ** 2
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(rest, 1))

    def forward(self, x: Tensor) -> Tensor:
        """x (n, 1, 64, 64) in [0, 1] -> (n, 1), about 1 if it is of the domain and 0 if made."""
        return self.layers(placed(x))


def placed(windows: Tensor) -> Tensor:
    """Return windows (n, 1, 64, 64) in [-2, 2], and each sample's squared distance from the middle
    in [0, 2] as a second channel."""
    along = torch.linspace(-1, 1, EDGE).square()
    distance = (along[:, None] + along).expand(len(windows), 1, -1, -1)
    return torch.cat([4 * windows - 2, distance], 1)


class CycleGAN(PatchGenerator):
    """Two translators; `inpaint` uses the one that heals, or the other."""

    name = "CycleGAN"
    batch = 4

    def __init__(self, *, heals: bool = True) -> None:
        super().__init__()
        self.heals = heals

    def reverse(self) -> CycleGAN:
        """Return the same translators, the other one at work."""
        other = CycleGAN(heals=not self.heals)
        other.network = self.network
        return other

    def build(self) -> Any:
        """Return both translators."""
        return nn.ModuleDict({"heal": Translator(), "harm": Translator()})

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield how far healed patches are, about the nodule, from those before it was planted.

        That is only told, not learned from: training is unpaired.
        """
        heal, harm = self.network["heal"], self.network["harm"]
        critics = nn.ModuleDict({"well": Judge(), "ill": Judge()})
        ours, theirs = adam(self.network, 1e-3), adam(critics, 1e-3)
        slower = [
            LambdaLR(one, lambda step: min(1, 2 - 2 * step / max(steps, 1)))
            for one in (ours, theirs)
        ]
        mean = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(LASTING))
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
            mean.update_parameters(self.network)
            wrong = _wrong(critics["well"], well, healed) + _wrong(critics["ill"], ill, harmed)
            theirs.zero_grad()
            (wrong / 2).backward()
            theirs.step()
            for one in slower:
                one.step()
            there = (ill - other > SEEN).float()
            yield float(((healed.detach() - other).abs() * there).sum() / there.sum())
        self.network.load_state_dict(mean.module.state_dict())

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
