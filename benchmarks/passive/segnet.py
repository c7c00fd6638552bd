"""SegNet as a segmenter of tampering.

Sources: Badrinarayanan, Kendall, Cipolla, SegNet, TPAMI 39(12), 2017 (the decoder puts features
back where each maximum came from, and joins nothing else); Gite et al. (Neural Comput. Appl. 35,
2022) for lungs.
Compact: two poolings, 12 and 24 channels.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn import functional

from benchmarks.passive.learned import block
from benchmarks.passive.segmenting import Segmenter
from benchmarks.passive.traces import CHANNELS


class SegNet(nn.Module):
    """Encoder and decoder that share the places of the maxima."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.third = block(CHANNELS, 12), block(12, 24), block(24, 24)
        self.back, self.up = block(24, 12), block(12, 12)
        self.last = nn.Conv2d(12, 1, 1)

    def forward(self, x: Any) -> Any:
        """(n, 4, r, k) to (n, 1, r, k) logits; r and k are multiples of 4."""
        x, fine = functional.max_pool2d(self.first(x), 2, return_indices=True)
        x, coarse = functional.max_pool2d(self.second(x), 2, return_indices=True)
        x = functional.max_unpool2d(self.third(x), coarse, 2)
        x = functional.max_unpool2d(self.back(x), fine, 2)
        return self.last(self.up(x))


class SegNetSegmenter(Segmenter):
    """SegNet on traces."""

    name = "SegNet"

    def build(self) -> SegNet:
        """Return the network, untrained."""
        return SegNet()
