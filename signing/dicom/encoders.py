"""Compressed frames out of stored integers, one function a lossless transfer syntax.

Every encoder is tried on the frame at hand and its work is decoded and compared by `writing`; one
that refuses returns None.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from signing.dicom import gdcmclient
from signing.dicom.codecs import JPEG2000, JPEG_LOSSLESS, JPEG_LS, RLE
from signing.dicom.geometry import Geometry
from signing.dicom.native import Frame
from signing.dicom.quiet import silenced

OPENJPEG_RGB: Final = 1
"""pylibjpeg-openjpeg's name for RGB, with which it applies the reversible colour transform."""

OPENJPEG_UNSPECIFIED: Final = 0


def encode_frame(frame: Frame, geometry: Geometry, syntax: str) -> bytes | None:
    """Return `frame` compressed, of even length; None when the encoder is absent or refuses."""
    encoder = ENCODERS.get(syntax)
    if encoder is None:
        return None
    try:
        with silenced():
            stream = encoder(frame, geometry, syntax)
    except Exception:  # any: encoders raise what they like; the caller falls back
        return None
    return stream + b"\0" * (len(stream) % 2) if stream else None


def _words(frame: Frame) -> bytes:
    """Return little endian words, colour by pixel."""
    return np.ascontiguousarray(frame, frame.dtype.newbyteorder("<")).tobytes()


def _encode_rle(frame: Frame, geometry: Geometry, _syntax: str) -> bytes:
    """Encode RLE with pylibjpeg-rle, which takes colour by pixel."""
    from rle.rle import encode_frame as encode

    shape = (geometry.rows, geometry.columns, geometry.channels, geometry.allocated)
    return bytes(encode(_words(frame), *shape, "<"))


def _encode_jpeg_ls(frame: Frame, geometry: Geometry, _syntax: str) -> bytes:
    """Encode JPEG-LS with CharLS, the bits above Bits Stored left out, planes as they were."""
    import jpeg_ls

    unsigned = frame.view(f"u{frame.dtype.itemsize}") & ((1 << geometry.stored) - 1)
    words = unsigned.astype("<u1" if geometry.stored <= 8 else "<u2")
    if geometry.channels > 1 and geometry.planar:
        words = np.ascontiguousarray(words.transpose(2, 0, 1))
    stream = jpeg_ls.encode_buffer(
        words.tobytes(),
        geometry.rows,
        geometry.columns,
        geometry.channels,
        geometry.stored,
        interleave_mode=0 if geometry.planar else 2,
    )
    return bytes(stream)


def _encode_jpeg2000(frame: Frame, geometry: Geometry, _syntax: str) -> bytes:
    """Encode JPEG 2000, 5/3 transform; with RCT where the data set says YBR_RCT."""
    from openjpeg.utils import encode_buffer

    narrow = frame.astype(f"{frame.dtype.kind}1") if geometry.stored <= 8 else frame
    transformed = geometry.photometric == "YBR_RCT"
    stream = encode_buffer(
        _words(narrow),
        geometry.columns,
        geometry.rows,
        geometry.channels,
        geometry.stored,
        geometry.signed,
        photometric_interpretation=OPENJPEG_RGB if transformed else OPENJPEG_UNSPECIFIED,
        use_mct=transformed,
    )
    return bytes(stream)


def _encode_jpeg_lossless(frame: Frame, geometry: Geometry, syntax: str) -> bytes:
    """Encode JPEG lossless with GDCM, in its own process."""
    return gdcmclient.encode(_words(frame), geometry, syntax)


ENCODERS: Final[dict[str, Callable[[Frame, Geometry, str], bytes]]] = {
    RLE: _encode_rle,
    JPEG_LS: _encode_jpeg_ls,
    JPEG2000: _encode_jpeg2000,
    **dict.fromkeys(JPEG_LOSSLESS, _encode_jpeg_lossless),
}
"""Transfer syntaxes that can be written compressed."""
