"""DICOM files: read after the structure check, written whole or not at all.

`read` and `parse` give an Instance or raise Unreadable with one plain line; `write` makes a hidden
temporary file beside the destination, syncs it and puts it in place in one step. Pixel data of long
files are not read into memory: their value is a `stored.Stored`.
"""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

import pydicom
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

from signing.dicom import stored
from signing.dicom.agreement import agrees
from signing.dicom.limits import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    MAX_FILE_BYTES,
    Problem,
    ProblemKind,
    Structure,
    examine,
)
from signing.dicom.quiet import silenced
from signing.dicom.stored import FileBytes, OpenFile, Reader, Stored
from signing.dicom.structure import Span
from signing.errors import OutputExists, Unreadable

FATAL: Final = frozenset({ProblemKind.MALFORMED, ProblemKind.LIMITS})
"""Kinds of problem with which a file is not handed to pydicom."""

IMPLICIT_VRS: Final = {0x7FE00008: "OF", 0x7FE00009: "OD", 0x7FE00010: "OW"}
"""VR of native pixel data in implicit VR (PS3.5 A.1)."""

LONGEST_NAME: Final = 200
"""Characters of the destination's name that the temporary name repeats; names end at 255."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One DICOM instance and what its file looked like."""

    dataset: Dataset
    """Read by pydicom, values not yet converted."""
    transfer_syntax: str
    """UID, from the file meta, or implied by the encoding where there is none."""
    problems: tuple[Problem, ...]
    """Structural problems that did not hinder reading: order, duplicates, trailing, preamble."""
    has_meta: bool
    """Whether preamble and file meta information are there."""


