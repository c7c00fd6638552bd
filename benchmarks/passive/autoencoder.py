"""A reconstructing autoencoder, trained on authentic windows, as a one-class detector.

Sources: Baur et al., Autoencoders for unsupervised anomaly segmentation in brain MR images, Med.
Image Anal. 69, 2021; Cozzolino, Verdoliva, Single-image splicing localization through
autoencoder-based anomaly detection, WIFS 2016, for the residuals it is fed.
Compact: 64x64 traces through 8x8 features of 8 channels and back. What is measured of a window:
mean, least and greatest error of each trace in areas of 16x16, against those of authentic windows;
two-sided, for what was smoothed is easier to reconstruct than an original.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn import functional

from benchmarks.passive.learned import block
from benchmarks.passive.oneclass import Normality, OneClass, region_levels
from benchmarks.passive.traces import CHANNELS
from benchmarks.passive.training import descend, pick, quick_order, turn


class Autoencoder(nn.Module):
    """A narrow way from traces to traces, and what is usual."""

    def __init__(self) -> None:
        super().__init__()
        self.way = nn.Sequential(
            *(block(CHANNELS, 12, 2), block(12, 24, 2), block(24, 24, 2), nn.Conv2d(24, 8, 1)),
            *(
                block(8, 24),
                nn.Upsample(scale_factor=2),
                block(24, 16),
                nn.Upsample(scale_factor=2),
            ),
            *(block(16, 12), nn.Upsample(scale_factor=2), nn.Conv2d(12, CHANNELS, 3, 1, 1)),
        )
        self.normality = Normality(3 * CHANNELS)

    def forward(self, planes: Any) -> Any:
        """Return planes as they come out; rows and columns are multiples of 8."""
        return self.way(planes)


class AutoencoderDetector(OneClass):
    """Errors of reconstruction, against those of authentic windows."""

    name = "autoencoder"

    def build(self) -> Autoencoder:
        """Return the network, untrained."""
        return Autoencoder()

    def train_on(self, planes: Any) -> None:
        """Minimise the squared error of reconstruction."""

        def loss() -> Any:
            (clean,) = turn(quick_order(planes[pick(len(planes), self.budget.batch)]))
            return functional.mse_loss(self.network(clean), clean)

        descend(self.network, loss, self.steps)

    def measure(self, planes: Any) -> Any:
        """Return mean, least and greatest error (logarithms) of each trace in windows."""
        return region_levels(planes - self._fitted()(planes))
