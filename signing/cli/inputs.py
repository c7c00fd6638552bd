"""From the paths a user gives to the files a command works on."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".dic", ".ima"})
"""Names that claim to be DICOM; such a file is never skipped, however broken it is."""

EXPORT_SUFFIXES = frozenset({".npy", ".png", ".tif", ".tiff"})
"""Exported samples that `verify` reads beside DICOM."""

MEDIA_DIRECTORY = "DICOMDIR"
"""PS3.10 section 8.6: an index of the other files, without an image of its own."""

LEFT_BEHIND = re.compile(r"\..*\.scanseal-[0-9a-f]+\.tmp")
"""Hidden files under which `signing.dicom.part10` writes before it gives a file its name."""

MASK_ENDING = ".mask.png"
"""How the masks that `recover` writes are called."""

PROBE_BYTES = 132
"""128 bytes of preamble and the prefix (PS3.10 section 7.1)."""


class UsageProblem(Exception):
    """The command line asks for something that cannot be meant; nothing was done."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, what)
        self.where, self.what = where, what

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a command works on.

    files: in a fixed order; skipped: those found in folders that are not for this command, each
    with the reason.
    """

    files: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read and the one to write."""

    source: Path
    target: Path


def select(paths: Sequence[Path], exports: bool = False) -> Selection:
    """Return the files that `paths` name; folders are searched, to the bottom, by name order.

    A file that is named itself is always taken. exports: take exported samples as well.
    Raises UsageProblem for a path that does not exist and when nothing is left to do.
    """
    files: list[Path] = []
    skipped: list[tuple[Path, str]] = []
    for path in paths:
        if not path.is_dir():
            require(path)
            files.append(path)
            continue
        for found in _walk(path):
            reason = _reason_to_skip(found, exports)
            if reason:
                skipped.append((found, reason))
            else:
                files.append(found)
    if not files:
        where = ", ".join(str(path) for path in paths)
        raise UsageProblem(where, f"no DICOM file in it ({len(skipped)} other files skipped)")
    return Selection(tuple(files), tuple(skipped))


def pair(source: Path, target: Path, exports: bool = False) -> tuple[tuple[Job, ...], Selection]:
    """Return what to write where: a file to a file, a folder mirrored into a folder.

    Raises UsageProblem where the two do not fit together.
    """
    selection = select([source], exports)
    if not source.is_dir():
        if target.is_dir():
            raise UsageProblem(str(target), "is a folder; name the file to write")
        return (Job(source, target),), selection
    if target.exists() and not target.is_dir():
        raise UsageProblem(str(target), "is a file; a folder is written to a folder")
    inner, outer = target.resolve(), source.resolve()
    if inner != outer and inner.is_relative_to(outer):
        raise UsageProblem(str(target), "lies inside the source folder; choose one outside")
    jobs = tuple(Job(path, target / path.relative_to(source)) for path in selection.files)
    return jobs, selection


def require(path: Path, what: str = "file or folder") -> Path:
    """Return the path; raises UsageProblem where there is nothing of that name."""
    if not path.exists():
        raise UsageProblem(str(path), f"no such {what}")
    return path


def is_export(path: Path) -> bool:
    """Return whether the name of `path` is that of exported samples."""
    return path.suffix.lower() in EXPORT_SUFFIXES


def _walk(folder: Path) -> Iterator[Path]:
    """Every entry below `folder` that is not a folder; links to folders are not followed."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield Path(parent) / name


def _reason_to_skip(path: Path, exports: bool) -> str:
    """Why a file found in a folder is not for this command; empty when it is."""
    if not path.is_file():
        return "not a regular file"
    if path.name.upper() == MEDIA_DIRECTORY:
        return "a media directory, it holds no image"
    if LEFT_BEHIND.fullmatch(path.name):
        return "left by a run that was killed; it can be deleted"
    if path.name.endswith(MASK_ENDING):
        return "a mask of recovered samples"
    suffix = path.suffix.lower()
    if suffix in DICOM_SUFFIXES or (exports and is_export(path)) or _looks_dicom(path):
        return ""
    return "not a DICOM file"


def _looks_dicom(path: Path) -> bool:
    """Whether the bytes start like a DICOM file, with or without the preamble."""
    try:
        with path.open("rb") as file:
            start = file.read(PROBE_BYTES)
    except OSError:
        return True  # let the command say why it cannot be read
    # Without a preamble a data set starts with group 0002 or 0008, little-endian.
    return start[128:132] == b"DICM" or start[:2] in (b"\x02\x00", b"\x08\x00")
