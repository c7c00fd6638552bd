"""Parts of another picture: pasted, and with brightness and noise made those of the host.

Sources: Mahdian, Saic, Using noise inconsistencies for blind image forensics, Image and Vision
Computing 27, 2009; Cozzolino, Poggi, Verdoliva, Splicebuster, WIFS 2015 (what splices betray).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.brushes import Weights, grow, lay
from benchmarks.attacks.forgery import Array, Forgery, area
from benchmarks.attacks.graininess import channels, join, match, noise
from watermark.tiles import Box


def splice(
    values: Array, donor: Array, source: Box, corner: tuple[int, int], weights: Weights
) -> Forgery:
    """Lay the box `source` of a donor at `corner` (row, column) of the frame.

    donor: of as many channels as the frame and in its units; weights: of the box, 0 to 1.
    """
    part = donor[area(source)].astype(np.float64)
    return lay(values, (*corner, *source[2:]), part, weights)


def splice_matched(
    values: Array,
    donor: Array,
    source: Box,
    corner: tuple[int, int],
    weights: Weights,
    random: np.random.Generator,
) -> Forgery:
    """As `splice`, after the part got the brightness, and the noise, of the place it comes to.

    Brightness is the median along the edge of the part, where both meet (where weights lie between
    0 and 1, or anywhere they are not 0): a mean would follow the vessels that cross it. Noise: see
    `graininess.noise`; ours is that of the place and a quarter more on each side.
    """
    place = (*corner, *source[2:])
    part = donor[area(source)].astype(np.float64)
    edge = (weights > 0) & (weights < 1)
    edge = edge if edge.any() else weights > 0
    part = part + (np.median(values[area(place)][edge], axis=0) - np.median(part[edge], axis=0))
    around = values[area(grow(place, max(2, place[2] // 4), values.shape))].astype(np.float64)
    matched = [
        match(plane, noise(ours), random)
        for plane, ours in zip(channels(part), channels(around), strict=True)
    ]
    return lay(values, place, join(matched), weights)
