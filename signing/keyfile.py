"""Key files as text: two labels and one PEM block; read with a ceiling, written whole or not.

The labels are not authenticated: they say what the owner of the file calls the key. A file that
another tool wrote has none; it gets its own stem as name and the role acquisition.
"""

import os
import re
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from signing.errors import MalformedKey, OutputExists, UnsuitableName

MAX_KEY_FILE: Final = 16 * 1024
"""Bytes of a key file; an Ed25519 key with passphrase has about 400."""

MAX_NAME: Final = 64
"""Characters of a key's name."""

_LABEL: Final = re.compile(r"scanseal-(name|role): (.*)")
_BLOCK: Final = re.compile(
    r"^-----BEGIN ([A-Z ]{1,40})-----\n[A-Za-z0-9+/=\n]+-----END \1-----$", re.MULTILINE
)


class Role(StrEnum):
    """What a key is for. Policy says which roles prove origin."""

    ACQUISITION = "acquisition"  # the device that made the image, or the gateway beside it
    GATEWAY = "gateway"  # a router that seals what it relays
    ARCHIVE = "archive"  # an archive that seals or amends what it keeps
    AI = "ai"  # software that derives images


@dataclass(frozen=True, slots=True)
class KeyText:
    """A key file, taken apart."""

    name: str
    """Label, or the file's stem."""
    role: Role
    """Label, or acquisition."""
    block: bytes
    """The PEM block, from BEGIN to END."""


def check_name(name: str) -> str:
    """Return `name` if a key file can have it: 1 to 64 printable characters, no path in it.

    Raises UnsuitableName: the name becomes a file name, a label line and part of reports.
    """
    if not 1 <= len(name) <= MAX_NAME:
        raise UnsuitableName(name[:MAX_NAME], f"not 1 to {MAX_NAME} characters")
    if not name.isprintable():
        raise UnsuitableName(name, "characters that do not print")
    if any(character in '/\\:*?"<>|' for character in name):
        raise UnsuitableName(name, "a character that file names cannot have")
    if name[0] in ".-" or name != name.strip():
        raise UnsuitableName(name, "starts with a dot or hyphen, or has outer spaces")
    return name


def render(name: str, role: Role | None, block: bytes) -> bytes:
    """Return the text of a key file: labels (no role for recovery keys), then the PEM block."""
    labels = [f"scanseal-name: {check_name(name)}"]
    if role is not None:
        labels.append(f"scanseal-role: {role}")
    return "\n".join([*labels, ""]).encode() + block


def read(path: Path) -> KeyText:
    """Return the parts of the key file at `path`.

    Raises MalformedKey for a file that is too large, is no text with exactly one PEM block, or
    has a label that is unknown to us; OSError where it cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(MAX_KEY_FILE + 1)
    if len(raw) > MAX_KEY_FILE:
        raise MalformedKey(str(path), f"more than {MAX_KEY_FILE} bytes")
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise MalformedKey(str(path), "not a text file") from None
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != 1 or text.count("-----BEGIN") != 1:
        raise MalformedKey(str(path), "not exactly one PEM block")
    name, role = _labels(path, text[: blocks[0].start()])
    return KeyText(name, role, blocks[0].group().encode() + b"\n")


def _labels(path: Path, head: str) -> tuple[str, Role]:
    """Return name and role from the lines before the block."""
    found: dict[str, str] = {}
    for line in head.splitlines():
        match = _LABEL.fullmatch(line)
        if match and match[1] in found:
            raise MalformedKey(str(path), f"two labels scanseal-{match[1]}")
        if match:
            found[match[1]] = match[2]
    try:
        name = check_name(found.get("name", path.stem))
    except UnsuitableName as error:
        raise MalformedKey(str(path), f"name: {error.reason}") from None
    try:
        return name, Role(found.get("role", Role.ACQUISITION))
    except ValueError:
        raise MalformedKey(str(path), f"role is none of {', '.join(Role)}") from None


def write(path: Path, content: bytes, mode: int, *, force: bool) -> None:
    """Write a new file whole, or not at all.

    mode: permission bits from the first byte on; force: replace what is there.
    Raises OutputExists without force where `path` exists; OSError where it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=".scanseal-", dir=path.parent)
    temporary = Path(name)  # mkstemp gives it to the owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _place(temporary, path, force=force)
    finally:
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path, *, force: bool) -> None:
    """Give a written file its name."""
    if not force:
        try:
            # Unlike a rename, a link fails where the name is taken: no race with another writer.
            path.hardlink_to(temporary)
        except FileExistsError:
            raise OutputExists(str(path)) from None
        except OSError:  # a file system without links
            if path.exists():
                raise OutputExists(str(path)) from None
        else:
            return
    temporary.replace(path)
