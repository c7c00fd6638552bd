"""How much any mark that changes samples by 1 at most can carry, at a given change."""

from __future__ import annotations

from math import log2

MOST = log2(3)
"""Bits a sample, where each sample is changed by -1, 0 or 1 with equal chance."""
_STEPS = 60


def most_rate(change: float) -> float:
    """Return the most bits a sample when a share of the samples may change by 1 either way.

    H(d) + d: the entropy of which samples change, and one bit for the sign of each. The share is
    the mean square error. Nothing is asked of reversibility, which only costs.
    Source: Willems, van Dijk, Capacity and codes for embedding information in gray-scale signals,
    IEEE TIT 51(3), 2005; Fridrich, Lisonek, Grid colorings in steganography, IEEE TIT 53(4), 2007.
    """
    if change >= 2 / 3:
        return MOST
    return binary_rate(change) + change


def binary_rate(change: float) -> float:
    """Return the entropy H(d) in bits: the most that parities alone can carry."""
    if change in (0, 1):
        return 0.0
    return -change * log2(change) - (1 - change) * log2(1 - change)


def least_change(rate: float) -> float:
    """Return the least mean square error of `rate` bits a sample, 0 to log2(3)."""
    low, high = 0.0, 2 / 3
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if most_rate(middle) >= rate else (middle, high)
    return high
