"""U-Net++ as a segmenter of tampering.

Sources: Zhou et al., UNet++, DLMIA 2018 (nested paths between the levels, no deep supervision
here); Gite et al. (Neural Comput. Appl. 35, 2022) compare it with others for lungs, not forgeries.
Compact: three levels of 6, 12 and 24 channels, one convolution a node of the upper rows.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.learned import block
from benchmarks.passive.segmenting import Segmenter
from benchmarks.passive.traces import CHANNELS
from benchmarks.passive.unet import double, pair

_WIDTH = 6


class NestedUNet(nn.Module):
    """Nodes x(level, step): each sees all nodes of its level before it, and one from below."""

    def __init__(self) -> None:
        super().__init__()
        one, two, four = _WIDTH, 2 * _WIDTH, 4 * _WIDTH
        self.x00, self.x10, self.x20 = pair(CHANNELS, one), pair(one, two), pair(two, four)
        self.x01, self.x11 = block(one + two, one), block(two + four, two)
        self.x02 = block(2 * one + two, one)
        self.last = nn.Conv2d(one, 1, 1)

    def forward(self, x: Any) -> Any:
        """(n, 4, r, k) to (n, 1, r, k) logits; r and k are multiples of 4."""
        x00 = self.x00(x)
        x10 = self.x10(functional.max_pool2d(x00, 2))
        x20 = self.x20(functional.max_pool2d(x10, 2))
        x01 = self.x01(torch.cat([x00, double(x10)], dim=1))
        x11 = self.x11(torch.cat([x10, double(x20)], dim=1))
        x02 = self.x02(torch.cat([x00, x01, double(x11)], dim=1))
        return self.last(x02)


class NestedSegmenter(Segmenter):
    """U-Net++ on traces."""

    name = "U-Net++"
    share = 0.6

    def build(self) -> NestedUNet:
        """Return the network, untrained."""
        return NestedUNet()
