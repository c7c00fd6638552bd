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
STRETCH = 4096
"""Where the table of `stretch` begins in `tables`, after that of `squash`."""
RATES = 8192
"""Where the reciprocals of the counts begin."""
RATE_LIMIT = 60
LEARNING = 64


class Coder(NamedTuple):
    """Everything that one stream's coder remembers."""

    registers: NDArray[np.int64]
    octets: NDArray[np.uint8]
    chances: NDArray[np.int32]
    """(contexts, 2): probability of a one in 65536ths, and how often it was seen."""
    weights: NDArray[np.int32]
    """(sets, 3), in 65536ths."""
    tables: NDArray[np.int32]
    """squash (4096,), stretch (4096,), rates (256,)."""


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
    if bit:
        span = bound
    else:
        span -= bound
        registers[LOWEST] += bound
        registers[CODE] -= bound
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
    tables = coder.tables
    a = int(tables[STRETCH + (chances[first, 0] >> 4)])
    b = int(tables[STRETCH + (chances[second, 0] >> 4)])
    c = int(tables[STRETCH + (chances[third, 0] >> 4)])
    total = a * int(weights[choice, 0]) + b * int(weights[choice, 1])
    total = (total + c * int(weights[choice, 2])) >> 16
    total = min(max(total, -2047), 2047)
    chance = int(tables[total + 2048])
    bit = code_symbol(coder.registers, coder.octets, chance, bit)
    if coder.registers[ENDED] and coder.registers[DECODING]:
        return 0
    error = ((bit << 16) - chance) * LEARNING
    adjust(weights, choice, 0, a * error)
    adjust(weights, choice, 1, b * error)
    adjust(weights, choice, 2, c * error)
    learn(chances, tables, first, bit)
    learn(chances, tables, second, bit)
    learn(chances, tables, third, bit)
    return bit


@inner
def adjust(weights: NDArray[np.int32], choice: int, place: int, push: int) -> None:
    """Move a weight by a push in 2**20ths."""
    moved = int(weights[choice, place]) + ((push + (1 << 19)) >> 20)
    weights[choice, place] = min(max(moved, -(1 << 19)), 1 << 19)


@inner
def learn(chances: NDArray[np.int32], tables: NDArray[np.int32], context: int, bit: int) -> None:
    """Move a context's chance towards a bit, the less the oftener it was seen."""
    seen = chances[context, 1]
    chance = int(chances[context, 0])
    rate = int(tables[RATES + seen])
    chance += (((bit << 16) - chance) * rate) >> 16
    chances[context, 0] = min(max(chance, 32), 65504)
    if seen < RATE_LIMIT:
        chances[context, 1] = seen + 1
