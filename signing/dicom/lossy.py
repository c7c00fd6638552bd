"""Frames of lossy codestreams as integers, to be compared with recovery data; never to be digested.

What a lossy decoder gives may differ between versions, so that no signature rests on it.
"""

from collections.abc import Collection, Iterator
from io import BytesIO
from itertools import islice
from typing import Final

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset

from signing.dicom import codecs, fragments, gdcmclient, native
from signing.dicom.geometry import Geometry, measure
from signing.dicom.native import Frame
from signing.dicom.part10 import transfer_syntax
from signing.dicom.quiet import silenced
from signing.dicom.streams import read_jpeg2000
from signing.errors import UnsupportedImage

JPEG_BASELINE: Final = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED: Final = "1.2.840.10008.1.2.4.51"
JPEG_LS_NEAR: Final = "1.2.840.10008.1.2.4.81"
JPEG2000_LOSSY: Final = ("1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203")

SYNTAXES: Final = frozenset({JPEG_BASELINE, JPEG_EXTENDED, JPEG_LS_NEAR, *JPEG2000_LOSSY})
"""Lossy transfer syntaxes that are read for a comparison."""


def is_readable(dataset: Dataset) -> bool:
    """Tell whether the transfer syntax is one of `SYNTAXES`."""
    return transfer_syntax(dataset) in SYNTAXES


def pick(dataset: Dataset, wanted: Collection[int]) -> Iterator[tuple[int, Frame]]:
    """Yield index and samples of the `wanted` frames, ascending.

    Raises Unreadable for broken pixel data, UnsupportedImage where one cannot be decoded.
    """
    for index, frame in enumerate(islice(frames(dataset), max(wanted, default=-1) + 1)):
        if index not in wanted:
            continue
        if frame is None:
            raise UnsupportedImage("a frame does not decode")
        yield index, frame


def frames(dataset: Dataset) -> Iterator[Frame | None]:
    """Yield each frame as integers, None for one that cannot be decoded.

    Nothing where the transfer syntax is none of `SYNTAXES` or fragments do not tell the frames.
    Colour comes as RGB. Raises Unreadable for broken pixel data.
    """
    geometry, syntax = measure(dataset), transfer_syntax(dataset)
    if geometry is None or not is_readable(dataset) or geometry.allocated not in (8, 16):
        return
    streams = fragments.assign(dataset, geometry.frames)
    if len(streams) != geometry.frames:
        return
    for stream in streams:
        yield decode_frame(stream, geometry, syntax)


def decode_frame(stream: bytes, geometry: Geometry, syntax: str) -> Frame | None:
    """Return one lossy frame, None where the decoder refuses it or it has another shape."""
    decoder = _decode_jpeg2000 if syntax in JPEG2000_LOSSY else _DECODERS.get(syntax)
    try:
        with silenced():
            frame = decoder(stream, geometry) if decoder is not None else None
    except Exception:  # any: decoders raise what they like; then there is nothing to compare
        return None
    shape = (geometry.rows, geometry.columns, *((3,) if geometry.channels == 3 else ()))
    return frame if frame is not None and frame.shape == shape else None


def _decode_baseline(stream: bytes, geometry: Geometry) -> Frame | None:
    """Decode 8-bit JPEG with libjpeg (Pillow); its size is known before a sample is decoded."""
    mode = "L" if geometry.channels == 1 else "RGB"
    with Image.open(BytesIO(stream), formats=["JPEG"]) as image:
        if image.size != (geometry.columns, geometry.rows):
            return None
        return np.asarray(image.convert(mode)).astype(geometry.dtype)


def _decode_extended(stream: bytes, geometry: Geometry) -> Frame | None:
    """Decode 12-bit JPEG, one channel, with GDCM in its own process."""
    if geometry.channels != 1:
        return None
    data = gdcmclient.decode(stream, geometry, JPEG_EXTENDED)
    if len(data) * 8 != geometry.frame_bits:
        return None
    words = np.frombuffer(data, geometry.dtype.newbyteorder("<")).astype(geometry.dtype)
    return native.shape(words, geometry, planar=False)


def _decode_near_lossless(stream: bytes, geometry: Geometry) -> Frame | None:
    """Decode near-lossless JPEG-LS with CharLS."""
    return codecs.decode_jpeg_ls(stream, geometry)


def _decode_jpeg2000(stream: bytes, geometry: Geometry) -> Frame | None:
    """Decode irreversible JPEG 2000 with OpenJPEG, its colour transform undone."""
    header = read_jpeg2000(stream)
    told = (header.rows, header.columns, header.channels) if header else ()
    if told != (geometry.rows, geometry.columns, geometry.channels):
        return None
    return codecs.decode_jpeg2000(stream, geometry)


_DECODERS: Final = {
    JPEG_BASELINE: _decode_baseline,
    JPEG_EXTENDED: _decode_extended,
    JPEG_LS_NEAR: _decode_near_lossless,
}
