"""Networks over whole pictures of any size, and window values as maps of samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.contest.pictures import Plane
from benchmarks.passive.patches import EDGE
from benchmarks.passive.training import quick_order

STRIDE = 32
"""Between windows, in samples."""
_TILE = 512
"""Edge of what a network gets at once: larger pictures are seen in tiles of full resolution."""
_BEST = 3
"""Windows that decide on a picture."""


def sweep_windows(planes: Any, judge: Callable[[Any], Any]) -> Any:
    """Return (h, w) float32: one value for each window of 64x64 at stride 32.

    planes: (c, rows, columns); mirrored at the end up to the next multiple of 32.
    judge: (1, c, r, k) planes to (1, 1, r/32 - 1, k/32 - 1) values.
    """
    return _sweep(planes, judge, STRIDE, EDGE // STRIDE - 1)


def sweep_samples(planes: Any, judge: Callable[[Any], Any]) -> Any:
    """Return (rows, columns) float32, of a `judge` that gives one value for each sample."""
    rows, columns = planes.shape[1:]
    return _sweep(planes, judge, 1, 0)[:rows, :columns]


def _sweep(planes: Any, judge: Callable[[Any], Any], stride: int, lost: int) -> Any:
    """Return what `judge` says of a picture, tile by tile; tiles overlap by one stride of 32."""
    rows, columns = planes.shape[1:]
    pad = (0, -columns % STRIDE, 0, -rows % STRIDE)
    padded = quick_order(functional.pad(planes[None], pad, mode="reflect"))
    height, width = padded.shape[2] // stride - lost, padded.shape[3] // stride - lost
    values = torch.zeros((height, width))
    with torch.inference_mode():
        for top in _starts(padded.shape[2]):
            for left in _starts(padded.shape[3]):
                tile = padded[:, :, top : top + _TILE, left : left + _TILE]
                part = judge(tile)[0, 0]
                row, column = top // stride, left // stride
                values[row : row + part.shape[0], column : column + part.shape[1]] = part
    return values


def _starts(length: int) -> list[int]:
    """Return where tiles begin: every window of 64 at stride 32 lies whole in one of them."""
    if length <= _TILE:
        return [0]
    step = _TILE - STRIDE
    return [*range(0, length - _TILE, step), length - _TILE]


def spread(windows: Any, shape: tuple[int, ...]) -> Plane:
    """Return (rows, columns) float32: window values at the windows' middles, linear between."""
    large = functional.interpolate(
        windows[None, None].float(), scale_factor=STRIDE, mode="bilinear", align_corners=False
    )
    margin = (EDGE - STRIDE) // 2
    full = functional.pad(large, (margin, margin, margin, margin), mode="replicate")
    return np.ascontiguousarray(full[0, 0, : shape[0], : shape[1]].numpy(), dtype=np.float32)


def top_mean(values: Any, count: int = _BEST) -> float:
    """Return the mean of the `count` greatest values, or of all if there are fewer."""
    flat = values.flatten()
    return float(flat.topk(min(count, flat.numel())).values.mean())
