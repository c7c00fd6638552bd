"""Addresses of keys in tokens: `pkcs11:` URIs (RFC 7512), as far as a signer needs them.

A part that is not known here is refused, not passed over (RFC 7512, 2.5): it might have chosen
another key. A PIN never stands in an address, where every process could read it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from signing.errors import UnsuitableAddress
from signing.keyfile import Role

SCHEME: Final = "pkcs11:"

MAX_ADDRESS: Final = 4096
"""Characters of an address."""

MAX_PIN: Final = 4096
"""Bytes of the first line of a PIN's file."""

ROLE: Final = "x-scanseal-role"
"""Query attribute of ours: the key's role, for no token tells it."""

_WHAT: Final = "pkcs11 URI"
_PATH: Final = frozenset({"token", "serial", "manufacturer", "model", "slot-id", "object", "id"})
_QUERY: Final = frozenset({"module-path", "pin-source", ROLE})
_PIN_VALUE: Final = "pin-value"
_PAIR: Final = re.compile(r"([A-Za-z0-9_-]{1,64})=([^=;?&#/\s]*)")
_QUERY_PAIR: Final = re.compile(r"([A-Za-z0-9_-]{1,64})=([^=;&#\s]*)")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """Which key in which token; None where the address does not say."""

    token: str | None = None
    """The token's label."""
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    slot_id: int | None = None
    object: str | None = None
    """The key's label (CKA_LABEL)."""
    id: bytes | None = None
    """The key's id (CKA_ID)."""
    module: Path | None = None
    """The token's PKCS#11 library, absolute."""
    pin_source: Path | None = None
    """File whose first line is the PIN, absolute."""
    role: Role = Role.ACQUISITION

    @property
    def names_key(self) -> bool:
        """Whether it says which key, not only which token."""
        return self.object is not None or self.id is not None

    @property
    def shown(self) -> str:
        """The address for messages: token and key, nothing of the query."""
        parts = [("token", self.token), ("serial", self.serial), ("object", self.object)]
        words = [f"{name}={quote(value, safe='')}" for name, value in parts if value is not None]
        if self.id is not None:
            words.append("id=" + "".join(f"%{byte:02X}" for byte in self.id))
        return SCHEME + ";".join(words)


def is_address(key: str) -> bool:
    """Return whether what names a key is a pkcs11 URI rather than a path."""
    return key[: len(SCHEME)].lower() == SCHEME


def parse_address(uri: str, module: Path | None = None) -> TokenAddress:
    """Return the parts of a pkcs11 URI.

    module: the PKCS#11 library where the URI names none. Raises UnsuitableAddress, which never
    repeats a value.
    """
    if not is_address(uri):
        raise UnsuitableAddress(_WHAT, "does not start with pkcs11:")
    if len(uri) > MAX_ADDRESS:
        raise UnsuitableAddress(_WHAT, f"more than {MAX_ADDRESS} characters")
    path, mark, query = uri[len(SCHEME) :].partition("?")
    values = _pairs(path.split(";") if path else [], _PAIR, _PATH | {"type"})
    asked = _pairs(query.split("&") if mark else [], _QUERY_PAIR, _QUERY)
    if values.pop("type", b"private") != b"private":
        raise UnsuitableAddress(f"{_WHAT}, type", "only a private key signs")
    return TokenAddress(
        token=_text(values, "token"),
        serial=_text(values, "serial"),
        manufacturer=_text(values, "manufacturer"),
        model=_text(values, "model"),
        slot_id=_number(values, "slot-id"),
        object=_text(values, "object"),
        id=values.get("id"),
        module=_place(asked, "module-path") or module,
        pin_source=_place(asked, "pin-source"),
        role=_role(asked),
    )


def _pairs(parts: list[str], form: re.Pattern[str], known: frozenset[str]) -> dict[str, bytes]:
    """Return names and unescaped values; each name once, and known."""
    found: dict[str, bytes] = {}
    for part in parts:
        match = form.fullmatch(part)
        if match is None or _BROKEN_ESCAPE.search(part) or not part.isascii():
            raise UnsuitableAddress(_WHAT, "not parts NAME=VALUE with %XX for special characters")
        name = match[1]
        if name == _PIN_VALUE:
            reason = "a PIN here could be read by every process; use pin-source or a file"
            raise UnsuitableAddress(f"{_WHAT}, {name}", reason)
        if name not in known:
            raise UnsuitableAddress(f"{_WHAT}, {name}", "not known here")
        if name in found:
            raise UnsuitableAddress(f"{_WHAT}, {name}", "comes twice")
        found[name] = unquote_to_bytes(match[2])
    return found


def _text(values: dict[str, bytes], name: str) -> str | None:
    """Return a value as text, None where it is not there."""
    if name not in values:
        return None
    try:
        text = values[name].decode("utf-8")
    except UnicodeDecodeError:
        raise UnsuitableAddress(f"{_WHAT}, {name}", "not UTF-8") from None
    if not text.isprintable() or not text:
        raise UnsuitableAddress(f"{_WHAT}, {name}", "empty, or with characters that do not print")
    return text


def _number(values: dict[str, bytes], name: str) -> int | None:
    """Return a value as a number, None where it is not there."""
    if name not in values:
        return None
    if not re.fullmatch(rb"[0-9]{1,19}", values[name]):
        raise UnsuitableAddress(f"{_WHAT}, {name}", "not a number")
    return int(values[name])


def _place(values: dict[str, bytes], name: str) -> Path | None:
    """Return a value as an absolute path; the form file:/PATH is taken too."""
    text = _text(values, name)
    if text is None:
        return None
    if name == "pin-source" and text.startswith("file:"):
        text = text.removeprefix("file:").removeprefix("//")
    if not text.startswith("/"):
        raise UnsuitableAddress(f"{_WHAT}, {name}", "not an absolute path")
    return Path(text)


def _role(values: dict[str, bytes]) -> Role:
    """Return the role that the address gives the key."""
    try:
        return Role(_text(values, ROLE) or Role.ACQUISITION)
    except ValueError:
        raise UnsuitableAddress(f"{_WHAT}, {ROLE}", f"none of {', '.join(Role)}") from None


def read_pin(path: Path) -> bytes:
    """Return the first line of a PIN's file; raises UnsuitableAddress, OSError."""
    with path.open("rb") as file:
        line = file.readline(MAX_PIN + 1).rstrip(b"\r\n")
    if not 1 <= len(line) <= MAX_PIN:
        raise UnsuitableAddress(
            f"{_WHAT}, pin-source", f"its first line has not 1 to {MAX_PIN} bytes"
        )
    return line
