"""Files made to be read otherwise by another reader, or to stop a reader: on their bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Final

from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless

from benchmarks.interop.tampering import ATTACKS, Attack, element, read, written
from signing.verdict import Code, Verdict

FIRST: Final = 132
"""Bytes before the file meta group."""

BOMB: Final = 1 << 30
"""Bytes of zeros in about a thousandth of them."""

_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"

Bytes = Callable[[bytes, bytes], bytes]


def _find(data: bytes, tag: int, vr: bytes) -> tuple[int, int]:
    """Return where an element with a short length begins, and the length of its value."""
    begin = data.index(struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr, FIRST)
    return begin, struct.unpack("<H", data[begin + 6 : begin + 8])[0]


def _relabel(tag: int, vr: bytes, other: bytes) -> Bytes:
    """Return what writes another VR before a value."""

    def forge(data: bytes, _: bytes) -> bytes:
        begin, _size = _find(data, tag, vr)
        return data[: begin + 4] + other + data[begin + 6 :]

    return forge


def _wide_rows(data: bytes, _: bytes) -> bytes:
    begin, size = _find(data, 0x00280010, b"US")
    value = data[begin + 8 : begin + 8 + size]
    return data[:begin] + element(0x00280010, "UL", value + b"\0\0") + data[begin + 8 + size :]


def _odd(data: bytes, _: bytes) -> bytes:
    """Write Patient ID with an odd length."""
    begin, size = _find(data, 0x00100020, b"LO")
    return data[:begin] + element(0x00100020, "LO", b"FORGEDX") + data[begin + 8 + size :]


def _far(data: bytes, _: bytes) -> bytes:
    """Let Pixel Data say that they are of four gigabytes."""
    begin = data.rindex(struct.pack("<HH", 0x7FE0, 0x0010) + b"OW")
    return data[: begin + 8] + struct.pack("<L", 0xFFFFFFF0) + data[begin + 12 :]


def _bomb(data: bytes, _: bytes) -> bytes:
    """Deflate the data set with a gigabyte of padding behind it."""
    dataset = read(data)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    meta = DicomBytesIO()
    write_file_meta_info(meta, dataset.file_meta)
    begin = FIRST + 12 + struct.unpack("<L", data[FIRST + 8 : FIRST + 12])[0]
    deflate = zlib.compressobj(wbits=-15)
    head = struct.pack("<HH2sHL", 0xFFFC, 0xFFFC, b"OB", 0, BOMB)
    parts = [deflate.compress(data[begin:] + head)]
    parts += [deflate.compress(bytes(1 << 20)) for _ in range(BOMB >> 20)]
    return b"".join([data[:FIRST], meta.getvalue(), *parts, deflate.flush()])


def _packed(change: Callable[[bytes], bytes]) -> Bytes:
    """Return what changes the fragments of the file as RLE."""

    def forge(data: bytes, _: bytes) -> bytes:
        dataset = read(data)
        dataset.compress(RLELossless, generate_instance_uid=False)
        return change(written(dataset))

    return forge


def _fragment(data: bytes) -> tuple[int, int]:
    """Return where the item of the one fragment begins, and where it ends."""
    pixels = data.rindex(struct.pack("<HH", 0x7FE0, 0x0010) + b"OB")
    end = data.index(_END, pixels)
    return data.rindex(_ITEM, pixels, end), end


def _another(data: bytes) -> bytes:
    """Append the fragment of another picture."""
    begin, end = _fragment(data)
    return data[:end] + data[begin:end] + data[end:]


def _longer(data: bytes) -> bytes:
    """Let the fragment reach beyond its end."""
    begin, end = _fragment(data)
    return data[: begin + 4] + struct.pack("<L", end - begin + 64) + data[begin + 8 :]


def _endless(data: bytes) -> bytes:
    """Take away what ends the fragments."""
    _begin, end = _fragment(data)
    return data[:end] + data[end + 8 :]


def _cut(data: bytes, _: bytes) -> bytes:
    """Take away what stands behind the first samples."""
    return data[: data.rindex(struct.pack("<HH", 0x7FE0, 0x0010) + b"OW") + 1000]


def _unreadable(forge: Bytes, code: Code = Code.STRUCTURE_MALFORMED) -> Attack:
    return Attack(forge, Verdict.UNREADABLE, code)


HOSTILE: Final[dict[str, Attack]] = {
    "Rows as a number of 32 bits": Attack(
        _wide_rows, Verdict.ALTERED, Code.ATTRIBUTES_PIXEL_DESCRIPTION
    ),
    "spacing as text": Attack(
        _relabel(0x00280030, b"DS", b"LO"), Verdict.ALTERED, Code.ATTRIBUTES_GEOMETRY
    ),
    "value of an odd length": Attack(_odd, Verdict.ALTERED, Code.ATTRIBUTES_IDENTITY),
    "VR that does not exist": _unreadable(_relabel(0x00100020, b"LO", b"ZZ")),
    "length beyond the end of the file": _unreadable(_far),
    "value cut off": _unreadable(_cut),
    "second picture in a fragment of its own": _unreadable(_packed(_another)),
    "fragment longer than its sequence": _unreadable(_packed(_longer)),
    "fragments without an end": _unreadable(_packed(_endless)),
    "deflated gigabyte of zeros": _unreadable(_bomb, Code.STRUCTURE_LIMITS),
}
"""By name."""

EVERY: Final = ATTACKS | HOSTILE
"""Every attack on attributes, structure and reader."""
