"""Watermarks of installed packages, run as they are; they carry a message, and nothing signs it.

invisible-watermark 0.2.0 (ShieldMnt, MIT) and blind-watermark 0.4.4 (guofei9987, MIT), both for
colour pictures of 8 bits: a grey one is handed over as three equal channels, and comes back with
channels that differ. What is read back is held against what was put in.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.active.contestant import Contestant, Judgement, Protected, Unfit
from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture

MESSAGE = b"seal"
"""What every one of them carries: 32 bits."""
BITS = tuple(int(bit) for bit in np.unpackbits(np.frombuffer(MESSAGE, dtype=np.uint8)))


class MissingPackage(Exception):
    """A package of others is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package

    def __str__(self) -> str:
        return f"{self.package} is not installed: `make bench-tests` sets it up"


def load(module: str, package: str) -> ModuleType:
    """Return a module of others. Raises MissingPackage."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingPackage(package) from error


def judge_bits(bits: Sequence[int] | None) -> Judgement:
    """Return what a message says: every wrong bit is an alarm, so is no message."""
    if bits is None:
        return Judgement("gone", True)
    wrong = sum(int(a) != b for a, b in zip(bits, BITS, strict=True))
    return Judgement("garbled" if wrong else "read", wrong > 0)


@dataclass(frozen=True, eq=False)
class Carrying(Protected):
    """A picture that carries `MESSAGE`."""

    picture: Picture
    reader: Watermarking

    def judge(self, received: Picture) -> Judgement:
        """Return whether the message is read back."""
        values = _channels(received.values)[:, :, ::-1]
        return judge_bits(self.reader.read(np.ascontiguousarray(values)))


class Watermarking(Contestant):
    """A package that hides bits in three channels."""

    def protect(self, picture: Picture, label: str) -> Carrying:
        """Return the picture with the message, three channels of the same type. Raises Unfit."""
        values = _channels(picture.values)
        try:
            marked = self.write(np.ascontiguousarray(values[:, :, ::-1]))[:, :, ::-1]
        # Whatever a package raises on a picture that it does not take.
        except Exception as error:
            raise Unfit(self.name, type(error).__name__) from error
        ends = np.iinfo(values.dtype)
        kept = np.clip(np.round(marked), ends.min, ends.max).astype(values.dtype)
        return Carrying(picture.like(kept), self)

    @abstractmethod
    def write(self, values: Array) -> Array:
        """Return (rows, columns, 3), blue first, with the message."""

    @abstractmethod
    def read(self, values: Array) -> list[int] | None:
        """Return the bits in (rows, columns, 3), blue first; None where none can be read."""


class Invisible(Watermarking):
    """invisible-watermark: Haar wavelet, quantised 4x4 blocks of U."""

    def __init__(self, method: str) -> None:
        self.name = f"invisible-watermark {method}"
        self.method = method
        self.package: Any = load("imwatermark", "invisible-watermark")

    def write(self, values: Array) -> Array:
        """Return (rows, columns, 3) with the message."""
        encoder = self.package.WatermarkEncoder()
        encoder.set_watermark("bytes", MESSAGE)
        return np.asarray(encoder.encode(values, self.method))

    def read(self, values: Array) -> list[int] | None:
        """Return the bits that are read; None from pictures that the package refuses."""
        decoder = self.package.WatermarkDecoder("bits", len(BITS))
        try:
            return [int(bit) for bit in decoder.decode(values, self.method)]
        # Whatever the package raises on a forger's picture: no message was read.
        except Exception:
            return None


class Blind(Watermarking):
    """blind-watermark: Haar wavelet, DCT and singular values of 4x4 blocks of Y, U, V."""

    name = "blind-watermark"

    def __init__(self) -> None:
        self.package: Any = load("blind_watermark", "blind-watermark")
        self.package.bw_notes.close()

    def write(self, values: Array) -> Array:
        """Return (rows, columns, 3) with the message."""
        one = self.package.WaterMark(password_img=1, password_wm=1)
        one.read_img(img=values)
        one.read_wm(np.array(BITS, dtype=bool), mode="bit")
        return np.asarray(one.embed())

    def read(self, values: Array) -> list[int] | None:
        """Return the bits that are read; None from pictures that the package refuses."""
        one = self.package.WaterMark(password_img=1, password_wm=1)
        try:
            found = one.extract(embed_img=values, wm_shape=len(BITS), mode="bit")
        # Whatever the package raises on a forger's picture: no message was read.
        except Exception:
            return None
        return [int(bit) for bit in np.asarray(found) >= 0.5]


def _channels(values: Array) -> Array:
    """Return three channels: a grey picture three times."""
    return values if values.ndim == 3 else np.repeat(values[:, :, np.newaxis], 3, axis=2)
