"""Parts of one image at other places of the same image.

Sources: Barreto, Kim, Rijmen, Toward secure public-key blockwise fragile authentication
watermarking, IEE Proc. VISP 149(2), 2002 (cut and paste inside one image); Fridrich, Soukal,
Lukas, Detection of copy-move forgery in digital images, DFRWS 2003; Christlein et al., An
evaluation of popular copy-move forgery detection approaches, IEEE TIFS 7(6), 2012 (turned, scaled).
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

from benchmarks.attacks.brushes import disc, grow, lay
from benchmarks.attacks.forgery import Array, Forgery, area, compare
from benchmarks.attacks.graininess import channels, join
from watermark.tiles import Box


def copy(values: Array, source: Box, corner: tuple[int, int]) -> Forgery:
    """Copy `source` to `corner` (row, column): a nodule is doubled, or covered by tissue."""
    after = values.copy()
    after[area((*corner, *source[2:]))] = values[area(source)]
    return compare(values, after)


def swap(values: Array, first: Box, corner: tuple[int, int]) -> Forgery:
    """Exchange two boxes of one size that do not overlap."""
    second = (*corner, *first[2:])
    after = values.copy()
    after[area(first)], after[area(second)] = values[area(second)], values[area(first)]
    return compare(values, after)


def copy_turned(
    values: Array, source: Box, corner: tuple[int, int], turn: float, zoom: float
) -> Forgery:
    """Copy the soft disc of `source`, turned by `turn` degrees and `zoom` times as large.

    Cubic splines; what the disc needs from outside the frame repeats its edge.
    """
    _, _, height, width = source
    around = grow(source, max(height, width), values.shape)
    y, x = np.indices((height, width)) - np.reshape([(height - 1) / 2, (width - 1) / 2], (2, 1, 1))
    cosine, sine = np.cos(np.deg2rad(turn)) / zoom, np.sin(np.deg2rad(turn)) / zoom
    rows = cosine * y - sine * x + source[0] + (height - 1) / 2 - around[0]
    columns = sine * y + cosine * x + source[1] + (width - 1) / 2 - around[1]
    planes = [
        np.asarray(map_coordinates(plane, [rows, columns], order=3, mode="nearest"))
        for plane in channels(values[area(around)].astype(np.float64))
    ]
    return lay(values, (*corner, height, width), join(planes), disc(height, width, 0.25))
