"""Named causes: every error that `signing` raises on purpose.

SigningError
├── Malformed                 bytes that are not in the one accepted encoding (reason, offset)
│   ├── MalformedCbor         not deterministic CBOR of the kind we write
│   ├── MalformedEnvelope     no COSE_Sign1 of version 1
│   ├── MalformedCertificate  claims of a frame's certificate
│   ├── MalformedStatement    claims of an instance's statement
│   ├── MalformedAmendment    claims of an amendment
│   ├── MalformedDisclosures  rows and seed of the disclosures element
│   ├── MalformedPayload      bytes carried in the pixels
│   ├── MalformedRecovery     recovery data, or their list
│   ├── MalformedCredential   an X.509 certificate or revocation list that is not taken
│   └── MalformedBlock        private block or one of its elements
├── UnknownVersion            an envelope of a version that this reader does not know
├── BadKey                    a key file that cannot be used (path, reason)
│   ├── MalformedKey          not a key file as keygen writes it
│   ├── WrongPassphrase       passphrase missing, wrong, or not wanted
│   └── EmptyTrust            no key to trust at that place
├── MalformedSettings         a settings file that is not as its page says (path, reason)
├── UnsafeKey                 a public key that the strict rule refuses
├── UnsuitableName            a name that no key file can have
├── UnsuitableMask            a mask that does not fit the frames
├── UnsuitableAddress         an address that nothing can be asked at
├── SignerFailed              a signer gave something that is not its signature
├── StampFailed               a time-stamping authority gave no time stamp
├── RefusedToken              a time stamp token that proves nothing
├── MissingExtra              an optional part of the distribution is not installed
├── LimitExceeded             more than the format can hold
├── Unreadable                a file whose structure cannot be read, or lies
├── UnsupportedImage          an image that cannot be sealed as asked
├── AlreadySealed             sealing what bears a seal or its remains
├── NotSealed                 restoring or scrubbing what bears no seal
├── NotAmendable              what cannot be signed again
├── NotRedactable             what cannot be taken out of a sealed data set
├── NotRestorable             a seal from which the original cannot be had
├── NotRecoverable            damage that recovery data do not mend
├── WrongRecoveryKey          recovery data that were made for other keys
├── NotAuthentic              `Report.require()` on any verdict but authentic
├── CodecUnavailable          no decoder or encoder for a transfer syntax
├── SelfCheckFailed           a fresh seal that did not survive its own check
└── OutputExists              a destination that may not be overwritten

All arguments go to `Exception.__init__`, so every error crosses process pools. Messages hold no
pixel, no key and no patient's data. Names say the cause and do not repeat that it is an error.
"""

from typing import ClassVar


class SigningError(Exception):
    """Root of every error that `signing` raises on purpose."""


class _Reasoned(SigningError):
    """What an error is, and why. reason: in plain words."""

    what: ClassVar[str]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class Malformed(SigningError):
    """Bytes that are not in the one accepted encoding.

    reason: what is wrong, in plain words; offset: byte at which it shows, 0 where it is the whole.
    """

    what: ClassVar[str] = "bytes"

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason, offset)
        self.reason, self.offset = reason, offset

    def __str__(self) -> str:
        place = f" at byte {self.offset}" if self.offset else ""
        return f"malformed {self.what}{place}: {self.reason}"


class MalformedCbor(Malformed):
    """Not deterministic CBOR (RFC 8949, 4.2.1) of the few types that our formats use."""

    what = "CBOR"


class MalformedEnvelope(Malformed):
    """The bytes are no COSE_Sign1 envelope of version 1."""

    what = "envelope"


class MalformedCertificate(Malformed):
    """The claims are not those of a frame's certificate."""

    what = "certificate"


class MalformedStatement(Malformed):
    """The claims are not those of an instance's statement."""

    what = "statement"


class MalformedAmendment(Malformed):
    """The claims are not those of an amendment."""

    what = "amendment"


class MalformedDisclosures(Malformed):
    """The disclosures, or one leaf or row of them, break their rules."""

    what = "disclosures"


class MalformedPayload(Malformed):
    """The bytes read from the pixels are no payload."""

    what = "payload"


class MalformedRecovery(Malformed):
    """The bytes are no recovery data, or no list of them."""

    what = "recovery data"


class MalformedCredential(Malformed):
    """An X.509 certificate, or a revocation list, outside the profile that is taken."""

    what = "credential"


class MalformedBlock(Malformed):
    """The private block, or one of its elements, is not as sealing writes it."""

    what = "seal block"


class UnknownVersion(SigningError):
    """An envelope of a version that this reader does not know; nothing is wrong with it.

    version: the number in its content type.
    """

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version

    def __str__(self) -> str:
        return f"envelope of version {self.version}, which this reader does not know"


