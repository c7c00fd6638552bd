"""Frames back into a data set, in the transfer syntax they came in where that can be written.

Every frame is decoded again and compared before the data set is touched; where an encoder refuses
or is wrong, Explicit VR Little Endian is written instead, and a notice says so.
"""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Final

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.encaps import itemize_fragment, itemize_frame
from pydicom.uid import UID

from signing.dicom import native, stored
from signing.dicom.codecs import HTJ2K, decode_frame
from signing.dicom.encoders import ENCODERS, encode_frame
from signing.dicom.fragments import Streams
from signing.dicom.geometry import Geometry, measure
from signing.dicom.limits import EXPLICIT_BIG, EXPLICIT_LITTLE, NATIVE_SYNTAXES
from signing.dicom.native import Frame
from signing.dicom.part10 import transfer_syntax
from signing.dicom.stored import Stored
from signing.errors import CodecUnavailable, SelfCheckFailed, SigningError, UnsupportedImage

PIXEL_DATA: Final = 0x7FE00010
OFFSET_TABLES: Final = (0x7FE00001, 0x7FE00002, 0x7FE00003)
"""Extended Offset Table, its lengths, and the value total: transport, rebuilt as a basic table."""

LONGEST_TABLED: Final = (1 << 32) - 1
"""A basic offset table has 32-bit offsets; beyond, it stays empty (PS3.5 A.4)."""


@dataclass(frozen=True, slots=True)
class Written:
    """How frames were put back."""

    transfer_syntax: str
    """UID of the transfer syntax that the data set has now."""
    notices: tuple[str, ...]
    """What the user should know: one line each, no values."""


