"""Residual blocks (ResNet-type).

Sources: He, Zhang, Ren, Sun, Deep residual learning, CVPR 2016; ResNet50 and 101 of Solaiyappan and
Wen (arXiv 2109.12800, 2022) and of Alsaheel et al. (CMC 76(2), 2023) on tampered CT.
Compact: six basic blocks, 12 to 48 channels, trained from nothing.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn import functional

from benchmarks.passive.classifying import PatchClassifier, WindowHead, WindowNetwork
from benchmarks.passive.learned import block, stem


class BasicBlock(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        self.first = block(inside, outside, stride)
        self.second = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.scale = nn.BatchNorm2d(outside)
        plain = inside == outside and stride == 1
        self.around = nn.Identity() if plain else nn.Conv2d(inside, outside, 1, stride, bias=False)

    def forward(self, x: Any) -> Any:
        """Return what the block makes of `x`."""
        return functional.relu(self.scale(self.second(self.first(x))) + self.around(x))


class ResidualClassifier(PatchClassifier):
    """ResNet-type patch classifier."""

    name = "CNN, ResNet-type"

    def build(self) -> WindowNetwork:
        """Return a stem and three stages of two blocks."""
        body = nn.Sequential(
            stem(12),
            *(BasicBlock(12, 12), BasicBlock(12, 12)),
            *(BasicBlock(12, 24, 2), BasicBlock(24, 24)),
            *(BasicBlock(24, 48, 2), BasicBlock(48, 48)),
        )
        return WindowNetwork(body, WindowHead(48, 8))
