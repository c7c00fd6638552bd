"""U-Net as a segmenter of tampering.

Sources: Ronneberger, Fischer, Brox, U-Net, MICCAI 2015; Gite et al. (Neural Comput. Appl. 35, 2022)
compare it with FCN, SegNet and U-Net++ for lungs, not for forgeries: the task here is ours.
Compact: three levels of 8, 16 and 32 channels.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.learned import block
from benchmarks.passive.segmenting import Segmenter
from benchmarks.passive.traces import CHANNELS


def pair(inside: int, outside: int) -> Any:
    """Return two convolutions."""
    return nn.Sequential(block(inside, outside), block(outside, outside))


def double(x: Any) -> Any:
    """Return features at twice the resolution, each repeated."""
    return functional.interpolate(x, scale_factor=2, mode="nearest")


class UNet(nn.Module):
    """Down twice, up twice, early features joined on the way up."""

    def __init__(self, inside: int, width: int, outside: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            [pair(inside, width), pair(width, 2 * width), pair(2 * width, 4 * width)]
        )
        self.up = nn.ModuleList([pair(6 * width, 2 * width), pair(3 * width, width)])
        self.last = nn.Conv2d(width, outside, 1)

    def forward(self, x: Any) -> Any:
        """(n, inside, r, k) to (n, outside, r, k); r and k are multiples of 4."""
        first = self.down[0](x)
        second = self.down[1](functional.max_pool2d(first, 2))
        third = self.down[2](functional.max_pool2d(second, 2))
        middle = self.up[0](torch.cat([second, double(third)], dim=1))
        return self.last(self.up[1](torch.cat([first, double(middle)], dim=1)))


class UNetSegmenter(Segmenter):
    """U-Net on traces."""

    name = "U-Net"
    share = 0.6

    def build(self) -> UNet:
        """Return the network, untrained."""
        return UNet(CHANNELS, 8, 1)
