"""Networks that learn from originals alone, and measure how far a window is from them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.contest.pictures import Picture
from benchmarks.passive.detector import Opinion
from benchmarks.passive.learned import Learned
from benchmarks.passive.patches import EDGE, Patches
from benchmarks.passive.sweeping import STRIDE, spread, sweep_windows, top_mean
from benchmarks.passive.traces import trace
from benchmarks.passive.training import quick_order

_QUIET = 0.98
"""Part of the authentic training windows that heat does not name."""
_CUT = 8.0
"""Deviations from which further ones count no more."""
_SHRINK = 0.05
"""How far correlations are drawn towards 0."""
_REGION = 16
"""Edge of the areas whose residuals are compared within a window, at stride 8."""
_AT_ONCE = 64
"""Windows that are measured together."""


class Normality(nn.Module):
    """What is usual among measures of authentic windows: their means and how they go together.

    Distance: that of Mahalanobis, with correlations drawn towards 0. Source: Lee et al., A simple
    unified framework for detecting out-of-distribution samples, NeurIPS 2018.
    """

    def __init__(self, measures: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(measures))
        self.register_buffer("deviation", torch.ones(measures))
        self.register_buffer("turning", torch.eye(measures))
        self.register_buffer("threshold", torch.ones(1))

    def learn(self, values: Any) -> None:
        """Take (n, measures) of authentic windows, n at least 2."""
        self.mean.copy_(values.mean(dim=0))
        self.deviation.copy_(values.std(dim=0).clamp_min(1e-3))
        parts = ((values - self.mean) / self.deviation).clamp(-_CUT, _CUT)
        unrelated = torch.eye(parts.shape[1])
        together = (1 - _SHRINK) * (parts.T @ parts) / len(parts) + _SHRINK * unrelated
        sizes, axes = torch.linalg.eigh(together)
        self.turning.copy_((axes / sizes.sqrt()) @ axes.T)
        distances = self.distance(values[:, :, None, None])[:, 0, 0, 0]
        self.threshold.copy_(distances.quantile(_QUIET))

    def distance(self, values: Any) -> Any:
        """(n, measures, h, w) to (n, 1, h, w): the mean square deviation, less and more alike."""
        mean, deviation = self.mean[:, None, None], self.deviation[:, None, None]
        parts = ((values - mean) / deviation).clamp(-_CUT, _CUT)
        parts = torch.einsum("ij,njhw->nihw", self.turning, parts)
        return (parts * parts).mean(dim=1, keepdim=True)


class OneClass(Learned):
    """A picture's score is the mean distance of its three most unusual windows."""

    one_class = True

    @abstractmethod
    def train_on(self, planes: Any) -> None:
        """Train `self.network` on (n, 4, 64, 64) float16 authentic windows."""

    @abstractmethod
    def measure(self, planes: Any) -> Any:
        """(n, 4, r, k) to (n, measures, r/32 - 1, k/32 - 1) of every window at stride 32."""

    def train(self, patches: Patches) -> None:
        """Train on the windows of originals, then learn what is usual among them."""
        planes = patches.authentic()
        self.train_on(planes)
        self.network.eval()
        with torch.inference_mode():
            values = [self.measure(quick_order(part)) for part in planes.split(_AT_ONCE)]
        self.network.normality.learn(torch.cat(values)[:, :, 0, 0])

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat: distances, and the one that few authentic windows exceed."""
        normality = self._fitted().normality
        windows = sweep_windows(trace(picture), lambda x: normality.distance(self.measure(x)))
        heat = spread(windows, picture.values.shape)
        return Opinion(top_mean(windows), heat, float(normality.threshold))


def region_levels(residual: Any) -> Any:
    """Return (n, 3c, h, w): mean, least and greatest log energy of 16x16 areas of windows."""
    region = functional.avg_pool2d(residual * residual, _REGION, _REGION // 2)
    return extremes(torch.log(region + 1e-6))


def extremes(areas: Any) -> Any:
    """(n, c, r/8 - 1, k/8 - 1) of areas at stride 8 to (n, 3c, h, w): mean, least, greatest."""
    edge, step = EDGE * 2 // _REGION - 1, STRIDE * 2 // _REGION
    mean = functional.avg_pool2d(areas, edge, step)
    most = functional.max_pool2d(areas, edge, step)
    least = -functional.max_pool2d(-areas, edge, step)
    return torch.cat([mean, least, most], dim=1)
