"""All detectors on networks, by name."""

from __future__ import annotations

from benchmarks.passive.autoencoder import AutoencoderDetector
from benchmarks.passive.concatenating import ConcatenatingClassifier
from benchmarks.passive.connectionnet import ConnectedClassifier
from benchmarks.passive.densenet import DenseClassifier
from benchmarks.passive.diffusion import DiffusionDetector
from benchmarks.passive.discriminator import DiscriminatorDetector
from benchmarks.passive.fcn import FullyConvolutionalSegmenter
from benchmarks.passive.inception import InceptionClassifier
from benchmarks.passive.learned import Learned
from benchmarks.passive.mobilenet import SeparableClassifier
from benchmarks.passive.resnet import ResidualClassifier
from benchmarks.passive.segnet import SegNetSegmenter
from benchmarks.passive.training import FULL, Budget
from benchmarks.passive.unet import UNetSegmenter
from benchmarks.passive.unetplus import NestedSegmenter
from benchmarks.passive.vgg import PlainClassifier

_NETWORKS: tuple[type[Learned], ...] = (
    PlainClassifier,
    ResidualClassifier,
    DenseClassifier,
    SeparableClassifier,
    InceptionClassifier,
    ConcatenatingClassifier,
    ConnectedClassifier,
    UNetSegmenter,
    NestedSegmenter,
    FullyConvolutionalSegmenter,
    SegNetSegmenter,
    DiscriminatorDetector,
    DiffusionDetector,
    AutoencoderDetector,
)


def networks(budget: Budget = FULL) -> dict[str, Learned]:
    """Return one untrained detector of each class, by name.

    All but the one of volumes (`volumes.VolumeDetector`) can learn from one `patches.draw`.
    """
    return {one.name: one(budget) for one in _NETWORKS}
