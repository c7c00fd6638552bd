"""One step of the trellis for 32 tiles at once, as vectors of 16-bit integers.

Plain loops over lanes do not vectorise here (25 ms instead of 7 for a 512x512 frame), so
the step is written in LLVM's vector instructions, which every processor family lowers to its
own. Without the compiler the same step runs on NumPy rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from watermark.kernels.compiler import compiles

LANES = 32
"""Tiles that go through the trellis together."""
CEILING = 20000
"""Cost of a state that no path reaches; more than any optimum. Sums saturate at 32767."""
_MOST = 32767

Costs = NDArray[np.int16]

_TOOLS: Any = cgutils
_VECTOR = ir.VectorType(ir.IntType(16), LANES)
_BITS = ir.IntType(LANES)


def _add(builder: Any, a: Any, b: Any) -> Any:
    """Return the saturating sum of two vectors of signed 16-bit integers."""
    name = f"llvm.sadd.sat.v{LANES}i16"
    kind = ir.FunctionType(_VECTOR, [_VECTOR, _VECTOR])
    function: Any = _TOOLS.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, [a, b])


def _row(context: Any, builder: Any, kind: Any, array: Any, index: Any, item: Any) -> Any:
    """Return a pointer of type `item` to row `index` of a 2-D array argument."""
    view = _TOOLS.create_struct_proxy(kind)(context, builder, array)
    zero = ir.Constant(index.type, 0)
    pointer = _TOOLS.get_item_pointer(context, builder, kind, view, [index, zero])
    return builder.bitcast(pointer, item.as_pointer())


@intrinsic
def _relax(typing: Any, old: Any, s: Any, t: Any, zero: Any, one: Any, k: Any, new: Any) -> Any:
    """Vector form of `relax_rows`; returns the two choices packed as s | t << 32."""
    signature = types.int64(old, types.intp, types.intp, zero, one, types.intp, new)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def load(argument: int, index: int) -> Any:
            array, kind = args[argument], sig.args[argument]
            pointer = _row(context, builder, kind, array, args[index], _VECTOR)
            return builder.load(pointer, align=2)

        a, b = load(0, 1), load(0, 2)
        cost0, cost1 = load(3, 5), load(4, 5)
        stay, cross = _add(builder, a, cost0), _add(builder, b, cost1)
        remain, change = _add(builder, b, cost0), _add(builder, a, cost1)
        packed = ir.Constant(ir.IntType(64), 0)
        for index, (keep, flip) in enumerate(((stay, cross), (remain, change))):
            choice = builder.icmp_signed("<", flip, keep)
            best = builder.select(choice, flip, keep)
            pointer = _row(context, builder, sig.args[6], args[6], args[1 + index], _VECTOR)
            builder.store(best, pointer, align=2)
            bits = builder.zext(builder.bitcast(choice, _BITS), ir.IntType(64))
            packed = builder.or_(packed, builder.shl(bits, ir.Constant(ir.IntType(64), 32 * index)))
        return packed

    return signature, generate


@intrinsic
def _choose(typing: Any, old: Any, s: Any, bits: Any, b: Any, new: Any) -> Any:
    """Vector form of `choose_row`."""
    signature = types.void(old, types.intp, bits, types.intp, new)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def load(argument: int, index: Any) -> Any:
            kind = sig.args[argument]
            pointer = _row(context, builder, kind, args[argument], index, _VECTOR)
            return builder.load(pointer, align=2)

        twice = builder.shl(args[1], ir.Constant(args[1].type, 1))
        even = load(0, twice)
        odd = load(0, builder.add(twice, ir.Constant(twice.type, 1)))
        message = load(2, args[3])
        isset = builder.icmp_signed("!=", message, ir.Constant(_VECTOR, [0] * LANES))
        pointer = _row(context, builder, sig.args[4], args[4], args[1], _VECTOR)
        builder.store(builder.select(isset, odd, even), pointer, align=2)
        return context.get_dummy_value()

    return signature, generate


def relax_rows(
    old: Costs, s: int, t: int, zero: Costs, one: Costs, k: int, new: Costs
) -> int:  # pragma: no cover - runs without the compiler only
    """Relax trellis states `s` and `t`, which carrier `k` joins, in every lane.

    old, new (states, 32): costs before and after; zero, one (n, 32): cost of leaving the
    carrier 0 or 1. Returns the choices of `s` in bits 0-31 and of `t` in bits 32-63, 1 where
    the carrier is 1.
    """
    packed = 0
    for shift, here, there in ((0, s, t), (32, t, s)):
        keep = np.minimum(old[here].astype(np.int32) + zero[k], _MOST)
        flip = np.minimum(old[there].astype(np.int32) + one[k], _MOST)
        new[here] = np.minimum(keep, flip)
        for lane in np.flatnonzero(flip < keep):
            packed |= 1 << (shift + int(lane))
    return packed - (1 << 64) if packed >= 1 << 63 else packed


def choose_row(
    old: Costs, s: int, bits: Costs, b: int, new: Costs
) -> None:  # pragma: no cover - runs without the compiler only
    """Keep in new[s] the state 2s or 2s + 1 whose low bit is message bit `b` of the lane."""
    new[s] = np.where(bits[b] != 0, old[2 * s + 1], old[2 * s])


relax: Any = _relax if compiles() else relax_rows
"""`relax_rows` as vector instructions where the compiler is there."""
choose: Any = _choose if compiles() else choose_row
"""`choose_row` as vector instructions where the compiler is there."""
