"""What a DICOM file may look like before a parser sees it: ceilings and the structure check.

The bytes come from strangers. `examine` walks every element header of a Part 10 file with the
iterative walker of `signing.dicom.structure` and returns what it found as a list of problems; it
never raises for bytes. pydicom keeps the last of two equal tags and DCMTK the first, pydicom
inflates without a bound and recurses without one: a file with a problem is not handed on.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from signing.dicom.problems import Problem, ProblemKind
from signing.dicom.stored import Run
from signing.dicom.structure import (
    LONG_VRS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    SHORT_VRS,
    Encoding,
    Span,
    Walk,
    walk,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_FILE_BYTES",
    "MAX_INFLATED_BYTES",
    "Problem",
    "ProblemKind",
    "Structure",
    "examine",
]

MAX_FILE_BYTES: Final = 4 << 30
"""Longest file that is read at all, bytes."""

MAX_INFLATED_BYTES: Final = 1 << 30
"""Longest data set that a deflated file may grow to, bytes."""

MAX_INFLATE_RATIO: Final = 200
"""Largest growth of a deflated data set beyond `FREE_INFLATED_BYTES`; deflate ends at 1032."""

FREE_INFLATED_BYTES: Final = 64 << 20
"""A deflated data set may grow to this many bytes whatever its ratio: empty masks deflate well."""

MAX_META_ELEMENTS: Final = 64
"""Most elements of group 0002; PS3.10 table 7.1-1 lists fewer than twenty."""

PREAMBLE_BYTES: Final = 128
PREFIX: Final = b"DICM"
EXECUTABLE_STARTS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
"""Preambles that an operating system would run: PE, ELF, script, Mach-O."""

IMPLICIT_LITTLE: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE: Final = "1.2.840.10008.1.2.1"
DEFLATED: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG: Final = "1.2.840.10008.1.2.2"
NATIVE_SYNTAXES: Final = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED, EXPLICIT_BIG})
STANDARD_ROOT: Final = "1.2.840.10008."


@dataclass(frozen=True, slots=True)
class Structure:
    """What the walk of one file found."""

    is_dicom: bool
    """Whether the bytes begin as a DICOM file or data set does."""
    has_meta: bool
    """Whether preamble, prefix and file meta information are there (PS3.10, 7.1)."""
    transfer_syntax: str
    """UID of (0002,0010), or the one that the first element's encoding implies; '' if unknown."""
    elements: int
    """Elements seen, at every level."""
    problems: tuple[Problem, ...]
    """In the order found; at most `problems.MAX_PROBLEMS`."""
    pixels: Span | None = None
    """The pixel data, where they are in the file itself: it is not deflated."""
    meta: Mapping[int, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    """Offset and length of the value of each tag of the file meta."""
    roots: Mapping[int, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    """As `structure.Walk.roots`; offsets are those in the inflated data set if it is deflated."""


def examine(data: Run) -> Structure:
    """Return the structure of a whole file.

    data: the file's bytes. Never raises for any bytes; a file that is changed while it is read
    raises Unreadable. Source: PS3.5 sections 7.1 to 7.5 and A.4,
    PS3.10 section 7.1.
    """
    start = PREAMBLE_BYTES + len(PREFIX)
    if len(data) > MAX_FILE_BYTES:
        return _refuse(ProblemKind.LIMITS, "file", f"longer than {MAX_FILE_BYTES} bytes")
    if data[PREAMBLE_BYTES:start] == PREFIX:
        return _examine_file(data, start)
    return _examine_bare(data)


def _refuse(kind: ProblemKind, where: str, reason: str) -> Structure:
    """Return the structure of a file that is not looked into."""
    return Structure(True, False, "", 0, (Problem(kind, where, reason),))


def _examine_file(data: Run, start: int) -> Structure:
    """Return the structure of a file with preamble and prefix."""
    preamble = data[:PREAMBLE_BYTES]
    noted: list[Problem] = []
    if preamble.startswith(EXECUTABLE_STARTS):
        noted.append(Problem(ProblemKind.PREAMBLE, "preamble", "begins as a program does"))
    meta: dict[int, tuple[int, int]] = {}
    syntax, end, meta_problems = _read_meta(data, start, meta)
    noted.extend(meta_problems)
    if not syntax:
        noted.append(Problem(ProblemKind.MALFORMED, "(0002,0010)", "no transfer syntax"))
        return Structure(True, True, "", 0, tuple(noted))
    walked = _walk_data_set(data, end, syntax)
    problems = (*noted, *walked.problems)
    elements, pixels, roots = walked.elements, walked.pixels, walked.roots
    return Structure(True, True, syntax, elements, problems, pixels, meta, roots)


def _read_meta(
    data: Run, start: int, found: dict[int, tuple[int, int]]
) -> tuple[str, int, list[Problem]]:
    """Return transfer syntax, offset of the data set and problems of group 0002.

    found: takes offset and length of each value.
    """
    problems: list[Problem] = []
    syntax, last, pos, declared = "", -1, start, -1
    for _ in range(MAX_META_ELEMENTS):
        if data[pos : pos + 2] != b"\x02\x00":
            break
        element = int.from_bytes(data[pos + 2 : pos + 4], "little")
        value, after = _meta_value(data, pos)
        if after < 0:
            reason = "cut off, or of no value representation"
            problems.append(Problem(ProblemKind.MALFORMED, f"(0002,{element:04x})", reason))
            return "", pos, problems
        found[0x00020000 | element] = after - len(value), len(value)
        if element <= last:
            kind = ProblemKind.DUPLICATE if element == last else ProblemKind.ORDER
            problems.append(Problem(kind, f"(0002,{element:04x})", "file meta not ascending"))
        if element == 0 and len(value) == 4:
            declared = after + int.from_bytes(value, "little")
        if element == 0x0010:
            syntax = value.rstrip(b"\0 ").decode("ascii", "replace")
        last, pos = element, after
    if declared != pos:
        reason = "no group length" if declared < 0 else "group length is wrong"
        problems.append(Problem(ProblemKind.MALFORMED, "(0002,0000)", reason))
    return syntax, pos, problems


def _meta_value(data: Run, pos: int) -> tuple[bytes, int]:
    """Return value and end of the explicit little endian element at `pos`.

    End -1 if it is cut, its VR is none, or its reserved bytes are not zero (PS3.5 7.1.2).
    """
    vr = data[pos + 4 : pos + 6]
    if vr in LONG_VRS and data[pos + 6 : pos + 8] == b"\0\0":
        begin, length = pos + 12, int.from_bytes(data[pos + 8 : pos + 12], "little")
    elif vr in SHORT_VRS:
        begin, length = pos + 8, int.from_bytes(data[pos + 6 : pos + 8], "little")
    else:
        return b"", -1
    end = begin + length
    return (data[begin:end], end) if end <= len(data) else (b"", -1)


def _examine_bare(data: Run) -> Structure:
    """Return the structure of a data set without file meta, or say that it is not DICOM."""
    syntax = _guess_syntax(data)
    if not syntax:
        return Structure(False, False, "", 0, ())
    walked = _walk_data_set(data, 0, syntax)
    if walked.elements < 2:
        return Structure(False, False, "", 0, ())
    return Structure(
        True, False, syntax, walked.elements, walked.problems, walked.pixels, roots=walked.roots
    )


def _guess_syntax(data: Run) -> str:
    """Return the syntax of a bare data set by its first element, which must be of group 0008."""
    if len(data) < 8:
        return ""
    explicit = data[4:5].isalpha() and data[5:6].isalpha() and data[4:6].isupper()
    if data[:2] == b"\x08\x00":
        return EXPLICIT_LITTLE if explicit else IMPLICIT_LITTLE
    return EXPLICIT_BIG if data[:2] == b"\x00\x08" and explicit else ""


def _walk_data_set(data: Run, start: int, syntax: str) -> Walk:
    """Walk the data set at `start`, inflated first if the syntax says so."""
    native = syntax in NATIVE_SYNTAXES
    known = native or syntax.startswith(STANDARD_ROOT)
    encoding = Encoding(
        explicit=syntax != IMPLICIT_LITTLE,
        big_endian=syntax == EXPLICIT_BIG,
        encapsulated=(not native) if known else None,
    )
    if syntax != DEFLATED:
        return walk(data, start, encoding)
    inflated, problem = inflate(data, start)
    if problem is not None and problem.kind is not ProblemKind.TRAILING:
        return Walk(0, (problem,))
    walked = walk(inflated, 0, encoding)
    extra = () if problem is None else (problem,)
    return Walk(walked.elements, walked.problems + extra, roots=walked.roots)


def inflate(data: Run, start: int) -> tuple[bytes, Problem | None]:
    """Return the inflated data set at `start`, and what is wrong with it.

    Stops at `MAX_INFLATED_BYTES`, and at `MAX_INFLATE_RATIO` beyond `FREE_INFLATED_BYTES`. A
    zero byte may follow the stream (PS3.5 A.5), as may the gzip trailer (CRC-32 and length, RFC
    1952 2.3.1) that some writers leave there, and zeros up to the length before deflation, which
    Orthanc 1.10 leaves: they can hide nothing.
    """
    ceiling = min(
        MAX_INFLATED_BYTES,
        max(FREE_INFLATED_BYTES, MAX_INFLATE_RATIO * (len(data) - start)),
    )
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(data[start:], ceiling + 1)
    except zlib.error:
        return b"", Problem(ProblemKind.MALFORMED, f"offset {start}", "does not inflate")
    if len(inflated) > ceiling:
        return b"", Problem(ProblemKind.LIMITS, f"offset {start}", "inflates beyond the ceiling")
    if not inflater.eof:
        return b"", Problem(ProblemKind.MALFORMED, f"offset {start}", "deflated data cut off")
    checksums = struct.pack("<LL", zlib.crc32(inflated), len(inflated))
    if inflater.unused_data != checksums and inflater.unused_data.strip(b"\0"):
        where = f"offset {len(data) - len(inflater.unused_data)}"
        return inflated, Problem(ProblemKind.TRAILING, where, "bytes after the deflated data set")
    return inflated, None
