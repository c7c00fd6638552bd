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
LEAST, LARGEST = 32 << SIGHTS, (65504 << SIGHTS) | SEEN
"""Between these a chance is in its range, 32 to 65504."""
RATE_LIMIT = 60
LEARNING = 64
MOST = 1 << 19


class Coder(NamedTuple):
    """Everything that one stream's coder remembers."""

    registers: NDArray[np.int64]
    octets: NDArray[np.uint8]
    chances: NDArray[np.int64]
    """(contexts,): probability of a one in 65536ths << SIGHTS | how often it was seen."""
    weights: NDArray[np.int64]
    """(3 * sets,), in 65536ths."""
    squash: NDArray[np.int32]
    """(4096,)."""
    stretch: NDArray[np.int16]
    """(4096,)."""
    rates: NDArray[np.int64]
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
        span <<= 8
        if registers[DECODING]:
            shift_in(registers, octets)
        else:
            shift_out(registers, octets)
    registers[SPAN] = span
    return bit


@inner
def code_mixed(coder: Coder, first: int, second: int, third: int, choice: int, bit: int) -> int:
    """Code a bit under three contexts, with the weights from `choice` on; returns it, learns."""
    chances, weights, stretch = coder.chances, coder.weights, coder.stretch
    one, two, three = np.uint64(first), np.uint64(second), np.uint64(third)
    x, y, z = np.uint64(choice), np.uint64(choice + 1), np.uint64(choice + 2)
    m, n, o = int(chances[one]), int(chances[two]), int(chances[three])
    a = int(stretch[np.uint64(m >> (SIGHTS + 4))])
    b = int(stretch[np.uint64(n >> (SIGHTS + 4))])
    c = int(stretch[np.uint64(o >> (SIGHTS + 4))])
    u, v, w = int(weights[x]), int(weights[y]), int(weights[z])
    total = (a * u + b * v + c * w) >> 16
    if total < -2047 or total > 2047:  # hardly ever: no step between one bit and the next
        chance = int(coder.squash[np.uint64(1 if total < 0 else 4095)])
    else:
        chance = int(coder.squash[np.uint64(total + 2048)])
    bit = code_symbol(coder.registers, coder.octets, chance, bit)
    error = ((bit << 16) - chance) * LEARNING
    u, v, w = adjust(u, a * error), adjust(v, b * error), adjust(w, c * error)
    if ((u + MOST) | (v + MOST) | (w + MOST)) >> 20:  # hardly ever: one test in place of six
        u, v, w = hold(u), hold(v), hold(w)
    weights[x], weights[y], weights[z] = u, v, w
    chances[one] = learn(m, coder.rates, bit << 16)
    chances[two] = learn(n, coder.rates, bit << 16)
    chances[three] = learn(o, coder.rates, bit << 16)
    return bit


@inner
def adjust(weight: int, push: int) -> int:
    """Return a weight moved by a push in 2**20ths."""
    return weight + ((push + (1 << 19)) >> 20)


@inner
def hold(weight: int) -> int:
    """Return a weight brought into -MOST to MOST."""
    return min(max(weight, -MOST), MOST)


@inner
def learn(entry: int, rates: NDArray[np.int64], goal: int) -> int:
    """Return a context's entry, its chance moved towards a goal, the less the oftener it was seen.

    The chance is moved where it stands, above the sights; where it leaves its range it is held.
    """
    seen = entry & SEEN
    push = (goal - (entry >> SIGHTS)) * int(rates[np.uint64(seen)])
    moved = entry + ((push >> (16 - SIGHTS)) & -(1 << SIGHTS)) + (seen < RATE_LIMIT)
    if moved < LEAST or moved > LARGEST:
        moved = (min(max(moved >> SIGHTS, 32), 65504) << SIGHTS) | (moved & SEEN)
    return moved
