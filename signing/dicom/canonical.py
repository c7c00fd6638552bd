"""One (type, value) for what an attribute means, whatever file it was read from.

Equal for implicit, explicit and big endian files, for US and SS, for UN of a known tag, for padded
and trimmed text and for re-formatted numbers. Rules and examples: docs/spec/attributes.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydicom.datadict import dictionary_has_tag, dictionary_VR, repeater_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from signing.commitments import ABSENT, tag_path
from signing.dicom import decimals, private
from signing.dicom.byteorder import to_little
from signing.dicom.quiet import silenced
from signing.dicom.table import FIXED_TAGS, GEOMETRY_TAGS, TRAILING_PADDING, WRITING
from signing.errors import Unreadable

MAX_DEPTH: Final = 64
"""Nesting of sequences; `limits` holds files to the same."""

FIXED: Final = frozenset(tag for tags in FIXED_TAGS.values() for tag in tags)
"""Tags whose VR, where it is written, must be one that the dictionary allows."""

_INTEGERS: Final = frozenset({"US", "SS", "UL", "SL", "UV", "SV"})
_FLOATS: Final = frozenset({"FL", "FD"})
_BYTES: Final = frozenset({"OB", "OW", "OL", "OV", "OF", "OD", "UN"})
_TRAILING_ONLY: Final = frozenset({"LT", "ST", "UT", "UC"})
_TIMES: Final = frozenset({"TM", "DT"})


@dataclass(frozen=True, slots=True)
class Value:
    """What an attribute means."""

    type: str
    """VR of the dictionary, or of the element where the dictionary has none; "absent"."""
    data: bytes
    """Canonical bytes; empty exactly where absent."""


RAW: Final = "raw"
"""Type of a value that its VR does not allow, such as letters in a number: equal to its own bytes
and to nothing else."""

NOTHING: Final = Value(ABSENT, b"")
"""Absent, empty and empty sequence are one value."""


def read_value(dataset: Dataset, tag: int) -> Value:
    """Return what attribute `tag` of `dataset` means.

    Raises Unreadable when it has no value that could be committed to.
    """
    return next(read_alternatives(dataset, tag))


def read_alternatives(dataset: Dataset, tag: int) -> Iterator[Value]:
    """Yield what attribute `tag` may have meant: the canonical value, then the neighbours.

    More than one only for decimal strings next to a tie of rounding. Raises Unreadable as
    `read_value` does.
    """
    yield from _alternatives(dataset, tag, 0)


def _alternatives(dataset: Dataset, tag: int, depth: int) -> Iterator[Value]:
    """Yield the readings of one attribute at one depth of nesting."""
    if tag not in dataset:
        yield NOTHING
        return
    try:
        with silenced():
            element = dataset[tag]
            vr = known_vr(element)
            found = list(_read(dataset, element, vr, depth))
    except Unreadable:
        raise
    except Exception:  # any: pydicom converts the value now
        yield _read_raw(dataset, tag)
        return
    for data in found:
        yield Value(vr, data) if data else NOTHING


def _read_raw(dataset: Dataset, tag: int) -> Value:
    """Return a value that is not of its VR as the bytes it stands in, trimmed."""
    with silenced():
        value = dataset.get_item(tag).value
    if value is None:
        return NOTHING
    numbers = [item for item in _items(value) if isinstance(item, int)]
    if numbers and len(numbers) == len(_items(value)):  # wider than the VR of the dictionary
        return Value(RAW, "\\".join(map(str, numbers)).encode())
    if not isinstance(value, bytes):
        raise Unreadable("structure.malformed", "value is not of its VR", _show(tag))
    trimmed = value.strip(b" \0")
    return Value(RAW, trimmed) if trimmed else NOTHING


def known_vr(element: DataElement) -> str:
    """Return the type of an element: the dictionary's VR, settled where it leaves a choice.

    Of what says what an image is of, a VR that the dictionary does not allow is the type itself: a
    reader that goes by it reads other numbers.
    """
    if element.tag.is_private:
        return str(element.VR)
    try:
        vr = dictionary_VR(element.tag)
    except KeyError:
        return str(element.VR)
    words = ("US", "SS") if vr == "OW" else ()  # as the standard once had palettes
    if element.tag in FIXED and element.VR not in (*vr.split(" or "), *words, "UN"):
        return str(element.VR)
    # "US or SS" is a 16-bit pattern whose sign Pixel Representation tells, and that is committed;
    # "OB or OW" and "US or OW" are bytes in little endian order.
    choice = {"US or SS": "US", "OB or OW": "OB", "US or OW": "OW", "US or SS or OW": "OW"}
    return choice.get(vr, vr)


def _read(dataset: Dataset, element: DataElement, vr: str, depth: int) -> Iterator[bytes]:
    """Yield the canonical bytes of an element's readings; b"" for empty."""
    value = element.value
    if vr == "SQ":
        yield _read_sequence(value, depth)
    elif vr in _BYTES:
        yield _read_bytes(dataset, element, vr)
    elif vr == "DS":
        geometric = element.tag in GEOMETRY_TAGS
        yield from _read_decimals(value, decimals.SMALLEST if geometric else decimals.EVERYTHING)
    else:
        reader = _READERS.get(vr, _read_text)
        yield reader(_items(value), vr)


