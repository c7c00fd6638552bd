"""Why an image is sealed in its tags alone: a closed list, signed in the statement."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """One word each; its meaning is in `MEANINGS` and in docs/spec/statement.md."""

    REQUESTED = "requested"
    SOP_CLASS = "sop-class"
    SYNTAX = "syntax"
    NO_DECODER = "no-decoder"
    NO_ENCODER = "no-encoder"
    LOSSY = "lossy"
    VIDEO = "video"
    PHOTOMETRIC = "photometric"
    PALETTE = "palette"
    BITS = "bits"
    FLOAT = "float"
    WIDE = "wide"
    HIGH_BIT = "high-bit"
    PADDING_BITS = "padding-bits"
    SAMPLES_PER_PIXEL = "samples-per-pixel"
    OVERLAY_BITS = "overlay-bits"
    MODALITY_LUT = "modality-lut"
    DOSE = "dose"
    SEGMENTATION = "segmentation"
    MAP = "map"
    QUANTITATIVE = "quantitative"
    MAMMOGRAPHY = "mammography"
    PET = "pet"
    NM = "nm"
    SIGNED = "signed"
    SMALL = "small"
    LARGE = "large"
    FLAT = "flat"
    CAPACITY = "capacity"
    FRAMES = "frames"
    PROTECTED = "protected"
    MIXED = "mixed"
    CUSTODY = "custody"

    @property
    def meaning(self) -> str:
        """What the word says, in one line."""
        return MEANINGS[self]


MEANINGS: Final[dict[Reason, str]] = {
    Reason.REQUESTED: "the profile `detached` was asked for",
    Reason.SOP_CLASS: "the SOP class is not one whose images carry a mark",
    Reason.SYNTAX: "the transfer syntax is unknown or never written",
    Reason.NO_DECODER: "no decoder was there, or a frame header contradicts the data set",
    Reason.NO_ENCODER: "no encoder could write the marked samples back",
    Reason.LOSSY: "the samples are compressed with loss, or were",
    Reason.VIDEO: "the pixel data are a video stream",
    Reason.PHOTOMETRIC: "the photometric interpretation cannot carry a mark",
    Reason.PALETTE: "samples are indices of a palette, or may be",
    Reason.BITS: "fewer than 8 or more than 16 bits stored",
    Reason.FLOAT: "samples are floating point",
    Reason.WIDE: "samples have 32 bits or more",
    Reason.HIGH_BIT: "the high bit is not the highest stored bit",
    Reason.PADDING_BITS: "bits above the stored ones are not zero or sign",
    Reason.SAMPLES_PER_PIXEL: "neither one nor three samples a pixel",
    Reason.OVERLAY_BITS: "overlays lie in unused bits of the samples",
    Reason.MODALITY_LUT: "a lookup table or steep slope would enlarge a change of 1",
    Reason.DOSE: "samples are radiation dose",
    Reason.SEGMENTATION: "samples are segments",
    Reason.MAP: "samples are a parametric or label map",
    Reason.QUANTITATIVE: "samples are quantities, and no profile was named",
    Reason.MAMMOGRAPHY: "a mammogram, and no profile was named",
    Reason.PET: "positron emission, and no profile was named",
    Reason.NM: "nuclear medicine, and no profile was named",
    Reason.SIGNED: "the image is already digitally signed",
    Reason.SMALL: "the frame is smaller than the profile's smallest",
    Reason.LARGE: "the frame is larger than the mark's largest",
    Reason.FLAT: "too few tiles can carry, even with flat areas released",
    Reason.CAPACITY: "the payload does not fit into what can carry",
    Reason.FRAMES: "more frames than one seal marks",
    Reason.PROTECTED: "the protected area leaves too little that can carry",
    Reason.MIXED: "no frame is marked, for more than one of these reasons",
    Reason.CUSTODY: "the statement follows others, and marks nothing itself",
}
"""One line for each reason, in the order of the enumeration."""
