"""Layers that several generators are built of, and the coarse filling of holes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.generators.patches import draw_holes

Tensor = Any


class UNet(nn.Module):
    """Convolutions 4x4 of stride 2 down, nearest neighbour and convolutions 3x3 up, with skips.
    Untrained, it returns 0.

    Ronneberger et al., MICCAI 2015, as Isola et al. use it; upsampling and a convolution instead of
    transposed ones, which leave a checkerboard (Odena et al., Distill 2016).
    """

    def __init__(self, inputs: int, widths: Sequence[int], clock: int = 0) -> None:
        super().__init__()
        ends = (inputs, *widths)
        self.downs = nn.ModuleList(
            nn.Conv2d(before, after, 4, 2, 1) for before, after in itertools.pairwise(ends)
        )
        self.norms = nn.ModuleList(
            nn.GroupNorm(4, width) if level else nn.Identity() for level, width in enumerate(widths)
        )
        self.ups = nn.ModuleList(
            nn.Conv2d(below + skip, skip, 3, 1, 1)
            for below, skip in itertools.pairwise(reversed(widths))
        )
        self.last = nn.Conv2d(widths[0] + inputs, widths[0], 3, 1, 1)
        self.out = nn.Conv2d(widths[0], 1, 3, 1, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        self.clocks = nn.ModuleList(nn.Linear(clock, width) for width in widths if clock)

    def forward(self, x: Tensor, clock: Tensor | None = None) -> Tensor:
        """x (n, inputs, h, w), h and w multiples of 2 to the depth; clock (n, c) or None."""
        skips = [x]
        for level, (down, norm) in enumerate(zip(self.downs, self.norms, strict=True)):
            x = norm(down(x))
            if clock is not None:
                x = x + self.clocks[level](clock)[:, :, None, None]
            x = functional.leaky_relu(x, 0.2)
            skips.append(x)
        x = skips.pop()
        for up in self.ups:
            x = functional.interpolate(x, scale_factor=2)
            x = functional.leaky_relu(up(torch.cat([x, skips.pop()], 1)), 0.2)
        x = functional.interpolate(x, scale_factor=2)
        x = functional.leaky_relu(self.last(torch.cat([x, skips.pop()], 1)), 0.2)
        return self.out(x)


def judge(inputs: int, widths: Sequence[int]) -> Any:
    """Return a discriminator of overlapping parts: convolutions 4x4 of stride 2, one score each.

    Isola et al., CVPR 2017 (PatchGAN).
    """
    ends = (inputs, *widths)
    layers: list[Any] = []
    for level, (before, after) in enumerate(itertools.pairwise(ends)):
        layers.append(nn.Conv2d(before, after, 4, 2, 1))
        if level:
            layers.append(nn.GroupNorm(4, after))
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 3, 1, 1))


def fill(windows: Tensor, holes: Tensor) -> Tensor:
    """Return windows with holes filled from coarser and coarser means of what is around them.

    windows, holes: (n, 1, 64, 64); holes 1 inside, 0 outside. Source: Gortler et al., The
    lumigraph, SIGGRAPH 1996 (pull-push). A window that is all hole becomes 0.
    """
    known = 1 - holes
    levels = [(windows * known, known)]
    while levels[-1][0].shape[-1] > 1:
        total, share = (functional.avg_pool2d(part, 2) for part in levels[-1])
        levels.append((total / share.clamp(min=1e-6) * (share > 0), (share > 0).float()))
    coarse, _ = levels.pop()
    while levels:
        total, share = levels.pop()
        coarse = functional.interpolate(
            coarse, scale_factor=2, mode="bilinear", align_corners=False
        )
        coarse = total * share + coarse * (1 - share)
    return coarse


def batches(samples: Tensor, size: int, steps: int) -> Iterator[Tensor]:
    """Yield `steps` random batches of samples, drawn with torch's state."""
    for _ in range(steps):
        yield samples[torch.randint(len(samples), (size,))]


def holes_like(windows: Tensor) -> Tensor:
    """Return holes (n, 1, 64, 64) float32, 1 inside, drawn with torch's state."""
    random = np.random.default_rng(int(torch.randint(2**31, (1,))))
    return torch.from_numpy(draw_holes(random, len(windows))).float()[:, None]


def tensor(plane: Any) -> Tensor:
    """Return a plane or flags (h, w) as (1, 1, h, w) float32."""
    return torch.from_numpy(np.ascontiguousarray(plane, dtype=np.float32))[None, None]


def adam(network: Any, rate: float) -> Any:
    """Return the optimiser of adversaries: Adam with a first moment of 0.5 (Radford et al.)."""
    return torch.optim.Adam(network.parameters(), rate, betas=(0.5, 0.999))
