"""Deterministic CBOR (RFC 8949, 4.2.1) for the few types that our formats use.

Writing is cbor2's. Reading is our own: cbor2's decoder builds maps before we could bound them
(integer keys with colliding hashes cost quadratic time), runs code for tags, and takes more than
one encoding of a value. This one takes unsigned and negative integers of up to 64 bits, byte and
text strings, arrays, maps with few ascending unsigned keys, and null, each in its shortest
definite form. The value is then encoded again by cbor2 and must give the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import cbor2

from signing.errors import Malformed, MalformedCbor

MAX_DEPTH: Final = 4
"""Nested arrays and maps. Disclosures need three: map, array of rows, row."""

MAX_ENTRIES: Final = 32
"""Entries of one map. The largest of ours, the statement, has 14."""

MAX_ITEMS: Final = 2**20
"""Items of all arrays together: an empty one has a byte and takes eighty in memory. Disclosures of
131072 rows have 786432."""

Value = int | bytes | str | None | list["Value"] | dict[int, "Value"]
"""What `decode` returns."""

Encodable = int | bytes | str | None | Sequence["Encodable"] | Mapping[int, "Encodable"]
"""What `encode` takes."""

_NULL: Final = 0xF6
_LONGEST_INLINE: Final = 23
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def encode(value: Encodable) -> bytes:
    """Return the one encoding of `value`; integers must fit 64 bits."""
    return cbor2.dumps(value, canonical=True)


class _Reader:
    """Reads one value from bytes; `at` is the next byte, checked against the end before use."""

    __slots__ = ("at", "data", "end", "items")

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.end = data, 0, len(data)
        self.items = 0

    def head(self) -> tuple[int, int]:
        """Return major type and argument of the next item, refusing longer forms."""
        start = self.at
        if start >= self.end:
            raise MalformedCbor("ends too early", start)
        first = self.data[start]
        argument = first & 31
        self.at = start + 1
        if argument <= _LONGEST_INLINE:
            return first >> 5, argument
        width = _WIDTHS.get(argument)
        if width is None:
            raise MalformedCbor("indefinite or reserved length", start)
        argument = int.from_bytes(self.take(width), "big")
        shorter = _LONGEST_INLINE if width == 1 else (1 << (4 * width)) - 1
        if argument <= shorter:
            raise MalformedCbor("not the shortest form of a number", start)
        return first >> 5, argument

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, which must be there."""
        start = self.at
        if size > self.end - start:
            raise MalformedCbor("ends too early", start)
        self.at = start + size
        return self.data[start : self.at]

    def value(self, depth: int) -> Value:
        """Return the next item (RFC 8949, 3.1); depth: how many levels may still be nested."""
        start = self.at
        if start < self.end and self.data[start] == _NULL:
            self.at = start + 1
            return None
        major, argument = self.head()
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        return self.rare(major, argument, depth)

    def rare(self, major: int, argument: int, depth: int) -> Value:
        """Return a text, array or map whose head has been read."""
        start = self.at
        if major == 3:
            return _text(self.take(argument), start)
        if major not in (4, 5):
            raise MalformedCbor("a tag, float or simple value other than null", start - 1)
        if depth == 0:
            raise MalformedCbor("nested too deeply", start)
        # Every item has at least one byte: a count above that is refused before the loop.
        if argument > self.end - start:
            raise MalformedCbor("ends too early", start)
        if major == 4:
            self.items += argument
            if self.items > MAX_ITEMS:
                raise MalformedCbor("more items than are read", start)
            return [self.value(depth - 1) for _ in range(argument)]
        return self.map(argument, depth)

    def map(self, count: int, depth: int) -> dict[int, Value]:
        """Return a map of `count` entries with strictly ascending unsigned keys."""
        if count > MAX_ENTRIES:
            raise MalformedCbor("a map of too many entries", self.at)
        entries: dict[int, Value] = {}
        last = -1
        for _ in range(count):
            start = self.at
            major, key = self.head()
            if major != 0 or key <= last:
                raise MalformedCbor("map keys are not ascending unsigned integers", start)
            entries[key] = self.value(depth - 1)
            last = key
        return entries


def _text(raw: bytes, offset: int) -> str:
    """Return `raw` as text; it must be UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedCbor("text is not UTF-8", offset + error.start) from None


def decode(data: bytes, limit: int) -> Value:
    """Return the one value that `data` encodes.

    data: the whole encoding, at most `limit` bytes. Raises MalformedCbor for anything but the
    deterministic encoding of one value.
    """
    if len(data) > limit:
        raise MalformedCbor(f"{len(data)} bytes are more than the limit of {limit}")
    reader = _Reader(data)
    value = reader.value(MAX_DEPTH)
    if reader.at != len(data):
        raise MalformedCbor("bytes after the end", reader.at)
    if encode(value) != data:
        raise MalformedCbor("not the one encoding of its value")
    return value


@contextmanager
def reported_as(cause: type[Malformed]) -> Iterator[None]:
    """Turn a MalformedCbor of the block into `cause`, with its reason and offset."""
    try:
        yield
    except MalformedCbor as error:
        raise cause(error.reason, error.offset) from error


@dataclass(frozen=True, slots=True)
class Fields:
    """The entries of one map, by key, with the types asked for; others raise MalformedCbor."""

    entries: dict[int, Value]

    @classmethod
    def read(
        cls, data: bytes, limit: int, required: frozenset[int], optional: frozenset[int]
    ) -> "Fields":
        """Return the fields of an encoded map that has all required keys and no unknown one."""
        value = decode(data, limit)
        if not isinstance(value, dict):
            raise MalformedCbor("not a map")
        missing, unknown = required - value.keys(), value.keys() - required - optional
        if missing or unknown:
            names = ", ".join(str(key) for key in sorted(missing or unknown))
            raise MalformedCbor(f"{'missing' if missing else 'unknown'} key {names}")
        return cls(value)

    def uint(self, key: int) -> int:
        """Return the unsigned integer at `key`."""
        value = self.entries.get(key)
        if not isinstance(value, int) or value < 0:
            raise MalformedCbor(f"key {key} is not an unsigned integer")
        return value

    def bstr(self, key: int) -> bytes:
        """Return the byte string at `key`."""
        value = self.entries.get(key)
        if not isinstance(value, bytes):
            raise MalformedCbor(f"key {key} is not a byte string")
        return value

    def tstr(self, key: int) -> str:
        """Return the text at `key`."""
        value = self.entries.get(key)
        if not isinstance(value, str):
            raise MalformedCbor(f"key {key} is not text")
        return value

    def array(self, key: int) -> list[Value]:
        """Return the array at `key`."""
        value = self.entries.get(key)
        if not isinstance(value, list):
            raise MalformedCbor(f"key {key} is not an array")
        return value

    def bstrs(self, key: int) -> tuple[bytes, ...]:
        """Return the byte strings of the array at `key`; a list of none has no key."""
        values = self.array(key)
        strings = tuple(value for value in values if isinstance(value, bytes))
        if not strings or len(strings) != len(values):
            raise MalformedCbor(f"key {key} is not an array of byte strings, or of none")
        return strings

    def has(self, key: int) -> bool:
        """Return whether `key` is there."""
        return key in self.entries
