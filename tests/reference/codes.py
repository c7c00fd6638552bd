"""The code over the tiles, from docs/spec/mark.md: a field by long multiplication, Lagrange."""

import itertools
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True)
class Field:
    """GF(2^width): elements are integers, addition is xor."""

    width: int
    polynomial: int

    def times(self, a: int, b: int) -> int:
        """Product by shift and reduce."""
        return product(self.width, self.polynomial, a, b)

    def inverse(self, a: int) -> int:
        """a^(2^width - 2)."""
        result, power = 1, a
        for _ in range(self.width - 1):
            power = self.times(power, power)
            result = self.times(result, power)
        return result

    @cached_property
    def symbol_bytes(self) -> int:
        """Bytes of a symbol, big-endian."""
        return self.width // 8

    def symbols(self, octets: bytes) -> list[int]:
        """Bytes as symbols."""
        n = self.symbol_bytes
        return [int.from_bytes(octets[i : i + n], "big") for i in range(0, len(octets), n)]

    def octets(self, symbols: list[int]) -> bytes:
        """Symbols as bytes."""
        return b"".join(symbol.to_bytes(self.symbol_bytes, "big") for symbol in symbols)


BYTES = Field(8, 0x11D)
WORDS = Field(16, 0x1100B)


@lru_cache(maxsize=1 << 16)
def product(width: int, polynomial: int, a: int, b: int) -> int:
    """Product of two elements; remembered, for the rest is slow enough."""
    result = 0
    for bit in range(width):
        if b >> bit & 1:
            result ^= a << bit
    for bit in range(2 * width - 2, width - 1, -1):
        if result >> bit & 1:
            result ^= polynomial << bit - width
    return result


@lru_cache(maxsize=1 << 16)
def power(field: Field, x: int, exponent: int) -> int:
    """x^exponent, and 1 for 0^0."""
    return field.times(power(field, x, exponent - 1), x) if exponent else 1


def field_of(rows: int, columns: int) -> Field:
    """The field for a coding grid."""
    return BYTES if rows <= 16 and columns <= 16 else WORDS


def point(field: Field, row: int, column: int) -> int:
    """Field element at which the coding tile at (row, column) holds the polynomials' values."""
    return (16 if field is BYTES else 256) * row + column


def lagrange(field: Field, sources: list[int], target: int) -> list[int]:
    """Weights with which the values at `sources` give the value at `target`."""
    weights = []
    for i, source in enumerate(sources):
        above, below = 1, 1
        for j, other in enumerate(sources):
            if j != i:
                above = field.times(above, target ^ other)
                below = field.times(below, source ^ other)
        weights.append(field.times(above, field.inverse(below)))
    return weights


def combine(field: Field, weights: list[int], rows: list[list[int]]) -> list[int]:
    """Sum of weight times row."""
    out = [0] * len(rows[0])
    for weight, row in zip(weights, rows, strict=True):
        out = [total ^ field.times(weight, symbol) for total, symbol in zip(out, row, strict=True)]
    return out


def encode(field: Field, rows: list[bytes], points: list[int]) -> list[bytes]:
    """The data of the tiles at `points`: values of the polynomials through rows at 0, 1, ..."""
    symbols = [field.symbols(row) for row in rows]
    sources = list(range(len(rows)))
    return [
        field.octets(combine(field, lagrange(field, sources, target), symbols)) for target in points
    ]


def decode(field: Field, values: dict[int, bytes], k: int) -> list[bytes]:
    """The k rows from the data at any k points; which k are used is the caller's order."""
    sources = list(values)[:k]
    symbols = [field.symbols(values[source]) for source in sources]
    return [
        field.octets(combine(field, lagrange(field, sources, target), symbols))
        for target in range(k)
    ]


def correct(field: Field, values: dict[int, bytes], k: int) -> list[bytes] | None:
    """The rows that agree with all but (n - k) / 2 of the values; every k points are tried."""
    most = (len(values) - k) // 2
    for chosen in itertools.combinations(values, k):
        rows = decode(field, {p: values[p] for p in chosen}, k)
        again = encode(field, rows, list(values))
        wrong = sum(a != b for a, b in zip(again, values.values(), strict=True))
        if wrong <= most:
            return rows
    return None


Polynomial = list[int]
"""Coefficients, lowest degree first, without zeros at the end."""


def trim(polynomial: Polynomial) -> Polynomial:
    """Without the zeros at the end."""
    size = max((i + 1 for i, value in enumerate(polynomial) if value), default=0)
    return polynomial[:size]


def evaluate(field: Field, polynomial: Polynomial, x: int) -> int:
    """Value at x, power by power."""
    total, power = 0, 1
    for coefficient in polynomial:
        total ^= field.times(coefficient, power)
        power = field.times(power, x)
    return total


def multiply(field: Field, a: Polynomial, b: Polynomial) -> Polynomial:
    """Product of two polynomials."""
    out = [0] * (len(a) + len(b))
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            out[i + j] ^= field.times(p, q)
    return trim(out)


def remainder(field: Field, a: Polynomial, b: Polynomial) -> Polynomial:
    """What long division of a by b leaves."""
    a = trim(list(a))
    while len(a) >= len(b):
        factor = field.times(a[-1], field.inverse(b[-1]))
        for i, q in enumerate(b):
            a[len(a) - len(b) + i] ^= field.times(factor, q)
        a = trim(a)
    return a


def dimension(coding_tiles: int, level: int) -> int:
    """Code dimension of a level."""
    return coding_tiles * (level + 1) // 32


def best_level(coding_tiles: int, carrying: int, percent: int) -> int | None:
    """The largest level that survives the loss of `percent` of the carrying tiles."""
    most = carrying - carrying * percent // 100
    fitting = [level for level in range(24) if 1 <= dimension(coding_tiles, level) <= most]
    return max(fitting, default=None)
