"""One step back in time: the residual of a single reverse step of a diffusion model.

Source: Grabovski, Yasur, Hacmon, Nisimov, Nativ, Mirsky, Back-in-time diffusion, arXiv 2407.15169,
2024 (BTD): a DDPM learns real crops; a crop is taken for a noisy one, one reverse step is made
without adding noise, and the residual is the evidence. The model: Ho, Jain, Abbeel, Denoising
diffusion probabilistic models, NeurIPS 2020.
Compact: traces instead of samples, a U-Net of 8 to 32 channels that is told the noise level as one
more plane, the step back taken in the quieter half of the noise, and two-sided: what was smoothed
leaves less to take away than an original does.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.oneclass import Normality, OneClass, region_levels
from benchmarks.passive.traces import CHANNELS
from benchmarks.passive.training import descend, pick, quick_order, turn
from benchmarks.passive.unet import UNet

_STEPS = 200
"""Noise levels of the model."""
_BACK = 67
"""The level that a picture is taken to be at: its noise is that of a trace, whose noise is 0.5."""


class DiffusionModel(nn.Module):
    """A network that tells the noise in noisy traces, and what is usual."""

    def __init__(self) -> None:
        super().__init__()
        self.network = UNet(CHANNELS + 1, 8, CHANNELS)
        self.normality = Normality(3 * CHANNELS)

    def forward(self, planes: Any, step: Any) -> Any:
        """Return the noise in (n, 4, r, k) planes of noise level `step`, (n,) of 1 to 200.

        The network corrects a first guess, the planes by their part of noise (Karras et al.,
        Elucidating the design space of diffusion-based generative models, NeurIPS 2022).
        """
        level = (step.float() / _STEPS)[:, None, None, None]
        guess = (1 - _kept()[step - 1]).sqrt()[:, None, None, None] * planes
        return guess + self.network(torch.cat([planes, level.expand_as(planes[:, :1])], dim=1))


class DiffusionDetector(OneClass):
    """Residual of one reverse step, against those of authentic windows."""

    name = "diffusion, one step"
    share = 0.5

    def build(self) -> DiffusionModel:
        """Return the model, untrained."""
        return DiffusionModel()

    def train_on(self, planes: Any) -> None:
        """Minimise the squared error of the noise told, at levels drawn alike."""
        kept = _kept()

        def loss() -> Any:
            (clean,) = turn(quick_order(planes[pick(len(planes), self.budget.batch)]))
            step = torch.randint(1, _STEPS + 1, (len(clean),))
            part = kept[step - 1][:, None, None, None]
            noise = torch.randn_like(clean)
            noisy = part.sqrt() * clean + (1 - part).sqrt() * noise
            return functional.mse_loss(self.network(noisy, step), noise)

        descend(self.network, loss, self.steps)

    def measure(self, planes: Any) -> Any:
        """Return mean, least and greatest residual (logarithms) of each trace in windows."""
        residual = planes - self.step_back(planes)
        return region_levels(residual)

    def step_back(self, planes: Any) -> Any:
        """Return planes after one reverse step from `_BACK`, without the noise it would add."""
        step = torch.full((len(planes),), _BACK)
        kept = _kept()
        now, before = kept[_BACK - 1], kept[_BACK - 2]
        lost = 1 - now / before
        noise = self._fitted()(planes, step)
        return (planes - lost / (1 - now).sqrt() * noise) / (1 - lost).sqrt()


def _kept() -> Any:
    """Return (200,) the part of the variance that is the picture's at each level (cosine).

    Source: Nichol, Dhariwal, Improved denoising diffusion probabilistic models, ICML 2021.
    """
    time = torch.arange(1, _STEPS + 1) / (_STEPS + 1)
    return torch.cos((time + 0.008) / 1.008 * torch.pi / 2) ** 2
