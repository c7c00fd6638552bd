"""Frames out of pixel data: as stored integers where a lossless decoder is at hand, else as bytes.

Samples are decoded before any colour transform other than the codec's own reversible one: YBR_FULL
stays YBR_FULL, JPEG 2000's RCT gives RGB. No rescale, no window. The decoder of each transfer
syntax is named here; pydicom never chooses one. Before a decoder sees a frame its header must state
the shape that the data set states.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from signing.dicom import fragments, gdcmclient, native, rle
from signing.dicom.geometry import Geometry, measure
from signing.dicom.growth import DECODING, check_growth
from signing.dicom.limits import EXPLICIT_BIG, NATIVE_SYNTAXES
from signing.dicom.native import Frame
from signing.dicom.part10 import transfer_syntax
from signing.dicom.quiet import silenced
from signing.dicom.streams import StreamHeader, read_jpeg, read_jpeg2000
from signing.errors import CodecUnavailable, Unreadable
from signing.statement import DigestKind

RLE: Final = "1.2.840.10008.1.2.5"
JPEG_LS: Final = "1.2.840.10008.1.2.4.80"
JPEG2000: Final = "1.2.840.10008.1.2.4.90"
HTJ2K: Final = frozenset({"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202"})
JPEG_LOSSLESS: Final = frozenset(gdcmclient.SYNTAXES)
JPEG_SYNTAXES: Final = frozenset(
    f"1.2.840.10008.1.2.4.{process}" for process in (*range(50, 67), 70, 80, 81)
)
"""Transfer syntaxes whose frames are JPEG or JPEG-LS codestreams (PS3.5 A.4.1, A.4.3)."""
JPEG_START: Final = b"\xff\xd8"
"""Marker with which they begin (ITU-T T.81, B.1.1.3)."""
_JPEG_FAMILY: Final = JPEG_LOSSLESS | {JPEG_LS}
_J2K_FAMILY: Final = HTJ2K | {JPEG2000}


def pixel_kind(dataset: Dataset) -> DigestKind:
    """Return what `frames` or `codestreams` can give for this data set.

    CODESTREAM for lossy, video and unknown syntaxes, for packed bits that we do not unpack, and for
    a lossless syntax whose frame headers contradict the data set or turn out to be lossy. Raises
    Unreadable when pixel data, fragments or their attributes are broken.
    """
    geometry = measure(dataset)
    if geometry is None:
        return DigestKind.NONE
    syntax = transfer_syntax(dataset)
    if syntax in NATIVE_SYNTAXES:
        native.raw_value(dataset, geometry, syntax == EXPLICIT_BIG)
        return DigestKind.SAMPLES if native.is_supported(geometry) else DigestKind.CODESTREAM
    streams = fragments.assign(dataset, geometry.frames)
    if syntax in JPEG_SYNTAXES and not all(stream.startswith(JPEG_START) for stream in streams):
        raise Unreadable("structure.malformed", "a frame is no JPEG codestream", "(7fe0,0010)")
    if len(streams) != geometry.frames or geometry.is_float:
        return DigestKind.CODESTREAM
    decodable = all(_fits(stream, geometry, syntax) for stream in streams)
    return DigestKind.SAMPLES if decodable else DigestKind.CODESTREAM


def frames(dataset: Dataset) -> Iterator[Frame]:
    """Yield each frame as stored integers, native byte order, (rows, columns[, channels]).

    Only for pixel data of kind SAMPLES. Raises Unreadable when a frame does not decode,
    CodecUnavailable for a syntax without decoder.
    """
    geometry = _measured(dataset)
    syntax = transfer_syntax(dataset)
    if syntax in NATIVE_SYNTAXES:
        yield from native.split(dataset, geometry, syntax == EXPLICIT_BIG)
        return
    check_growth(dataset, geometry, DECODING)
    streams = fragments.assign(dataset, geometry.frames)
    if len(streams) != geometry.frames:
        raise Unreadable("structure.malformed", "fragments do not tell the frames", "(7fe0,0010)")
    for stream in streams:
        yield decode_frame(stream, geometry, syntax)


def pick(dataset: Dataset, wanted: Collection[int]) -> Iterator[tuple[int, Frame]]:
    """Yield index and frame of the `wanted` frames, ascending; compressed ones decode alone.

    Indices that the pixel data do not have are passed over. Raises as `frames` does.
    """
    last = max(wanted, default=-1)
    geometry, syntax = _measured(dataset), transfer_syntax(dataset)
    if syntax in NATIVE_SYNTAXES:
        for index, frame in enumerate(islice(frames(dataset), last + 1)):
            if index in wanted:
                yield index, frame
        return
    check_growth(dataset, geometry, DECODING)
    streams = fragments.assign(dataset, geometry.frames)
    if len(streams) != geometry.frames:
        raise Unreadable("structure.malformed", "fragments do not tell the frames", "(7fe0,0010)")
    for index in sorted(set(wanted)):
        if 0 <= index < len(streams):
            yield index, decode_frame(streams[index], geometry, syntax)


def codestreams(dataset: Dataset) -> Iterator[bytes]:
    """Yield the bytes of each frame, fragments joined; of all frames at once when nothing tells.

    For a native syntax: the stored bytes of each frame, or all when frames share bytes. Raises
    Unreadable when fragments are broken.
    """
    geometry = _measured(dataset)
    syntax = transfer_syntax(dataset)
    if syntax not in NATIVE_SYNTAXES:
        yield from fragments.assign(dataset, geometry.frames)
        return
    value = native.raw_value(dataset, geometry, syntax == EXPLICIT_BIG)
    width, rest = divmod(geometry.frame_bits, 8)
    if rest:
        yield value[:]
        return
    for frame in range(geometry.frames):
        yield value[frame * width : (frame + 1) * width]


def decode_frame(stream: bytes, geometry: Geometry, syntax: str) -> Frame:
    """Return one compressed frame as stored integers.

    Raises CodecUnavailable for a syntax without decoder, Unreadable when the frame's header does
    not fit `geometry` or the decoder refuses the frame.
    """
    decoder = _DECODERS.get(syntax)
    if decoder is None:
        raise CodecUnavailable(syntax)
    if not _fits(stream, geometry, syntax):
        raise Unreadable("structure.malformed", "frame header contradicts the data set")
    try:
        with silenced():
            frame = decoder(stream, geometry, syntax)
    except Exception:  # any: decoders raise what they like; the frame is the cause
        frame = None
    if frame is None:
        raise Unreadable("structure.malformed", "a frame does not decode", "(7fe0,0010)")
    return frame


def _measured(dataset: Dataset) -> Geometry:
    """Return the geometry of pixel data that must be there."""
    geometry = measure(dataset)
    if geometry is None:
        raise Unreadable("structure.malformed", "no pixel data", "(7fe0,0010)")
    return geometry


def _header(stream: bytes, syntax: str) -> StreamHeader | None:
    """Return what the frame says of itself, None where it cannot be read."""
    if syntax in _J2K_FAMILY:
        return read_jpeg2000(stream)
    return read_jpeg(stream) if syntax in _JPEG_FAMILY else None


def _fits(stream: bytes, geometry: Geometry, syntax: str) -> bool:
    """Return whether the frame can be decoded to what the data set describes."""
    if geometry.stored_channels != geometry.channels or geometry.channels not in (1, 3):
        return False
    if syntax == RLE:
        return geometry.allocated in (8, 16, 32) and len(stream) >= 64
    header = _header(stream, syntax)
    if header is None or geometry.allocated not in (8, 16):
        return False
    told = (header.rows, header.columns, header.channels)
    signs = {header.signed, geometry.signed} if syntax in _J2K_FAMILY else {geometry.signed}
    return (
        told == (geometry.rows, geometry.columns, geometry.channels)
        and geometry.stored <= header.precision <= geometry.allocated
        and len(signs) == 1
        and header.reversible
    )


def _words(data: bytes | bytearray, geometry: Geometry, precision: int) -> Frame:
    """Return little endian words of the width that `precision` needs, widened and signed.

    Decoders give the bits of the codestream; where samples are signed the bits above `precision`
    are the sign's, as an uncompressed writer sets them.
    """
    given = np.frombuffer(data, "<u1" if precision <= 8 else "<u2")
    words = given.astype(f"u{geometry.dtype.itemsize}")
    if not geometry.signed:
        return words
    shift = geometry.dtype.itemsize * 8 - precision
    signed = (words << shift).astype(words.dtype).view(geometry.dtype)
    return np.right_shift(signed, shift)


def _decode_rle(stream: bytes, geometry: Geometry, _syntax: str) -> Frame | None:
    """Decode RLE (PS3.5 annex G); its planes come one after another."""
    pixels, width = geometry.rows * geometry.columns, geometry.allocated // 8
    data = rle.decode_planes(stream, pixels, geometry.channels, width)
    if data is None:
        return None
    words = np.frombuffer(data, geometry.dtype.newbyteorder("<")).astype(geometry.dtype)
    return native.shape(words, geometry, planar=True)


def decode_jpeg_ls(stream: bytes, geometry: Geometry, _syntax: str = "") -> Frame | None:
    """Decode JPEG-LS with CharLS (pyjpegls)."""
    import jpeg_ls

    data, info = jpeg_ls.decode_buffer(stream)
    words = _words(data, geometry, int(info["bits_per_sample"]))
    return native.shape(words, geometry, planar=info["interleave_mode"] == 0)


def decode_jpeg2000(stream: bytes, geometry: Geometry, _syntax: str = "") -> Frame | None:
    """Decode JPEG 2000 and HTJ2K with OpenJPEG (pylibjpeg-openjpeg), RCT undone."""
    from openjpeg.utils import decode_pixel_data

    header = read_jpeg2000(stream)
    data = bytes(decode_pixel_data(stream, version=2))
    precision = header.precision if header else geometry.stored
    return native.shape(_words(data, geometry, precision), geometry, planar=False)


def _decode_jpeg_lossless(stream: bytes, geometry: Geometry, syntax: str) -> Frame | None:
    """Decode JPEG lossless with GDCM, in its own process."""
    header = read_jpeg(stream)
    precision = header.precision if header else geometry.stored
    data = gdcmclient.decode(stream, replace(geometry, stored=precision), syntax)
    if len(data) * 8 != geometry.frame_bits:
        return None
    words = np.frombuffer(data, f"<u{geometry.dtype.itemsize}")
    narrow = words.astype("u1") if precision <= 8 else words
    return native.shape(_words(narrow.tobytes(), geometry, precision), geometry, planar=False)


_DECODERS: Final[dict[str, Callable[[bytes, Geometry, str], Frame | None]]] = {
    RLE: _decode_rle,
    JPEG_LS: decode_jpeg_ls,
    JPEG2000: decode_jpeg2000,
    **dict.fromkeys(HTJ2K, decode_jpeg2000),
    **dict.fromkeys(JPEG_LOSSLESS, _decode_jpeg_lossless),
}
