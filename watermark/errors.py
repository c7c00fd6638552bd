"""The causes for which `watermark` refuses.

    WatermarkError
    ├── UnsupportedSamples      the array is not a picture that can be described
    ├── UnknownName             a profile, transform or damage share that does not exist
    ├── DoesNotFit              the picture cannot hold the mark; it can be sealed detached
    ├── PayloadTooLarge         more bytes than the described capacity
    ├── MalformedDescription    bytes that are no description
    ├── MalformedRecord         bytes that are no restoration record of these samples
    ├── MalformedPicture        bytes that are no approximation of a frame of this shape
    └── MalformedSalts          salts that do not fit the redacted cells

Every class hands all its arguments to `super().__init__`, so that it survives pickling.
"""

from __future__ import annotations

from typing import ClassVar


class WatermarkError(Exception):
    """Base of everything that this package raises on purpose."""


class UnsupportedSamples(WatermarkError):
    """The array is no frame of 8 to 16 bit integers in a shape that we read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownName(WatermarkError):
    """A name outside its closed list was asked for."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, name, known)
        self.kind, self.name, self.known = kind, name, known

    def __str__(self) -> str:
        return f"no {self.kind} is called {self.name!r}; there are: {', '.join(self.known)}"


class DoesNotFit(WatermarkError):
    """The frame cannot hold the payload: `reason` is "small", "flat" or "capacity"."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail

    def __str__(self) -> str:
        return f"the mark does not fit ({self.reason}): {self.detail}"


class PayloadTooLarge(WatermarkError):
    """The payload has `size` bytes, the described frame holds `capacity`."""

    def __init__(self, size: int, capacity: int) -> None:
        super().__init__(size, capacity)
        self.size, self.capacity = size, capacity

    def __str__(self) -> str:
        return f"a payload of {self.size} bytes exceeds the capacity of {self.capacity}"


class _Malformed(WatermarkError):
    """Bytes from strangers that are not what they should be. reason: in plain words."""

    what: ClassVar[str]

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"malformed {self.what}: {self.reason}"


class MalformedDescription(_Malformed):
    """The bytes are no description, or it contradicts itself or the samples."""

    what = "description"


class MalformedRecord(_Malformed):
    """The bytes are no restoration record, or not one of these samples."""

    what = "restoration record"


class MalformedPicture(_Malformed):
    """The bytes are no approximation of a frame of the given shape."""

    what = "picture"


class MalformedSalts(_Malformed):
    """The salts that a redaction discloses are not those that the redacted cells ask for."""

    what = "salts"