def _items(value: object) -> list[object]:
    """Return the values of an element as a list; empty for an empty one."""
    if value is None or (isinstance(value, str | bytes) and not value):
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _read_decimals(value: object, smallest: Decimal) -> Iterator[bytes]:
    """Yield the readings of a decimal string attribute; nearer to zero than `smallest` is zero."""
    parts: list[tuple[str, ...]] = []
    for item in _items(value):
        text = "" if item is None else str(item).strip(" \0")
        number = decimals.read_decimal(text)
        # What is no number stays text: equal to itself and to nothing else.
        parts.append((text,) if number is None else decimals.readings(number, smallest))
    if not any(part != ("",) for part in parts):
        yield b""
        return
    for text in decimals.combine(parts):
        yield text.encode()


def _read_integers(items: list[object], vr: str) -> bytes:
    """Return binary integers as decimal text; US as the 16-bit pattern, which it must fit."""
    whole = [item for item in items if isinstance(item, int)]
    if len(whole) != len(items) or (vr == "US" and not _fit_words(whole)):
        raise ValueError
    return "\\".join(str(item & 0xFFFF if vr == "US" else item) for item in whole).encode()


def _fit_words(items: list[int]) -> bool:
    """Return whether all are numbers of 16 bits, signed or not."""
    return all(-0x8000 <= item <= 0xFFFF for item in items)


def _read_integer_strings(items: list[object], _vr: str) -> bytes:
    """Return integer strings without plus, zeros and spaces."""
    texts = ["" if item is None else str(item).strip(" \0") for item in items]
    spelled = [text if not text else decimals.spell_integer(text) or text for text in texts]
    return "\\".join(spelled).encode() if any(spelled) else b""


def _read_floats(items: list[object], _vr: str) -> bytes:
    """Return binary floating point numbers as doubles."""
    given = [item for item in items if isinstance(item, int | float)]
    if len(given) != len(items):
        raise ValueError
    return b"".join(decimals.pack_float(float(item)) for item in given)


def _read_tags(items: list[object], _vr: str) -> bytes:
    """Return tags as 4 bytes each, big endian."""
    tags = [item for item in items if isinstance(item, int)]
    if len(tags) != len(items):
        raise ValueError
    return b"".join(int(tag).to_bytes(4, "big") for tag in tags)


def _read_text(items: list[object], vr: str) -> bytes:
    """Return text as UTF-8, pad and surplus spaces trimmed, values joined by a backslash."""
    if any(isinstance(item, bytes) for item in items):
        raise ValueError
    texts = [_trim("" if item is None else str(item), vr) for item in items]
    return "\\".join(texts).encode() if any(texts) else b""


def _trim(text: str, vr: str) -> str:
    """Return one text value without what does not count (PS3.5 6.2)."""
    text = text.rstrip(" \0\t\r\n\f") if vr in _TRAILING_ONLY else text.strip(" \0")
    if vr == "PN":
        groups = (group.rstrip(" ^") for group in text.split("="))
        return "=".join(groups).rstrip("=")
    if vr in _TIMES and "." in text:
        return _trim_fraction(text)
    return text


def _trim_fraction(text: str) -> str:
    """Return a time without trailing zeros of its fraction; a zone offset stays."""
    whole, _, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    fraction = rest[:digits].rstrip("0")
    return whole + ("." + fraction if fraction else "") + rest[digits:]


