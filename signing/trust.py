"""Trust: which keys a reader believes, apart from whether anything is intact.

Version 1 pins public keys. A store that also holds X.509 authorities will answer the same
question, `Trust.find`, from a chain in the disclosures: callers ask for a raw key and get the
name and role under which it is trusted, or None.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from signing import digests
from signing.errors import EmptyTrust, LimitExceeded, MalformedKey
from signing.keys import PublicKey, load_public_key
from signing.timestamps.authorities import (
    MAX_AUTHORITIES,
    Authority,
    is_authority,
    load_authority,
)
from signing.verdict import SignerInfo

MAX_KEYS: Final = 4096
"""Keys of one store."""

MAX_FILES: Final = 65536
"""Files of a trust folder, keys and others."""


@dataclass(frozen=True, slots=True)
class Trust:
    """A set of trusted public keys. Construction raises EmptyTrust for none at all."""

    keys: tuple[PublicKey, ...]
    """Each key once."""
    ignored: int = 0
    """Files of the folder that are no public key files and no authorities'."""
    authorities: tuple[Authority, ...] = ()
    """Time-stamping authorities whose tokens prove a time."""
    _by_id: dict[bytes, PublicKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.keys:
            raise EmptyTrust("trust", "no key to trust")
        by_id = {key.key_id: key for key in self.keys}
        if len(by_id) != len(self.keys):
            raise MalformedKey("trust", "a key comes twice")
        object.__setattr__(self, "_by_id", by_id)

    @classmethod
    def of(cls, *keys: PublicKey) -> "Trust":
        """Return the store of these keys."""
        return cls(keys)

    def by_id(self, key_id: bytes) -> PublicKey | None:
        """Return the trusted key with this 16-byte id, None where there is none.

        The id is a hint: whatever it names must verify with the key that is returned.
        """
        return self._by_id.get(key_id)

    def find(self, raw_key: bytes) -> PublicKey | None:
        """Return the trusted key that equals `raw_key` (32 bytes) in full, None where none does."""
        key = self._by_id.get(digests.key_id(raw_key))
        return key if key is not None and key.raw == raw_key else None

    def signer(self, raw_key: bytes) -> SignerInfo:
        """Return what a report says of the signer with this raw key."""
        key = self.find(raw_key)
        name, role = (key.name, str(key.role)) if key is not None else ("", "")
        return SignerInfo(digests.key_id(raw_key).hex(), name, role, key is not None)


def load_trust(path: Path | str) -> Trust:
    """Return the trust store of a .pub file, or of all .pub and .tsa.pem files in a folder.

    Other files of a folder are counted, not read; folders in it are not entered. Raises
    EmptyTrust where there is no key, MalformedKey naming the first file that is no good, also
    where one key has two names or roles; LimitExceeded; OSError.
    """
    place = Path(path)
    if not place.is_dir():
        return Trust((load_public_key(place),))
    files = _files(place)
    chosen = sorted(file for file in files if file.suffix == ".pub")
    if not chosen:
        raise EmptyTrust(str(place), "no .pub file in this folder")
    if len(chosen) > MAX_KEYS:
        raise LimitExceeded("trusted keys", len(chosen), MAX_KEYS)
    stamping = sorted(file for file in files if is_authority(file))
    if len(stamping) > MAX_AUTHORITIES:
        raise LimitExceeded("time-stamping authorities", len(stamping), MAX_AUTHORITIES)
    authorities = tuple(load_authority(file) for file in stamping)
    return Trust(_each_once(chosen), len(files) - len(chosen) - len(stamping), authorities)


def _files(folder: Path) -> list[Path]:
    """Return the regular files of a folder, up to the ceiling."""
    files = []
    for entry in folder.iterdir():
        if entry.is_file():
            files.append(entry)
        if len(files) > MAX_FILES:
            raise LimitExceeded("files in the trust folder", len(files), MAX_FILES)
    return files


def _each_once(files: Iterable[Path]) -> tuple[PublicKey, ...]:
    """Load all keys; copies of a file count once, a key under two labels is refused."""
    keys: dict[bytes, PublicKey] = {}
    for file in files:
        key = load_public_key(file)
        if keys.setdefault(key.raw, key) != key:
            raise MalformedKey(str(file), "this key is also here under another name or role")
    return tuple(keys.values())
