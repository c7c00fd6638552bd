"""Trust: which keys a reader believes, apart from whether anything is intact.

A key is pinned, by its file, or certified: a chain of X.509 certificates leads to an authority
that is pinned. Callers ask for a raw key and get the name and role under which it is trusted.
Certificates that come with a seal are only hints: `holding` adds them to those that may be links.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from signing import digests
from signing.chains import Search, Standing, Times, judge_key, judge_revocation
from signing.credentials import Credential, is_issued, parse_credential, read_credentials
from signing.errors import (
    EmptyTrust,
    LimitExceeded,
    MalformedCredential,
    MalformedKey,
    MalformedSettings,
)
from signing.keys import PublicKey, load_public_key
from signing.revocations import RevocationList, Revocations, read_lists, read_revocations
from signing.timestamps.authorities import (
    MAX_AUTHORITIES,
    Authority,
    is_authority,
    is_list,
    load_authority,
)
from signing.timestamps.judging import Witnesses
from signing.verdict import Code, Finding, Outcome, SignerInfo

MAX_KEYS: Final = 4096
"""Keys, and certificates, of one store."""

MAX_FILES: Final = 65536
"""Files of a trust folder, keys and others."""

REVOKED_FILE: Final = "revoked.toml"
"""The one settings file of a trust folder."""

_STAMPING: Final = ".tsa"
_KEYS: Final = frozenset({".pub"})
_CREDENTIALS: Final = frozenset({".pem", ".crt", ".cer"})
_LISTS: Final = frozenset({".crl"})
_SETTINGS: Final = frozenset({".toml"})
_TAKEN: Final = _KEYS | _CREDENTIALS | _LISTS | _SETTINGS


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a reader believes. Construction raises EmptyTrust for no key and no authority at all."""

    keys: tuple[PublicKey, ...] = ()
    """Pinned keys, each once."""
    ignored: int = 0
    """Files of the folder that have no meaning there."""
    anchors: tuple[Credential, ...] = ()
    """Certificates that are trusted because they are there: self-signed ones of the folder."""
    pool: tuple[Credential, ...] = ()
    """Certificates that may be links of a chain; none is trusted for being here."""
    revocations: Revocations = field(default_factory=Revocations)
    moment: datetime | None = None
    """When checks are made, for tests and for looking back; None for now."""
    admitted: tuple[PublicKey, ...] = ()
    """Keys that stand in spite of all, for one instance: a proved time saves its seal."""
    trouble: str = ""
    """Why a certificate that came with a seal was left out; "" where none was."""
    authorities: tuple[Authority, ...] = ()
    """Time-stamping authorities whose tokens prove a time."""
    _by_id: dict[bytes, PublicKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.keys and not self.anchors:
            raise EmptyTrust("trust", "no key to trust")
        by_id = {key.key_id: key for key in self.keys}
        if len(by_id) != len(self.keys):
            raise MalformedKey("trust", "a key comes twice")
        object.__setattr__(self, "_by_id", by_id)

    @classmethod
    def of(cls, *keys: PublicKey) -> "Trust":
        """Return the store of these pinned keys."""
        return cls(keys)

    def holding(self, certificates: Iterable[bytes]) -> "Trust":
        """Return this store with certificates (DER) that came with a seal as possible links.

        Those outside the profile are left out, and `trouble` says why: they are evidence.
        """
        if not self.anchors:
            return self  # nothing could come of it
        found, trouble = list(self.pool), self.trouble
        for der in certificates:
            try:
                found.append(parse_credential(der))
            except MalformedCredential as error:
                trouble = trouble or error.reason
        return replace(self, pool=tuple(found), trouble=trouble)

    def as_of(self, moment: datetime) -> "Trust":
        """Return this store as it judges at another time than now.

        Raises ValueError for a moment without an offset, which would be whatever zone this is.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment without an offset")
        return replace(self, moment=moment.astimezone(UTC))

    def admitting(self, keys: Iterable[PublicKey]) -> "Trust":
        """Return this store with keys that stand for one instance, whatever else is said of them.

        For what one statement signs besides itself, once a proved time has saved the statement.
        """
        return replace(self, admitted=tuple(keys))

    @property
    def witnesses(self) -> Witnesses:
        """Who proves times to this reader, with what revokes them and the moment of the check."""
        moment = self.moment or datetime.now(UTC)
        return Witnesses(self.authorities, self.revocations, moment)

    def assess(self, raw_key: bytes, proved_time: datetime | None = None) -> Standing:
        """Return what this store says of a raw key (32 bytes).

        proved_time: when a trusted timestamp proves the signature to have been there. A time that
        the signer claims MUST NOT be given: whoever has a revoked key can claim any.
        """
        admitted = next((key for key in self.admitted if key.raw == raw_key), None)
        if admitted is not None:
            return Standing(admitted)
        times = Times(self.moment or datetime.now(UTC), proved_time)
        pinned = self._by_id.get(digests.key_id(raw_key))
        if pinned is not None and pinned.raw == raw_key:
            revocation = self.revocations.keys.get(pinned.key_id)
            found = () if revocation is None else tuple(judge_revocation(revocation, times))
            return Standing(pinned, found)
        leaves = [found for found in (*self.anchors, *self.pool) if found.raw == raw_key]
        if leaves:
            search = Search(self.anchors, self.pool)
            return judge_key(dict.fromkeys(leaves), search, self.revocations, times)
        if self.trouble:
            detail = f"a certificate in the seal is not taken: {self.trouble}"
            return Standing(None, (Finding(Code.SIGNER_CERTIFICATE, Outcome.FAIL, "", detail),))
        return Standing()

    def by_id(self, key_id: bytes) -> PublicKey | None:
        """Return the trusted key with this 16-byte id, None where there is none.

        The id is a hint: whatever it names must verify with the key that is returned.
        """
        standing = self.assess_id(key_id)
        return standing.key if standing.trusted else None

    def assess_id(self, key_id: bytes) -> Standing:
        """Return what this store says of the key with this 16-byte id, without a proved time."""
        if key_id in self._by_id:
            return self.assess(self._by_id[key_id].raw)
        known = [key.raw for key in self.admitted]
        known += [credential.raw for credential in (*self.anchors, *self.pool)]
        raw = next((raw for raw in known if digests.key_id(raw) == key_id), None)
        return Standing() if raw is None else self.assess(raw)

    def find(self, raw_key: bytes) -> PublicKey | None:
        """Return the trusted key that equals `raw_key` (32 bytes) in full, None where none does."""
        standing = self.assess(raw_key)
        return standing.key if standing.trusted else None

    def signer(self, raw_key: bytes) -> SignerInfo:
        """Return what a report says of the signer with this raw key."""
        return describe_signer(digests.key_id(raw_key), self.assess(raw_key))


def describe_signer(key_id: bytes, standing: Standing) -> SignerInfo:
    """Return what a report says of a signer: name and role also where it is refused."""
    key = standing.key
    name, role = (key.name, str(key.role)) if key is not None else ("", "")
    return SignerInfo(key_id.hex(), name, role, standing.trusted)


def load_trust(path: Path | str) -> Trust:
    """Return the trust store of a .pub or certificate file, or of all files in a folder.

    In a folder: .pub are pinned keys; .pem, .crt, .cer certificates, of which self-signed ones are
    trusted, and .tsa.pem time-stamping authorities; .crl revocation lists, .tsa.crl those of the
    latter; revoked.toml revoked keys and certificates. Other files are counted, not read; folders
    in it are not entered. Raises EmptyTrust where there is nothing to trust, MalformedKey or
    MalformedSettings naming the first file that is no good, also where one key has two names or
    roles; LimitExceeded; OSError.
    """
    place = Path(path)
    files = sorted(_files(place)) if place.is_dir() else [place]
    if not place.is_dir() and place.suffix.lower() not in _CREDENTIALS:
        return Trust((load_public_key(place),))
    authorities = _authorities(files)
    files = [file for file in files if not is_authority(file)]
    chosen = {kind: _named(files, kind) for kind in (_KEYS, _CREDENTIALS, _LISTS, _SETTINGS)}
    keys = _each_once(chosen[_KEYS])
    anchors, pool = _sort(chosen[_CREDENTIALS])
    if not keys and not anchors:
        raise EmptyTrust(str(place), "no .pub file and no self-signed certificate to trust")
    lists = tuple(
        found for file in chosen[_LISTS] for found in read_lists(file, of_stamps=is_list(file))
    )
    ignored = len(files) - sum(map(len, chosen.values()))
    revocations = _revocations(lists, chosen[_SETTINGS])
    return Trust(keys, ignored, anchors, pool, revocations, authorities=authorities)


def _named(files: Iterable[Path], suffixes: frozenset[str]) -> list[Path]:
    """Return the files with one of these endings, up to the ceiling."""
    chosen = [file for file in files if file.suffix.lower() in suffixes]
    if len(chosen) > MAX_KEYS:
        raise LimitExceeded("trusted keys", len(chosen), MAX_KEYS)
    return chosen


def _authorities(files: Iterable[Path]) -> tuple[Authority, ...]:
    """Return the time-stamping authorities of the files, up to the ceiling."""
    stamping = sorted(file for file in files if is_authority(file))
    if len(stamping) > MAX_AUTHORITIES:
        raise LimitExceeded("time-stamping authorities", len(stamping), MAX_AUTHORITIES)
    return tuple(load_authority(file) for file in stamping)


def _files(folder: Path) -> list[Path]:
    """Return the regular files of a folder, up to the ceiling; a link leads to its file.

    A link to nowhere, or a folder, in the place of a revocation list would revoke nothing.
    """
    files = []
    for entry in folder.iterdir():
        if entry.is_file():
            files.append(entry)
        elif entry.suffix.lower() in _TAKEN:
            raise MalformedKey(str(entry), "not a file, or a link to none")
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


def _sort(files: Iterable[Path]) -> tuple[tuple[Credential, ...], tuple[Credential, ...]]:
    """Return the self-signed certificates of all files, and the others, each once."""
    for file in files:
        if file.stem.lower().endswith(_STAMPING):
            # Here it would certify signers, where somebody to prove times was meant.
            raise MalformedKey(str(file), "a time-stamping authority's file is NAME.tsa.pem")
    found = dict.fromkeys(credential for file in files for credential in read_credentials(file))
    if len(found) > MAX_KEYS:
        raise LimitExceeded("trusted certificates", len(found), MAX_KEYS)
    anchors = {c: None for c in found if c.self_issued and is_issued(c, c)}
    return tuple(anchors), tuple(c for c in found if c not in anchors)


def _revocations(lists: tuple[RevocationList, ...], settings: list[Path]) -> Revocations:
    """Return what a folder revokes. A settings file of another name is refused, not ignored."""
    found = Revocations()
    for file in settings:
        if file.name != REVOKED_FILE:
            raise MalformedSettings(str(file), f"the only settings file here is {REVOKED_FILE}")
        found = read_revocations(file)
    return replace(found, lists=lists)
