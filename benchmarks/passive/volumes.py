"""Volumes: a 3-D network that learned originals of one modality and judges those of another.

Where there is one lung volume, a split by patient leaves none to learn from: this detector is
fitted on MR volumes, and judges a CT volume by how its parts differ from each other.
Sources: the three-dimensional anomaly detectors of Yi, Walia, Babyn (Med. Image Anal. 58, 2019) and
the residual idea of Cozzolino, Verdoliva, WIFS 2016; Mirsky et al., CT-GAN, USENIX Security 2019,
for forgeries that are cubes. Each sample of the noise residual is predicted from those around it,
never from itself (Krull, Buchholz, Jug, Noise2Void, CVPR 2019): noise cannot be predicted, what has
lost its noise can.
Compact: cubes of 8x32x32, two levels of 8 and 12 channels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.contest.pictures import Example, Picture
from benchmarks.passive.detector import Opinion
from benchmarks.passive.learned import Learned
from benchmarks.passive.oneclass import region_levels
from benchmarks.passive.patches import Patches
from benchmarks.passive.sweeping import STRIDE, spread, top_mean
from benchmarks.passive.traces import trace
from benchmarks.passive.training import descend, pick, seeded
from benchmarks.passive.weights import settle

_DEPTH = 8
"""Slices of a cube, and of the slabs in which a volume is judged."""
_AROUND = 2
"""Slices on either side that a slab is judged with."""
_SHAPE = (_DEPTH, 32, 32)
"""Of a cube."""
_HIDDEN = 0.05
"""Part of the samples that training hides and asks for."""
_CUT = 8.0
"""Deviations from which further ones count no more."""
_THRESHOLD = 9.0
"""Mean square deviation from which heat names a window."""


class VolumeNetwork(nn.Module):
    """Predicts samples from what is around them, in three dimensions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = _block(1, 8)
        self.second = _block(8, 12)
        self.last = nn.Sequential(_block(20, 8), nn.Conv3d(8, 1, 1))

    def forward(self, volume: Any) -> Any:
        """(n, 1, depth, r, k) to the same; r and k are even."""
        first = self.first(volume)
        second = self.second(functional.avg_pool3d(first, (1, 2, 2)))
        wide = functional.interpolate(second, scale_factor=(1, 2, 2), mode="nearest")
        return self.last(torch.cat([first, wide], dim=1))


