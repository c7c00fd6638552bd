"""Which instances carry the mark in the samples, and frames as `watermark` takes them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from signing.dicom.classes import (
    LOSSY_SYNTAXES,
    MARKED_CLASSES,
    NAMED_ONLY,
    NAMED_ONLY_MODALITIES,
    QUANTITIES,
    REFUSED_CLASSES,
    VIDEO_SYNTAXES,
)
from signing.dicom.codecs import HTJ2K, JPEG2000, pixel_kind
from signing.dicom.geometry import Geometry, measure
from signing.dicom.lut import is_steep
from signing.dicom.native import Frame
from signing.dicom.part10 import transfer_syntax
from signing.dicom.quiet import silenced
from signing.errors import Unreadable, UnsupportedImage
from signing.reasons import Reason
from signing.statement import DigestKind
from watermark.samples import LARGEST_AXIS, Colour, Samples

SMALLEST: Final = {"light": 256, "standard": 128, "full": 96}
"""Rows and columns that a frame must have at least, by profile; tests hold it to watermark's."""

DETACHED: Final = "detached"
"""The profile that marks no sample."""

_COLOURS: Final = {
    "MONOCHROME1": (Colour.GREY, 1),
    "MONOCHROME2": (Colour.GREY, 1),
    "RGB": (Colour.RGB, 3),
    "YBR_RCT": (Colour.RGB, 3),
    "YBR_FULL": (Colour.YBR, 3),
}
"""Photometric interpretations that carry a mark: colour of the decoded samples, channels."""


@dataclass(frozen=True, slots=True)
class Suitability:
    """What can be sealed of the pixel data of one instance."""

    kind: DigestKind
    """What the frame digests are of."""
    reason: Reason | None
    """Why the samples carry no mark; None where they do, and where there are no pixels."""

    @property
    def embed(self) -> bool:
        """Whether the samples are to carry the mark."""
        return self.reason is None and self.kind is DigestKind.SAMPLES


def judge(dataset: Dataset, profile: str, named: bool) -> Suitability:
    """Return whether and how the pixel data of `dataset` are sealed, from its attributes alone.

    profile: "light", "standard", "full" or "detached"; named: whether the user asked for it by
    name. What only the samples tell is `frame_reason`'s. Raises Unreadable for broken pixel data.
    """
    kind = pixel_kind(dataset)
    geometry = measure(dataset)
    if geometry is None:
        return Suitability(kind, None)
    with silenced():
        reason = (
            (Reason.REQUESTED if profile == DETACHED else None)
            or _syntax_reason(dataset, kind)
            or _class_reason(dataset)
            or _format_reason(geometry, transfer_syntax(dataset))
            or _display_reason(dataset)
            or (None if named else _unnamed_reason(dataset))
            or _size_reason(geometry, profile)
        )
    return Suitability(kind, reason)


def _syntax_reason(dataset: Dataset, kind: DigestKind) -> Reason | None:
    """Return why the transfer syntax keeps a mark out."""
    syntax = transfer_syntax(dataset)
    if syntax in VIDEO_SYNTAXES:
        return Reason.VIDEO
    if syntax in LOSSY_SYNTAXES:
        return Reason.LOSSY
    return Reason.NO_DECODER if kind is DigestKind.CODESTREAM else None


def _class_reason(dataset: Dataset) -> Reason | None:
    """Return why the SOP class keeps a mark out."""
    uid = str(dataset.get("SOPClassUID", ""))
    if uid in MARKED_CLASSES:
        return None
    modality = {"RTDOSE": Reason.DOSE, "SEG": Reason.SEGMENTATION}.get(_modality(dataset))
    return REFUSED_CLASSES.get(uid) or modality or Reason.SOP_CLASS


def _format_reason(geometry: Geometry, syntax: str) -> Reason | None:
    """Return why the format of the samples keeps a mark out."""
    photometric = geometry.photometric
    colour, channels = _COLOURS.get(photometric, (None, 0))
    transformed = photometric == "YBR_RCT" and syntax not in {JPEG2000, *HTJ2K}
    checks = (
        (geometry.is_float, Reason.FLOAT),
        (geometry.allocated > 16, Reason.WIDE),
        (not 8 <= geometry.stored <= 16 or geometry.allocated not in (8, 16), Reason.BITS),
        (geometry.high_bit != geometry.stored - 1, Reason.HIGH_BIT),
        (geometry.channels not in (1, 3), Reason.SAMPLES_PER_PIXEL),
        (photometric == "PALETTE COLOR", Reason.PALETTE),
        (colour is None or transformed, Reason.PHOTOMETRIC),
        (channels != geometry.channels, Reason.SAMPLES_PER_PIXEL),
        (geometry.signed and channels == 3, Reason.PHOTOMETRIC),
    )
    return next((reason for fails, reason in checks if fails), None)


