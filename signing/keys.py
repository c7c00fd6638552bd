"""Keys: Ed25519 pairs that sign, X25519 pairs that recover, and the files they live in.

A private key is used through `Signer`, which a token or a key service can satisfy as well as a
file. Files: docs/spec/keys.md.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from signing import curve, digests, keyfile
from signing.errors import MalformedKey, OutputExists, UnsafeKey, WrongPassphrase
from signing.hsm.address import TokenAddress, is_address, parse_address
from signing.hsm.signer import TokenSigner, make_key, open_signer
from signing.keyfile import Role

__all__ = [
    "FileSigner",
    "KeyFiles",
    "PublicKey",
    "RecoveryKey",
    "RecoveryPublicKey",
    "Role",
    "Signer",
    "TokenSigner",
    "generate_keys",
    "generate_recovery_keys",
    "generate_token_key",
    "load_public_key",
    "load_recovery_key",
    "load_recovery_public_key",
    "load_signer",
]

_PRIVATE_MODE: Final = 0o600
_PUBLIC_MODE: Final = 0o644


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that the strict rule accepts, with what its file calls it."""

    raw: bytes
    """32 bytes, an encoded point. Raises UnsafeKey on construction where the rule refuses it."""
    name: str
    """For reports; not authenticated by the key."""
    role: Role = Role.ACQUISITION
    """For policy; not authenticated by the key."""

    def __post_init__(self) -> None:
        curve.check_public_key(self.raw)

    @property
    def key_id(self) -> bytes:
        """16 bytes."""
        return digests.key_id(self.raw)


class Signer(Protocol):
    """Whatever can sign with one Ed25519 key: a file, a token, a key service."""

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""

    @property
    def key_id(self) -> bytes:
        """16 bytes, `digests.key_id(public_key)`."""

    @property
    def name(self) -> str:
        """What the key is called."""

    @property
    def role(self) -> Role:
        """What the key is for."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature (RFC 8032, no context, no prehash) of `message`."""


class FileSigner:
    """A signer whose private key was read from a file into memory. Never printed, never pickled."""

    def __init__(self, private: Ed25519PrivateKey, name: str, role: Role) -> None:
        self._private = private
        self._public = PublicKey(private.public_key().public_bytes_raw(), name, role)

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self._public.raw

    @property
    def key_id(self) -> bytes:
        """16 bytes."""
        return self._public.key_id

    @property
    def name(self) -> str:
        """What the key's file calls it."""
        return self._public.name

    @property
    def role(self) -> Role:
        """What the key's file says it is for."""
        return self._public.role

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"FileSigner({self.name!r}, {self.role}, key id {self.key_id.hex()})"


