"""Convolution and pooling with early features carried along by concatenation.

Source: Suk, Song, Han, detection of generated fundus photographs, Webology 2022; its later form in
AI 6(5):88, 2025. There a picture of 256x256x3 passes convolutions and poolings, early features are
concatenated to later ones, and 8192 flattened features meet fully connected layers. ("Sparse CNN"
in citations of it means these connections.)
Compact: four stages, each given all earlier ones pooled to its size; 512 features of a window are
flattened for the fully connected layers, which are run over pictures as convolutions.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.passive.classifying import PatchClassifier, WindowNetwork
from benchmarks.passive.learned import block
from benchmarks.passive.traces import CHANNELS

_WIDTHS = (12, 16, 24, 32)


class ConcatenatingBody(nn.Module):
    """Stages of a convolution and a pooling; each sees the pooled outputs of all before."""

    def __init__(self) -> None:
        super().__init__()
        seen = [CHANNELS + sum(_WIDTHS[:index]) for index in range(len(_WIDTHS))]
        self.stages = nn.ModuleList(
            [block(inside, outside) for inside, outside in zip(seen, _WIDTHS, strict=True)]
        )
        self.mix = block(CHANNELS + sum(_WIDTHS), _WIDTHS[-1], edge=1)

    def forward(self, x: Any) -> Any:
        """(n, 4, r, k) to (n, 32, r/16, k/16)."""
        for stage in self.stages:
            x = functional.max_pool2d(torch.cat([x, stage(x)], dim=1), 2)
        return self.mix(x)


class ConcatenatingClassifier(PatchClassifier):
    """Concatenating patch classifier."""

    name = "concatenating CNN"
    rate = 2e-3

    def build(self) -> WindowNetwork:
        """Return the stages and two fully connected layers over 4x4 features of a window."""
        head = nn.Sequential(
            nn.Conv2d(_WIDTHS[-1], 48, 4, stride=2),
            nn.ReLU(),
            nn.Conv2d(48, 1, 1),
        )
        return WindowNetwork(ConcatenatingBody(), head)
