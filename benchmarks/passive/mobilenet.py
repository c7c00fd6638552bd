"""Depthwise separable convolutions in inverted residuals (MobileNet-type).

Sources: Howard et al., MobileNets, arXiv 1704.04861, 2017; Sandler et al., MobileNetV2, CVPR 2018;
MobileNet(V2) of Alsaheel et al. (CMC 76(2), 2023) on tampered CT.
Compact: five inverted residuals of expansion 2, 12 to 32 channels, trained from nothing.
"""

from __future__ import annotations

from typing import Any

from torch import nn

from benchmarks.passive.classifying import PatchClassifier, WindowHead, WindowNetwork
from benchmarks.passive.learned import block, stem

_EXPANSION = 2


class InvertedResidual(nn.Module):
    """Widen by 1x1, filter each channel by itself, narrow by 1x1 without a ReLU."""

    def __init__(self, inside: int, outside: int, stride: int = 1) -> None:
        super().__init__()
        wide = inside * _EXPANSION
        self.layers = nn.Sequential(
            block(inside, wide, edge=1),
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(inplace=True),
            nn.Conv2d(wide, outside, 1, bias=False),
            nn.BatchNorm2d(outside),
        )
        self.adds = inside == outside and stride == 1

    def forward(self, x: Any) -> Any:
        """Return what the block makes of `x`."""
        return x + self.layers(x) if self.adds else self.layers(x)


class SeparableClassifier(PatchClassifier):
    """MobileNet-type patch classifier."""

    name = "CNN, MobileNet-type"

    def build(self) -> WindowNetwork:
        """Return a stem and five inverted residuals."""
        body = nn.Sequential(
            stem(12),
            InvertedResidual(12, 12),
            *(InvertedResidual(12, 20, 2), InvertedResidual(20, 20)),
            *(InvertedResidual(20, 32, 2), InvertedResidual(32, 32)),
        )
        return WindowNetwork(body, WindowHead(32, 8))
