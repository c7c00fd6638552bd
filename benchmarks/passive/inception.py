"""Filters of several widths side by side (Inception-type): the bespoke network among the five.

Sources: Szegedy et al., Going deeper with convolutions, CVPR 2015; the self-made network of the
"Comparative analysis of deep fake image detection", Comput. Intell. Neurosci. 2021, 3111676, whose
layers the abstract does not tell: this is ours in its stead.
Compact: three modules of 1x1, 3x3, twice 3x3 (for 5x5) and pooling, trained from nothing.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from benchmarks.passive.classifying import PatchClassifier, WindowHead, WindowNetwork
from benchmarks.passive.learned import block, stem


class Module(nn.Module):
    """Four branches whose channels are put together: four times `each`."""

    def __init__(self, inside: int, each: int) -> None:
        super().__init__()
        self.single = block(inside, each, edge=1)
        self.middle = nn.Sequential(block(inside, each, edge=1), block(each, each))
        self.wide = nn.Sequential(block(inside, each, edge=1), block(each, each), block(each, each))
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, 1), block(inside, each, edge=1))

    def forward(self, x: Any) -> Any:
        """Return all branches."""
        return torch.cat([self.single(x), self.middle(x), self.wide(x), self.pooled(x)], dim=1)


class InceptionClassifier(PatchClassifier):
    """Inception-type patch classifier."""

    name = "CNN, Inception-type"

    def build(self) -> WindowNetwork:
        """Return a stem and three modules."""
        body = nn.Sequential(
            stem(16),
            *(Module(16, 6), nn.MaxPool2d(2)),
            *(Module(24, 8), nn.MaxPool2d(2)),
            Module(32, 12),
        )
        return WindowNetwork(body, WindowHead(48, 8))
