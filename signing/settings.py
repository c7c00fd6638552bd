"""Settings files: TOML, read with a ceiling and strictly; what is not known is refused.

A key that is spelled wrong must not be a rule that is silently not kept. So each entry has to be
asked for, by name and type, and `Section.close` refuses the rest.
"""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from signing.errors import MalformedSettings

MAX_SETTINGS: Final = 2**18
"""Bytes of a settings file."""

MAX_LISTED: Final = 4096
"""Entries of one array."""

MAX_TEXT: Final = 256
"""Characters of one text."""


class Section:
    """One table of a settings file. Every question raises MalformedSettings for a wrong answer."""

    def __init__(self, path: str, name: str, entries: dict[str, Any]) -> None:
        self._path, self._name, self._left = path, name, dict(entries)

    def fault(self, key: str, reason: str) -> MalformedSettings:
        """Return the error that names file, entry and reason."""
        entry = ".".join(part for part in (self._name, key) if part)
        return MalformedSettings(self._path, f"{entry}: {reason}")

    def has(self, key: str) -> bool:
        """Return whether an entry is there that was not asked for yet."""
        return key in self._left

    def version(self, known: int) -> None:
        """Check the entry `version`, which must be there and be `known`."""
        found = self._left.pop("version", None)
        if type(found) is not int or found != known:
            raise self.fault("version", f"must be there, and {known}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of 1 to 256 printable characters; `default` where it is not there."""
        if default is not None and key not in self._left:
            return default
        return self._checked(key, self._left.pop(key, None))

    def texts(self, key: str, default: Iterable[str] = ()) -> tuple[str, ...]:
        """Return an array of texts, each once and at least one; `default` where it is not there."""
        if key not in self._left:
            return tuple(default)
        found = self._left.pop(key)
        if not isinstance(found, list) or not 0 < len(found) <= MAX_LISTED:
            raise self.fault(key, f"must be an array of 1 to {MAX_LISTED} texts")
        listed = tuple(self._checked(key, value) for value in found)
        if len(set(listed)) != len(listed):
            raise self.fault(key, "lists something twice")
        return listed

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false; `default` where it is not there."""
        found = self._left.pop(key, default)
        if not isinstance(found, bool):
            raise self.fault(key, "must be true or false")
        return found

    def moment(self, key: str) -> datetime | None:
        """Return a time in UTC, None where it is not there; it must name its offset."""
        found = self._left.pop(key, None)
        if found is None:
            return None
        if not isinstance(found, datetime) or found.tzinfo is None:
            raise self.fault(key, "must be a date and time with offset: 2026-03-01T00:00:00Z")
        try:
            return found.astimezone(UTC)
        except OverflowError:
            raise self.fault(key, "is outside the years 1 to 9999") from None

    def section(self, key: str) -> "Section":
        """Return a table; an empty one where it is not there."""
        found = self._left.pop(key, {})
        if not isinstance(found, dict):
            raise self.fault(key, "must be a table")
        return Section(self._path, ".".join(part for part in (self._name, key) if part), found)

    def sections(self, key: str) -> tuple["Section", ...]:
        """Return an array of tables; none where it is not there."""
        found = self._left.pop(key, [])
        if not isinstance(found, list) or len(found) > MAX_LISTED:
            raise self.fault(key, f"must be at most {MAX_LISTED} tables [[{key}]]")
        if not all(isinstance(entry, dict) for entry in found):
            raise self.fault(key, f"must be tables [[{key}]]")
        return tuple(
            Section(self._path, f"{key}[{place}]", entry) for place, entry in enumerate(found)
        )

    def close(self) -> None:
        """Refuse every entry that nobody asked for."""
        for key in self._left:
            shown = key if key.isprintable() and len(key) <= MAX_TEXT else "an entry"
            raise self.fault(shown, "is not known here")

    def _checked(self, key: str, value: object) -> str:
        """Return a value that must be a text."""
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
            raise self.fault(key, f"must be 1 to {MAX_TEXT} printable characters in quotes")
        return value


def read_settings(path: Path) -> Section:
    """Return the top table of a settings file. Raises MalformedSettings, OSError."""
    with path.open("rb") as file:
        raw = file.read(MAX_SETTINGS + 1)
    if len(raw) > MAX_SETTINGS:
        raise MalformedSettings(str(path), f"more than {MAX_SETTINGS} bytes")
    try:
        return Section(str(path), "", tomllib.loads(raw.decode("utf-8")))
    except UnicodeDecodeError:
        raise MalformedSettings(str(path), "not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        reason = " ".join(str(error).split())
        raise MalformedSettings(str(path), f"not TOML: {reason}") from None
    except (RecursionError, ValueError, OverflowError):
        # Deep nesting, and numbers of more digits than Python converts.
        raise MalformedSettings(str(path), "not TOML that can be read") from None
