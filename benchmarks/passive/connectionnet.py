"""A shallow network of full resolution for small regions.

Source: Reichman, Jing, Akin, Tian, Medical image tampering detection, ICPR Workshops 2020, LNCS
12661 (ConnectionNet): early features of high resolution are linked to the decision. Its details
are not public; this stands in for it: four convolutions without any pooling between them, all of
their outputs connected to the decision, logits for regions of 16x16, and of a window the most
suspicious region.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.classifying import PatchClassifier, WindowNetwork
from benchmarks.passive.learned import block
from benchmarks.passive.traces import CHANNELS

_WIDTH = 8
_REGION = 16


class ConnectedBody(nn.Module):
    """Convolutions of full resolution, and the region means of every one of them."""

    def __init__(self) -> None:
        super().__init__()
        widths = (CHANNELS, _WIDTH, _WIDTH, _WIDTH)
        self.layers = nn.ModuleList([block(width, _WIDTH) for width in widths])

    def forward(self, x: Any) -> Any:
        """(n, 4, r, k) to (n, 36, r/8 - 1, k/8 - 1): regions of 16x16 at stride 8."""
        seen = [functional.avg_pool2d(x, _REGION, _REGION // 2)]
        for layer in self.layers:
            x = layer(x)
            seen.append(functional.avg_pool2d(x, _REGION, _REGION // 2))
        return torch.cat(seen, dim=1)


class ConnectedClassifier(PatchClassifier):
    """Small-region classifier."""

    name = "ConnectionNet-type"

    def build(self) -> WindowNetwork:
        """Return the layers, a hidden layer on regions, and the maximum over 7x7 of them."""
        head = nn.Sequential(
            nn.BatchNorm2d(CHANNELS + 4 * _WIDTH),
            nn.Conv2d(CHANNELS + 4 * _WIDTH, 24, 1),
            nn.ReLU(),
            nn.Conv2d(24, 1, 1),
            nn.MaxPool2d(7, 4),
        )
        return WindowNetwork(ConnectedBody(), head)
