"""Instances of every format: phantoms made in memory, seeded, as read from a file.

`KINDS` names each format with what sealing is to make of it: a mark in the samples, or the
reason why not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence as Items

from signing.dicom import codecs, part10
from signing.dicom.copies import fork
from signing.dicom.limits import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.reasons import Reason
from tests.watermark import phantoms
from watermark.samples import Colour, Samples

ROWS, COLUMNS = 160, 171
"""Neither a multiple of tile or cell across, and large enough for the profile `standard`."""
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"

Attributes = dict[str, Any]
Array = NDArray[Any]


@dataclass(frozen=True)
class Kind:
    """A format, and what sealing makes of it."""

    make: Callable[[], Dataset]
    reason: Reason | None = None
    """Why the samples carry no mark; None where they do, or where there are none."""


def attributes() -> FileDataset:
    """Return a data set without pixels: identity, geometry, display, and private elements."""
    meta = FileMetaDataset()
    meta.FileMetaInformationGroupLength = 0
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = uid.CTImageStorage
    meta.MediaStorageSOPInstanceUID = uid.UID("1.2.826.0.1.3680043.10.1.7")
    meta.TransferSyntaxUID = uid.UID(EXPLICIT_LITTLE)
    meta.ImplementationClassUID = uid.UID("1.2.826.0.1.3680043.10.1")
    dataset = FileDataset(BytesIO(), {}, file_meta=meta, preamble=bytes(128))
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.SOPClassUID = uid.CTImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyDate, dataset.Modality = "20260102", "CT"
    dataset.DerivationDescription = "smoothed"
    dataset.PatientName, dataset.PatientID = "Phänomen^Test", "P-7"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.826.7.1", "1.2.826.7.2"
    dataset.ImagePositionPatient = ["-10.5", "0", "22.25"]
    dataset.PixelSpacing = ["0.661468", "0.661468"]
    dataset.WindowCenter, dataset.WindowWidth = "40", "400"
    block = dataset.private_block(0x0029, "SOMEBODY ELSE", create=True)
    block.add_new(1, "LO", "kept")
    return dataset


def instance(frames: Sequence[Array], bits: int = 0, **more: Any) -> Dataset:
    """Return an instance of these frames, explicit little endian, as read from a file.

    bits: Bits Stored, those of the dtype where 0; more: attributes by keyword.
    """
    return reread(_with_pixels(frames, bits, more))


def _with_pixels(frames: Sequence[Array], bits: int, more: Attributes) -> FileDataset:
    """Return an unwritten instance of these frames."""
    first, dataset = frames[0], attributes()
    allocated = 8 * first.dtype.itemsize
    dataset.Rows, dataset.Columns = first.shape[:2]
    dataset.SamplesPerPixel = first.shape[2] if first.ndim == 3 else 1
    colour = dataset.SamplesPerPixel > 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored = allocated, bits or allocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(first.dtype.kind == "i")
    if colour:
        dataset.PlanarConfiguration = more.get("PlanarConfiguration", 0)
    if len(frames) > 1:
        dataset.NumberOfFrames = len(frames)
    for keyword, value in more.items():
        setattr(dataset, keyword, value)
    planar = colour and dataset.PlanarConfiguration == 1
    data = b"".join(
        np.ascontiguousarray(
            np.moveaxis(frame, 2, 0) if planar else frame, frame.dtype.newbyteorder("<")
        ).tobytes()
        for frame in frames
    )
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if allocated > 8 else "OB"
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    return dataset


def reread(dataset: Dataset) -> Dataset:
    """Return the data set as it is after being written and read."""
    return part10.parse(part10.encode(dataset)).dataset


def of(samples: Samples, **more: Any) -> Dataset:
    """Return an instance of one frame of watermark's phantoms."""
    photometric = {Colour.RGB: "RGB", Colour.YBR: "YBR_FULL"}.get(samples.colour, "MONOCHROME2")
    dataset = _with_pixels(
        [samples.values], samples.bits, {"PhotometricInterpretation": photometric} | more
    )
    if samples.padding is not None:
        dataset.add_new(0x00280120, "SS" if samples.signed else "US", samples.padding[0])
    return reread(dataset)


