"""Binary range coder whose probabilities are mixed of three contexts' in the logistic domain.

The coder is Schindler's and Pavlov's carry-propagating one (LZMA), the mixing Mahoney's (PAQ).
Registers, chances and weights are signed integers; a decoder stops before the first symbol that
the bytes at hand leave open, so that nothing after a cut is guessed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import inner, tight

LOWEST, SPAN, CACHE, PENDING, AT, CODE, SLACK, DECODING, ENDED = range(9)
"""Places in `registers`."""

TOP = 1 << 24
WORD = 0xFFFFFFFF
SIGHTS = 6
"""Bits of a context's entry that count how often it was seen; its chance stands above them."""
SEEN = (1 << SIGHTS) - 1
RATE_LIMIT = 60
LEARNING = 64


class Coder(NamedTuple):
    """Everything that one stream's coder remembers."""

    registers: NDArray[np.int64]
    octets: NDArray[np.uint8]
    chances: NDArray[np.int32]
    """(contexts,): probability of a one in 65536ths << SIGHTS | how often it was seen."""
    weights: NDArray[np.int32]
    """(sets, 3), in 65536ths."""
    squash: NDArray[np.int32]
    """(4096,)."""
    stretch: NDArray[np.int16]
    """(4096,)."""
    rates: NDArray[np.int32]
    """(64,): reciprocals of the counts."""


@tight
def shift_out(registers: NDArray[np.int64], octets: NDArray[np.uint8]) -> None:
    """Move the top byte of LOWEST out, with any carry into the bytes that wait."""
    low = registers[LOWEST]
    if low < 0xFF000000 or low > WORD:
        carry = low >> 32
        at = registers[AT]
        if 0 <= at < octets.shape[0]:
            octets[at] = (registers[CACHE] + carry) & 255
        at += 1
        while registers[PENDING] > 0:
            if at < octets.shape[0]:
                octets[at] = (255 + carry) & 255
            at += 1
            registers[PENDING] -= 1
        registers[AT] = at
        registers[CACHE] = (low >> 24) & 255
        if at >= octets.shape[0]:
            registers[ENDED] = 1
    else:
        registers[PENDING] += 1
    registers[LOWEST] = (low << 8) & WORD


@tight
def shift_in(registers: NDArray[np.int64], octets: NDArray[np.uint8]) -> None:
    """Take the next byte into CODE; beyond the end a zero, and SLACK grows."""
    at = registers[AT]
    value = 0
    missing = 255
    if at < octets.shape[0]:
        value = int(octets[at])
        missing = 0
    registers[AT] = at + 1
    registers[CODE] = ((registers[CODE] << 8) | value) & WORD
    registers[SLACK] = (registers[SLACK] << 8) | missing


@inner
def code_symbol(
    registers: NDArray[np.int64], octets: NDArray[np.uint8], chance: int, bit: int
) -> int:
    """Code a bit whose probability of being one is chance / 65536; returns it.

    A decoder ignores `bit`. When it cannot tell it sets ENDED and returns 0.
    """
    span = registers[SPAN]
    bound = (span >> 16) * chance
    if registers[DECODING]:
        code = registers[CODE]
        if code < bound <= code + registers[SLACK]:
            registers[ENDED] = 1
            return 0
        bit = 1 if code < bound else 0
        registers[CODE] = code - (bound & (bit - 1))
    # Which way a bit goes cannot be foreseen: masks (0 or -1) in place of a branch.
    registers[LOWEST] += bound & (bit - 1)
    span = (bound & -bit) | ((span - bound) & (bit - 1))
    while span < TOP:
        span = (span << 8) & WORD
        if registers[DECODING]:
            shift_in(registers, octets)
        else:
            shift_out(registers, octets)
    registers[SPAN] = span
    return bit


@inner
def code_mixed(coder: Coder, first: int, second: int, third: int, choice: int, bit: int) -> int:
    """Code a bit under three contexts, weighted by the set `choice`; returns it, learns from it."""
    chances = coder.chances
    weights = coder.weights
    stretch = coder.stretch
    one, two, three = np.uint64(first), np.uint64(second), np.uint64(third)
    group = np.uint64(choice)
    m, n, o = int(chances[one]), int(chances[two]), int(chances[three])
    a = int(stretch[np.uint64(m >> (SIGHTS + 4))])
    b = int(stretch[np.uint64(n >> (SIGHTS + 4))])
    c = int(stretch[np.uint64(o >> (SIGHTS + 4))])
    u, v, w = int(weights[group, 0]), int(weights[group, 1]), int(weights[group, 2])
    total = min(max((a * u + b * v + c * w) >> 16, -2047), 2047)
    chance = int(coder.squash[np.uint64(total + 2048)])
    bit = code_symbol(coder.registers, coder.octets, chance, bit)
    error = ((bit << 16) - chance) * LEARNING
    weights[group, 0] = adjust(u, a * error)
    weights[group, 1] = adjust(v, b * error)
    weights[group, 2] = adjust(w, c * error)
    chances[one] = learn(m, coder.rates, bit)
    chances[two] = learn(n, coder.rates, bit)
    chances[three] = learn(o, coder.rates, bit)
    return bit


@inner
def adjust(weight: int, push: int) -> int:
    """Return a weight moved by a push in 2**20ths."""
    return min(max(weight + ((push + (1 << 19)) >> 20), -(1 << 19)), 1 << 19)


@inner
def learn(entry: int, rates: NDArray[np.int32], bit: int) -> int:
    """Return a context's entry, its chance moved towards a bit, the less the oftener it was seen."""
    seen = entry & SEEN
    chance = entry >> SIGHTS
    chance += (((bit << 16) - chance) * int(rates[np.uint64(seen)])) >> 16
    return (min(max(chance, 32), 65504) << SIGHTS) | min(seen + 1, RATE_LIMIT)