def read(path: Path) -> Instance:
    """Return the instance in the file at `path`.

    Raises Unreadable when it is no DICOM file, too long, or cannot be parsed, OSError when it
    cannot be opened.
    """
    with open(path, "rb", opener=_open_now) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("structure.malformed", "not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise Unreadable("structure.limits", f"longer than {MAX_FILE_BYTES} bytes")
        if status.st_size <= stored.IN_MEMORY:
            return parse(file.read(MAX_FILE_BYTES + 1))
        return _parse_file(OpenFile(os.dup(file.fileno())))


def _open_now(path: str, flags: int) -> int:
    """Open a file; a pipe that has no writer, too, at once. It makes no difference for files."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse(data: bytes) -> Instance:
    """Return the instance that the bytes of a whole file hold. Raises Unreadable."""
    structure = examine(data)
    _refuse_fatal(structure)
    return _describe(_parse_checked(FileBytes(data), structure), structure)


def _parse_file(file: OpenFile) -> Instance:
    """Return the instance in a long file, whose pixel data stay there."""
    structure = examine(file)
    if structure.transfer_syntax == DEFLATED:
        return parse(file[:])
    _refuse_fatal(structure)
    span = structure.pixels
    if span is not None and not _can_stay(span):
        span = None
    reader = Reader(file, (span.begin, span.length) if span else None)
    dataset = _parse_checked(reader, structure)
    if span is not None:
        _put_stored(dataset, file, span)
    return _describe(dataset, structure)


def _refuse_fatal(structure: Structure) -> None:
    """Raise Unreadable for what is not handed to pydicom."""
    if not structure.is_dicom:
        raise Unreadable("structure.malformed", "not a DICOM file")
    for problem in structure.problems:
        if problem.kind in FATAL:
            raise Unreadable(f"structure.{problem.kind}", problem.reason, problem.where)


def _describe(dataset: Dataset, structure: Structure) -> Instance:
    """Return a data set with what the structure check found."""
    return Instance(dataset, structure.transfer_syntax, structure.problems, structure.has_meta)


def _can_stay(span: Span) -> bool:
    """Return whether pixel data may stay in their file.

    Not where pydicom takes no stream, and not of odd length, which it would write wrongly.
    """
    vrs = ("OB", "OW") if span.encapsulated else ("", "OB", "OW", "OF", "OD")
    return span.vr in vrs and 0 < span.length and not span.length % 2


def _put_stored(dataset: Dataset, file: OpenFile, span: Span) -> None:
    """Give the element that the reader held back its value."""
    raw = dataset.get_item(span.tag)
    if not isinstance(raw, RawDataElement) or raw.value != b"":
        return  # the parser came by another way, and has the value
    vr = span.vr or IMPLICIT_VRS[span.tag]
    element = DataElement(span.tag, vr, Stored(file, span.begin, span.length))
    element.is_undefined_length = span.encapsulated
    dataset[span.tag] = element


def _parse_checked(file: FileBytes | Reader, structure: Structure) -> Dataset:
    """Return pydicom's reading of a file that passed the structure check, if it agrees with it."""
    try:
        with silenced():
            dataset = pydicom.dcmread(file, force=not structure.has_meta)
        if not agrees(dataset, structure):
            raise Unreadable("structure.malformed", "two parsers read different data sets")
        return dataset
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("structure.limits", "nested too deep for the parser") from None
    except Exception as error:  # any: pydicom raises what its many converters raise
        cause = type(error).__name__
        raise Unreadable("structure.malformed", f"the parser refused it ({cause})") from None


def transfer_syntax(dataset: Dataset) -> str:
    """Return the transfer syntax UID of a data set, or the one its encoding implies.

    Raises Unreadable when nothing tells it.
    """
    meta = getattr(dataset, "file_meta", None)
    uid = meta.get("TransferSyntaxUID") if meta is not None else None
    if uid:
        return str(uid)
    implicit, little = dataset.original_encoding
    if implicit is None or little is None:
        raise Unreadable("structure.malformed", "no transfer syntax", "(0002,0010)")
    if implicit:
        return IMPLICIT_LITTLE
    return EXPLICIT_LITTLE if little else EXPLICIT_BIG


def encode(dataset: Dataset) -> bytes:
    """Return the bytes of the whole file: preamble, file meta and data set as they stand.

    A data set that was read and not changed gives the bytes that were read, apart from what is
    transport: group lengths are dropped (PS3.5 7.2 has retired them; they would be stale after any
    change), UN of a known tag gets its VR, and deflated data are deflated anew. Raises Unreadable
    when a value cannot be written.
    """
    out = BytesIO()
    _encode_into(out, dataset)
    return out.getvalue()


def _encode_into(out: BinaryIO, dataset: Dataset) -> None:
    """Write the bytes of the whole file into `out`. Raises as `encode`, and OSError."""
    try:
        with silenced():
            pydicom.dcmwrite(out, dataset, enforce_file_format=False, **_forced(dataset))
    except Exception as error:  # any: the writer raises what its many converters raise
        cause: BaseException | None = error
        while cause is not None:  # pydicom wraps also what the files below it raised
            if isinstance(cause, Unreadable) or (isinstance(cause, OSError) and cause.errno):
                raise cause from None
            cause = cause.__cause__ or cause.__context__
        name = type(error).__name__
        raise Unreadable("structure.malformed", f"cannot be written ({name})") from None


def _forced(dataset: Dataset) -> dict[str, bool]:
    """Return the encoding to name for a transfer syntax that pydicom does not know, {} if it does.

    All syntaxes that the standard added since 1996 are explicit VR little endian outside the
    pixel data (PS3.5 A.4).
    """
    meta = getattr(dataset, "file_meta", None)
    uid = meta.get("TransferSyntaxUID") if meta is not None else None
    if uid is None or uid.is_transfer_syntax:
        return {}
    implicit, little = dataset.original_encoding
    return {
        "implicit_vr": bool(implicit),
        "little_endian": little is not False,
        "force_encoding": True,
    }


def write(dataset: Dataset, path: Path, force: bool = False) -> None:
    """Write `dataset` to `path`, whole or not at all.

    Raises OutputExists when `path` exists and `force` is not set, Unreadable when a value cannot
    be written, OSError from the file system.
    """
    if not force and os.path.lexists(path):
        raise OutputExists(str(path))
    compose(lambda file: _encode_into(file, dataset), path, force)


def store(data: bytes, path: Path, force: bool = False) -> None:
    """Write `data` to `path`, whole or not at all; a killed process leaves at most a hidden file.

    Raises OutputExists when `path` exists and `force` is not set, OSError.
    """
    compose(lambda file: file.write(data), path, force)


def compose(fill: Callable[[BinaryIO], object], path: Path, force: bool = False) -> None:
    """As `store`, of what `fill` writes into the file that it is given.

    What `fill` raises leaves nothing behind, and passes through.
    """
    name = f".{path.name[:LONGEST_NAME]}.scanseal-{secrets.token_hex(4)}.tmp"
    temporary = path.with_name(name)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        _place(temporary, path, force)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _place(temporary: Path, path: Path, force: bool) -> None:
    """Give the finished file its name; a hard link cannot overwrite, a rename can."""
    if force:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise OutputExists(str(path)) from None
    except OSError:
        # A file system without hard links: look, then rename; another writer may slip between.
        if os.path.lexists(path):
            raise OutputExists(str(path)) from None
        temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where folders can be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)
