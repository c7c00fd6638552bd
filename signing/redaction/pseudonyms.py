"""Pseudonyms: new UIDs, patient IDs and shifts of dates, from old ones by a secret of a run.

The same old value gives the same new one wherever it stands, so that references between the files
of a run hold. Without the secret nothing leads back, and nothing can be tried out.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from signing import keyfile
from signing.digests import domain
from signing.errors import MalformedKey

SECRET_SIZE: Final = 32
"""Bytes of the secret."""

MOST_DAYS: Final = 3652
"""Days by which dates go back at most: ten years."""

STANDARD_ROOT: Final = "1.2.840.10008."
"""UIDs of the standard itself: they name a meaning, not an instance."""

_UUID_ROOT: Final = "2.25."
_DATED: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})((?:[0-9]{2}){0,3}(?:\.[0-9]{1,6})?(?:[+-][0-9]{4})?)"
)
"""A day, and what may stand behind it."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms by one secret."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(SECRET_SIZE), repr=False)
    """32 bytes, as precious as the identities: with it names can be tried out."""

    def uid(self, old: str) -> str:
        """Return the new UID of an old one, of a UUID (PS3.5 B.2); one of the standard stays."""
        if old.startswith(STANDARD_ROOT):
            return old
        number = int.from_bytes(self._draw("uid", old)[:16], "big")
        number = number & ~(0xF << 76) | 0x8 << 76  # version 8 of RFC 9562: of one's own making
        number = number & ~(0x3 << 62) | 0x2 << 62
        return f"{_UUID_ROOT}{number}"

    def patient(self, who: str) -> str:
        """Return the new ID of a patient: 16 hexadecimal digits, upper case."""
        return self._draw("patient", who)[:8].hex().upper()

    def days(self, who: str) -> int:
        """Return by how many days the dates of a patient go back, 1 to `MOST_DAYS`."""
        return 1 + int.from_bytes(self._draw("days", who)[:8], "big") % MOST_DAYS

    def _draw(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes that only the secret tells from random ones."""
        return hmac.digest(
            self.secret,
            domain(f"pseudonym/{purpose}") + text.encode("utf-8", "surrogatepass"),
            "sha256",
        )


def load_pseudonyms(path: Path) -> Pseudonyms:
    """Return the pseudonyms by the secret in a file of 64 hexadecimal digits.

    Where there is no file, a secret is drawn and written, for its owner alone. Raises MalformedKey,
    OSError.
    """
    if not path.exists():
        made = Pseudonyms()
        keyfile.write(path, f"{made.secret.hex()}\n".encode(), 0o600, force=False)
        return made
    with path.open("rb") as file:
        text = file.read(2 * SECRET_SIZE + 3)
    try:
        secret = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_SIZE:
        raise MalformedKey(str(path), "not 64 hexadecimal digits")
    return Pseudonyms(secret)


def shift(value: str, days: int) -> str:
    """Return a date, or date and time, so many days earlier; "" where it says no day.

    value: DA or DT (PS3.5 6.2). What stands behind the day is kept.
    """
    found = _DATED.fullmatch(value.strip(" \0"))
    if found is None:
        return ""
    try:
        day = date(*map(int, found.groups()[:3])) - timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{day.year:04d}{day:%m%d}{found[4]}"
