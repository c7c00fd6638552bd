"""A plain stack of small convolutions (VGG-type).

Sources: Simonyan, Zisserman, Very deep convolutional networks, ICLR 2015; VGG19 as Solaiyappan and
Wen (arXiv 2109.12800, 2022) fine-tuned it on tampered CT, and VGG16 and VGGFace (a VGG16) of the
"Comparative analysis of deep fake image detection", Comput. Intell. Neurosci. 2021, 3111676.
Compact: two convolutions a stage, 12 to 48 channels, trained from nothing.
"""

from __future__ import annotations

from torch import nn

from benchmarks.passive.classifying import PatchClassifier, WindowHead, WindowNetwork
from benchmarks.passive.learned import block
from benchmarks.passive.traces import CHANNELS


class PlainClassifier(PatchClassifier):
    """VGG-type patch classifier."""

    name = "CNN, VGG-type"

    def build(self) -> WindowNetwork:
        """Return three stages, a pooling after each."""
        body = nn.Sequential(
            *(block(CHANNELS, 12), block(12, 12), nn.MaxPool2d(2)),
            *(block(12, 24), block(24, 24), nn.MaxPool2d(2)),
            *(block(24, 48), block(48, 48), nn.MaxPool2d(2)),
        )
        return WindowNetwork(body, WindowHead(48, 8))
