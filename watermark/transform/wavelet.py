"""`dwt`: the two-level interpolating wavelet, its details left in place.

Between two anchors the prediction is linear; beyond the last anchor of a cell the anchors
are mirrored, so that it is constant there. Only a predict step: anchors are never updated.
Source: Sweldens, The lifting scheme, Appl. Comput. Harmon. Anal. 3(2), 1996.
"""

from __future__ import annotations

SCALE = 64
"""Sum of the weights of one axis."""


def axis_weights(anchors: int, offset: int) -> list[int]:
    """Return the weight of each of `anchors` anchors (at 0, 4, 8, ...) at `offset`, in 64ths."""
    weights = [0] * anchors
    before, part = divmod(offset, 4)
    weights[before] += SCALE // 4 * (4 - part)
    weights[min(before + 1, anchors - 1)] += SCALE // 4 * part
    return weights
