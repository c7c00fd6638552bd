"""Signers whose key stays in a token: found, made, and used, by PKCS#11.

What a token returns is a stranger's: its public key passes the strict rule before it is used, and
whoever signs an envelope verifies each signature (`envelope.sign_message`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from signing import curve, digests, keyfile
from signing.errors import (
    MalformedKey,
    MissingExtra,
    OutputExists,
    SignerFailed,
    UnsafeKey,
    UnsuitableAddress,
    UnsuitableName,
    WrongPassphrase,
)
from signing.hsm.address import TokenAddress, read_pin
from signing.keyfile import Role

if TYPE_CHECKING:
    from pkcs11 import PrivateKey, Session, Token
    from pkcs11 import PublicKey as TokenKey

EXTRA: Final = "hsm"
"""The extra of the distribution that this module needs."""

MAX_OBJECTS: Final = 64
"""Keys that are looked at to find the one."""

_OID: Final = bytes.fromhex("06032b6570")  # 1.3.101.112 (RFC 8410, 3), by most tokens
_NAME: Final = b"\x13\x0cedwards25519"  # PrintableString (PKCS#11 3.0, 2.3.10), by the others
_OCTETS: Final = bytes([0x04, curve.PUBLIC_KEY_SIZE])  # DER OCTET STRING around a point
_ID_SIZE: Final = 8


class TokenSigner:
    """A signer whose private key is in a token. Never pickled: its session is this process's."""

    def __init__(self, private: Any, public: bytes, name: str, role: Role) -> None:
        curve.check_public_key(public)
        self._private, self._public, self._name, self._role = private, public, name, role
        # One operation of a session at a time (PKCS#11 3.0, 5.13).
        self._lock = Lock()

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self._public

    @property
    def key_id(self) -> bytes:
        """16 bytes."""
        return digests.key_id(self._public)

    @property
    def name(self) -> str:
        """The key's label in the token."""
        return self._name

    @property
    def role(self) -> Role:
        """What the address says that the key is for."""
        return self._role

    def sign(self, message: bytes) -> bytes:
        """Return the token's signature of `message`; raises SignerFailed where it gives none."""
        import pkcs11

        with self._lock:
            try:
                return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
            except pkcs11.PKCS11Error as error:
                raise SignerFailed(self._name) from error

    def close(self) -> None:
        """Log out and end the session; neither this signer nor another of the token can sign."""
        _end(self._private.session)

    def __repr__(self) -> str:
        return f"TokenSigner({self._name!r}, {self._role}, key id {self.key_id.hex()})"

    def __reduce__(self) -> str:
        raise TypeError("a signer of a token stays in its process")


def open_signer(address: TokenAddress, pin: bytes | None = None) -> TokenSigner:
    """Return the signer of the one Ed25519 key that `address` names.

    pin: instead of the address's pin-source. Raises MissingExtra, UnsuitableAddress without a
    library, WrongPassphrase for a PIN that is missing or refused, MalformedKey where there is no
    such key, more than one, or one that the strict rule refuses; OSError.
    """
    session = _open_session(address, pin, writing=False)
    try:
        with _translated(address):
            private = _find_private(session, address)
            public = _find_public(session, private, address)
            return _signer(private, public, address)
    except BaseException:
        _end(session)
        raise


def make_key(address: TokenAddress, name: str, pin: bytes | None = None) -> TokenSigner:
    """Make an Ed25519 pair in the token, labelled `name`, and return its signer.

    The private key cannot be read and does not leave the token. Raises UnsuitableName,
    OutputExists where the token has a key of that label, and what `open_signer` raises.
    """
    keyfile.check_name(name)
    session = _open_session(address, pin, writing=True)
    try:
        with _translated(address):
            if list(_private_keys(session, {"LABEL": name})):
                raise OutputExists(f"{address.shown};object={name}")
            public, private = _generate(session, name)
            return _signer(private, _point(public, address), address)
    except BaseException:
        _end(session)
        raise


def _generate(session: "Session", name: str) -> tuple[Any, Any]:
    """Make a pair, public and private; the curve is named in a way that the token understands."""
    import pkcs11

    identity = session.generate_random(8 * _ID_SIZE)

    def make(parameters: bytes) -> tuple[Any, Any]:
        domain = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: parameters}, local=True
        )
        return domain.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=name,
            id=identity,
            private_template={
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
            },
        )

    try:
        return make(_OID)
    except pkcs11.PKCS11Error:
        return make(_NAME)


def _signer(private: "PrivateKey", public: bytes, address: TokenAddress) -> TokenSigner:
    """Return the signer of a pair; its name is the label, or where there is none the key id."""
    if not hasattr(private, "sign"):
        raise MalformedKey(address.shown, "the token does not let this key sign")
    label = private.label or digests.key_id(public).hex()
    try:
        return TokenSigner(private, public, keyfile.check_name(label), address.role)
    except UnsafeKey as error:
        raise MalformedKey(address.shown, str(error)) from error
    except UnsuitableName as error:
        raise MalformedKey(address.shown, f"its label: {error.reason}") from None


def _open_session(address: TokenAddress, pin: bytes | None, *, writing: bool) -> "Session":
    """Return a session of the one token that the address names, logged in."""
    library = _load(address.module)
    if pin is None and address.pin_source is not None:
        pin = read_pin(address.pin_source)
    if pin is None:
        raise WrongPassphrase(address.shown, "the token wants a PIN, none was given")
    try:
        secret = pin.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongPassphrase(address.shown, "the PIN is not UTF-8") from None
    import pkcs11

    with _translated(address):
        token = _find_token(library, address)
        try:
            return token.open(rw=writing, user_pin=secret)
        except pkcs11.UserAlreadyLoggedIn:
            # A login is of the whole process (PKCS#11 3.0, 5.6): another signer has made it.
            return token.open(rw=writing)


