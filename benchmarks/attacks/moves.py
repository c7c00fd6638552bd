"""Parts of one image at other places of the same image.

Source: Barreto, Kim, Rijmen, Toward secure public-key blockwise fragile authentication
watermarking, IEE Proc. VISP 149(2), 2002 (cut and paste inside one image).
"""

from __future__ import annotations

from benchmarks.attacks.forgery import Array, Forgery, area, compare
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
