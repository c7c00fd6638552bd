"""A small diffusion model that fills holes.

Sources: Ho, Jain, Abbeel, Denoising diffusion probabilistic models, NeurIPS 2020; what is known is
put back at every step and some steps are walked twice: Lugmayr et al., RePaint, CVPR 2022 (there as
noisy as the rest, here clean, with the hole as a channel of its own). So that some hundred training
steps are enough, the network also sees the hole filled coarsely (Saharia et al., Palette, SIGGRAPH
2022) and corrects the best guess that can be made without it, scaled by what that guess may be
wrong (Karras et al., Elucidating the design space of diffusion-based generative models, NeurIPS
2022); cosine schedule (Nichol, Dhariwal, ICML 2021); a running mean of the weights is kept; the
seam is settled.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Plane
from benchmarks.generators.blending import extend, settle
from benchmarks.generators.generator import PatchGenerator
from benchmarks.generators.layers import Tensor, UNet, batches, fill, holes_like, tensor

CLOCK = 16
"""Numbers that tell the network the time."""
WALK = 32
"""Steps from noise to picture."""
END = 0.2
"""Time at which the walk ends with the network's guess: so few training steps teach it shapes, but
not to tell the last noise from texture, and each further step would leave some of it."""
TWICE = 10
"""Steps, from the noisy end, after which the walk goes back once."""
KEPT = 0.99
"""Of the running mean of the weights, at each step."""
CONTRAST = 3.0
"""Pictures about their middle are made as large as noise by this factor."""
UNSURE = 0.12
"""Deviation, so enlarged, of pictures from the coarse filling."""


class Diffusion(PatchGenerator):
    """U-Net that takes noise away."""

    name = "diffusion"

    def build(self) -> Any:
        """Return the U-Net: noisy window, coarsely filled window, hole."""
        return UNet(3, (24, 40, 64, 80), CLOCK)

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield the squared error of the clean window, over its variance for whoever guesses."""
        student = copy.deepcopy(self.network)
        ours = torch.optim.Adam(student.parameters(), 1.5e-3)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        for step, real in enumerate(batches(samples, self.batch, steps)):
            holes = holes_like(real)
            clean = (real - 0.5) * CONTRAST
            times, noise = torch.rand(len(real)), torch.randn_like(real)
            signal, spread = (part[:, None, None, None] for part in schedule(times))
            noisy = signal * clean + spread * noise
            context = (fill(real, holes) - 0.5) * CONTRAST
            guess = _guess(student, noisy, (context, holes), times)
            apart = (guess - clean) / _doubt(signal, spread) * holes
            loss = apart.square().sum() / holes.sum()
            ours.zero_grad()
            loss.backward()
            ours.step()
            slow.step()
            _follow(self.network, student, min(KEPT, step / (step + 10)))
            yield float(loss.detach())

    def inpaint(self, window: Plane, hole: Flags, random: np.random.Generator) -> Plane:
        """Return the window with the hole filled by one walk from noise."""
        holes = tensor(hole)
        context = (fill(tensor(window), holes) - 0.5) * CONTRAST
        times = _path()
        x = _noise(random)
        with torch.no_grad():
            for now, then in itertools.pairwise(times):
                x = self._step(x, (context, holes), (now, then), _noise(random))
            x = _guess(self.network, x, (context, holes), torch.tensor(times[-1:]))
        made = (x[0, 0] / CONTRAST + 0.5).clamp(0, 1).numpy()
        return settle(extend(made, hole), window, hole)

    def _step(
        self, x: Tensor, known: tuple[Tensor, Tensor], between: tuple[float, float], noise: Tensor
    ) -> Tensor:
        """Return a window one step on: less noisy, or noisier again where the path goes back."""
        now, then = (torch.tensor([time]) for time in between)
        (signal, spread), (later, left) = schedule(now), schedule(then)
        if float(then) > float(now):
            share = later / signal
            return (
                share * x + (left.square() - (share * spread).square()).clamp(min=0).sqrt() * noise
            )
        clean = _guess(self.network, x, known, now).clamp(-CONTRAST / 2, CONTRAST / 2)
        noisy = (x - signal * clean) / spread
        fresh = left / spread * (1 - (signal / later).square()).clamp(min=0).sqrt()
        kept = (left.square() - fresh.square()).clamp(min=0).sqrt()
        return later * clean + kept * noisy + fresh * noise


def schedule(times: Tensor) -> tuple[Tensor, Tensor]:
    """Return the shares of picture and noise at times of 0 to 1; their squares add up to 1."""
    angle = (times * 0.98 + 0.005) * math.pi / 2
    return angle.cos(), angle.sin()


def clock(times: Tensor) -> Tensor:
    """Return times (n) as (n, CLOCK) waves."""
    rates = 2.0 ** torch.arange(CLOCK // 2) * math.pi / 2
    angles = times[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


def _doubt(signal: Tensor, spread: Tensor) -> Tensor:
    """Return the deviation of a clean sample when its noisy value is known."""
    return UNSURE * spread / ((UNSURE * signal).square() + spread.square()).sqrt()


def _guess(network: Any, noisy: Tensor, known: tuple[Tensor, Tensor], times: Tensor) -> Tensor:
    """Return the clean window as the network sees it.

    known: coarsely filled window and hole, (n, 1, 64, 64) each. Untrained, the network adds nothing
    to the mean of a normal distribution about the filling, given the noisy value.
    """
    context, holes = known
    signal, spread = (part[:, None, None, None] for part in schedule(times))
    doubt = _doubt(signal, spread)
    plain = context + (doubt / spread).square() * signal * (noisy - signal * context)
    seen = torch.cat([noisy * holes + context * (1 - holes), context, holes], 1)
    return plain + doubt * network(seen, clock(times))


def _path() -> list[float]:
    """Return the times of a walk from 1 to `END`; each early step is taken, undone, taken again."""
    times = [1 - (1 - END) * step / WALK for step in range(WALK + 1)]
    path = times[:1]
    for before, after in itertools.pairwise(times):
        path += [after, before, after] if len(path) < 3 * TWICE else [after]
    return path


def _noise(random: np.random.Generator) -> Tensor:
    """Return (1, 1, 64, 64) normal noise."""
    return torch.from_numpy(random.standard_normal((1, 1, 64, 64)).astype(np.float32))


def _follow(mean: Any, student: Any, kept: float) -> None:
    """Move a running mean of weights towards the newest."""
    with torch.no_grad():
        for ours, theirs in zip(mean.parameters(), student.parameters(), strict=True):
            ours.mul_(kept).add_(theirs, alpha=1 - kept)
