"""An iterative walk over the element headers of one data set.

Values are skipped, not read; sequences, also those of undefined length and those hidden in UN
(PS3.5 6.2.2), are entered. An explicit stack takes the place of recursion: 200,000 nested
sequences crash other readers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from struct import Struct
from typing import Final

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_VR

from signing.dicom.problems import MAX_PROBLEMS, Problem, ProblemKind
from signing.dicom.stored import Run

MAX_DEPTH: Final = 64
"""Deepest nesting of sequences; pydicom's own recursion ends near 240."""

MAX_ELEMENTS: Final = 1_000_000
"""Most elements in one data set, all levels together."""

UNDEFINED: Final = 0xFFFFFFFF
ITEM: Final = 0xFFFEE000
ITEM_END: Final = 0xFFFEE00D
SEQUENCE_END: Final = 0xFFFEE0DD
PIXEL_DATA: Final = 0x7FE00010
PIXEL_DATA_TAGS: Final = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})
PADDING: Final = 0xFFFCFFFC
FORBIDDEN_GROUPS: Final = frozenset(
    {0x0000, 0x0001, 0x0003, 0x0005, 0x0006, 0x0007, 0xFFFE, 0xFFFF}
)
"""Command groups, delimiters, and odd groups that PS3.5 7.1 and 7.8 shut out of a data set."""

LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
SHORT_VRS: Final = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a data set is written."""

    explicit: bool
    big_endian: bool
    encapsulated: bool | None
    """Whether Pixel Data must be fragments; None for a private syntax."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where the value of pixel data is."""

    tag: int
    vr: str
    """"" in implicit VR."""
    begin: int
    """Offset of the value, bytes."""
    length: int
    """Without the delimiter of fragments."""
    encapsulated: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """Result of a walk."""

    elements: int
    problems: tuple[Problem, ...]
    pixels: Span | None = None
    """The only pixel data of the data set."""
    roots: Mapping[int, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    """Offset and stored length of the value of each tag of the top level, the last one's if a tag
    is there twice."""


class _Level:
    """A data set, an item, a sequence or a run of fragments that is being walked."""

    __slots__ = ("end", "explicit", "items", "kind", "last", "tag")

    def __init__(self, kind: int, end: int, tag: int, explicit: bool) -> None:
        self.kind = kind
        self.end = end  # offset past the last byte, or -1 when a delimiter ends it
        self.tag = tag  # of the sequence that opened this level; 0 at the root
        self.explicit = explicit
        self.last = -1  # tag of the element before
        self.items = 0


_DATA_SET, _SEQUENCE, _FRAGMENTS = 0, 1, 2


@cache
def sequence_tags() -> frozenset[int]:
    """Return the standard's tags of VR SQ."""
    return frozenset(tag for tag, row in DicomDictionary.items() if row[0] == "SQ")


def _begins_explicit(head: bytes) -> bool:
    """Return whether parsers that guess take the element with these first 6 bytes for explicit."""
    return len(head) == 6 and all(0x41 <= letter <= 0x5A for letter in head[4:])


def _is_unnested(tag: int) -> bool:
    """Return whether the standard has `tag` with another VR than SQ."""
    try:
        return dictionary_VR(tag) != "SQ"
    except KeyError:
        return False


def walk(data: Run, start: int, encoding: Encoding) -> Walk:
    """Walk the data set that runs from `start` to the end of `data`. Never raises for any bytes."""
    walker = _Walker(data, start, encoding)
    walker.run()
    pixels = walker.pixels if walker.pixel_data == 1 else None
    return Walk(walker.elements, tuple(walker.problems), pixels, walker.roots)


class _Walker:
    """State of one walk."""

    def __init__(self, data: Run, start: int, encoding: Encoding) -> None:
        self.data = data
        self.size = len(data)
        self.pos = start
        self.encoding = encoding
        order = ">" if encoding.big_endian else "<"
        self.tag_words = Struct(order + "HH").unpack
        self.short = Struct(order + "H").unpack
        self.long = Struct(order + "L").unpack
        self.sequences = sequence_tags()
        self.stack = [_Level(_DATA_SET, self.size, 0, encoding.explicit)]
        self.problems: list[Problem] = []
        self.elements = 0
        self.pixel_data = 0
        self.pixels: Span | None = None
        self.roots: dict[int, tuple[int, int]] = {}

    def run(self) -> None:
        """Walk until the end or the first thing that cannot be walked over."""
        steps = (self._element, self._item, self._fragment)
        while self.stack and len(self.problems) < MAX_PROBLEMS:
            level = self.stack[-1]
            if level.end >= 0 and self.pos >= level.end:
                self.stack.pop()  # headers and values were held inside, so pos == end here
            elif not steps[level.kind](level):
                return

    def _element(self, level: _Level) -> bool:
        """Take one element of a data set or item; False when the walk must stop."""
        limit = level.end if level.end >= 0 else self.size
        pos = self.pos
        if pos + 8 > limit:
            return self._lost(level, "bytes left over")
        group, element = self.tag_words(self.data[pos : pos + 4])
        tag = group << 16 | element
        if tag == ITEM_END:
            return self._close(level, pos, 0)
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            return self._stop(ProblemKind.LIMITS, "too many elements")
        vr, begin, length = self._header(level, pos, limit)
        if begin < 0:
            return self._lost(level, "no value representation")
        if tag <= level.last or group in FORBIDDEN_GROUPS or group == 2:
            self._misplaced(level, tag, group)
        if length != UNDEFINED and begin + length > limit:
            return self._lost(level, "longer than what holds it")
        level.last = tag
        if len(self.stack) == 1:
            self.roots[tag] = begin, length
        return self._value(level, tag, vr, begin, length)

    def _header(self, level: _Level, pos: int, limit: int) -> tuple[bytes, int, int]:
        """Return VR, start and length of the value; start -1 if there is no such VR."""
        if not level.explicit:
            return b"", pos + 8, self.long(self.data[pos + 4 : pos + 8])[0]
        vr = self.data[pos + 4 : pos + 6]
        if vr in SHORT_VRS:
            return vr, pos + 8, self.short(self.data[pos + 6 : pos + 8])[0]
        if vr in LONG_VRS and pos + 12 <= limit:
            return vr, pos + 12, self.long(self.data[pos + 8 : pos + 12])[0]
        return vr, -1, 0

    def _value(self, level: _Level, tag: int, vr: bytes, begin: int, length: int) -> bool:
        """Skip a value, or open it if it is a sequence or fragments."""
        self.pos = begin
        if tag in PIXEL_DATA_TAGS and level.tag == 0:
            self._count_pixel_data(tag, length)
            name = vr.decode("ascii", "replace")
            self.pixels = Span(tag, name, begin, length, length == UNDEFINED)
        if length == UNDEFINED:
            return self._undefined(level, tag, vr)
        if length and (vr == b"SQ" or (vr in (b"UN", b"") and tag in self.sequences)):
            if vr == b"UN" and self.encoding.big_endian:
                return self._stop(ProblemKind.MALFORMED, "UN sequence in big endian")
            return self._open(_SEQUENCE, begin + length, tag, vr == b"SQ")
        self.pos = begin + length
        return True

    def _undefined(self, level: _Level, tag: int, vr: bytes) -> bool:
        """Open the value of undefined length at the present offset, if every reader would."""
        if tag == PIXEL_DATA and vr not in (b"SQ", b"UN"):
            return self._open(_FRAGMENTS, -1, tag, level.explicit)
        if vr != b"SQ" and (vr not in (b"UN", b"") or _is_unnested(tag)):
            return self._stop(ProblemKind.MALFORMED, "undefined length")
        # UN of undefined length holds implicit little endian whatever the file's syntax
        # (PS3.5 6.2.2, note 7): in a big endian file that cannot be walked with one state.
        if vr == b"UN" and self.encoding.big_endian:
            return self._stop(ProblemKind.MALFORMED, "UN sequence in big endian")
        return self._open(_SEQUENCE, -1, tag, vr == b"SQ")

    def _open(self, kind: int, end: int, tag: int, explicit: bool) -> bool:
        """Enter a sequence or a run of fragments."""
        if len(self.stack) >= 2 * MAX_DEPTH:
            return self._stop(ProblemKind.LIMITS, "nested too deep")
        self.stack.append(_Level(kind, end, tag, explicit))
        return True

    def _item(self, level: _Level) -> bool:
        """Take one item header, or the delimiter of a sequence."""
        limit = level.end if level.end >= 0 else self.size
        pos = self.pos
        if pos + 8 > limit:
            return self._stop(ProblemKind.MALFORMED, "sequence is cut off")
        group, element = self.tag_words(self.data[pos : pos + 4])
        tag, length = group << 16 | element, self.long(self.data[pos + 4 : pos + 8])[0]
        if tag == SEQUENCE_END:
            return self._close(level, pos, 1)
        if tag != ITEM:
            return self._stop(ProblemKind.MALFORMED, "no item where one must be")
        return self._enter(level, length, limit)

    def _enter(self, level: _Level, length: int, limit: int) -> bool:
        """Open the item whose header is at the present offset."""
        pos = self.pos
        # A sequence hidden in UN is implicit, but pydicom guesses by each item's first element.
        hidden = self.stack[-2].explicit and not level.explicit
        if hidden and length and _begins_explicit(self.data[pos + 8 : pos + 14]):
            return self._stop(ProblemKind.MALFORMED, "UN sequence that may be explicit")
        level.items += 1
        self.pos = pos + 8
        if length == UNDEFINED:
            return self._open(_DATA_SET, -1, level.tag, level.explicit)
        if pos + 8 + length > limit:
            return self._stop(ProblemKind.MALFORMED, "item longer than what holds it")
        return self._open(_DATA_SET, pos + 8 + length, level.tag, level.explicit)

    def _fragment(self, level: _Level) -> bool:
        """Take one fragment of encapsulated pixel data, or their delimiter."""
        pos = self.pos
        if pos + 8 > self.size:
            return self._stop(ProblemKind.MALFORMED, "fragments are cut off")
        group, element = self.tag_words(self.data[pos : pos + 4])
        tag, length = group << 16 | element, self.long(self.data[pos + 4 : pos + 8])[0]
        if tag == SEQUENCE_END:
            return self._close(level, pos, 2)
        if tag != ITEM or pos + 8 + length > self.size:
            return self._stop(ProblemKind.MALFORMED, "no fragment where one must be")
        level.items += 1
        self.pos = pos + 8 + length
        return True

    def _close(self, level: _Level, pos: int, kind: int) -> bool:
        """Leave a level at its delimiter."""
        if level.end >= 0 or level.kind != kind or self.long(self.data[pos + 4 : pos + 8])[0]:
            return self._stop(ProblemKind.MALFORMED, "delimiter where none may be")
        self.stack.pop()
        self.pos = pos + 8
        if kind == _FRAGMENTS and self.pixels is not None and len(self.stack) == 1:
            self.pixels = replace(self.pixels, length=pos - self.pixels.begin)
        return True

    def _count_pixel_data(self, tag: int, length: int) -> None:
        """Note a second Pixel Data, and one that is not as its transfer syntax says."""
        self.pixel_data += 1
        if self.pixel_data > 1:
            self._note(ProblemKind.DUPLICATE, "second pixel data", tag)
        encapsulated = self.encoding.encapsulated
        if encapsulated is not None and encapsulated != (length == UNDEFINED):
            reason = "not encapsulated" if encapsulated else "fragments in a native syntax"
            self._note(ProblemKind.MALFORMED, reason, tag)

    def _misplaced(self, level: _Level, tag: int, group: int) -> None:
        """Note a tag that may not stand here."""
        if group == 2:
            self._note(ProblemKind.DUPLICATE, "file meta inside the data set", tag)
        elif group in FORBIDDEN_GROUPS:
            self._note(ProblemKind.MALFORMED, "group not allowed in a data set", tag)
        elif tag == level.last:
            self._note(ProblemKind.DUPLICATE, "tag is there twice", tag)
        else:
            self._note(ProblemKind.ORDER, "tag out of order", tag)

    def _lost(self, level: _Level, reason: str) -> bool:
        """Stop where no element can be read: after the pixel data of the root that is trailing."""
        trailing = len(self.stack) == 1 and level.last >= PIXEL_DATA
        kind = ProblemKind.TRAILING if trailing else ProblemKind.MALFORMED
        return self._stop(kind, "bytes after the data set" if trailing else reason)

    def _stop(self, kind: ProblemKind, reason: str) -> bool:
        """Note a problem at the present offset and end the walk."""
        self.problems.append(Problem(kind, f"offset {self.pos}", reason))
        return False

    def _note(self, kind: ProblemKind, reason: str, tag: int) -> None:
        """Note a problem of one element and go on."""
        path = [
            f"{_show(level.tag)}[{level.items - 1}]"
            for level in self.stack
            if level.kind == _SEQUENCE
        ]
        self.problems.append(Problem(kind, "/".join([*path, _show(tag)]), reason))


def _show(tag: int) -> str:
    """Return '(gggg,eeee)'."""
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"
