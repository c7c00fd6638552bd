"""Where a command writes what it makes beside its main output, and what it must not overwrite."""

import os
from collections.abc import Sequence, Set
from pathlib import Path

from signing.cli.inputs import UsageProblem
from signing.errors import OutputExists


def mirror(paths: Sequence[Path], files: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Return for each file the path in `folder` that its own outputs' names start with.

    paths: what the user named; files: what was found below. A file that was named lies at the top,
    one of a folder as in that folder. Raises UsageProblem where `folder` is a file or lies in a
    source, or where two files would have the same outputs.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(str(folder), "is a file; name a folder")
    for path in paths:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise UsageProblem(str(folder), "lies inside a source folder; choose one outside")
    places: dict[Path, Path] = {}
    owners: dict[Path, Path] = {}
    for file in files:
        place = folder / locate(file, paths)
        if owners.setdefault(place, file) != file:
            reason = f"has the same name as {owners[place]}; verify them one after the other"
            raise UsageProblem(str(file), reason)
        places[file] = place
    return places


def locate(file: Path, paths: Sequence[Path]) -> Path:
    """Return a file's path below the path that named it; its name where it was named itself."""
    for path in paths:
        if file != path and file.is_relative_to(path):
            return file.relative_to(path)
    return Path(file.name)


def refuse_overwriting(output: Path, sources: Set[Path], force: bool) -> None:
    """Raise where `output` may not be written: OutputExists, or UsageProblem for a source.

    sources: resolved paths, which `force` does not give up.
    """
    if output.is_dir():
        raise UsageProblem(str(output), "is a folder; name the file to write")
    if not os.path.lexists(output):
        return
    if not force:
        raise OutputExists(str(output))
    if output.resolve() in sources:
        raise UsageProblem(str(output), "is one of the files that are read")
