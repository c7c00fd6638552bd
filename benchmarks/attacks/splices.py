"""Parts of another picture: pasted, and with brightness and noise made those of the host.

Sources: Mahdian, Saic, Using noise inconsistencies for blind image forensics, Image and Vision
Computing 27, 2009; Cozzolino, Poggi, Verdoliva, Splicebuster, WIFS 2015 (what splices betray).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.brushes import Part, Weights, grow, lay, rim
from benchmarks.attacks.forgery import Array, Forgery, area
from benchmarks.attacks.graininess import channels, join, match, noise
from watermark.tiles import Box


def splice(
    values: Array, donor: Part, source: Box, corner: tuple[int, int], weights: Weights
) -> Forgery:
    """Lay the box `source` of a donor at `corner` (row, column) of the frame.

    donor: of as many channels as the frame and in its units; weights: of the box, 0 to 1.
    """
    part = donor[area(source)].astype(np.float64)
    return lay(values, (*corner, *source[2:]), part, weights)


def splice_matched(
    values: Array,
    donor: Part,
    source: Box,
    corner: tuple[int, int],
    weights: Weights,
    random: np.random.Generator,
) -> Forgery:
    """As `splice`, after the donor's surroundings got the mean, and its part the noise, of ours.

    Noise: see `graininess.noise`; ours is that of the place and a quarter more on each side.
    """
    place = (*corner, *source[2:])
    part = donor[area(source)].astype(np.float64)
    part = part + rim(values, place).mean(axis=0) - rim(donor, source).mean(axis=0)
    around = values[area(grow(place, max(2, place[2] // 4), values.shape))].astype(np.float64)
    matched = [
        match(plane, noise(ours), random)
        for plane, ours in zip(channels(part), channels(around), strict=True)
    ]
    return lay(values, place, join(matched), weights)