def _read_bytes(dataset: Dataset, element: DataElement, vr: str) -> bytes:
    """Return binary data, words in little endian order, of even length."""
    value = element.value
    if isinstance(value, bytes):
        little = dataset.original_encoding[1] is not False
        data = value if little else to_little(value, str(element.VR))
    else:
        words = [item for item in _items(value) if isinstance(item, int)]
        data = b"".join((word & 0xFFFF).to_bytes(2, "little") for word in words)
        if len(words) != len(_items(value)) or vr not in ("OW", "OB") or not _fit_words(words):
            raise ValueError
    if element.tag == TRAILING_PADDING and not data.strip(b"\0"):
        return b""  # writers put it in and take it out
    return data + b"\0" * (len(data) % 2)


def _read_sequence(value: object, depth: int) -> bytes:
    """Return a sequence: count of items, then each item's attributes, everything length-prefixed.

    The canonical reading of each nested attribute; b"" for a sequence without items.
    """
    if not isinstance(value, Sequence):
        raise ValueError
    if depth >= MAX_DEPTH:
        raise Unreadable("structure.limits", "sequences are nested too deep")
    return encode_items([encode_item(item, depth + 1) for item in value]).data


def read_items(dataset: Dataset, tag: int) -> list[Dataset]:
    """Return the items of a sequence, none where it is absent. Raises Unreadable for what is none,
    unless its VR is unknown."""
    if tag not in dataset:
        return []
    try:
        with silenced():
            value = dataset[tag].value
    except Exception:  # any: pydicom converts the value now
        raise Unreadable("structure.malformed", "broken sequence", _show(tag)) from None
    if isinstance(value, Sequence):
        return list(value)
    if value and dataset[tag].VR == "SQ":
        raise Unreadable("structure.malformed", "value is not of its VR", _show(tag))
    return []


def encode_items(items: list[bytes]) -> Value:
    """Return a sequence of encoded items: their count, then each behind its length."""
    if not items:
        return NOTHING
    fields = b"".join(_prefixed(item) for item in items)
    return Value("SQ", len(items).to_bytes(4, "big") + fields)


def encode_item(
    item: Dataset,
    depth: int = 0,
    wanted: Callable[[int], bool] | None = None,
    inside: bool = False,
) -> bytes:
    """Return one item: path, type and value of each attribute that is there, by ascending path.

    wanted: which tags count; all if None. Group lengths and what says how the item is written down
    never do, and private attributes only where `inside` a private sequence: in others they have
    leaves of their own, for what strips or re-labels them does not touch the meaning of the rest.
    Each field is preceded by its length, 32 bits big endian. Raises Unreadable.
    """
    leaves = []
    for tag in item.keys():
        uncounted = tag in WRITING or (tag.is_private and not inside)
        if tag.element == 0 or uncounted or (wanted is not None and not wanted(tag)):
            continue
        value = read_nested(item, tag, depth)
        if value != NOTHING:
            leaves.append((tag_path(tag).encode(), value.type.encode(), value.data))
    return b"".join(_prefixed(field) for leaf in sorted(leaves) for field in leaf)


def read_nested(item: Dataset, tag: int, depth: int = 0) -> Value:
    """Return what an attribute of an item says. Raises Unreadable."""
    if tag not in item:
        return NOTHING
    if tag >> 16 & 1 or not (dictionary_has_tag(tag) or repeater_has_tag(tag)):
        return read_private(item, item.get_item(tag), depth)
    return next(_alternatives(item, tag, depth))


def read_private(dataset: Dataset, element: private.Element, depth: int = 0) -> Value:
    """Return what a private attribute of `dataset` holds. Raises Unreadable."""
    if depth >= MAX_DEPTH:
        raise Unreadable("structure.limits", "sequences are nested too deep")
    with silenced():
        items = private.read_sequence_of(dataset, element)
        if items is not None:
            return encode_items([encode_item(item, depth + 1, inside=True) for item in items])
        try:
            data = private.read_bytes(dataset, element)
        except Exception:  # any: pydicom converts the value now
            raise Unreadable("structure.malformed", "no value", _show(element.tag)) from None
    return Value(private.TYPE, data) if data else NOTHING


def _prefixed(data: bytes) -> bytes:
    """Return `data` behind its length."""
    return len(data).to_bytes(4, "big") + data


def _show(tag: int) -> str:
    """Return '(gggg,eeee)'."""
    return f"({tag >> 16:04x},{tag & 0xFFFF:04x})"


_READERS: Final[dict[str, Callable[[list[object], str], bytes]]] = {
    **dict.fromkeys(_INTEGERS, _read_integers),
    **dict.fromkeys(_FLOATS, _read_floats),
    "IS": _read_integer_strings,
    "AT": _read_tags,
}
