"""Arithmetic in GF(2^8) and GF(2^16) for the code over the tiles.

Symbols are int16 arrays (the bits of an unsigned symbol); coefficients are int32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.compiler import kernel

Field = NDArray[np.int32]
Symbols = NDArray[np.int16]
Multiples = NDArray[np.int16]


@kernel
def fill_logs(polynomial: int, order: int, exp: Field, log: Field) -> None:
    """Fill exp (2 * order,) and log (order + 1,) for the generator 2; order = 2**w - 1."""
    x = 1
    for i in range(order):
        exp[i] = x
        exp[i + order] = x
        log[x] = i
        x <<= 1
        if x > order:
            x ^= polynomial
    log[0] = 0


@kernel
def fill_lagrange(
    sources: Field, targets: Field, exp: Field, log: Field, weights: Field, out: Field
) -> None:
    """Fill out (t, k): value at target = sum of out[t, i] * value at source i.

    sources (k,), targets (t,): distinct field points; weights (k,): scratch. A target that
    is a source gets its unit row. Lagrange form.
    """
    order = log.shape[0] - 1
    count = sources.shape[0]
    for i in range(count):
        total = 0
        for j in range(count):
            if j != i:
                total += log[sources[i] ^ sources[j]]
        weights[i] = total % order
    for t in range(targets.shape[0]):
        total = 0
        same = -1
        for j in range(count):
            gap = targets[t] ^ sources[j]
            if gap == 0:
                same = j
            total += log[gap]
        total %= order
        for i in range(count):
            if same >= 0:
                out[t, i] = 1 if i == same else 0
            else:
                step = total - log[targets[t] ^ sources[i]] - weights[i]
                out[t, i] = exp[step % order]


@kernel
def fill_multiples(row: Symbols, polynomial: int, width: int, multiples: Multiples) -> None:
    """Fill multiples (width / 4, 16, s): row (s,) times each value of each hexadecimal digit."""
    high = 1 << (width - 1)
    mask = (1 << width) - 1
    for digit in range(width // 4):
        multiples[digit, 0, :] = 0
    for s in range(row.shape[0]):
        value = np.int64(row[s]) & mask
        for digit in range(width // 4):
            for bit in range(4):
                # As a signed 16-bit number, also where no compiler wraps it.
                multiples[digit, 1 << bit, s] = value - ((value & 0x8000) << 1)
                value = ((value << 1) ^ polynomial) if value & high else value << 1
    for digit in range(width // 4):
        for v in range(3, 16):
            low = v & -v
            if low != v:
                for s in range(row.shape[0]):
                    multiples[digit, v, s] = multiples[digit, low, s] ^ multiples[digit, v - low, s]


@kernel
def combine_rows(
    matrix: Field,
    rows: Symbols,
    polynomial: int,
    width: int,
    scratch: Multiples,
    out: Symbols,
) -> None:
    """out (t, s) = matrix (t, k) times rows (k, s) over GF(2^width).

    scratch (width / 4, 16, s): the multiples of a row, so that a product is one addition a
    hexadecimal digit of the factor; all of them are added in one pass.
    """
    out[:, :] = 0
    for i in range(rows.shape[0]):
        filled = 0
        for s in range(rows.shape[1]):
            filled |= rows[i, s]
        if filled == 0:
            continue  # the padding of a payload is whole rows of zeros
        fill_multiples(rows[i], polynomial, width, scratch)
        for t in range(matrix.shape[0]):
            factor = matrix[t, i]
            first, second = factor & 15, (factor >> 4) & 15
            third, fourth = (factor >> 8) & 15, factor >> 12
            if width == 8:
                for s in range(rows.shape[1]):
                    out[t, s] ^= scratch[0, first, s] ^ scratch[1, second, s]
            else:
                for s in range(rows.shape[1]):
                    low = scratch[0, first, s] ^ scratch[1, second, s]
                    out[t, s] ^= low ^ scratch[2, third, s] ^ scratch[3, fourth, s]


@kernel
def interpolate_points(
    points: Field, values: Field, exp: Field, log: Field, table: Field, out: Field
) -> None:
    """Fill out (n,) with the polynomial through (points, values), lowest degree first.

    points (n,) distinct; table (2, n + 1): scratch. Newton's form, O(n^2). On return
    table[0] holds the product of (x - point) over all points, degree n.
    """
    order = log.shape[0] - 1
    n = points.shape[0]
    product, spare = 0, 1
    table[:, :] = 0
    table[product, 0] = 1
    out[:] = 0
    for i in range(n):
        x = points[i]
        here, base = 0, 0
        for j in range(n, -1, -1):
            here = (exp[log[here] + log[x]] if here != 0 and x != 0 else 0) ^ (
                out[j] if j < n else 0
            )
            base = (exp[log[base] + log[x]] if base != 0 and x != 0 else 0) ^ table[product, j]
        gap = values[i] ^ here
        if gap != 0:
            step = (log[gap] - log[base]) % order
            for j in range(i + 1):
                if table[product, j] != 0:
                    out[j] ^= exp[log[table[product, j]] + step]
        for j in range(i + 1, -1, -1):
            carried = table[product, j - 1] if j > 0 else 0
            kept = table[product, j]
            table[spare, j] = carried ^ (exp[log[kept] + log[x]] if kept != 0 and x != 0 else 0)
        product, spare = spare, product
    if product == 1:
        table[0, :] = table[1, :]


@kernel
def reduce_pair(
    big: Field, small: Field, bound: int, exp: Field, log: Field, cofactors: Field
) -> int:
    """Run Euclid's algorithm on two polynomials until the remainder's degree is < bound.

    big, small (n + 1,): lowest degree first, changed in place; deg big > deg small.
    cofactors (2, n + 1): scratch. Returns which holds the result: 0 (big, cofactors[0]) or
    1 (small, cofactors[1]); the remainder is cofactor times the first `small`, modulo `big`.
    """
    order = log.shape[0] - 1
    size = big.shape[0]
    cofactors[:, :] = 0
    cofactors[1, 0] = 1
    pair = (big, small)
    older, newer = 0, 1
    while True:
        degree = size - 1
        while degree >= 0 and pair[newer][degree] == 0:
            degree -= 1
        if degree < bound:
            return newer
        upper = size - 1
        while upper >= degree:
            lead = pair[older][upper]
            if lead != 0:
                step = (log[lead] - log[pair[newer][degree]]) % order
                shift = upper - degree
                for j in range(degree + 1):
                    if pair[newer][j] != 0:
                        pair[older][j + shift] ^= exp[log[pair[newer][j]] + step]
                for j in range(size - shift):
                    if cofactors[newer, j] != 0:
                        cofactors[older, j + shift] ^= exp[log[cofactors[newer, j]] + step]
            upper -= 1
        older, newer = newer, older


@kernel
def fill_power_sums(
    points: Field, symbols: Field, exp: Field, log: Field, powers: Field, sums: Field
) -> None:
    """Fill sums (r,): sums[m] = sum over i of symbols[i] * points[i]**m, with 0**0 = 1.

    points, symbols (n,): field elements; powers (n,): scratch.
    """
    powers[:] = symbols
    for m in range(sums.shape[0]):
        total = 0
        for i in range(points.shape[0]):
            power = powers[i]
            total ^= power
            x = points[i]
            powers[i] = exp[log[power] + log[x]] if power != 0 and x != 0 else 0
        sums[m] = total


@kernel
def solve_powers(points: Field, exp: Field, log: Field, sums: Field) -> None:
    """Replace sums (n,), sums[m] = sum of symbols[i] * points[i]**m, by the symbols, in place.

    points (n,): distinct. Bjorck and Pereyra, Math. Comp. 24 (1970), dual system; O(n^2).
    """
    order = log.shape[0] - 1
    n = points.shape[0]
    for k in range(n - 1):
        x = points[k]
        if x != 0:
            for i in range(n - 1, k, -1):
                before = sums[i - 1]
                if before != 0:
                    sums[i] ^= exp[log[x] + log[before]]
    for k in range(n - 2, -1, -1):
        for i in range(k + 1, n):
            if sums[i] != 0:
                gap = points[i] ^ points[i - k - 1]
                sums[i] = exp[(log[sums[i]] - log[gap]) % order]
        for i in range(k, n - 1):
            sums[i] ^= sums[i + 1]