def plain(seed: int = 2, bits: int = 12, **more: Any) -> Dataset:
    """Return the usual subject: an unsigned grey frame of texture, without flat areas."""
    return of(phantoms.resonance(ROWS, COLUMNS, seed, bits), **more)


def series(count: int = 3, **more: Any) -> Dataset:
    """Return a multi-frame instance."""
    made = [phantoms.resonance(ROWS, COLUMNS, seed).values for seed in range(count)]
    return instance(made, 12, **more)


def compressed(dataset: Dataset, syntax: str) -> Dataset:
    """Return the instance in another transfer syntax, as read from a file."""
    replace_frames(dataset, list(codecs.frames(dataset)), syntax)
    return reread(dataset)


def as_implicit(dataset: Dataset) -> Dataset:
    """Return the instance in implicit VR, in which private attributes lose theirs."""
    copy = fork(dataset)
    copy.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    return reread(copy)


def big_endian(dataset: Dataset) -> Dataset:
    """Return a native instance of 16-bit words in explicit big endian."""
    swapped = np.frombuffer(dataset.PixelData, "<u2").byteswap().tobytes()
    for _ in dataset.iterall():
        pass  # values are converted now: raw ones would be written in their old byte order
    dataset.PixelData = swapped
    dataset["PixelData"].VR = "OW"
    dataset.file_meta.TransferSyntaxUID = uid.UID(EXPLICIT_BIG)
    return reread(dataset)


def enhanced() -> Dataset:
    """Return an enhanced multi-frame CT with functional groups."""

    def group(position: int) -> Dataset:
        place, item = Dataset(), Dataset()
        place.ImagePositionPatient = ["0", "0", str(position)]
        item.PlanePositionSequence = Items([place])
        return item

    measures, shared = Dataset(), Dataset()
    measures.PixelSpacing = ["0.5", "0.5"]
    shared.PixelMeasuresSequence = Items([measures])
    return series(
        2,
        SOPClassUID=uid.EnhancedCTImageStorage,
        SharedFunctionalGroupsSequence=Items([shared]),
        PerFrameFunctionalGroupsSequence=Items([group(0), group(1)]),
    )


def palette() -> Dataset:
    """Return indices into a palette."""
    values = phantoms.saturated(ROWS, COLUMNS).values
    table = np.arange(256, dtype="<u2").tobytes()
    named: Attributes = {"PhotometricInterpretation": "PALETTE COLOR"}
    for name in ("Red", "Green", "Blue"):
        named[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        named[f"{name}PaletteColorLookupTableData"] = table
    return instance([values], **named)


def floating(width: int) -> Dataset:
    """Return a parametric map of 32 or 64 bit floating point samples."""
    dataset = _with_pixels([np.zeros((40, 42), np.uint16)], 0, {})
    for keyword in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, keyword)
    dataset.BitsAllocated = width
    values = np.random.default_rng(width).normal(size=(40, 42)).astype(f"<f{width // 8}")
    keyword = "FloatPixelData" if width == 32 else "DoubleFloatPixelData"
    setattr(dataset, keyword, values.tobytes())
    return reread(dataset)


def single_bits() -> Dataset:
    """Return three packed frames of single bits that do not begin at bytes."""
    bits = np.random.default_rng(1).integers(0, 2, 3 * 41 * 43, dtype=np.uint8)
    dataset = _with_pixels([np.zeros((41, 43), np.uint8)], 1, {"BitsAllocated": 1})
    dataset.SOPClassUID, dataset.NumberOfFrames = uid.SegmentationStorage, 3
    packed = np.packbits(bits, bitorder="little").tobytes()
    dataset.PixelData = packed + b"\0" * (len(packed) % 2)
    return reread(dataset)


