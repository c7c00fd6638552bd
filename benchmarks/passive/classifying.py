"""Networks that say of a window of 64x64 whether something in it was changed.

They are trained on windows and run over whole pictures as they are: features are computed once, and
every window at stride 32 is judged on its part of them.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import torch
from torch import nn
from torch.nn import functional

from benchmarks.contest.pictures import Picture
from benchmarks.passive.detector import Opinion
from benchmarks.passive.learned import Learned
from benchmarks.passive.patches import EDGE, Patches
from benchmarks.passive.sweeping import STRIDE, spread, sweep_windows, top_mean
from benchmarks.passive.traces import trace
from benchmarks.passive.training import descend, pick, quick_order, turn

_QUIET = 0.98
"""Part of the untouched training windows that heat does not name."""


class WindowHead(nn.Module):
    """Mean and maximum of the features in each window, then one linear layer."""

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.linear = nn.Conv2d(2 * width, 1, 1)

    def forward(self, features: Any) -> Any:
        """(n, width, r/stride, k/stride) to (n, 1, r/32 - 1, k/32 - 1) logits."""
        edge, step = EDGE // self.stride, STRIDE // self.stride
        mean = functional.avg_pool2d(features, edge, step)
        most = functional.max_pool2d(features, edge, step)
        return self.linear(torch.cat([mean, most], dim=1))


class WindowNetwork(nn.Module):
    """A body, a head, and the logit from which a window counts as changed."""

    def __init__(self, body: Any, head: Any) -> None:
        super().__init__()
        self.body, self.head = body, head
        self.register_buffer("offset", torch.zeros(1))

    def forward(self, planes: Any) -> Any:
        """Return (n, 1, h, w) logits of the windows."""
        return self.head(self.body(planes))


class PatchClassifier(Learned):
    """A picture's score is the mean logit of its three most suspicious windows."""

    rate: ClassVar[float] = 3e-3
    """Greatest step."""

    @abstractmethod
    def build(self) -> WindowNetwork:
        """Return the network, untrained."""

    def train(self, patches: Patches) -> None:
        """Minimise the cross entropy over as many forged as untouched windows of each batch."""
        forged = patches.forged.nonzero()[:, 0]
        others = (~patches.forged).nonzero()[:, 0]
        if not len(forged) or not len(others):
            raise ValueError("there must be forged and untouched windows to learn from")
        half = self.budget.batch // 2
        truth = torch.cat([torch.ones(half), torch.zeros(half)])

        def loss() -> Any:
            index = torch.cat([forged[pick(len(forged), half)], others[pick(len(others), half)]])
            (planes,) = turn(quick_order(patches.planes[index]))
            logits = self.network(planes).flatten()
            return functional.binary_cross_entropy_with_logits(logits, truth)

        descend(self.network, loss, self.steps, self.rate)
        self._set_offset(patches.planes[others[pick(len(others), 512)]])

    def examine(self, picture: Picture) -> Opinion:
        """Return score, and heat of 0.5 and more where windows look changed."""
        network = self._fitted()
        logits = sweep_windows(trace(picture), network)
        heat = spread(torch.sigmoid(logits - network.offset), picture.values.shape)
        return Opinion(top_mean(logits), heat)

    def _set_offset(self, untouched: Any) -> None:
        """Let heat reach 0.5 where a logit is higher than that of nearly all untouched windows.

        Training is balanced, pictures are not: at a logit of 0 too much would be named.
        """
        with torch.inference_mode():
            logits = self.network(quick_order(untouched)).flatten()
        self.network.offset.copy_(logits.quantile(_QUIET).clamp_min(0))