class VolumeDetector(Learned):
    """How much a window's errors of prediction deviate from those of the rest of its volume."""

    name = "3-D network"
    one_class = True
    share = 0.5

    def build(self) -> VolumeNetwork:
        """Return the network, untrained."""
        return VolumeNetwork()

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn from volumes: originals of one patient and shape that follow each other.

        examples: in the order of the slices. Raises ValueError where no volume has 8 slices.
        """
        cubes = _cut(examples, self.budget.windows // 4, np.random.default_rng(seed))
        with seeded(seed):
            self.network = self.build()
            self._train_on(cubes)
        settle(self.network)
        self.network.eval()

    def train(self, patches: Patches) -> None:
        """Raise ValueError: windows are not enough."""
        raise ValueError("a detector of volumes learns from slices in their order")

    def examine(self, picture: Picture) -> Opinion:
        """Return what is made of a slice by itself; of a single window of 64x64, always 0."""
        return self.examine_volume([picture])[0]

    def examine_volume(self, slices: Sequence[Picture]) -> list[Opinion]:
        """Return score and heat of each slice, in their order; all have one shape.

        What is measured is the part of the noise that was not predicted (logarithms; mean, least
        and greatest of areas of 16x16 in a window): how much noise there is differs more within a
        volume than a forgery changes it. Heat: mean square deviation from the median of the volume,
        in its median deviations. Score: the mean of the slice's three highest windows.
        """
        errors = torch.stack([one for slab in self._slabs(slices) for one in slab])
        flat = errors.permute(1, 0, 2, 3).flatten(1)
        middle = flat.median(dim=1).values[:, None, None]
        distance = (errors - middle).abs()
        usual = distance.permute(1, 0, 2, 3).flatten(1).median(dim=1).values
        parts = (distance / (1.4826 * usual + 1e-3)[:, None, None]).clamp_max(_CUT)
        windows = (parts * parts).mean(dim=1)
        shape = slices[0].values.shape
        return [Opinion(top_mean(one), spread(one, shape), _THRESHOLD) for one in windows]

    def _train_on(self, cubes: Any) -> None:
        """Minimise the squared error at samples that a neighbour was put in the place of."""
        batch = max(2, self.budget.batch // 4)

        def loss() -> Any:
            cube = cubes[pick(len(cubes), batch)].float()
            hidden = torch.rand_like(cube) < _HIDDEN
            shifts = torch.randint(1, 4, (2,)).tolist()
            told = torch.where(hidden, torch.roll(cube, shifts, (-1, -2)), cube)
            return ((self.network(told) - cube)[hidden] ** 2).mean()

        descend(self.network, loss, self.steps)

    def _slabs(self, slices: Sequence[Picture]) -> Iterator[Any]:
        """Yield (slices, 3, h, w) errors of windows, slab by slab."""
        network, last = self._fitted(), len(slices) - 1
        for start in range(0, len(slices), _DEPTH):
            end = min(start + _DEPTH, len(slices))
            seen = [_mirror(i, last) for i in range(start - _AROUND, end + _AROUND)]
            slab = torch.stack([trace(slices[i])[0] for i in seen])
            yield _measure(network, slab)


def _mirror(index: int, last: int) -> int:
    """Return the slice that stands for one beyond the ends: never the end itself, if others are."""
    inside = abs(index) if index <= last else 2 * last - index
    return min(max(inside, 0), last)


def _measure(network: Any, slab: Any) -> Any:
    """Return (slices, 3, h, w): what was not predicted in the inner slices of (depth, r, k)."""
    pad = (0, -slab.shape[2] % STRIDE, 0, -slab.shape[1] % STRIDE)
    whole = functional.pad(slab[None], pad, mode="reflect")[None]
    with torch.inference_mode():
        error = (whole - network(whole))[0, :, _AROUND:-_AROUND].transpose(0, 1)
        inner = whole[0, :, _AROUND:-_AROUND].transpose(0, 1)
        return region_levels(error) - region_levels(inner)


def _cut(examples: Sequence[Example], count: int, random: np.random.Generator) -> Any:
    """Return (count, 1, 8, 32, 32) float16 cubes of noise residuals from anywhere in volumes."""
    stacks = [stack for stack in _stacks(examples) if len(stack) >= _DEPTH]
    if not stacks:
        raise ValueError("there is no volume of 8 slices to learn from")
    cubes = []
    for stack in stacks:
        volume = torch.stack([trace(picture)[0].half() for picture in stack])
        for _ in range(-(-count // len(stacks))):
            starts = [
                int(random.integers(n - e + 1)) for n, e in zip(volume.shape, _SHAPE, strict=True)
            ]
            part = tuple(slice(a, a + e) for a, e in zip(starts, _SHAPE, strict=True))
            cubes.append(volume[part])
    return torch.stack(cubes)[:, None]


def _stacks(examples: Sequence[Example]) -> list[list[Picture]]:
    """Return runs of originals of one patient, kind and shape."""
    stacks: list[list[Picture]] = []
    before = None
    for example in examples:
        if example.forged:
            continue
        key = (example.patient, example.picture.kind, example.picture.values.shape)
        if key != before:
            stacks.append([])
        stacks[-1].append(example.picture)
        before = key
    return stacks


def _block(inside: int, outside: int) -> Any:
    """Return convolution, batch normalisation and ReLU in three dimensions."""
    return nn.Sequential(
        nn.Conv3d(inside, outside, 3, 1, 1, bias=False),
        nn.BatchNorm3d(outside),
        nn.ReLU(inplace=True),
    )
