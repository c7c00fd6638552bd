"""Blocks in which every layer sees all before it (DenseNet-type).

Sources: Huang, Liu, van der Maaten, Weinberger, Densely connected convolutional networks, CVPR
2017; DenseNet121 and 201 of Solaiyappan and Wen (arXiv 2109.12800, 2022), their best on whole
slices, and of Alsaheel et al. (CMC 76(2), 2023).
Compact: three blocks of three layers, growth 8, transitions that halve, trained from nothing.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.passive.classifying import PatchClassifier, WindowHead, WindowNetwork
from benchmarks.passive.learned import block, stem

_GROWTH = 8


class DenseBlock(nn.Module):
    """Layers that each add `_GROWTH` channels to what they were given."""

    def __init__(self, inside: int, layers: int) -> None:
        super().__init__()
        widths = [inside + _GROWTH * index for index in range(layers)]
        self.layers = nn.ModuleList([block(width, _GROWTH) for width in widths])

    def forward(self, x: Any) -> Any:
        """Return the input and what each layer added."""
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


class DenseClassifier(PatchClassifier):
    """DenseNet-type patch classifier."""

    name = "CNN, DenseNet-type"

    def build(self) -> WindowNetwork:
        """Return a stem and three dense blocks, a transition after the first two."""
        body = nn.Sequential(
            stem(16),
            *(DenseBlock(16, 3), block(40, 20, edge=1), nn.AvgPool2d(2)),
            *(DenseBlock(20, 3), block(44, 24, edge=1), nn.AvgPool2d(2)),
            DenseBlock(24, 3),
        )
        return WindowNetwork(body, WindowHead(48, 8))