def _end(session: "Session") -> None:
    """Log out and end a session, as far as the token is still there."""
    import pkcs11

    with suppress(pkcs11.PKCS11Error):
        session.close()


def _load(module: Path | None) -> Any:
    """Return a PKCS#11 library; raises MissingExtra, UnsuitableAddress."""
    try:
        import pkcs11
    except ImportError:
        raise MissingExtra(EXTRA, "keys in tokens") from None
    if module is None:
        reason = "names no library; add ?module-path=FILE or set PKCS11_MODULE_PATH"
        raise UnsuitableAddress("pkcs11 URI", reason)
    try:
        return pkcs11.lib(str(module))
    except (pkcs11.PKCS11Error, RuntimeError):
        raise MalformedKey(str(module), "not a PKCS#11 library that can be loaded") from None


@contextmanager
def _translated(address: TokenAddress) -> Iterator[None]:
    """Turn what the token refuses into our errors, without a word of the PIN."""
    import pkcs11

    refused = (
        pkcs11.PinIncorrect,
        pkcs11.PinInvalid,
        pkcs11.PinLenRange,
        pkcs11.UserPinNotInitialized,
    )
    try:
        yield
    except refused:
        raise WrongPassphrase(address.shown, "the token refuses the PIN") from None
    except pkcs11.PinLocked:
        raise WrongPassphrase(address.shown, "the PIN is locked after too many attempts") from None
    except UnicodeDecodeError:
        raise MalformedKey(address.shown, "the token has a label that is not UTF-8") from None
    except pkcs11.PKCS11Error as error:
        raise MalformedKey(address.shown, f"the token answers {type(error).__name__}") from None


def _find_token(library: Any, address: TokenAddress) -> "Token":
    """Return the one token that fits the address."""
    fitting = [token for token in _tokens(library) if _fits(token, address)]
    if len(fitting) != 1:
        reason = "no such token" if not fitting else "more than one token fits; name its serial"
        raise MalformedKey(address.shown, reason)
    return fitting[0]


def _tokens(library: Any) -> Iterator["Token"]:
    """Yield the tokens that can be read; one in another slot that cannot is not the one."""
    import pkcs11

    for slot in library.get_slots(token_present=True):
        with suppress(pkcs11.PKCS11Error):
            yield slot.get_token()


def _fits(token: "Token", address: TokenAddress) -> bool:
    """Tell whether a token is one that the address names; a blank one never is."""
    import pkcs11

    if not token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
        return False
    wanted = (
        (address.token, token.label),
        (address.serial, token.serial.decode("utf-8", "replace").strip("\0 ")),
        (address.manufacturer, token.manufacturer_id),
        (address.model, token.model),
        (address.slot_id, token.slot.slot_id),
    )
    return all(wish is None or wish == value for wish, value in wanted)


def _private_keys(session: "Session", wanted: dict[str, Any]) -> Iterator["PrivateKey"]:
    """Yield the first Ed25519 private keys with these attributes."""
    import pkcs11

    attributes = {pkcs11.Attribute[name]: value for name, value in wanted.items()}
    attributes[pkcs11.Attribute.CLASS] = pkcs11.ObjectClass.PRIVATE_KEY
    attributes[pkcs11.Attribute.KEY_TYPE] = pkcs11.KeyType.EC_EDWARDS
    for place, key in enumerate(session.get_objects(attributes)):
        if place == MAX_OBJECTS:
            return
        yield key  # type: ignore[misc]


def _find_private(session: "Session", address: TokenAddress) -> "PrivateKey":
    """Return the one private key that the address names."""
    wanted: dict[str, Any] = {}
    if address.object is not None:
        wanted["LABEL"] = address.object
    if address.id is not None:
        wanted["ID"] = address.id
    found = list(_private_keys(session, wanted))
    if len(found) != 1:
        what = "no Ed25519 private key" if not found else "more than one Ed25519 private key"
        raise MalformedKey(address.shown, f"{what} of that name in the token")
    return found[0]


def _find_public(session: "Session", private: "PrivateKey", address: TokenAddress) -> bytes:
    """Return the raw public key beside a private one: of its id, or its label where it has none."""
    import pkcs11

    wanted: dict[Any, Any] = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
        pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC_EDWARDS,
    }
    if private.id:
        wanted[pkcs11.Attribute.ID] = private.id
    else:
        wanted[pkcs11.Attribute.LABEL] = private.label
    found = [key for key, _ in zip(session.get_objects(wanted), range(MAX_OBJECTS), strict=False)]
    points = {_point(key, address) for key in found}  # type: ignore[arg-type]
    if len(points) != 1:
        what = "no public key" if not points else "more than one public key"
        raise MalformedKey(address.shown, f"{what} beside the private one in the token")
    return points.pop()


def _point(public: "TokenKey", address: TokenAddress) -> bytes:
    """Return the raw public key: tokens give it bare, or in a DER OCTET STRING."""
    import pkcs11

    point = bytes(public[pkcs11.Attribute.EC_POINT])
    if len(point) == len(_OCTETS) + curve.PUBLIC_KEY_SIZE and point.startswith(_OCTETS):
        point = point[len(_OCTETS) :]
    if len(point) != curve.PUBLIC_KEY_SIZE:
        raise MalformedKey(address.shown, "the token's public key has not 32 bytes")
    return point