def baseline() -> Dataset:
    """Return two frames of lossy JPEG."""
    streams = []
    for seed in (1, 2):
        buffer = BytesIO()
        Image.fromarray(phantoms.saturated(ROWS, COLUMNS, seed).values).save(buffer, "JPEG")
        streams.append(buffer.getvalue() + b"\0" * (buffer.tell() % 2))
    dataset = _with_pixels([np.zeros((ROWS, COLUMNS), np.uint8)], 8, {"NumberOfFrames": 2})
    dataset.PixelData = encapsulate(streams)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = uid.UID(JPEG_BASELINE)
    return reread(dataset)


def without_pixels() -> Dataset:
    """Return a structured report."""
    dataset, item = attributes(), Dataset()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = uid.BasicTextSRStorage
    dataset.Modality = "SR"
    item.RelationshipType, item.ValueType, item.TextValue = "CONTAINS", "TEXT", "nothing seen"
    dataset.ContentSequence = Items([item])
    return reread(dataset)


def overlaid() -> Dataset:
    """Return twelve bits with an overlay in bit 12."""
    values = phantoms.resonance(ROWS, COLUMNS).values.astype(np.uint16)
    values[20:40, 20:40] |= 1 << 12

    dataset = instance([values], 12)
    for element, vr, value in (
        (0x0010, "US", values.shape[0]),
        (0x0011, "US", values.shape[1]),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 16),
        (0x0102, "US", 12),
    ):
        dataset.add_new(0x60000000 | element, vr, value)
    return reread(dataset)


def steep() -> Dataset:
    """Return an image whose modality table makes a change of 1 visible."""
    item = Dataset()
    item.add_new(0x00283002, "US", [4, 0, 16])
    item.add_new(0x00283006, "US", [0, 9000, 10000, 60000])
    item.ModalityLUTType = "US"
    return plain(ModalityLUTSequence=Items([item]))


def half_marked() -> Dataset:
    """Return three frames of which the middle one is constant."""
    frame = phantoms.resonance(ROWS, COLUMNS).values
    return instance([frame, np.full_like(frame, 9), frame[::-1].copy()], 12)


def signed_digitally() -> Dataset:
    """Return an image that bears a digital signature."""
    item = Dataset()
    item.MACIDNumber = 1
    return plain(DigitalSignaturesSequence=Items([item]))


def _grey(bits: int, signed: bool = False, **more: Any) -> Dataset:
    return of(phantoms.noise(ROWS, COLUMNS, bits, signed=signed), **more)


def _narrow(samples: Samples) -> Dataset:
    """Return 8-bit samples in words of 16 bits."""
    return instance([samples.values.astype(np.uint16)], 8)


