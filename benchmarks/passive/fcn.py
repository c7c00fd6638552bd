"""FCN as a segmenter of tampering.

Sources: Long, Shelhamer, Darrell, Fully convolutional networks, CVPR 2015 (FCN-8s: scores of three
depths are added up and enlarged); Gite et al. (Neural Comput. Appl. 35, 2022) for lungs.
Compact: stages of 12, 24 and 32 channels, scores at a half, a quarter and an eighth.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn import functional

from benchmarks.passive.learned import block
from benchmarks.passive.segmenting import Segmenter
from benchmarks.passive.traces import CHANNELS


class FullyConvolutional(nn.Module):
    """Three stages with a score each, added from the coarsest up."""

    def __init__(self) -> None:
        super().__init__()
        widths = ((CHANNELS, 12), (12, 24), (24, 32))
        self.stages = nn.ModuleList(
            [nn.Sequential(block(a, b), block(b, b), nn.MaxPool2d(2)) for a, b in widths]
        )
        self.scores = nn.ModuleList([nn.Conv2d(b, 1, 1) for _, b in widths])

    def forward(self, x: Any) -> Any:
        """(n, 4, r, k) to (n, 1, r, k) logits; r and k are multiples of 8."""
        scores = []
        for stage, score in zip(self.stages, self.scores, strict=True):
            x = stage(x)
            scores.append(score(x))
        total = _enlarge(scores[2]) + scores[1]
        return _enlarge(_enlarge(total) + scores[0])


def _enlarge(x: Any) -> Any:
    """Return scores at twice the resolution, linear between."""
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class FullyConvolutionalSegmenter(Segmenter):
    """FCN-8s on traces."""

    name = "FCN"

    def build(self) -> FullyConvolutional:
        """Return the network, untrained."""
        return FullyConvolutional()
