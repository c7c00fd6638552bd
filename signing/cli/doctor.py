"""`scanseal doctor`: is everything here that sealing and verifying need."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from signing.cli import exits
from signing.cli.messages import PROGRAM

LIBRARIES = ("numpy", "numba", "pydicom", "cryptography", "cbor2", "Pillow", "typer", "rich")
"""Distributions without which a command would fail."""

CODECS = (
    ("JPEG-LS", "pyjpegls", "jpeg_ls"),
    ("JPEG 2000", "pylibjpeg-openjpeg", "openjpeg"),
    ("RLE", "pylibjpeg-rle", "rle"),
    ("JPEG lossless", "python-gdcm", "gdcm"),
)
"""What reads and writes compressed frames: name, distribution, module."""


EXTRAS = (
    ("keys in tokens", "hsm", "python-pkcs11", "pkcs11"),
    ("time stamps", "timestamps", "rfc3161-client", "rfc3161_client"),
)
"""What need not be there: purpose, extra, distribution, module."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing looked at: what, whether it is in order, and what was found or is to be done."""

    what: str
    healthy: bool
    detail: str


def command() -> int:
    """Check the installation: package owners, libraries, codecs and the compiler's cache."""
    answers = list(examine())
    for answer in answers:
        print(f"{'ok ' if answer.healthy else 'BAD'}  {answer.what}: {answer.detail}")
    return exits.OK if all(answer.healthy for answer in answers) else exits.BROKEN


def examine() -> Iterator[Answer]:
    """Look at everything; yields one answer a thing, and never raises."""
    yield Answer("python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield _examine_owners()
    for name in LIBRARIES:
        yield _examine_library(name)
    for what, name, module in CODECS:
        yield _examine_codec(what, name, module)
    for what, extra, name, module in EXTRAS:
        yield _examine_extra(what, extra, name, module)
    yield _examine_cache()


def _examine_owners() -> Answer:
    from signing.entry import find_clash

    clash = find_clash()
    return Answer("packages", clash is None, clash or f"watermark and signing are {PROGRAM}'s")


def _examine_library(name: str) -> Answer:
    found = _version(name)
    return Answer(name, bool(found), found or f"missing; reinstall {PROGRAM}")


def _examine_codec(what: str, name: str, module: str) -> Answer:
    """A codec counts when its compiled part loads; the distribution alone proves nothing."""
    try:
        import_module(module)
    except ImportError:
        return Answer(what, False, f"no codec; pip install {name}")
    return Answer(what, True, f"{name} {_version(name)}")


def _examine_extra(what: str, extra: str, name: str, module: str) -> Answer:
    """An extra may be missing; one that is there and does not load is not in order."""
    if not _version(name):
        return Answer(what, True, f"not installed, and optional; pip install '{PROGRAM}[{extra}]'")
    try:
        import_module(module)
    except ImportError:
        return Answer(what, False, f"does not load; pip install --force-reinstall {name}")
    return Answer(what, True, f"{name} {_version(name)}")


def _examine_cache() -> Answer:
    """Compiled kernels are kept on disk; without a place for them every start compiles anew."""
    places = cache_places()
    usable = next((place for place in places if _writable(place)), None)
    if usable is None:
        return Answer("compiler cache", False, "no writable place; set NUMBA_CACHE_DIR to one")
    return Answer("compiler cache", True, str(usable))


def cache_places() -> list[Path]:
    """Where numba may keep compiled code, in its order of choice."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return [Path(chosen)]
    beside = Path(__file__).resolve().parents[2] / "watermark" / "kernels" / "__pycache__"
    return [beside, Path.home() / ".cache" / "numba"]


def _writable(place: Path) -> bool:
    """Whether files can be made there, or the folder itself in the first parent that exists."""
    existing = next((folder for folder in (place, *place.parents) if folder.exists()), Path("/"))
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