KINDS: dict[str, Kind] = {
    "monochrome2-12": Kind(plain),
    "monochrome1-8": Kind(
        lambda: of(phantoms.saturated(ROWS, COLUMNS), PhotometricInterpretation="MONOCHROME1")
    ),
    "8-in-16": Kind(lambda: _narrow(phantoms.saturated(ROWS, COLUMNS))),
    "10-bits": Kind(lambda: plain(bits=10)),
    "15-bits": Kind(lambda: plain(bits=15)),
    "16-bits": Kind(lambda: _grey(16)),
    "12-signed": Kind(lambda: _grey(12, signed=True)),
    "16-signed": Kind(lambda: _grey(16, signed=True)),
    "8-signed": Kind(lambda: instance([phantoms.saturated(ROWS, COLUMNS).values.view(np.int8)])),
    "padding": Kind(lambda: of(phantoms.computed(ROWS, COLUMNS))),
    "air": Kind(lambda: of(phantoms.airy(ROWS, COLUMNS))),
    "odd-size": Kind(lambda: of(phantoms.resonance(129, 163))),
    "rgb": Kind(lambda: of(phantoms.coloured(ROWS, COLUMNS))),
    "rgb-planar": Kind(lambda: of(phantoms.coloured(ROWS, COLUMNS), PlanarConfiguration=1)),
    "ybr-full": Kind(lambda: of(phantoms.chromatic(ROWS, COLUMNS))),
    "multi-frame": Kind(series),
    "half-marked": Kind(half_marked),
    "enhanced": Kind(enhanced),
    "implicit": Kind(lambda: compressed(plain(), IMPLICIT_LITTLE)),
    "big-endian": Kind(lambda: big_endian(plain())),
    "deflated": Kind(lambda: compressed(plain(), DEFLATED)),
    "rle": Kind(lambda: compressed(plain(), codecs.RLE)),
    "rle-rgb": Kind(lambda: compressed(of(phantoms.coloured(ROWS, COLUMNS)), codecs.RLE)),
    "jpeg-ls": Kind(lambda: compressed(plain(), codecs.JPEG_LS)),
    "jpeg-ls-signed": Kind(lambda: compressed(_grey(16, signed=True), codecs.JPEG_LS)),
    "jpeg2000": Kind(lambda: compressed(series(2), codecs.JPEG2000)),
    "jpeg-lossless": Kind(lambda: compressed(plain(), JPEG_LOSSLESS)),
    "palette": Kind(palette, Reason.PALETTE),
    "float": Kind(lambda: floating(32), Reason.FLOAT),
    "double": Kind(lambda: floating(64), Reason.FLOAT),
    "32-bits": Kind(
        lambda: instance([np.arange(40 * 42, dtype=np.uint32).reshape(40, 42)]), Reason.WIDE
    ),
    "1-bit": Kind(single_bits, Reason.SEGMENTATION),
    "no-pixels": Kind(without_pixels),
    "small": Kind(lambda: of(phantoms.resonance(64, 66)), Reason.SMALL),
    "flat": Kind(lambda: instance([np.full((ROWS, COLUMNS), 7, np.uint16)], 12), Reason.FLAT),
    "signed": Kind(signed_digitally, Reason.SIGNED),
    "lossy": Kind(baseline, Reason.LOSSY),
    "overlay-bits": Kind(overlaid, Reason.OVERLAY_BITS),
    "stray-bits": Kind(
        lambda: instance(
            [phantoms.resonance(ROWS, COLUMNS).values.astype(np.uint16) | 1 << 14], 12
        ),
        Reason.PADDING_BITS,
    ),
    "steep": Kind(steep, Reason.MODALITY_LUT),
    "mammogram": Kind(lambda: plain(Modality="MG"), Reason.MAMMOGRAPHY),
    "pet": Kind(lambda: plain(SOPClassUID=uid.PositronEmissionTomographyImageStorage), Reason.PET),
    "nm": Kind(lambda: plain(SOPClassUID=uid.NuclearMedicineImageStorage), Reason.NM),
    "adc": Kind(lambda: plain(ImageType=["DERIVED", "PRIMARY", "ADC"]), Reason.QUANTITATIVE),
    "dose": Kind(lambda: plain(SOPClassUID=uid.RTDoseStorage), Reason.DOSE),
    "signed-rgb": Kind(
        lambda: instance([phantoms.coloured(ROWS, COLUMNS).values.view(np.int8)]),
        Reason.PHOTOMETRIC,
    ),
    "unknown-class": Kind(lambda: plain(SOPClassUID="1.2.3"), Reason.SOP_CLASS),
}
"""Every format by name."""

WITHOUT_MARK = {name for name, kind in KINDS.items() if kind.reason} | {"no-pixels"}
MARKED = [name for name in KINDS if name not in WITHOUT_MARK]


@cache
def file_of(name: str) -> bytes:
    """Return the bytes of the file of one kind."""
    return part10.encode(KINDS[name].make())


def make(name: str) -> Dataset:
    """Return a fresh instance of one kind, as read from its file."""
    return part10.parse(file_of(name)).dataset