def replace_frames(
    dataset: Dataset, new_frames: Iterable[Frame], syntax: str | None = None
) -> Written:
    """Replace the pixel data of `dataset`, in place, by `new_frames`.

    new_frames: as `codecs.frames` yields them, the same number, shape and dtype. syntax: UID to
    write; None for the one the data set has. Raises CodecUnavailable when `syntax` is given and
    cannot be written, UnsupportedImage for other pixel data than 8 or 16 bit integers, and
    SelfCheckFailed when the frames do not come back equal or are not as many as before.
    """
    geometry = measure(dataset)
    if geometry is None or not _is_writable(geometry):
        raise UnsupportedImage("frames of this format are not written")
    source = transfer_syntax(dataset)
    target, notices = _choose(source, syntax)
    pending = _checked(new_frames, geometry)
    if target not in NATIVE_SYNTAXES:
        in_file = _stays_in_file(dataset, geometry.frames * geometry.frame_bits // 8)
        streams, left = _compress(pending, geometry, target, in_file)
        if left is None:
            _put_compressed(dataset, streams, target, in_file)
            return Written(target, tuple(notices))
        if syntax is not None:
            raise CodecUnavailable(syntax)
        notices.append(f"{target} could not be written; written as Explicit VR Little Endian")
        done = (decode_frame(stream, geometry, target) for stream in streams)
        pending, target = chain(done, left), EXPLICIT_LITTLE
    _put_native(dataset, pending, geometry, (source, target))
    return Written(target, tuple(notices))


def _is_writable(geometry: Geometry) -> bool:
    """Return whether frames of this format can be put back."""
    return (
        not geometry.is_float
        and geometry.allocated in (8, 16)
        and geometry.channels in (1, 3)
        and geometry.stored_channels == geometry.channels
    )


def _choose(source: str, wanted: str | None) -> tuple[str, list[str]]:
    """Return the transfer syntax to write, and notices."""
    if wanted is not None:
        big = wanted == EXPLICIT_BIG and source != EXPLICIT_BIG
        if big or (wanted not in NATIVE_SYNTAXES and wanted not in ENCODERS):
            raise CodecUnavailable(wanted)
        return wanted, []
    if source in NATIVE_SYNTAXES or source in ENCODERS:
        return source, []
    name = "HTJ2K" if source in HTJ2K else source
    return EXPLICIT_LITTLE, [f"{name} has no encoder here; written as Explicit VR Little Endian"]


def _checked(new_frames: Iterable[Frame], geometry: Geometry) -> Iterator[Frame]:
    """Yield the frames, checked for shape, type and number."""
    expected: tuple[int, ...] = (geometry.rows, geometry.columns)
    if geometry.channels > 1:
        expected = (*expected, geometry.channels)
    count = 0
    for frame in new_frames:
        count += 1
        if frame.shape != expected or frame.dtype != geometry.dtype:
            raise SelfCheckFailed("a frame has another shape or type than the data set")
        yield np.ascontiguousarray(frame)
    if count != geometry.frames:
        raise SelfCheckFailed("the number of frames changed")


def _compress(
    pending: Iterator[Frame], geometry: Geometry, target: str, in_file: bool
) -> tuple[Streams, Iterator[Frame] | None]:
    """Return the frames compressed, and the frames that are left when one could not be."""
    ends, refused = [0], []

    def streams() -> Iterator[bytes]:
        for frame in pending:
            stream = encode_frame(frame, geometry, target)
            if stream is None or not _comes_back(stream, frame, geometry, target):
                refused.append(frame)
                return
            ends.append(ends[-1] + len(stream))
            yield stream

    joined = stored.keep(streams(), in_file)
    done = Streams(joined, [[span] for span in pairwise(ends)])
    return done, chain(refused, pending) if refused else None


def _comes_back(stream: bytes, frame: Frame, geometry: Geometry, target: str) -> bool:
    """Return whether `stream` decodes to `frame` exactly."""
    try:
        return np.array_equal(decode_frame(stream, geometry, target), frame)
    except SigningError:
        return False


def _put_compressed(dataset: Dataset, streams: Streams, target: str, in_file: bool) -> None:
    """Make `streams` the pixel data."""
    value = stored.keep(_encapsulate(streams), in_file)
    _set_syntax(dataset, target)
    _set_pixels(dataset, "OB", value, True)


def _encapsulate(streams: Streams) -> Iterator[bytes]:
    """Yield the basic offset table and one fragment a frame (PS3.5 A.4)."""
    items = [8 + size + size % 2 for size in streams.sizes]
    tabled = sum(size + 8 for size in streams.sizes) <= LONGEST_TABLED
    offsets = [0, *accumulate(items[:-1])] if tabled else []
    yield itemize_fragment(b"".join(offset.to_bytes(4, "little") for offset in offsets))
    for stream in streams:
        yield from itemize_frame(stream)


def _put_native(
    dataset: Dataset, pending: Iterator[Frame], geometry: Geometry, syntaxes: tuple[str, str]
) -> None:
    """Make the frames uncompressed pixel data. syntaxes: source and target."""
    source, target = syntaxes
    stays = source in NATIVE_SYNTAXES
    old = dataset[PIXEL_DATA]
    vr = old.VR if stays and old.VR in ("OB", "OW") else ("OW" if geometry.allocated > 8 else "OB")
    planar = geometry.planar and stays
    big = target == EXPLICIT_BIG
    length = geometry.frames * geometry.frame_bits // 8
    # A pad byte, or the zeros that stood behind the last frame.
    tail = max(len(old.value) - length, 0) if stays else length % 2
    packed = (
        native.pack(frame, geometry, planar, big and geometry.allocated > 8) for frame in pending
    )
    chunks: Iterator[bytes] = chain(packed, native.zeros(tail))
    if _swaps(geometry, vr, big):
        chunks = native.swap_chunks(chunks)
    in_file = not (length + tail) % 2 and _stays_in_file(dataset, length + tail)
    value = stored.keep(chunks, in_file)  # pydicom would write a stream of odd length wrongly
    _set_syntax(dataset, target)
    _set_pixels(dataset, vr, value, False)
    if geometry.channels > 1 and not stays:
        dataset.PlanarConfiguration = 0


def _stays_in_file(dataset: Dataset, length: int) -> bool:
    """Return whether frames of `length` bytes, uncompressed, are kept in a file."""
    return length > stored.IN_MEMORY and stored.is_from_file(dataset)


def _swaps(geometry: Geometry, vr: str, big: bool) -> bool:
    """Return whether single bytes are stored in big endian words."""
    return big and vr == "OW" and geometry.allocated <= 8


def _set_pixels(dataset: Dataset, vr: str, value: bytes | Stored, encapsulated: bool) -> None:
    """Set Pixel Data and drop what would index the old one."""
    element = DataElement(PIXEL_DATA, vr, value)
    element.is_undefined_length = encapsulated
    dataset[PIXEL_DATA] = element
    for tag in OFFSET_TABLES:
        if tag in dataset:
            del dataset[tag]


def _set_syntax(dataset: Dataset, target: str) -> None:
    """Set the transfer syntax, and what hangs on it: byte order of words, the name of RCT."""
    source = transfer_syntax(dataset)
    if source == target:
        return
    meta = getattr(dataset, "file_meta", None)
    if meta is None:
        raise UnsupportedImage("a file without file meta cannot change its transfer syntax")
    if source == EXPLICIT_BIG:
        _reverse_words(dataset)
    meta.TransferSyntaxUID = UID(target)
    if dataset.get("PhotometricInterpretation") == "YBR_RCT":
        dataset.PhotometricInterpretation = "RGB"


def _reverse_words(dataset: Dataset) -> None:
    """Turn the words of big endian OW values (LUTs, overlays) round; pydicom leaves them.

    Items of sequences may be shared with the data set that this one was forked from: they are
    copied first.
    """
    for sequence in [element for element in dataset if element.VR == "SQ"]:
        dataset[sequence.tag] = copy.deepcopy(sequence)
    for element in dataset.iterall():
        if element.VR == "OW" and element.tag != PIXEL_DATA and isinstance(element.value, bytes):
            element.value = native.swap_words(element.value)
