"""One text for each number: decimal strings to seven digits, integers, binary floating point.

Archives rewrite decimal strings (0.661468 becomes .661467999999999), so two texts are one value
when they agree to seven significant digits. Rules with examples: docs/spec/attributes.md.
"""

import math
import struct
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from itertools import islice, product
from typing import Final

DIGITS: Final = 7
"""Significant digits of a decimal string that count."""

SMALLEST: Final = Decimal("1e-9")
"""A decimal string of geometry nearer to zero than this is zero: cosines are computed."""

EVERYTHING: Final = Decimal(0)
"""The same for all other decimal strings: no slope or quantity is too small to count."""

NEAR_TIE: Final = Decimal("1e-12")
"""How far from a tie, relative to the value, a reader tries both neighbours."""

MOST_READINGS: Final = 64
"""Combinations of neighbours that are tried for one attribute."""

LONGEST: Final = 64
"""Characters of a decimal string that are read; DS ends at 16, some writers do not."""

_HALF_EVEN: Final = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emax=999999, Emin=-999999)
_DOWN: Final = Context(prec=DIGITS, rounding=ROUND_DOWN, Emax=999999, Emin=-999999)
_EXACT: Final = Context(prec=4 * LONGEST, Emax=999999, Emin=-999999)


def read_decimal(text: str) -> Decimal | None:
    """Return the exact value of a decimal string; None if it is none."""
    stripped = text.strip(" \0")
    if not stripped or len(stripped) > LONGEST or set(stripped) - set("0123456789+-.eE"):
        return None
    try:
        value = _EXACT.create_decimal(stripped)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 1000 else None


def spell_decimal(value: Decimal, smallest: Decimal = SMALLEST) -> str:
    """Return the canonical text of a decimal string's value: mantissa, E, exponent; '0' for zero.

    Rounded half to even to `DIGITS` significant digits; the mantissa has no trailing zero.
    smallest: what is nearer to zero is zero.
    """
    return _spell(_HALF_EVEN.plus(value)) if abs(value) >= smallest else "0"


def _spell(value: Decimal) -> str:
    """Return mantissa without trailing zeros, E, exponent."""
    sign, digits, exponent = value.as_tuple()
    mantissa = int("".join(map(str, digits)))
    if not isinstance(exponent, int) or mantissa == 0:
        return "0"
    while mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    return f"{'-' if sign else ''}{mantissa}E{exponent}"


def readings(value: Decimal, smallest: Decimal = SMALLEST) -> tuple[str, ...]:
    """Return the texts that a reader tries: the canonical one, and its neighbour near a tie.

    smallest: as in `spell_decimal`.
    """
    first = spell_decimal(value, smallest)
    if not value or abs(value) < smallest:
        return (first,)
    below = _DOWN.plus(value)
    unit = Decimal(1).scaleb(below.adjusted() - DIGITS + 1)
    rest = _EXACT.subtract(abs(value), abs(below))
    off = abs(_EXACT.subtract(rest, _EXACT.divide(unit, Decimal(2))))
    if off > _EXACT.multiply(abs(value), NEAR_TIE):
        return (first,)
    above = _EXACT.add(abs(below), unit).copy_sign(value)
    return (first, *({_spell(below), _spell(_HALF_EVEN.plus(above))} - {first}))


def combine(parts: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the joined texts of several values, the canonical ones first."""
    return islice(("\\".join(choice) for choice in product(*parts)), MOST_READINGS)


def spell_integer(text: str) -> str | None:
    """Return the canonical text of an integer string; None if it is no integer."""
    value = read_decimal(text)
    if value is None or value != value.to_integral_value():
        return None
    return str(int(value))


def pack_float(value: float) -> bytes:
    """Return a floating point number as 8 bytes, IEEE 754 double, big endian.

    Minus zero is zero and every NaN the same one.
    """
    if math.isnan(value):
        value = math.nan
    return struct.pack(">d", value + 0.0)
