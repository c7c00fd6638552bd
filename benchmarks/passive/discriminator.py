"""The discriminator of a GAN, trained on authentic windows, as a one-class detector.

Sources: Yi, Walia, Babyn, Generative adversarial network in medical imaging, Med. Image Anal. 58,
2019, which names discriminators as detectors of abnormal images without an experiment; Radford,
Metz, Chintala, DCGAN, ICLR 2016; the feature distance of Schlegl et al., f-AnoGAN, Med. Image Anal.
54, 2019 (whose encoder and image residual are left out).
Compact: windows of 64x64 traces, 8 to 48 channels. What is measured of a window: the
discriminator's logit and the energy of its features, against those of authentic windows.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.oneclass import Normality, OneClass, extremes
from benchmarks.passive.traces import CHANNELS
from benchmarks.passive.training import pick, quick_order, turn

_HIDDEN = 24
"""Numbers that a window is generated from."""
_WIDTHS = (8, 16, 32, 48)
_RATE = 5e-4


class AdversarialPair(nn.Module):
    """Generator, discriminator, and what is usual."""

    def __init__(self) -> None:
        super().__init__()
        first, second, third, fourth = _WIDTHS
        self.generator = nn.Sequential(
            *_raise(_HIDDEN, fourth, 4, 1, 0),
            *_raise(fourth, third, 4, 2, 1),
            *_raise(third, second, 4, 2, 1),
            *_raise(second, first, 4, 2, 1),
            nn.ConvTranspose2d(first, CHANNELS, 4, 2, 1),
        )
        self.features = nn.Sequential(
            *_lower(CHANNELS, first), *_lower(first, second), *_lower(second, third)
        )
        self.last = nn.Sequential(*_lower(third, fourth))
        self.logit = nn.Conv2d(fourth, 1, 4)
        self.normality = Normality(3 * (first + 2) + 1)

    def invent(self, count: int) -> Any:
        """Return (count, 4, 64, 64) windows from noise; 4x4 is where the generator starts."""
        return 4 * torch.tanh(self.generator(torch.randn(count, _HIDDEN, 1, 1)))

    def judge(self, planes: Any) -> Any:
        """Return (n,) logits of windows: high for authentic ones."""
        return self.logit(self.last(self.features(planes))).flatten()


class DiscriminatorDetector(OneClass):
    """Distance from authentic windows in a discriminator's features."""

    name = "GAN discriminator"

    def build(self) -> AdversarialPair:
        """Return the pair, untrained."""
        return AdversarialPair()

    def train_on(self, planes: Any) -> None:
        """Let generator and discriminator take steps in turn (non-saturating loss)."""
        pair, batch = self.network, self.budget.batch
        pair.train()
        judges = [*pair.features.parameters(), *pair.last.parameters(), *pair.logit.parameters()]
        of_judge = torch.optim.Adam(judges, _RATE, (0.5, 0.999))
        of_forger = torch.optim.Adam(pair.generator.parameters(), _RATE, (0.5, 0.999))
        for _ in range(self.steps):
            (real,) = turn(quick_order(planes[pick(len(planes), batch)]))
            false = pair.invent(batch)
            doubts = functional.softplus(-pair.judge(real)) + functional.softplus(
                pair.judge(false.detach())
            )
            of_judge.zero_grad()
            doubts.mean().backward()
            of_judge.step()
            of_forger.zero_grad()
            functional.softplus(-pair.judge(false)).mean().backward()
            of_forger.step()

    def measure(self, planes: Any) -> Any:
        """Return levels of features in windows (mean, least, greatest area), and the logits.

        Those of the first stage channel by channel, of the later ones all channels together.
        """
        pair = self._fitted()
        first = pair.features[:2](planes)
        second = pair.features[2:4](first)
        third = pair.features[4:](second)
        levels = [_level(first, 2), _level(second, 4), _level(third, 8)]
        together = [level.mean(dim=1, keepdim=True) for level in levels[1:]]
        logit = pair.logit(pair.last(third))[:, :, ::2, ::2]
        return torch.cat([extremes(torch.cat([levels[0], *together], dim=1)), logit], dim=1)


def _level(features: Any, stride: int) -> Any:
    """Return logarithms of the energy of features in areas of 16x16 at stride 8."""
    energy = functional.avg_pool2d(features * features, 16 // stride, 8 // stride)
    return torch.log(energy + 1e-6)


def _raise(inside: int, outside: int, edge: int, stride: int, margin: int) -> list[Any]:
    """Return the layers of a generator's stage."""
    return [
        nn.ConvTranspose2d(inside, outside, edge, stride, margin, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    ]


def _lower(inside: int, outside: int) -> list[Any]:
    """Return the layers of a discriminator's stage."""
    return [nn.Conv2d(inside, outside, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
