"""`dct`: the cosine series through the anchors (DCT-II), evaluated between them.

The weights are tabulated integers, so that no processor computes a cosine when sealing; the
tests derive the table again. Each row sums to 64.
"""

from __future__ import annotations

TABLE: dict[int, tuple[tuple[int, ...], ...]] = {
    2: (
        (64, 0),
        (49, 15),
        (32, 32),
        (15, 49),
        (0, 64),
        (-10, 74),
        (-13, 77),
        (-10, 74),
    ),
    3: (
        (64, 0, 0),
        (48, 21, -5),
        (29, 43, -8),
        (13, 58, -7),
        (0, 64, 0),
        (-7, 58, 13),
        (-8, 43, 29),
        (-5, 21, 48),
        (0, 0, 64),
        (4, -16, 76),
        (6, -21, 79),
        (4, -16, 76),
    ),
    4: (
        (64, 0, 0, 0),
        (47, 23, -9, 3),
        (28, 46, -14, 4),
        (12, 60, -11, 3),
        (0, 64, 0, 0),
        (-6, 56, 18, -4),
        (-7, 39, 39, -7),
        (-4, 18, 56, -6),
        (0, 0, 64, 0),
        (3, -11, 60, 12),
        (4, -14, 46, 28),
        (3, -9, 23, 47),
        (0, 0, 0, 64),
        (-2, 8, -18, 76),
        (-3, 11, -24, 80),
    ),
}
"""For 2, 3 and 4 anchors: the weights of the anchors at each offset of the cell, in 64ths."""


def axis_weights(anchors: int, offset: int) -> list[int]:
    """Return the weight of each of `anchors` anchors (at 0, 4, 8, ...) at `offset`, in 64ths."""
    return list(TABLE[anchors][offset])
