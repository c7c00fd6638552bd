"""Check symbols pooled over many cells: whichever cells are in doubt, a few at a time can be told.

Each told cell gives one byte of its digest. The exclusive or along lines of the frame narrows a
change of any size; power sums in GF(2^8) over the cells of a codeword (the syndromes of a
Reed-Solomon code) give back as many unknown cells as there are sums.
Layout: docs/spec/payload.md, "Check bytes".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watermark.checkplan import Lines, Places, Plan
from watermark.kernels.galois import fill_power_sums, solve_powers
from watermark.spreading.field import field_named
from watermark.tiles import Flags

_SURE = 4
"""Sums that all agree where none of a codeword's cells changed, or one time in 2^32."""

Symbols = NDArray[np.int32]
"""(n,) int32, 0 to 255: one byte of each told cell's digest."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """What a number of bytes tells of the cells of a plan."""

    lines: tuple[tuple[Lines, Symbols], ...]
    """Lines, and the sum over GF(2) on each."""
    sums: tuple[Symbols, ...]
    """Power sums of each codeword, from the power 0."""

    @property
    def octets(self) -> bytes:
        """Wire form."""
        values = [found for _, found in self.lines] + list(self.sums)
        return b"".join(one.astype(np.uint8).tobytes() for one in values)


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """What is known of a frame's cells before the pool is asked, each (cells,) bool."""

    inside: Flags
    """Cells of units that differ; no other changed."""
    suspected: Flags
    """Cells that message bits name."""


def gather(plan: Plan, symbols: Symbols, octets: int) -> Pool:
    """Return the pool that fills so many bytes."""
    held = plan.held_lines(octets)
    lines = tuple((one, _along(one, symbols)) for one in held)
    sizes = _sizes(plan, octets, held)
    sums = [
        _power_sums(plan.points[mine], symbols[mine], size)
        for mine, size in zip(_members(plan), sizes, strict=True)
    ]
    return Pool(lines, tuple(sums))


def parse(plan: Plan, octets: bytes) -> Pool:
    """Undo `Pool.octets`; any bytes are a pool."""
    values = np.frombuffer(octets, dtype=np.uint8).astype(np.int32)
    held = plan.held_lines(len(octets))
    ends = np.cumsum([one.count for one in held] + _sizes(plan, len(octets), held))
    parts = np.split(values, ends[:-1])
    return Pool(tuple(zip(held, parts, strict=False)), tuple(parts[len(held) :]))


def resolve(plan: Plan, pool: Pool, symbols: Symbols, doubt: Doubt) -> tuple[Flags, Flags]:
    """Return two (n,) bool: told cells that changed, and told cells that did not.

    symbols: of the cells as received. Of a cell in neither nothing is known. What can be solved is
    told by its own symbol, and passes with 2^-8 when changed; of the rest silent cells count as
    changed where all their lines differ, and coarse ones as unchanged where one does not.
    """
    inside, suspected = doubt.inside[plan.cells], doubt.suspected[plan.cells]
    crossed = np.ones(plan.count, dtype=bool)
    for lines, stored in pool.lines:
        differs = np.append(_along(lines, symbols) != stored, True)
        crossed &= differs[lines.homes]
    maybe = inside & crossed & (plan.silent | suspected)
    odd, clear = maybe & plan.silent, inside & ~maybe & (plan.silent | ~crossed)
    near, none = inside & _grown(plan, maybe, doubt.suspected), np.zeros_like(inside)
    for mine, stored in zip(_members(plan), pool.sums, strict=True):
        differing = _power_sums(plan.points[mine], symbols[mine], len(stored)) ^ stored
        for doubted, spare in ((none, _SURE), (inside, 0), (near, 1), (maybe, 1)):
            asked = mine[doubted[mine]]
            changes = _solve(plan.points[asked], differing, spare)
            if changes is not None:
                clear[mine], odd[mine] = inside[mine], False
                clear[asked], odd[asked] = changes == 0, changes != 0
                break
    return odd, clear


def _members(plan: Plan) -> list[Places]:
    """Return the cells of each codeword, in ascending order; sorted once, for there are many."""
    ordered = np.argsort(plan.words, kind="stable")
    bounds = np.searchsorted(plan.words[ordered], np.arange(1, plan.word_count))
    return np.split(ordered, bounds)[: plan.word_count]


def _sizes(plan: Plan, octets: int, held: tuple[Lines, ...]) -> list[int]:
    """Return how many power sums each codeword has."""
    left = octets - sum(one.count for one in held)
    whole, more = divmod(left, max(1, plan.word_count))
    return [whole + (word < more) for word in range(plan.word_count)]


def _along(lines: Lines, symbols: Symbols) -> Symbols:
    """Return (lines,) the exclusive or of the symbols on each."""
    values = np.zeros(lines.count, dtype=np.int32)
    told = lines.homes >= 0
    np.bitwise_xor.at(values, lines.homes[told], symbols[told])
    return values


def _power_sums(points: Places, symbols: Symbols, size: int) -> Symbols:
    """Return the first `size` power sums."""
    field = field_named(8)
    places, sums = points.astype(np.int32), np.zeros(size, dtype=np.int32)
    fill_power_sums(places, symbols, field.exp, field.log, np.empty_like(places), sums)
    return sums


def _solve(points: Places, sums: Symbols, spare: int) -> Symbols | None:
    """Return the symbols at the points that alone make up the sums.

    None where there are not `spare` more sums than points, or the sums say otherwise.
    """
    count = len(points)
    if count + spare > len(sums):
        return None
    field, found = field_named(8), sums[:count].copy()
    solve_powers(points.astype(np.int32), field.exp, field.log, found)
    return found if np.array_equal(_power_sums(points, found, len(sums)), sums) else None


def _grown(plan: Plan, maybe: Flags, suspected: Flags) -> Flags:
    """Return (n,) bool: cells that may have changed, and their neighbours."""
    cells = suspected.copy()
    cells[plan.cells] |= maybe
    around = np.pad(cells.reshape(plan.shape), 1)
    sides = around[:-2, 1:-1] | around[2:, 1:-1] | around[1:-1, :-2] | around[1:-1, 2:]
    return np.asarray((around[1:-1, 1:-1] | sides).reshape(-1)[plan.cells])
