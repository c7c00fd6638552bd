"""Where a forger would put his hand: inside the body, in the lung if there is one.

No header is asked. In CT, lung is what is dark, by the threshold of Otsu (IEEE SMC 9(1), 1979), and
does not reach the edge of the frame; where there is none, the body is what is bright.
Elsewhere, and in parts of a slice, it is what is neither flat nor black.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label, uniform_filter

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Picture, Plane
from watermark.tiles import Box

_SURVEYED = 512
"""Larger frames are looked at in every second, third, ... row and column."""
_CANDIDATES, _BEST = 48, 4
"""Places that are looked at for a finding, or for none, and those of them that may be chosen."""
_LEAST_LUNG, _LEAST_TRUNK = 0.01, 0.2
"""Shares of the frame."""
_FLAT = 0.02
"""Variance of 5x5 stored values, of which not even one is another than the rest."""

Sums = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of the places of a picture."""

    shape: tuple[int, int]
    stride: int
    inside: Flags
    """(rows / stride, columns / stride) lung, or body where there is no lung."""
    shown: Plane
    """The same samples, 0 to 1."""
    fitting: dict[tuple[int, int], NDArray[np.int64]] = field(default_factory=dict)
    """Corners of boxes inside, by height and width: worked out once."""

    def draw(self, size: int, random: np.random.Generator, finding: bool | None = None) -> Box:
        """Return a square of `size` samples, cut to the frame, that lies inside.

        finding: whether its middle shall stand out from its rim as a nodule or vessel does, or be
        much as its rim; None where it does not matter. One of the best 4 of 48 places at random,
        none of which lies further outside than it must.
        """
        height, width = (min(size, edge) for edge in self.shape)
        places = self._fitting(height, width)
        chosen = places[random.integers(len(places), size=_CANDIDATES)] * self.stride
        top = np.minimum(chosen + random.integers(self.stride, size=2), self._last(height, width))
        boxes: list[Box] = [(int(y), int(x), height, width) for y, x in top]
        if finding is None:
            return boxes[0]
        marks = np.array([self._stands_out(box) for box in boxes])
        order = np.argsort(-marks if finding else np.abs(marks), kind="stable")
        return boxes[int(order[random.integers(_BEST)])]

    def _fitting(self, height: int, width: int) -> NDArray[np.int64]:
        """Return (places, 2) corners on the survey's grid of boxes that lie inside, most of them.

        Boxes of 80 % inside and more; where there is none, those that are as far inside as any.
        """
        if (height, width) in self.fitting:
            return self.fitting[height, width]
        last = self._last(height, width) // self.stride
        tall, wide = (max(1, edge // self.stride) for edge in (height, width))
        tall, wide = min(tall, self.inside.shape[0]), min(wide, self.inside.shape[1])
        sums = _integrate(self.inside.astype(np.float64))
        shares = _boxes(sums, tall, wide)[: last[0] + 1, : last[1] + 1] / (tall * wide)
        places = np.argwhere(shares >= min(0.8, float(shares.max())))
        self.fitting[height, width] = places
        return places

    def _last(self, height: int, width: int) -> NDArray[np.int64]:
        """Return the last corner of a box."""
        return np.array([self.shape[0] - height, self.shape[1] - width])

    def _stands_out(self, box: Box) -> float:
        """Return by how much the middle of a box is brighter than the rest of it."""
        top, left, height, width = (edge // self.stride for edge in box)
        part = self.shown[top : top + max(height, 1), left : left + max(width, 1)]
        tall, wide = part.shape[0] // 4, part.shape[1] // 4
        middle = part[tall : part.shape[0] - tall, wide : part.shape[1] - wide]
        return float(middle.mean() - part.mean())


def survey(picture: Picture) -> Survey:
    """Return what is inside a picture of at least 16x16 samples."""
    rows, columns = picture.values.shape[:2]
    stride = -(-max(rows, columns) // _SURVEYED)
    thin = picture.like(picture.values[::stride, ::stride])
    shown = thin.shown()
    inside = _lung(shown) if picture.kind == "CT lung" else None
    if inside is None and picture.kind.startswith("CT"):
        inside = _trunk(shown)
    if inside is None:
        inside = _body(shown, thin.native())
    return Survey((rows, columns), stride, inside, shown)


def _lung(shown: Plane) -> Flags | None:
    """Return the lungs with a rim of 2 samples; None where there are none worth the name."""
    parts, count = label(uniform_filter(shown, 3) < otsu(shown))
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    edges = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    sizes[0] = 0
    sizes[np.unique(edges)] = 0
    if sizes.max() < _LEAST_LUNG * shown.size:
        return None
    lungs = np.isin(parts, np.flatnonzero(sizes > 0.2 * sizes.max()))
    return np.asarray(binary_dilation(lungs, iterations=2), dtype=bool)


def _trunk(shown: Plane) -> Flags | None:
    """Return what is bright, if that is much and all corners are dark: a slice without lungs."""
    bright = np.asarray(uniform_filter(shown, 5) > otsu(shown))
    corners = bright[[0, 0, -1, -1], [0, -1, 0, -1]]
    return None if corners.any() or bright.mean() < _LEAST_TRUNK else bright


def _body(shown: Plane, native: Plane) -> Flags:
    """Return what is neither flat nor black; everything, where that is nothing."""
    wide = native.astype(np.float64)
    mean = uniform_filter(wide, 5)
    varies = uniform_filter(wide * wide, 5) - mean * mean > _FLAT
    bright = uniform_filter(shown, 9) > 0.15 * float(np.quantile(shown, 0.98))
    inside = varies & bright
    return inside if inside.any() else np.ones_like(inside)


def otsu(shown: Plane) -> float:
    """Return the threshold between 0 and 1 that parts the samples best; ends are not counted."""
    counts, edges = np.histogram(shown[(shown > 0) & (shown < 1)], bins=128, range=(0, 1))
    middles = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = total / below - (total[-1] - total) / above
    between = np.nan_to_num(below * above * apart**2)
    return float(edges[1 + int(between.argmax())])


def _integrate(plane: Sums) -> Sums:
    """Return (rows + 1, columns + 1) sums of all that is above and left."""
    return np.pad(plane.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def _boxes(sums: Sums, tall: int, wide: int) -> Sums:
    """Return the sum in every box of that size, by its corner."""
    below = sums[tall:, wide:] - sums[tall:, :-wide]
    return np.asarray(below - sums[:-tall, wide:] + sums[:-tall, :-wide])
