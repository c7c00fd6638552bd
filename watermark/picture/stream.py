"""Coefficients to bytes that may be cut anywhere, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels import rangecoder
from watermark.kernels.partitioning import (
    CLOSED,
    CLOSED_LARGE,
    DOWN,
    LARGE,
    LISTS,
    SETS,
    TIERS,
    WAITING,
    Forest,
    code_planes,
)
from watermark.kernels.planting import harvest, plant
from watermark.kernels.rangecoder import Coder
from watermark.picture.bands import Plan
from watermark.picture.priors import chances, mixing_tables, weights
from watermark.picture.transform import FRACTION

DEEPEST = 3
"""The last bit plane lies this many binary places below a unit of error."""
MOST_PLANES = 28

Coefficients = list[NDArray[np.int32]]


def _clear(plan: Plan, lighter: bool, coefficients: NDArray[np.int32], writes: bool) -> Forest:
    """Return a forest in which every band is one closed square.

    coefficients: (planes, rows, columns).
    """
    count = len(plan.bands)
    table = plan.table.copy()
    table[:, DOWN] = [FRACTION - DEEPEST + int(lighter and band.plane > 0) for band in plan.bands]
    marks = np.zeros(plan.size, dtype=np.int8)
    forest = Forest(
        table,
        plan.squares,
        plan.grounds,
        marks,
        np.zeros(plan.size, dtype=np.int8) if writes else marks,  # a reader's are never used
        coefficients.reshape(-1),
        np.empty(plan.leaves, dtype=np.int32),
        np.empty(plan.leaves, dtype=np.int32),
        np.empty(plan.sets + 1, dtype=np.int32),
        np.zeros((count, 7), dtype=np.int64),
        np.empty(64, dtype=np.int32),
    )
    for i in range(count):
        top = int(plan.table[i, TIERS]) - 1
        if top:
            start, which = (SETS, CLOSED) if top == 1 else (LARGE, CLOSED_LARGE)
            forest.closed[plan.table[i, start]] = top << 26
            forest.counts[i, which] = 1
        else:
            forest.waiting[plan.table[i, LISTS]] = 0
            forest.counts[i, WAITING] = 1
    return forest


def begin(octets: NDArray[np.uint8], decoding: bool) -> Coder:
    """Return a coder at the beginning of its bytes."""
    registers = np.zeros(9, dtype=np.int64)
    registers[rangecoder.SPAN] = rangecoder.WORD
    registers[rangecoder.DECODING] = int(decoding)
    registers[rangecoder.AT] = -1
    coder = Coder(registers, octets, chances(), weights(), *mixing_tables())
    if decoding:
        registers[rangecoder.AT] = 0
        for _ in range(4):
            rangecoder.shift_in(registers, octets)
    return coder


def sow(coefficients: Coefficients, plan: Plan, lighter: bool) -> tuple[Forest, int]:
    """Return a writer's forest, and the number of bit planes: see `write`."""
    whole = coefficients[0][np.newaxis] if plan.planes == 1 else np.stack(coefficients)
    forest = _clear(plan, lighter, np.ascontiguousarray(whole), writes=True)
    return forest, max(plant(forest, band) for band in range(len(plan.bands)))


def write(coefficients: Coefficients, plan: Plan, lighter: bool, budget: int) -> tuple[int, bytes]:
    """Return the number of bit planes, and at most `budget` bytes of them.

    coefficients: as many int32 arrays as the plan has planes. `lighter` halves the weight of
    all planes but the first.
    """
    forest, planes = sow(coefficients, plan, lighter)
    octets = np.zeros(max(budget, 0), dtype=np.uint8)
    coder = begin(octets, decoding=False)
    code_planes(coder, forest, planes)
    registers = coder.registers
    if not registers[rangecoder.ENDED]:
        for _ in range(5):
            rangecoder.shift_out(registers, octets)
    return planes, octets[: min(int(registers[rangecoder.AT]), budget)].tobytes()


def read(data: bytes, planes: int, plan: Plan, lighter: bool) -> Coefficients:
    """Return what the bytes say of the coefficients: an int32 array a plane, |value| < 2**22.

    planes: number of bit planes, 0 to MOST_PLANES. Reading stops at the first bit that the
    bytes leave open.
    """
    found = np.zeros((plan.planes, *plan.shape), dtype=np.int32)
    forest = _clear(plan, lighter, found, writes=False)
    coder = begin(np.array(bytearray(data), dtype=np.uint8), decoding=True)
    code_planes(coder, forest, planes)
    for band in range(len(plan.bands)):
        harvest(forest, band)
    return list(found)
