"""A finding taken out by filling its place smoothly from its border.

Sources: Telea, An image inpainting technique based on the fast marching method, Journal of
Graphics Tools 9(1), 2004; Bertalmio, Bertozzi, Sapiro, Navier-Stokes, fluid dynamics, and image
and video inpainting, CVPR 2001; Damelin, Hoang, On surface completion and image inpainting by
biharmonic functions, International Journal of Mathematics and Mathematical Sciences, 2018.
"""

from __future__ import annotations

import cv2
import numpy as np
from skimage.restoration import inpaint_biharmonic

from benchmarks.attacks.brushes import Part, disc, grow, lay, stamp
from benchmarks.attacks.forgery import Array, Forgery, area
from benchmarks.attacks.graininess import channels, join
from watermark.tiles import Box

_CONTEXT = 8
"""Samples around the place that are looked at."""
_RADIUS = 5
"""Of the neighbourhood from which a sample is made (Telea; Navier-Stokes)."""


def fill_telea(values: Array, box: Box) -> Forgery:
    """Fill the disc of `box` by fast marching, each channel by itself."""
    return _march(values, box, int(cv2.INPAINT_TELEA))


def fill_navier_stokes(values: Array, box: Box) -> Forgery:
    """Fill the disc of `box` by fluid dynamics, each channel by itself."""
    return _march(values, box, int(cv2.INPAINT_NS))


def fill_biharmonic(values: Array, box: Box) -> Forgery:
    """Fill the disc of `box` by the biharmonic surface through its border."""
    around = grow(box, _CONTEXT, values.shape)
    hole = stamp(values.shape, box)[area(around)]
    crop = values[area(around)].astype(np.float64)
    low, high = crop.min(), max(crop.max(), crop.min() + 1)
    unit = (crop - low) / (high - low)
    axis = None if values.ndim == 2 else 2
    filled = np.asarray(inpaint_biharmonic(unit, hole, channel_axis=axis)) * (high - low) + low
    return _place(values, box, around, filled)


def _march(values: Array, box: Box, method: int) -> Forgery:
    """Fill the disc of `box` by one of OpenCV's methods, on 16 bits."""
    around = grow(box, _CONTEXT, values.shape)
    hole = stamp(values.shape, box)[area(around)].astype(np.uint8)
    low = int(values[area(around)].min())
    crop = values[area(around)].astype(np.float64) - low
    planes = [
        np.asarray(cv2.inpaint(plane.astype(np.uint16), hole, _RADIUS, method), np.float64)
        for plane in channels(crop)
    ]
    return _place(values, box, around, join(planes) + low)


def _place(values: Array, box: Box, around: Box, filled: Part) -> Forgery:
    """Lay the filled disc of `box` into the frame."""
    top, left = box[0] - around[0], box[1] - around[1]
    part = filled[top : top + box[2], left : left + box[3]]
    return lay(values, box, part, disc(*box[2:]))
