"""Samples that left DICOM: .npy, .png and .tif files, read without trusting them.

An export does not say whether its integers were signed, nor how a tool that knows no negative
numbers wrote them: `read_export` gives every interpretation that the samples leave open, and the
mark in them tells which is right.
"""

import math
import stat
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from signing.errors import Unreadable, UnsupportedImage
from watermark.errors import UnsupportedSamples
from watermark.samples import LARGEST_AXIS, Colour, Samples

SUFFIXES: Final = (".npy", ".png", ".tif", ".tiff")
"""File names that are taken for exports, in lower case."""

MAX_FILE_BYTES: Final = 1 << 29
"""Longest export that is read, bytes."""

MAX_SAMPLES: Final = 9 << 22
"""Most samples of an export, whatever its header claims: those of a fundus photograph of 4288x2848,
and almost twice those of the largest mammogram. A PNG of 65 kB can hold 8192x8192."""

MAX_NPY_HEADER: Final = 10_000
"""Longest header of a .npy file that is evaluated, characters."""

_OFFSET_BINARY: Final = 2
"""Place of offset binary among the interpretations of a grey frame."""

Array = NDArray[np.generic]


def is_export(path: Path) -> bool:
    """Return whether the name of `path` is that of an export."""
    return path.suffix.lower() in SUFFIXES


def read_export(path: Path) -> list[Samples]:
    """Return every interpretation of the file at `path`, the likeliest first.

    Unsigned as it stands; then, where any sample has its top bit set, two's complement and offset
    binary: without one the former is the same numbers, and the latter a picture below zero
    throughout, which is not looked for. Colour: RGB, then YBR. Depth is that of the container, 8 or
    16 bits: the certificate knows the real one. Raises Unreadable for a file
    that is no such export or too large, UnsupportedImage for one that holds no 8 or 16 bit integers
    of one or three channels, OSError.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
        raise Unreadable("structure.limits", "not a regular file of possible length")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    values = _read_npy(data) if path.suffix.lower() == ".npy" else _read_picture(data)
    narrow = _narrow(values)
    try:
        return list(_interpret(narrow))
    except UnsupportedSamples as error:
        raise UnsupportedImage(error.reason) from None


def _read_npy(data: bytes) -> Array:
    """Return the array of a .npy file; no pickle, no more bytes than there are."""
    stream = BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = header(stream, max_header_size=MAX_NPY_HEADER)
    except Exception:  # any: the header is a Python literal and NumPy raises what it likes
        raise Unreadable("structure.malformed", "not a .npy file of version 1 or 2") from None
    body = memoryview(data)[stream.tell() :]
    if dtype.kind not in "iu" or dtype.hasobject:
        raise UnsupportedImage("an export must hold integers")
    if not 2 <= len(shape) <= 4 or math.prod(shape) > MAX_SAMPLES:
        raise Unreadable("structure.limits", "an export must be one frame of possible size")
    if math.prod(shape) * dtype.itemsize != len(body):
        raise Unreadable("structure.malformed", "length and shape do not agree")
    flat = np.frombuffer(body, dtype)
    return flat.reshape(shape, order="F" if fortran else "C")


def _read_picture(data: bytes) -> Array:
    """Return the samples of a PNG or TIFF picture."""
    png = data.startswith(b"\x89PNG\r\n\x1a\n")
    if png and not _is_plain_png(data):
        raise UnsupportedImage("a PNG must be grey of 8 or 16 bits, or RGB of 8")
    from PIL import Image  # lazy: verifying DICOM loads no Pillow

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=["PNG" if png else "TIFF"]) as image:
                if image.width * image.height * len(image.getbands()) > MAX_SAMPLES:
                    raise Unreadable("structure.limits", "more samples than an export may have")
                single = getattr(image, "n_frames", 1) == 1
                supported = image.mode in ("L", "RGB", "I", "I;16", "I;16B", "I;16L")
                values = np.asarray(image) if single and supported else None
    except Unreadable:
        raise
    except Exception:  # any: Pillow's readers raise what they like
        raise Unreadable("structure.malformed", "not a readable PNG or TIFF") from None
    if values is None:
        raise UnsupportedImage("a picture must be one frame, grey or RGB, of whole samples")
    return values


def _is_plain_png(data: bytes) -> bool:
    """Return whether bit depth and colour type are ones that Pillow gives without loss.

    It cuts 16-bit colour to 8 bits in silence, and spreads 1, 2 and 4 bits. Source: PNG 11.2.2.
    """
    return len(data) > 26 and (data[24], data[25]) in {(8, 0), (16, 0), (8, 2)}


def _narrow(values: Array) -> Array:
    """Return one frame as (u)int8 or (u)int16, native byte order, C-contiguous."""
    while values.ndim > 2 and values.shape[0] == 1:
        values = values[0]
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] != 3):
        raise UnsupportedImage("an export must be one frame of one or three channels")
    if not 1 <= min(values.shape[:2]) <= max(values.shape[:2]) <= LARGEST_AXIS:
        raise UnsupportedImage("an export has an axis of impossible length")
    if values.dtype.itemsize > 2:
        low, high = int(values.min()), int(values.max())
        if not -0x8000 <= low <= high <= (0x7FFF if low < 0 else 0xFFFF):
            raise UnsupportedImage("a sample does not fit 16 bits")
        values = values.astype(np.int16 if low < 0 else np.uint16)
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def as_container(values: Array, raw: Samples, choice: int) -> Array:
    """Return samples as the words of the file that they came from.

    values: samples under the interpretation number `choice` of `read_export`, or under that of a
    certificate; raw: the first interpretation, the words as they stand.
    """
    if choice == _OFFSET_BINARY and raw.colour is Colour.GREY:
        shifted = values.astype(np.int32) + (1 << (raw.bits - 1))
        return shifted.astype(raw.values.dtype)
    return values.view(raw.values.dtype)


def encode_export(values: Array, suffix: str) -> bytes:
    """Return one frame of (u)int8 or (u)int16 words as the bytes of a file with this suffix.

    Raises UnsupportedImage for words that a picture cannot hold: signed ones, colour of 16 bits.
    """
    stream = BytesIO()
    if suffix.lower() == ".npy":
        np.save(stream, values, allow_pickle=False)
        return stream.getvalue()
    wide = values.dtype.itemsize > 1
    if values.dtype.kind != "u" or (wide and values.ndim > 2):
        raise UnsupportedImage("signed samples, or colour of 16 bits, are written as .npy only")
    from PIL import Image

    kind = "PNG" if suffix.lower() == ".png" else "TIFF"
    Image.fromarray(np.ascontiguousarray(values)).save(stream, kind)
    return stream.getvalue()


def _interpret(values: Array) -> Iterator[Samples]:
    """Yield the interpretations of one narrow frame."""
    bits = 8 * values.dtype.itemsize
    if values.ndim == 3:
        unsigned = values.view(f"u{values.dtype.itemsize}")
        yield Samples(unsigned, bits, False, Colour.RGB)
        yield Samples(unsigned, bits, False, Colour.YBR)
        return
    if values.dtype.kind == "i":
        yield Samples(values, bits, True)
        return
    yield Samples(values, bits)
    if int(values.max()) >> (bits - 1) == 0:
        return
    signed = np.dtype(f"i{values.dtype.itemsize}")
    shifted = values.astype(np.int32) - (1 << (bits - 1))
    yield Samples(values.view(signed), bits, True)
    yield Samples(shifted.astype(signed), bits, True)