def _display_reason(dataset: Dataset) -> Reason | None:
    """Return why what is done with the samples on their way to the eye keeps a mark out."""
    if "DigitalSignaturesSequence" in dataset:
        return Reason.SIGNED
    if "RedPaletteColorLookupTableDescriptor" in dataset or str(
        dataset.get("PixelPresentation", "MONOCHROME")
    ) not in ("MONOCHROME", "TRUE_COLOR", ""):
        return Reason.PALETTE
    if "ModalityLUTSequence" in dataset and is_steep(dataset):
        return Reason.MODALITY_LUT
    embedded = any(
        group in dataset
        and group + 0x2F00 not in dataset  # bits of the samples, no data of its own
        for group in range(0x60000100, 0x60200100, 0x20000)
    )
    return Reason.OVERLAY_BITS if embedded else None


def _unnamed_reason(dataset: Dataset) -> Reason | None:
    """Return why the image is left alone unless a profile was asked for by name."""
    reason = NAMED_ONLY.get(str(dataset.get("SOPClassUID", "")))
    reason = reason or NAMED_ONLY_MODALITIES.get(_modality(dataset))
    if reason is not None:
        return reason
    kinds = dataset.get("ImageType") or ()
    words = {str(word).strip().upper() for word in kinds[2:]} if len(kinds) > 2 else set()
    if words & QUANTITIES or "RealWorldValueMappingSequence" in dataset:
        return Reason.QUANTITATIVE
    return None


def _size_reason(geometry: Geometry, profile: str) -> Reason | None:
    """Return why the size keeps a mark out. Raises UnsupportedImage for an unknown profile."""
    smallest = SMALLEST.get(profile)
    if smallest is None:
        raise UnsupportedImage(f"no profile is called {profile!r}")
    if min(geometry.rows, geometry.columns) < smallest:
        return Reason.SMALL
    return Reason.LARGE if max(geometry.rows, geometry.columns) > LARGEST_AXIS else None


def _modality(dataset: Dataset) -> str:
    """Return Modality, '' where it is absent."""
    return str(dataset.get("Modality", "") or "").strip()


def frame_reason(frame: Frame, geometry: Geometry) -> Reason | None:
    """Return PADDING_BITS where bits above Bits Stored are neither zero nor, if signed, sign.

    frame: as `codecs.frames` yields it. Signed samples must be sign-extended: with zeros there, the
    stored word and the sample would be two different numbers.
    """
    if geometry.stored == geometry.allocated:
        return None
    half = 1 << (geometry.stored - 1)
    low, high = (-half, half - 1) if geometry.signed else (0, 2 * half - 1)
    inside = low <= int(frame.min()) and int(frame.max()) <= high
    return None if inside else Reason.PADDING_BITS


def padding_range(dataset: Dataset, geometry: Geometry) -> tuple[int, int] | None:
    """Return the inclusive range of values that mean "no image" (PS3.3 C.7.5.1.1.2).

    Pixel Padding Value, up to Pixel Padding Range Limit where there is one, both as 16-bit patterns
    with the sign of Pixel Representation, whichever VR they were written with.
    """
    if geometry.channels != 1:
        return None
    first = _pattern(dataset, "PixelPaddingValue", geometry.signed)
    if first is None:
        return None
    last = _pattern(dataset, "PixelPaddingRangeLimit", geometry.signed)
    last = first if last is None else last
    return min(first, last), max(first, last)


def _pattern(dataset: Dataset, keyword: str, signed: bool) -> int | None:
    """Return a US or SS value by its bits; None where it is absent or no single number."""
    try:
        with silenced():
            value = dataset.get(keyword)
    except Exception:  # any: pydicom converts the value now
        raise Unreadable("structure.malformed", f"{keyword} is no number") from None
    if not isinstance(value, int):
        return None
    word = value & 0xFFFF
    return word - 0x10000 if signed and word & 0x8000 else word


def to_samples(frame: Frame, geometry: Geometry, padding: tuple[int, int] | None) -> Samples:
    """Return one frame of suitable pixel data as samples; shares memory with `frame`.

    padding: from `padding_range`. Raises watermark's UnsupportedSamples where `frame_reason` has a
    reason.
    """
    colour, _ = _COLOURS[geometry.photometric]
    values = np.ascontiguousarray(frame)
    return Samples(values, geometry.stored, geometry.signed, colour, padding)


def from_samples(samples: Samples) -> Frame:
    """Return samples as `writing.replace_frames` takes them."""
    return np.ascontiguousarray(samples.values)


def can_be_marked(geometry: Geometry) -> bool:
    """Return whether frames of this format could hold a mark, whatever the profile."""
    _, channels = _COLOURS.get(geometry.photometric, (None, 0))
    return (
        not geometry.is_float
        and geometry.allocated in (8, 16)
        and 8 <= geometry.stored <= 16
        and channels == geometry.channels
        and not (geometry.signed and channels == 3)
        and SMALLEST["full"] <= min(geometry.rows, geometry.columns)
        and max(geometry.rows, geometry.columns) <= LARGEST_AXIS
    )