class BadKey(SigningError):
    """A key file that cannot be used. path: the file; reason: why, in plain words."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class MalformedKey(BadKey):
    """Not a key file as `keygen` writes it."""


class WrongPassphrase(BadKey):
    """The passphrase is missing, wrong, or given for a key that has none."""


class EmptyTrust(BadKey):
    """There is no key to trust at that place."""


class MalformedSettings(SigningError):
    """A settings file that is not as its page says. path: the file; reason: the first fault."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class UnsafeKey(_Reasoned):
    """A public key that the strict Ed25519 rule refuses. reason: which rule."""

    what = "unsafe public key"


class UnsuitableName(SigningError):
    """A name that no key file can have. name: as given; reason: which rule."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason

    def __str__(self) -> str:
        return f"unsuitable key name {self.name!r}: {self.reason}"


class UnsuitableMask(SigningError):
    """A mask of protected samples that has another shape than the frames."""

    def __init__(self, mask: tuple[int, ...], frame: tuple[int, ...]) -> None:
        super().__init__(mask, frame)
        self.mask, self.frame = mask, frame

    def __str__(self) -> str:
        return f"a mask of {self.mask} does not fit frames of {self.frame}"


class SignerFailed(SigningError):
    """A signer gave something that is not its signature. name: the signer's name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"signer {self.name!r} did not give a valid signature"


class UnsuitableAddress(SigningError):
    """An address (URL, or pkcs11 URI) that cannot be used.

    what: which part of it, in plain words, never the whole: it may hold a secret; reason: why.
    """

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what, self.reason = what, reason

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class StampFailed(SigningError):
    """A time-stamping authority gave no time stamp. authority: its host; reason: why."""

    def __init__(self, authority: str, reason: str) -> None:
        super().__init__(authority, reason)
        self.authority, self.reason = authority, reason

    def __str__(self) -> str:
        return f"no time stamp from {self.authority}: {self.reason}"


class RefusedToken(_Reasoned):
    """A time stamp token that proves nothing. reason: why."""

    what = "refused time stamp"


class MissingExtra(SigningError):
    """An optional part is not installed. extra: its name; purpose: what needs it."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra, self.purpose = extra, purpose

    def __str__(self) -> str:
        return f"{self.purpose} need the extra {self.extra!r}: pip install 'scanseal[{self.extra}]'"


class LimitExceeded(SigningError):
    """More than the format can hold. what: of what; size and limit: in the same unit."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(what, size, limit)
        self.what, self.size, self.limit = what, size, limit

    def __str__(self) -> str:
        return f"{self.what}: {self.size} is more than the limit of {self.limit}"


class Unreadable(SigningError):
    """A file whose structure cannot be read, or lies.

    code: the finding it becomes, such as "structure.duplicate"; reason: in plain words;
    where: tag or byte, "" where it is the whole file.
    """

    def __init__(self, code: str, reason: str, where: str = "") -> None:
        super().__init__(code, reason, where)
        self.code, self.reason, self.where = code, reason, where

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"unreadable{place}: {self.reason}"


class UnsupportedImage(_Reasoned):
    """An image that cannot be sealed as asked. reason: why, in plain words."""

    what = "unsupported image"


class AlreadySealed(SigningError):
    """Sealing was asked for what bears a seal or its remains. remains: what was found."""

    def __init__(self, remains: str) -> None:
        super().__init__(remains)
        self.remains = remains

    def __str__(self) -> str:
        return f"already sealed: {self.remains}"


class NotSealed(SigningError):
    """A verb that needs a seal met an instance without one."""

    def __str__(self) -> str:
        return "not sealed"


class NotRedactable(_Reasoned):
    """What cannot be redacted. reason: why, in plain words."""

    what = "cannot be redacted"


class NotAmendable(_Reasoned):
    """What cannot be amended. reason: why, in plain words."""

    what = "cannot be amended"


class NotRestorable(_Reasoned):
    """A seal from which the original cannot be had. reason: why, in plain words."""

    what = "cannot restore"


class NotRecoverable(_Reasoned):
    """Damage that cannot be mended. reason: why, in plain words."""

    what = "cannot recover"


class WrongRecoveryKey(SigningError):
    """Recovery data that were not made for this key. name: the key's name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"the recovery data were not made for recovery key {self.name!r}"


class NotAuthentic(SigningError):
    """`Report.require()` met another verdict than authentic. report: the whole report."""

    def __init__(self, report: object) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return f"not authentic: {getattr(self.report, 'verdict', 'no verdict')}"


class CodecUnavailable(SigningError):
    """No decoder or encoder for a transfer syntax. syntax: its UID; missing: what to install."""

    def __init__(self, syntax: str, missing: str = "") -> None:
        super().__init__(syntax, missing)
        self.syntax, self.missing = syntax, missing

    def __str__(self) -> str:
        hint = f" (missing: {self.missing})" if self.missing else ""
        return f"no codec for transfer syntax {self.syntax}{hint}"


class SelfCheckFailed(_Reasoned):
    """A fresh seal did not survive its own check; nothing was written. reason: what failed."""

    what = "the fresh seal failed its own check"


class OutputExists(SigningError):
    """A destination exists and was not to be overwritten. path: the destination."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} exists; nothing is overwritten without force"