@dataclass(frozen=True, slots=True)
class RecoveryPublicKey:
    """To whom recovery data is encrypted (HPKE, RFC 9180, with X25519).

    Construction raises UnsafeKey for a point of small order: anybody could decrypt.
    """

    public: X25519PublicKey
    """As `cryptography.hazmat.primitives.hpke` takes it."""
    name: str
    """What the key's file calls it."""

    def __post_init__(self) -> None:
        try:
            X25519PrivateKey.generate().exchange(self.public)
        except ValueError:
            # All shared secrets of a point of small order are zero (RFC 7748, 6.1).
            raise UnsafeKey("a point of small order") from None

    @property
    def key_id(self) -> bytes:
        """16 bytes."""
        return digests.key_id(self.public.public_bytes_raw())


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """Who can decrypt recovery data."""

    private: X25519PrivateKey
    """As `cryptography.hazmat.primitives.hpke` takes it; its repr shows no secret."""
    name: str
    """What the key's file calls it."""

    @property
    def key_id(self) -> bytes:
        """16 bytes, that of the public key."""
        return digests.key_id(self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a pair was written."""

    private: Path
    """NAME.key or NAME.rkey, mode 600."""
    public: Path
    """NAME.pub or NAME.rpub."""


def generate_keys(
    name: str,
    directory: Path | str = ".",
    *,
    role: Role = Role.ACQUISITION,
    passphrase: bytes | None = None,
    force: bool = False,
) -> KeyFiles:
    """Make an Ed25519 pair, write NAME.key and NAME.pub to an existing directory, return both.

    passphrase: encrypts the private key; force: replaces existing files.
    Raises UnsuitableName, OutputExists, OSError; no file is left half written.
    """
    stem = Path(directory) / keyfile.check_name(name)
    files = KeyFiles(stem.with_name(f"{name}.key"), stem.with_name(f"{name}.pub"))
    _write_pair(files, Ed25519PrivateKey.generate(), role, _encryption(passphrase), force=force)
    return files


def generate_recovery_keys(
    name: str,
    directory: Path | str = ".",
    *,
    passphrase: bytes | None = None,
    force: bool = False,
) -> KeyFiles:
    """Make an X25519 pair for recovery, write NAME.rkey and NAME.rpub; as `generate_keys`."""
    stem = Path(directory) / keyfile.check_name(name)
    files = KeyFiles(stem.with_name(f"{name}.rkey"), stem.with_name(f"{name}.rpub"))
    _write_pair(files, X25519PrivateKey.generate(), None, _encryption(passphrase), force=force)
    return files


def generate_token_key(
    name: str,
    token: TokenAddress | str,
    directory: Path | str = ".",
    *,
    pin: bytes | None = None,
    force: bool = False,
) -> tuple[Path, PublicKey]:
    """Make a pair in a token, or take the one that is there; write NAME.pub, return it.

    token: a pkcs11 URI: of the token alone, to make a pair labelled `name`; with object or id, of
    a key that is there, which is only asked for its public half. force: replaces NAME.pub, never
    a key. Raises what `load_signer` raises, UnsuitableName, OutputExists.
    """
    address = parse_address(token) if isinstance(token, str) else token
    target = (Path(directory) / keyfile.check_name(name)).with_name(f"{name}.pub")
    if target.exists() and not force:
        raise OutputExists(str(target))
    signer = open_signer(address, pin) if address.names_key else make_key(address, name, pin)
    signer.close()
    public = PublicKey(signer.public_key, name, address.role)
    pem = Ed25519PublicKey.from_public_bytes(public.raw).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    keyfile.write(target, keyfile.render(name, address.role, pem), _PUBLIC_MODE, force=force)
    return target, public


def _encryption(passphrase: bytes | None) -> KeySerializationEncryption:
    """Return how a private key is stored. An empty passphrase is refused, not ignored."""
    if passphrase is None:
        return NoEncryption()
    if not passphrase:
        raise WrongPassphrase("passphrase", "empty")
    return BestAvailableEncryption(passphrase)


def _write_pair(
    files: KeyFiles,
    private: Ed25519PrivateKey | X25519PrivateKey,
    role: Role | None,
    encryption: KeySerializationEncryption,
    *,
    force: bool,
) -> None:
    """Write both files, or neither."""
    for path in (files.private, files.public):
        if path.exists() and not force:
            raise OutputExists(str(path))
    name = files.private.stem
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = keyfile.render(name, role, secret)
    keyfile.write(files.private, content, _PRIVATE_MODE, force=force)
    try:
        content = keyfile.render(name, role, public)
        keyfile.write(files.public, content, _PUBLIC_MODE, force=force)
    except BaseException:
        if not force:
            files.private.unlink(missing_ok=True)
        raise


def load_signer(
    path: Path | str, passphrase: bytes | None = None, *, module: Path | None = None
) -> "FileSigner | TokenSigner":
    """Return the signer of a private key file (PKCS#8 PEM), or of a key in a token.

    path: of the file, or a pkcs11 URI (RFC 7512; docs/spec/keys.md); passphrase: of the file, or
    the token's PIN; module: the token's PKCS#11 library where the URI names none.
    Raises WrongPassphrase, MalformedKey, OSError; for a URI also UnsuitableAddress, and
    MissingExtra without the extra `hsm`.
    """
    if is_address(str(path)):
        return open_signer(parse_address(str(path), module), passphrase)
    text = keyfile.read(Path(path))
    private = _load_private(str(path), text.block, passphrase)
    if not isinstance(private, Ed25519PrivateKey):
        raise MalformedKey(str(path), "not an Ed25519 private key")
    return FileSigner(private, text.name, text.role)


def load_public_key(path: Path | str) -> PublicKey:
    """Return the key of a public key file (SubjectPublicKeyInfo PEM).

    Raises MalformedKey, also for a key that the strict rule refuses; OSError.
    """
    text = keyfile.read(Path(path))
    public = _load_public(str(path), text.block)
    if not isinstance(public, Ed25519PublicKey):
        raise MalformedKey(str(path), "not an Ed25519 public key")
    try:
        return PublicKey(public.public_bytes_raw(), text.name, text.role)
    except UnsafeKey as error:
        raise MalformedKey(str(path), str(error)) from error


def load_recovery_key(path: Path | str, passphrase: bytes | None = None) -> RecoveryKey:
    """Return the key of a recovery key file (.rkey); raises as `load_signer`."""
    text = keyfile.read(Path(path))
    private = _load_private(str(path), text.block, passphrase)
    if not isinstance(private, X25519PrivateKey):
        raise MalformedKey(str(path), "not an X25519 private key")
    return RecoveryKey(private, text.name)


def load_recovery_public_key(path: Path | str) -> RecoveryPublicKey:
    """Return the key of a public recovery key file (.rpub); raises as `load_public_key`."""
    text = keyfile.read(Path(path))
    public = _load_public(str(path), text.block)
    if not isinstance(public, X25519PublicKey):
        raise MalformedKey(str(path), "not an X25519 public key")
    try:
        return RecoveryPublicKey(public, text.name)
    except UnsafeKey as error:
        raise MalformedKey(str(path), str(error)) from error


def _load_private(path: str, block: bytes, passphrase: bytes | None) -> object:
    """Return the private key of a PEM block; the caller checks its type."""
    encrypted = b"BEGIN ENCRYPTED PRIVATE KEY" in block
    if encrypted and not passphrase:
        raise WrongPassphrase(path, "the key has a passphrase, none was given")
    if passphrase and b"BEGIN PRIVATE KEY" in block:
        raise WrongPassphrase(path, "the key has no passphrase, one was given")
    if not encrypted and b"BEGIN PRIVATE KEY" not in block:
        raise MalformedKey(path, "not a private key in PKCS#8 PEM")
    try:
        return load_pem_private_key(block, passphrase if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if encrypted:
            raise WrongPassphrase(path, "wrong passphrase, or a damaged file") from None
        raise MalformedKey(path, "damaged private key") from None


def _load_public(path: str, block: bytes) -> object:
    """Return the public key of a PEM block; the caller checks its type."""
    if b"BEGIN PUBLIC KEY" not in block:
        raise MalformedKey(path, "not a public key in PEM")
    try:
        return load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm):
        raise MalformedKey(path, "damaged public key") from None
