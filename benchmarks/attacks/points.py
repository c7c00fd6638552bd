"""The smallest attacks: one sample by one step, or one bit of one sample."""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.forgery import Array, Forgery, compare, span

Place = tuple[int, ...]
"""Row and column, and the channel of a colour frame."""


def step(values: Array, place: Place, by: int) -> Forgery:
    """Move one sample by `by`; the other way where its type ends."""
    ends = np.iinfo(values.dtype)
    after = values.astype(np.int64)
    moved = int(after[place]) + by
    after[place] = moved if ends.min <= moved <= ends.max else int(after[place]) - by
    return compare(values, after)


def flip_bit(values: Array, place: Place, weight: int, bits: int) -> Forgery:
    """Turn the bit of `weight` (0 is the least) of one sample of `bits` bits stored."""
    after = values.astype(np.int64)
    word = (int(after[place]) ^ (1 << weight)) & ((1 << bits) - 1)
    negative = values.dtype.kind == "i" and word >= 1 << (bits - 1)
    after[place] = word - (1 << bits) if negative else word
    return compare(values, after)


def flip_lowest(values: Array, count: int, random: np.random.Generator) -> Forgery:
    """Turn the lowest bit of `count` samples, all different, drawn where the range is kept.

    Fewer where fewer can be turned.
    """
    low, high = span(values)
    turned = values.astype(np.int64) ^ 1
    able = np.flatnonzero((turned >= low) & (turned <= high))
    chosen = random.choice(able, min(count, len(able)), replace=False)
    after = values.astype(np.int64)
    after.flat[chosen] = turned.flat[chosen]
    return compare(values, after)


def raise_to_top(values: Array, place: tuple[int, int]) -> Forgery:
    """Give one sample, all its channels, the frame's greatest value; the least if it has it."""
    low, high = span(values)
    after = values.copy()
    after[place] = low if (values[place] == high).all() else high
    return compare(values, after)
