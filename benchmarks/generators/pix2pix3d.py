"""3-D pix2pix that makes up the middle of cubes, after CT-GAN.

Source: Mirsky, Mahler, Shelef, Elovici, CT-GAN, USENIX Security 2019: the inner 20^3 of an
equalised cube of 32^3 is set to 0, a 3-D U-Net makes the cube again, against a judge with squared
loss plus 100 times the mean absolute error. Smaller than theirs (189.5 million parameters): four
levels of 12 to 48 channels, group instead of batch norm, no dropout. Their two models, one that
puts nodules in and one that takes them out, need volumes with and without; here is one, which
learns whatever there is: it takes out. Only the made-up middle is used; the copy of the
surroundings is thrown away.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.generators.generator import CubeGenerator
from benchmarks.generators.layers import Tensor, adam, batches
from benchmarks.generators.volumes import INNER, Cube

WIDTHS = (12, 24, 48, 48)
ERROR = 100.0
"""Weight of the absolute error."""


class UNet3d(nn.Module):
    """Convolutions 4x4x4 of stride 2 down, upsampling and convolutions 3x3x3 up, with skips."""

    def __init__(self) -> None:
        super().__init__()
        ends = (1, *WIDTHS)
        self.downs = nn.ModuleList(
            nn.Conv3d(before, after, 4, 2, 1) for before, after in itertools.pairwise(ends)
        )
        self.norms = nn.ModuleList(
            nn.GroupNorm(4, width) if level else nn.Identity() for level, width in enumerate(WIDTHS)
        )
        self.ups = nn.ModuleList(
            nn.Conv3d(below + skip, skip, 3, 1, 1)
            for below, skip in itertools.pairwise(reversed(WIDTHS))
        )
        self.out = nn.Conv3d(WIDTHS[0] + 1, 1, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """x (n, 1, 32, 32, 32) in [-0.5, 0.5] -> the same shape, in [-1, 1]."""
        skips = [x]
        for down, norm in zip(self.downs, self.norms, strict=True):
            x = functional.leaky_relu(norm(down(x)), 0.2)
            skips.append(x)
        x = skips.pop()
        for up in self.ups:
            x = functional.interpolate(x, scale_factor=2)
            x = functional.leaky_relu(up(torch.cat([x, skips.pop()], 1)), 0.2)
        x = functional.interpolate(x, scale_factor=2, mode="trilinear", align_corners=False)
        return torch.tanh(self.out(torch.cat([x, skips.pop()], 1)))


class Pix2Pix3d(CubeGenerator):
    """3-D U-Net against a judge of parts."""

    name = "pix2pix 3-D"

    def build(self) -> Any:
        """Return the U-Net."""
        return UNet3d()

    def learn(self, samples: Tensor, steps: int) -> Iterator[float]:
        """Yield the mean absolute error of the inner cube, in equalised steps of 0 to 1."""
        critic = _critic()
        ours, theirs = adam(self.network, 2e-3), adam(critic, 2e-4)
        slow = torch.optim.lr_scheduler.CosineAnnealingLR(ours, max(steps, 1))
        for real in batches(samples, self.batch, steps):
            hollow = empty(real)
            made = self.network(hollow)
            theirs.zero_grad()
            wrong = (critic(torch.cat([hollow, real], 1)) - 1).square().mean()
            wrong = wrong + critic(torch.cat([hollow, made.detach()], 1)).square().mean()
            (wrong / 2).backward()
            theirs.step()
            ours.zero_grad()
            fooled = (critic(torch.cat([hollow, made], 1)) - 1).square().mean()
            error = (made - real).abs()
            (fooled + ERROR * error.mean()).backward()
            ours.step()
            slow.step()
            yield float(error.detach()[..., INNER, INNER, INNER].mean())

    def inpaint_volume(self, cube: Cube) -> Cube:
        """Return the cube with its inner 20^3 made up; no chance is in it."""
        with torch.no_grad():
            made = self.network(empty(torch.from_numpy(cube)[None, None]))[0, 0]
        changed = cube.copy()
        changed[INNER, INNER, INNER] = made.clamp(-0.5, 0.5).numpy()[INNER, INNER, INNER]
        return changed


def empty(cubes: Tensor) -> Tensor:
    """Return cubes (n, 1, 32, 32, 32) with their inner 20^3 set to 0."""
    hollow = cubes.clone()
    hollow[..., INNER, INNER, INNER] = 0
    return hollow


def _critic() -> Any:
    """Return the judge of parts, which sees the hollow cube too."""
    layers: list[Any] = []
    for before, after in ((2, 8), (8, 16), (16, 32)):
        layers += [nn.Conv3d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv3d(32, 1, 3, 1, 1))
